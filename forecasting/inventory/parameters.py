"""Parameters of a case turned into what a model's function takes, by its signature."""

import difflib
import inspect
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union

from forecasting.inventory.checks import BadPolicy
from forecasting.inventory.models import NAMES


def arguments_of(solve: Callable[..., Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments for `solve`; raises `BadPolicy` for an unknown, missing or odd one."""
    hints = typing.get_type_hints(solve)
    signature = inspect.signature(solve)
    symbols = {
        name: symbol
        for symbol, stands_for in NAMES.items()
        for name in stands_for
        if name in signature.parameters
    }
    accepted = {symbols.get(name, name): name for name in signature.parameters}
    arguments: dict[str, Any] = {}
    for given, value in params.items():
        name = accepted.get(given, given if given in signature.parameters else None)
        if name is None:
            near = difflib.get_close_matches(given, accepted, n=1)
            raise BadPolicy(
                given,
                "is not a parameter of this model",
                f"did you mean {near[0]}?" if near else f"it takes {', '.join(accepted)}",
            )
        if value is None and signature.parameters[name].default is None:
            continue
        arguments[name] = convert(given, value, hints[name])
    for name, parameter in signature.parameters.items():
        if parameter.default is inspect.Parameter.empty and name not in arguments:
            raise BadPolicy(symbols.get(name, name), "is missing", "give it in params")
    return arguments


def convert(field: str, value: Any, hint: Any) -> Any:
    """`value` as `hint` asks: a number, a whole number, a list or a table of numbers."""
    if typing.get_origin(hint) in {types.UnionType, Union}:
        options = [option for option in typing.get_args(hint) if option is not type(None)]
    else:
        options = [hint]
    for option in options:
        origin = typing.get_origin(option) or option
        if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping):
            return {str(key): _number(f"{field}[{key}]", item) for key, item in value.items()}
        if origin is Sequence and isinstance(value, list):
            return [_number(f"{field}[{place}]", item) for place, item in enumerate(value)]
    plain = [option for option in options if option in {bool, int, float}]
    if not plain:
        raise BadPolicy(field, f"is {value!r}", "give a list or a table of numbers")
    if plain == [bool]:
        if isinstance(value, bool):
            return value
        raise BadPolicy(field, f"is {value!r}", "give true or false")
    number = _number(field, value)
    if int in plain:
        if number != int(number):
            raise BadPolicy(field, f"is {value!r}", "give a whole number")
        return int(number)
    return number


def _number(field: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadPolicy(field, f"is {value!r}", "give a finite number")
    return value
