"""Service hours: Berlin time, weekends, summer time, holidays."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from desk.tickets import SERVICE_HOURS, ServiceHours


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 11, 24, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 16, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), True),  # summer time
        (datetime(2026, 11, 28, 8, 30, tzinfo=UTC), False),  # Saturday opens at ten
        (datetime(2026, 11, 28, 9, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 29, 11, 0, tzinfo=UTC), False),  # Sunday
    ],
)
def test_open_by_the_clock_in_berlin(moment: datetime, is_open: bool) -> None:
    assert SERVICE_HOURS.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 3, 0, tzinfo=UTC), datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), datetime(2026, 11, 30, 8, 0, tzinfo=UTC)),
    ],
    ids=["open", "before-opening", "over-the-weekend"],
)
def test_next_opening(moment: datetime, opening: datetime) -> None:
    assert SERVICE_HOURS.next_opening(moment) == opening


def test_a_holiday_is_closed() -> None:
    hours = replace(SERVICE_HOURS, closed_days=frozenset({date(2026, 11, 24)}))
    noon = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert hours.is_open(noon) is False
    assert hours.next_opening(noon) == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def test_hours_without_an_opening_are_refused() -> None:
    with pytest.raises(ValueError, match="no opening"):
        ServiceHours({}, SERVICE_HOURS.zone).next_opening(datetime(2026, 11, 24, tzinfo=UTC))
