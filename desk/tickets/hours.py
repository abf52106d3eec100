"""Service hours: when people are at the desk, and how much of a span they were there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS_AHEAD: Final = 370


class HoursRefused(ValueError):
    """Hours that cannot be kept; the message names the field."""


@dataclass(frozen=True)
class ServiceHours:
    """Opening and closing time by weekday (Monday is 0), and whole days that are closed."""

    week: Mapping[int, tuple[time, time]]
    zone: ZoneInfo
    closed_days: frozenset[date] = field(default_factory=frozenset)

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is at the desk; the closing minute itself is closed."""
        local = now.astimezone(self.zone)
        window = self._window(local.date())
        return window is not None and window[0] <= now.astimezone(UTC) < window[1]

    def next_opening(self, now: datetime) -> datetime:
        """`now` while open, else the next opening, in UTC; raises ValueError if there is none."""
        now = now.astimezone(UTC)
        first = now.astimezone(self.zone).date()
        for offset in range(DAYS_AHEAD):
            window = self._window(first + timedelta(days=offset))
            if window is not None and now < window[1]:
                return max(now, window[0])
        raise ValueError("the service hours have no opening in the next year")

    def after(self, start: datetime, minutes: float) -> datetime:
        """The moment when `minutes` of open time have passed since `start`, in UTC."""
        left = timedelta(minutes=minutes)
        at = self.next_opening(start)
        for _ in range(DAYS_AHEAD):
            window = self._window(at.astimezone(self.zone).date())
            assert window is not None, "next_opening gives a moment on an open day"
            if at + left <= window[1]:
                return at + left
            left -= window[1] - at
            at = self.next_opening(window[1])
        return at

    def slots(self, now: datetime, count: int, minutes: int = 30) -> list[datetime]:
        """The next starts of call-back slots, the first at least one slot after `now`.

        Fewer than `count` where the windows of the next year are too short for one.
        """
        step = timedelta(minutes=minutes)
        found: list[datetime] = []
        at = self.next_opening(now)
        for _ in range(DAYS_AHEAD):
            window = self._window(at.astimezone(self.zone).date())
            assert window is not None, "next_opening gives a moment on an open day"
            slot = window[0]
            while slot + step <= window[1] and len(found) < count:
                if slot >= now + step:
                    found.append(slot)
                slot += step * 2  # every other one, so that a queue does not delay the next
            if len(found) == count:
                break
            at = self.next_opening(window[1])
        return found

    def as_json(self) -> dict[str, Any]:
        """For storing; `hours_from_json` reads it."""
        return {
            "week": {
                str(day): [f"{opens:%H:%M}", f"{closes:%H:%M}"]
                for day, (opens, closes) in sorted(self.week.items())
            },
            "zone": self.zone.key,
            "closed_days": sorted(day.isoformat() for day in self.closed_days),
        }

    def _window(self, day: date) -> tuple[datetime, datetime] | None:
        if day in self.closed_days or day.weekday() not in self.week:
            return None
        opens, closes = (
            datetime.combine(day, at, self.zone).astimezone(UTC) for at in self.week[day.weekday()]
        )
        return opens, closes


SERVICE_HOURS: Final = ServiceHours(
    week={
        **dict.fromkeys(range(5), (time(9), time(18))),
        5: (time(10), time(16)),
    },
    zone=ZoneInfo("Europe/Berlin"),
)


def hours_from_json(value: Mapping[str, Any]) -> ServiceHours:
    """Hours from what was stored or typed; raises HoursRefused naming the field."""
    week: dict[int, tuple[time, time]] = {}
    for day, window in dict(value.get("week") or {}).items():
        if day not in set("0123456"):
            raise HoursRefused(f"week: {day!r} is no weekday (0 is Monday, 6 is Sunday)")
        try:
            opens, closes = (time.fromisoformat(str(at)) for at in window)
        except ValueError as error:
            raise HoursRefused(f"week.{day}: write opening and closing like 09:00") from error
        if opens >= closes:
            raise HoursRefused(f"week.{day}: closing must come after opening")
        week[int(day)] = (opens, closes)
    if not week:
        raise HoursRefused("week: open on at least one day")
    try:
        zone = ZoneInfo(str(value.get("zone") or ""))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise HoursRefused("zone: use a name such as Europe/Berlin") from error
    try:
        closed = frozenset(date.fromisoformat(str(day)) for day in value.get("closed_days") or ())
    except ValueError as error:
        raise HoursRefused("closed_days: write days like 2026-12-24, one a line") from error
    return ServiceHours(week, zone, closed)
