"""What merchants want: products pinned first, boosted, or never offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from recommender.serving.tables import RecommendationRule
from shop.catalogue import category_slugs, product_called, slugs_of
from shop.ids import ProductId

RuleKind = Literal["pin", "boost", "hide"]
KINDS: Final[tuple[RuleKind, ...]] = get_args(RuleKind)
LARGEST_FACTOR: Final = 10.0


class RuleProblem(ValueError):
    """A rule that cannot be made; the message names what to change."""


@dataclass(frozen=True)
class Rule:
    """One rule. Without a category it holds in every list."""

    rule_id: int
    kind: RuleKind
    product_id: ProductId
    slug: str
    category: str | None
    factor: float
    starts_at: datetime | None
    ends_at: datetime | None


def add_rule(
    session: Session,
    kind: RuleKind,
    slug: str,
    *,
    now: datetime,
    category: str | None = None,
    factor: float = 1.0,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> int:
    """Make a rule for a product and give its key; an equal one is replaced.

    Raises RuleProblem for an unknown product or category, a factor out of range, or dates that are
    the wrong way round.
    """
    if kind not in KINDS:
        raise RuleProblem(f"the kind must be one of {', '.join(KINDS)}, got {kind!r}")
    product_id = product_called(session, slug)
    if product_id is None:
        raise RuleProblem(f"no product is called {slug!r}; its name in the shop's address is meant")
    if category is not None and category not in (known := category_slugs(session)):
        raise RuleProblem(f"no category is called {category!r}; there are {', '.join(known)}")
    if not 0 < factor <= LARGEST_FACTOR:
        raise RuleProblem(f"the factor must be above 0 and at most {LARGEST_FACTOR:g}")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise RuleProblem("the rule would end before it starts")
    session.execute(
        delete(RecommendationRule).where(
            RecommendationRule.kind == kind,
            RecommendationRule.product_id == product_id,
            RecommendationRule.category.is_(None)
            if category is None
            else RecommendationRule.category == category,
        )
    )
    row = RecommendationRule(
        kind=kind,
        product_id=product_id,
        category=category,
        factor=factor,
        starts_at=starts_at,
        ends_at=ends_at,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def remove_rule(session: Session, rule_id: int) -> bool:
    """Take a rule away; False when there is none of that key."""
    done = session.execute(delete(RecommendationRule).where(RecommendationRule.id == rule_id))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def list_rules(session: Session, *, now: datetime | None = None) -> list[Rule]:
    """All rules, the oldest first; with `now` only those that hold at that moment."""
    statement = select(RecommendationRule).order_by(RecommendationRule.id)
    if now is not None:
        begins, ends = RecommendationRule.starts_at, RecommendationRule.ends_at
        statement = statement.where(
            or_(begins.is_(None), begins <= now), or_(ends.is_(None), ends > now)
        )
    rows = session.scalars(statement).all()
    slugs = slugs_of(session, [ProductId(row.product_id) for row in rows])
    return [
        Rule(
            rule_id=row.id,
            kind=row.kind,  # type: ignore[arg-type]
            product_id=ProductId(row.product_id),
            slug=slugs[ProductId(row.product_id)],
            category=row.category,
            factor=row.factor,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in rows
    ]


def holding(rules: Sequence[Rule], categories: Sequence[str]) -> list[Rule]:
    """The rules for a list of these categories (none: of everything)."""
    return [rule for rule in rules if rule.category is None or rule.category in categories]
