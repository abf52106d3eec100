"""Service hours: when people are at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS_AHEAD: Final = 370


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
