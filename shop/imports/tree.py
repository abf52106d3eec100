"""Read a tree of JSON field by field; what is wrong is told by file, path and field."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kit.money import to_cents
from shop.imports.fields import HIGHEST_PRICE
from shop.imports.problems import ImportProblem
from shop.typed import storable


@dataclass(frozen=True)
class Branch:
    """An object of a file: `path` leads to it, like `users.ada.address`."""

    file: str
    path: str
    value: dict[str, Any]

    def problem(self, field: str, what: str) -> ImportProblem:
        """What is wrong with a field."""
        place = f"{self.path}.{field}" if self.path else field
        return ImportProblem(f"{self.file}: {place} {what}")

    def get(self, field: str) -> Any:
        """The value of a field. Raises ImportProblem where there is none."""
        if field not in self.value:
            raise self.problem(field, "is missing")
        return self.value[field]

    def text(self, field: str, longest: int, *, among: tuple[str, ...] = ()) -> str:
        """Words, not empty, one of `among` where that is given. Raises ImportProblem."""
        value = self.get(field)
        if not isinstance(value, str) or not storable(value):
            raise self.problem(field, f"must be text, got {value!r:.40}")
        text = storable(value)
        if len(text) > longest:
            raise self.problem(field, f"is longer than {longest} characters")
        if among and text not in among:
            raise self.problem(field, f"must be one of {', '.join(among)}, got {text!r}")
        return text

    def amount(self, field: str) -> Decimal:
        """An amount in cents, not below zero. Raises ImportProblem."""
        value = self.get(field)
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("nan")
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or not 0 <= number <= HIGHEST_PRICE:
            raise self.problem(field, f"must be an amount like 12.50, got {value!r:.40}")
        return to_cents(number)

    def flag(self, field: str) -> bool:
        """True or false. Raises ImportProblem."""
        value = self.get(field)
        if not isinstance(value, bool):
            raise self.problem(field, f"must be true or false, got {value!r:.40}")
        return value

    def branch(self, field: str) -> "Branch":
        """The object in a field. Raises ImportProblem."""
        return self._branch(field, self.get(field))

    def branches(self, field: str) -> "list[tuple[str, Branch]]":
        """(key, object) of all in a field that holds several. Raises ImportProblem."""
        held = self.branch(field)
        return [(key, held._branch(key, value)) for key, value in held.value.items()]

    def each(self, field: str) -> Iterator["Branch"]:
        """Each object of a list. Raises ImportProblem."""
        value = self.get(field)
        if not isinstance(value, list):
            raise self.problem(field, f"must be a list, got {value!r:.40}")
        for place, one in enumerate(value):
            yield self._branch(f"{field}[{place}]", one)

    def _branch(self, field: str, value: object) -> "Branch":
        if not isinstance(value, dict):
            raise self.problem(field, f"must be an object, got {value!r:.40}")
        return Branch(self.file, f"{self.path}.{field}" if self.path else field, value)


def read_tree(path: Path) -> Branch:
    """The whole file. Raises ImportProblem."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ImportProblem(f"{path.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ImportProblem(f"{path.name} is not UTF-8; save it as that") from error
    except json.JSONDecodeError as error:
        raise ImportProblem(
            f"{path.name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        ) from error
    if not isinstance(value, dict):
        raise ImportProblem(f"{path.name} must hold an object with products, users and orders")
    return Branch(path.name, "", value)
