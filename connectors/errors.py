"""Refusals of the chat API: a status, a code for programs, a field and a sentence for people."""

from aiohttp import web


class Refusal(Exception):
    """A request that cannot be served as it is; becomes JSON, never a stack trace."""

    def __init__(
        self,
        status: int,
        error: str,
        message: str,
        *,
        field: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.field = field
        self.message = message
        self.retry_after = retry_after

    def body(self) -> dict[str, str | None]:
        """The JSON form."""
        return {"error": self.error, "field": self.field, "message": self.message}

    def response(self) -> web.Response:
        """The answer to a request."""
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}
        if self.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="chat"'
        return web.json_response(self.body(), status=self.status, headers=headers)


def bad_field(field: str, message: str, *, error: str = "invalid_field") -> Refusal:
    """422 for one field."""
    return Refusal(422, error, message, field=field)


def unauthorised(message: str = "The conversation token is missing or wrong.") -> Refusal:
    """401 that says nothing about what exists."""
    return Refusal(401, "unauthorised", message, field="token")


def not_found(field: str = "conversation_id") -> Refusal:
    """404, the same for what is foreign and what does not exist."""
    return Refusal(404, "not_found", "There is no such conversation.", field=field)


def busy(seconds: int) -> Refusal:
    """503 that says honestly when there is time for the message."""
    return Refusal(
        503,
        "busy",
        f"Many people are writing to us at this moment. Please try again in {seconds} s.",
        retry_after=seconds,
    )
