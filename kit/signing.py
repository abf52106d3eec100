"""Signed tokens: small JSON payloads that only this installation can have made.

A token is `<payload>.<signature>`, both base64url. The key is derived per purpose, so a token for
one purpose never passes for another.
"""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any, Final

SIGNATURE_BYTES: Final = 20


class BadSignature(ValueError):
    """The token was not made by us, or not for this purpose."""


class Expired(BadSignature):
    """The token was ours, and its time is over."""


def process_secret(key: bytes, name: str) -> str:
    """A shared secret between two of our processes, as 64 hex digits."""
    return hmac.new(key, f"process:{name}".encode(), hashlib.sha256).hexdigest()


def sign(
    payload: dict[str, Any], *, key: bytes, purpose: str, expires_at: datetime | None = None
) -> str:
    """Make a token of `payload` for `purpose`, good until `expires_at`."""
    body = dict(payload)
    if expires_at is not None:
        body["exp"] = int(expires_at.timestamp())
    packed = _encode(json.dumps(body, separators=(",", ":"), sort_keys=True).encode())
    return f"{packed}.{_encode(_signature(packed, key, purpose))}"


def derived_key(key: bytes, purpose: str) -> bytes:
    """The key of one purpose; who has it can make tokens for that purpose and for no other."""
    return hmac.new(key, f"token:{purpose}".encode(), hashlib.sha256).digest()


def verify(
    token: str, *, key: bytes, purpose: str, now: datetime, longest: timedelta | None = None
) -> dict[str, Any]:
    """The payload of a token made by `sign` with the same key and purpose.

    Raises BadSignature for anything else and Expired when its time is over. `longest` is for
    tokens that others make with a derived key: they must end, and within that time.
    """
    packed, _, signature = token.partition(".")
    try:
        given = _decode(signature)
        expected = _signature(packed, key, purpose)
        if not hmac.compare_digest(given, expected):
            raise BadSignature("the token was not signed here")
        payload = json.loads(_decode(packed))
    except (ValueError, binascii.Error, UnicodeEncodeError) as error:
        raise BadSignature("the token is not valid") from error
    if not isinstance(payload, dict):
        raise BadSignature("the token is not valid")
    ends = payload.pop("exp", None)
    if ends is not None and not isinstance(ends, int):
        raise BadSignature("the token is not valid")
    if ends is not None and now.timestamp() >= ends:
        raise Expired("the token has expired")
    if longest is not None and (ends is None or ends > (now + longest).timestamp()):
        raise BadSignature("the token must end sooner")
    return payload


def _signature(packed: str, key: bytes, purpose: str) -> bytes:
    derived = derived_key(key, purpose)
    return hmac.new(derived, packed.encode("ascii"), hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.b64decode(
        text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
    )
