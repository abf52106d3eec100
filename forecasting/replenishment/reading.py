"""The plan for those who show it: lists, one variant, its past and possible future."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, cast

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from forecasting.replenishment.plan import NightRule, RuleName, StockPlan, TriedRule
from forecasting.replenishment.tables import StockPlanRow, StockRuleRow
from kit.i18n import Texts, local_day
from shop.bulk import is_called, named_variants
from shop.ids import VariantId
from shop.purchasing import SupplierFacts, suppliers
from shop.sales import sold_pieces

Show = Literal["order", "risk", "all"]
SHOWS: Final[tuple[Show, ...]] = ("order", "risk", "all")
_NAMED: Final = named_variants()
RISK: Final = 0.2  # P(stock-out before an order could arrive) that people should know of


@dataclass(frozen=True)
class PlannedVariant:
    """A plan with the names that people know the variant by."""

    plan: StockPlan
    sku: str
    names: Texts
    size: str
    colour: str
    slug: str
    supplier: str
    price: float
    currency: str

    def name(self, language: str) -> str:
        """The product's name in `language`."""
        return self.names.text(language)


@dataclass(frozen=True)
class WeeklyHistory:
    """Pieces sold in each past week, oldest first; `first_day` is the first week's first day."""

    first_day: date
    pieces: tuple[int, ...]


def list_plans(
    session: Session,
    *,
    show: Show = "order",
    search: str = "",
    limit: int | None = 100,
    offset: int = 0,
    among: Collection[VariantId] | None = None,
) -> list[PlannedVariant]:
    """The most urgent first: those who wait, then likely stock-outs, then the best sellers.

    `among` keeps to some variants.
    """
    statement = (
        _matching(_joined(), show, search, among)
        .order_by(
            case((StockPlanRow.quantity > 0, 0), else_=1),
            StockPlanRow.waiting.desc(),
            StockPlanRow.stockout_probability.desc(),
            (StockPlanRow.weekly_mean * _NAMED.c.price).desc(),
            _NAMED.c.sku,
        )
        .limit(limit)
        .offset(offset)
    )
    known = suppliers(session)
    return [_planned(row, known) for row in session.execute(statement)]


def count_plans(
    session: Session,
    *,
    show: Show = "order",
    search: str = "",
    among: Collection[VariantId] | None = None,
) -> int:
    """How many there are."""
    statement = select(func.count(StockPlanRow.id)).select_from(StockPlanRow)
    statement = statement.join(_NAMED, _NAMED.c.id == StockPlanRow.variant_id)
    return int(session.scalar(_matching(statement, show, search, among)) or 0)


def read_plan(session: Session, sku: str) -> PlannedVariant | None:
    """The plan of one variant."""
    row = session.execute(_joined().where(_NAMED.c.sku == sku)).first()
    return None if row is None else _planned(row, suppliers(session))


def plan_made_at(session: Session) -> datetime | None:
    """When the last run wrote its plan."""
    return session.scalar(select(func.max(StockPlanRow.made_at)))


def plan_currency(session: Session) -> str | None:
    """In what the planned variants are priced; the first one's where a shop has several."""
    statement = select(_NAMED.c.currency)
    statement = statement.join(StockPlanRow, StockPlanRow.variant_id == _NAMED.c.id)
    return session.scalar(statement.order_by(StockPlanRow.id).limit(1))


def night_rule(session: Session) -> NightRule | None:
    """By which rule the last run planned, and what it proved; None where none has run."""
    row = session.scalars(select(StockRuleRow).order_by(StockRuleRow.id.desc())).first()
    if row is None:
        return None
    tried = tuple(TriedRule(**one) for one in row.tried)
    return NightRule(cast(RuleName, row.rule), row.target, row.variants, row.weeks, tried)


def weekly_history(
    session: Session, variant_id: VariantId, *, now: datetime, weeks: int = 26
) -> WeeklyHistory:
    """What was sold in the `weeks` before today."""
    today = local_day(now)
    begin = today - timedelta(weeks=weeks)
    pieces = [0] * weeks
    for _, day, sold in sold_pieces(session, since=begin, until=today, variant_ids=[variant_id]):
        pieces[(day - begin).days // 7] += sold
    return WeeklyHistory(begin, tuple(pieces))


def _joined() -> Any:
    return select(StockPlanRow, *_NAMED.c).join(_NAMED, _NAMED.c.id == StockPlanRow.variant_id)


def _matching(statement: Any, show: Show, search: str, among: Collection[VariantId] | None) -> Any:
    if among is not None:
        statement = statement.where(StockPlanRow.variant_id.in_(list(among)))
    if show == "order":
        statement = statement.where(StockPlanRow.quantity > 0)
    elif show == "risk":
        statement = statement.where(StockPlanRow.stockout_probability >= RISK)
    for word in search.lower().split()[:6]:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        found = is_called(_NAMED.c.product_id, pattern) | func.lower(_NAMED.c.sku).like(pattern)
        statement = statement.where(found)
    return statement


def _planned(row: Any, known: Mapping[int, SupplierFacts]) -> PlannedVariant:
    values = {one.name: getattr(row.StockPlanRow, one.name) for one in fields(StockPlan)}
    plan = StockPlan(**values)
    supplier = None if plan.supplier_id is None else known.get(plan.supplier_id)
    return PlannedVariant(
        plan=plan,
        sku=row.sku,
        names=Texts.of(row.names),
        size=row.size,
        colour=row.colour,
        slug=row.slug,
        supplier="" if supplier is None else supplier.name,
        price=float(row.price),
        currency=row.currency,
    )
