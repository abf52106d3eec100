"""Case files: models with parameters and, where known, the expected results."""

import difflib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from forecasting.inventory.checks import BadPolicy
from forecasting.inventory.models import MODELS
from forecasting.inventory.parameters import arguments_of

PLACES: Final = 4  # decimals that must agree where a case does not say how many


class BadCases(ValueError):
    """A case file that cannot be worked on: names the case, the field and the fix."""


@dataclass(frozen=True)
class Case:
    """One case. `expected` is empty where only the result is wanted."""

    name: str
    model: str
    params: Mapping[str, Any]
    expected: Mapping[str, Any]
    places: int


@dataclass(frozen=True)
class Outcome:
    """A case with its result. `passed` is None where nothing was expected."""

    case: Case
    result: dict[str, Any]
    passed: bool | None


def read_cases(path: Path) -> list[Case]:
    """The cases of a file `{"cases": […]}` or of a bare list."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadCases(f"{path}: {error.strerror}; give a file that can be read") from error
    except ValueError as error:
        raise BadCases(f"{path}: not JSON ({error}); mend it there") from error
    rows = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not rows:
        raise BadCases(f"{path}: cases: no list of cases; write {{'cases': [{{…}}]}}")
    cases = [_case(row, place) for place, row in enumerate(rows, start=1)]
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise BadCases(f"case {case.name}: id is used twice; give each case its own")
        seen.add(case.name)
    return cases


def solve(case: Case) -> Outcome:
    """Solve one case and hold it against what is expected, to its stated places."""
    model = MODELS[case.model]
    try:
        found = model.solve(**arguments_of(model.solve, case.params))
    except BadPolicy as error:
        raise BadCases(f"case {case.name} ({case.model}): {error}") from error
    result = dict(zip(model.results, found, strict=True))
    unknown = [key for key in case.expected if key not in result]
    if unknown:
        raise BadCases(
            f"case {case.name} ({case.model}): expected.{unknown[0]} is not a result of this "
            f"model; it gives {', '.join(result)}"
        )
    for key, value in result.items():
        if not _is_finite(value):
            raise BadCases(
                f"case {case.name} ({case.model}): {key} is too large to be a number; its params "
                "are beyond what a computer can multiply, give smaller units"
            )
    if not case.expected:
        return Outcome(case, result, None)
    passed = all(agrees(result[key], value, case.places) for key, value in case.expected.items())
    return Outcome(case, result, passed)


def _is_finite(value: Any) -> bool:
    """Whether all numbers of a result are numbers."""
    if isinstance(value, Mapping):
        return all(map(_is_finite, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def agrees(found: Any, expected: Any, places: int) -> bool:
    """Whether numbers, or all numbers of lists and tables, agree when rounded to `places`.

    A table keyed by stage and a list of the stages 1, 2, … may stand for each other.
    """
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        wanted = {str(key): value for key, value in expected.items()}
        return wanted.keys() == found.keys() and all(
            agrees(found[key], value, places) for key, value in wanted.items()
        )
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        values = list(found.values()) if isinstance(found, Mapping) else found
        if not isinstance(values, Sequence) or len(values) != len(expected):
            return False
        return all(agrees(f, e, places) for f, e in zip(values, expected, strict=True))
    if isinstance(expected, bool) or not isinstance(expected, int | float):
        return False
    if not isinstance(found, int | float):
        return False
    return round(found - expected, places) == 0


def _case(row: Any, place: int) -> Case:
    if not isinstance(row, dict):
        raise BadCases(f"case {place}: not an object; write {{'id', 'model', 'params'}}")
    name = str(row.get("id", place))
    model = row.get("model")
    if model not in MODELS:
        near = difflib.get_close_matches(str(model), MODELS, n=1)
        fix = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(MODELS)}"
        raise BadCases(f"case {name}: model {model!r} is unknown; {fix}")
    params, expected = row.get("params"), row.get("expected") or {}
    if not isinstance(params, dict):
        raise BadCases(f"case {name}: params is missing; give an object of numbers")
    if not isinstance(expected, dict):
        raise BadCases(f"case {name}: expected is no object; give result → number")
    places = row.get("places", PLACES)
    if not isinstance(places, int) or isinstance(places, bool) or not 0 <= places <= 15:
        raise BadCases(f"case {name}: places is {places!r}; give a whole number from 0 to 15")
    return Case(name, model, params, expected, places)
