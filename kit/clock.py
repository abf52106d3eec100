"""The time, asked for in one place so that tests and replays can hold it still."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime:
        """The moment of the call, aware, in UTC."""
        ...

    def today(self) -> date:
        """The UTC day of the call."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's time, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The machine's day in UTC."""
        return self.now().date()


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands at `at`."""

    at: datetime

    def now(self) -> datetime:
        """Always `at`."""
        return self.at

    def today(self) -> date:
        """Always the day of `at`."""
        return self.at.date()
