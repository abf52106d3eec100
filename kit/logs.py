"""Structured logs that never carry personal data."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Final

from kit.settings import Settings

_EMAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
_TOKEN: Final = re.compile(r"(?:btn\.)?[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{20,}")
_DIGITS: Final = re.compile(r"(?<![\w.:-])\+?\d[\d ()/-]{7,}\d(?![\w:-])")
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def redact(text: str) -> str:
    """`text` with e-mail addresses, signed tokens, phone and card numbers blacked out."""
    text = _EMAIL.sub("[email]", text)
    text = _TOKEN.sub("[token]", text)
    return _DIGITS.sub("[number]", text)


class RedactingFormatter(logging.Formatter):
    """One line a record, as text or JSON, redacted, with tracebacks on the following lines."""

    def __init__(self, process: str, *, as_json: bool) -> None:
        super().__init__()
        self.process = process
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line; extra fields follow the message."""
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        message = redact(record.getMessage())
        trace = redact(self.formatException(record.exc_info)) if record.exc_info else ""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        if self.as_json:
            line = {
                "at": at,
                "process": self.process,
                "level": record.levelname.lower(),
                "logger": record.name,
                "event": message,
                **{name: redact(str(value)) for name, value in extra.items()},
            }
            return json.dumps({**line, "trace": trace} if trace else line, ensure_ascii=False)
        fields = "".join(f" {name}={redact(str(value))}" for name, value in extra.items())
        line_text = f"{at} {record.levelname:<7} {record.name}: {message}{fields}"
        return f"{line_text}\n{trace}" if trace else line_text


def configure_logging(settings: Settings, process: str) -> None:
    """Send every logger of this process to standard error through one redacting handler."""
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
