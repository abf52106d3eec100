"""Audiences for ads: customers by rules, as hashed e-mails for the platforms.

In a file are only customers who allow personal suggestions and have agreed to be written to.
Whoever is held out is so for good under the audience's name, so that what the ads bring can be
told from what would have come anyway.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session

from insights.profiles.tables import ProfileRow
from shop.customer_rows import allows_mail, named_customers, who_refused

Platform = Literal["google", "meta"]
PLATFORMS: Final[tuple[Platform, ...]] = get_args(Platform)
# What the first line of a list must be called: Google Customer Match, Meta Custom Audiences.
HEADINGS: Final = {"google": "Email", "meta": "email"}
HELD_OUT: Final = (0, 10, 20, 50)  # per cent
FEWEST: Final = 100  # so that nobody is singled out; platforms take no shorter list either
LONGEST_NAME: Final = 60


@dataclass(frozen=True)
class Audience:
    """Rules that must all hold; an empty one asks for nothing."""

    name: str
    segments: tuple[str, ...] = ()
    mark: str | None = None
    category: str | None = None
    held_out: int = 0


@dataclass(frozen=True)
class Reach:
    """How many the rules find, and how many of them may be reached at all."""

    found: int
    allowed: int


def reach(session: Session, audience: Audience) -> Reach:
    """Count now."""
    both = (_chosen(audience), _chosen(audience).where(allows_mail(ProfileRow.customer_id)))
    return Reach(
        *(session.scalar(select(func.count()).select_from(one.subquery())) or 0 for one in both)
    )


def members(session: Session, audience: Audience) -> list[tuple[int, str]]:
    """(customer's id, e-mail) of those who may be reached and are not held out."""
    people = named_customers()
    rows = session.execute(
        _chosen(audience)
        .where(allows_mail(ProfileRow.customer_id))
        .join(people, people.c.id == ProfileRow.customer_id)
        .add_columns(people.c.email)
        .order_by(ProfileRow.customer_id)
    )
    return [(row[0], row[1]) for row in rows if not is_held_out(row[0], audience)]


def is_held_out(customer_id: int, audience: Audience) -> bool:
    """By a hash of name and customer: the same people each time, others in another audience."""
    digest = hashlib.sha256(f"{audience.name.strip().lower()}:{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < audience.held_out


def hashed(email: str) -> str:
    """As the platforms want it: no white space, small letters, SHA-256 in hexadecimal."""
    return hashlib.sha256("".join(email.split()).lower().encode()).hexdigest()


def _chosen(audience: Audience) -> Select[Any]:
    statement = select(ProfileRow.customer_id).where(ProfileRow.customer_id.not_in(who_refused()))
    if audience.segments:
        statement = statement.where(ProfileRow.segment.in_(audience.segments))
    if audience.mark is not None:
        statement = statement.where(ProfileRow.marked(audience.mark))
    if audience.category is not None:
        named = f'"category": "{audience.category}"'
        statement = statement.where(
            cast(ProfileRow.categories, Text).contains(named, autoescape=True)
        )
    return statement
