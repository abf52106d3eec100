"""Who is writing: proofs that a page gives the chat, made by our own pages or by a shop's server.

A shop's server signs with a key of its own, the *embed key*. It is derived from the installation's
secret and opens nothing else: with it one can vouch for customers, not sign in at the desk.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from kit.signing import BadSignature, derived_key, sign, verify
from shop.access import customer_numbered

PURPOSE: Final = "shopper"
LIFETIME: Final = timedelta(hours=2)
EMBED: Final = "embed"
LONGEST: Final = timedelta(days=1)  # that a shop's proof may hold


def sign_identity(key: bytes, customer_id: int, now: datetime) -> str:
    """A proof for the chat of who is writing; short-lived, of no use elsewhere."""
    return sign({"customer": customer_id}, key=key, purpose=PURPOSE, expires_at=now + LIFETIME)


def embed_key(key: bytes) -> str:
    """The key that a shop's server signs its customers' numbers with, as 64 hex digits."""
    return derived_key(key, EMBED).hex()


def read_identity(session: Session, identity: str, key: bytes, now: datetime) -> str:
    """The customer whom a page vouches for; raises BadSignature for a bad or stale proof.

    Our own pages name our number (`customer`), a shop's server names its own (`shop_customer`):
    the two never pass for each other.
    """
    try:
        return str(verify(identity, key=key, purpose=PURPOSE, now=now)["customer"])
    except BadSignature:
        pass
    except KeyError as error:
        raise BadSignature("the proof names nobody") from error
    claims = verify(identity, key=key, purpose=EMBED, now=now, longest=LONGEST)
    number = claims.get("shop_customer")
    if not isinstance(number, str | int) or isinstance(number, bool):
        raise BadSignature("the proof names nobody")
    found = customer_numbered(session, str(number))
    if found is None:
        raise BadSignature("no customer has this number")
    return str(found)
