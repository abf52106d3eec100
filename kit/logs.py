"""Structured logs that never carry personal data."""

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Final

from kit.redaction import PERSONAL, redact, redact_trace
from kit.settings import Settings

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class RedactingFormatter(logging.Formatter):
    """One line a record, as text or JSON, redacted, with tracebacks on the following lines."""

    def __init__(self, process: str, *, as_json: bool) -> None:
        super().__init__()
        self.process = process
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line; extra fields follow the message."""
        extra = {
            name: "[hidden]" if name in PERSONAL else redact(str(value))
            for name, value in vars(record).items()
            if name not in _STANDARD
        }
        message = redact(record.getMessage())
        trace = redact_trace(self.formatException(record.exc_info)) if record.exc_info else ""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        if self.as_json:
            line = {
                "at": at,
                "process": self.process,
                "level": record.levelname.lower(),
                "logger": record.name,
                "event": message,
                **extra,
            }
            return json.dumps({**line, "trace": trace} if trace else line, ensure_ascii=False)
        fields = "".join(f" {name}={value}" for name, value in extra.items())
        line_text = f"{at} {record.levelname:<7} {record.name}: {message}{fields}"
        return f"{line_text}\n{trace}" if trace else line_text


def configure_logging(settings: Settings, process: str) -> None:
    """Send every logger of this process, and what nobody caught, through one redacting handler."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(process, as_json=settings.log_format == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for noisy in (
        "aiohttp.access",
        "asyncio",
        "huey",
        "matplotlib",
        "urllib3",
        "alembic.runtime.migration",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    sys.excepthook = _log_uncaught


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("uncaught").critical("the process ends", exc_info=(kind, error, trace))
