"""What a policy's numbers must be like; whatever is impossible is named, never repaired."""

import math
from collections.abc import Sequence


class BadPolicy(ValueError):
    """A value that no inventory policy can have: its field, what is wrong, what is right."""

    def __init__(self, field: str, problem: str, fix: str) -> None:
        """`field` as the caller knows it, `problem` seen in its value, `fix` as an imperative."""
        super().__init__(f"{field} {problem}; {fix}")
        self.field = field


def positive(**values: float) -> None:
    """Every value is a finite number above 0."""
    for field, value in values.items():
        _finite(field, value)
        if value <= 0:
            raise BadPolicy(field, f"is {value:g}", "give a number above 0")


def not_negative(**values: float) -> None:
    """Every value is a finite number of at least 0."""
    for field, value in values.items():
        _finite(field, value)
        if value < 0:
            raise BadPolicy(field, f"is {value:g}", "give 0 or a number above 0")


def finite(**values: float) -> None:
    """Every value is a finite number."""
    for field, value in values.items():
        _finite(field, value)


def share(**values: float) -> None:
    """Every value lies strictly between 0 and 1, as a service level or a risk must."""
    for field, value in values.items():
        _finite(field, value)
        if not 0 < value < 1:
            raise BadPolicy(field, f"is {value:g}", "give a number between 0 and 1, without both")


def not_negative_list(field: str, values: Sequence[float], *, length: int | None = None) -> None:
    """A list, of `length` where one is given, of finite numbers of at least 0."""
    if not values:
        raise BadPolicy(field, "is empty", "give at least one number")
    if length is not None and len(values) != length:
        raise BadPolicy(field, f"has {len(values)} values", f"give {length}, one for each")
    for place, value in enumerate(values):
        not_negative(**{f"{field}[{place}]": value})


def positive_list(field: str, values: Sequence[float], *, length: int | None = None) -> None:
    """A list, of `length` where one is given, of finite numbers above 0."""
    not_negative_list(field, values, length=length)
    for place, value in enumerate(values):
        positive(**{f"{field}[{place}]": value})


def _finite(field: str, value: float) -> None:
    if not math.isfinite(value):
        raise BadPolicy(field, f"is {value}", "give a finite number")
