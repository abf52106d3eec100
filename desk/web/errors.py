"""Refusals of the desk: a status, a code for programs and a message of the catalogue."""


class Refused(Exception):
    """A request that cannot be served; becomes a page, or JSON where a script asked."""

    def __init__(self, status: int, code: str, *, field: str | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.field = field


def not_found() -> Refused:
    """404, the same for what does not exist and for what is not yours."""
    return Refused(404, "not_found")


def conflict() -> Refused:
    """409: somebody else acted first."""
    return Refused(409, "conflict")
