"""What can be wrong with a file or a row, and what was put right."""

from dataclasses import dataclass


class ImportProblem(ValueError):
    """The file or a setting cannot be used; the message names it and says what to change."""


class Rejected(Exception):
    """A row that is not imported: the rule it breaks, the field, and what is wrong."""

    def __init__(self, rule: str, field: str, reason: str) -> None:
        super().__init__(reason)
        self.rule, self.field, self.reason = rule, field, reason


@dataclass(frozen=True)
class Note:
    """Something of a row that was put right: the rule, the field, and how."""

    rule: str
    field: str
    how: str
