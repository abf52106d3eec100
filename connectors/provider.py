"""Reading what a messenger's provider answers: JSON, files, refusals."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

import aiohttp

from connectors.base import SendFailed
from connectors.messenger import LARGEST_FILE
from connectors.validation import read_up_to

TIMEOUT: Final = aiohttp.ClientTimeout(total=15, connect=5)
FINAL: Final = (400, 403)  # a later try of the same message cannot go better


async def answer_of(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """The JSON object of an answer; empty for anything else."""
    try:
        answer = await response.json(content_type=None)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def refused(response: aiohttp.ClientResponse, why: object, seconds: object = None) -> SendFailed:
    """A refusal: its status, the provider's words, and when to come back, where it says so.

    `seconds` are what the answer says; without them the header counts.
    """
    header = response.headers.get("Retry-After", "")
    if seconds is None and header.isascii() and header.isdigit():
        seconds = int(header)
    return SendFailed(
        f"{response.status} {str(why)[:120]}".strip(),
        timedelta(seconds=seconds) if isinstance(seconds, int) else None,
        is_final=response.status in FINAL,
    )


async def file_of(response: aiohttp.ClientResponse, *, gone: Collection[int]) -> bytes:
    """A file, LARGEST_FILE at most; raises SendFailed, for good with one of the states `gone`."""
    if response.status != 200:
        raise SendFailed(f"{response.status} for a file", is_final=response.status in gone)
    raw = await read_up_to(response.content, LARGEST_FILE)
    if raw is None:
        raise SendFailed("the file is too large", is_final=True)
    return raw
