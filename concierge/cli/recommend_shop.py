"""`concierge recommend for, similar, pin, report, …`: the running shop's recommender."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import numpy as np
import typer
from rich.table import Table
from sqlalchemy.orm import Session

from concierge.app.preparation import console, prepare_database
from kit.clock import SystemClock
from kit.database import open_database
from kit.i18n import DEFAULT_LANGUAGE
from kit.settings import Settings, load_settings
from recommender.serving.models import Models
from recommender.serving.offers import recommend_for
from recommender.serving.report import as_figures, make_report
from recommender.serving.rules import RuleKind, RuleProblem, add_rule, list_rules, remove_rule
from recommender.serving.shopper import Shopper, read_shopper
from recommender.serving.told import tell_reasons
from recommender.serving.wishes import Offering, Wish
from recommender.serving.words import load_words
from shop.access import access_customer
from shop.catalogue import ProductFilter, get_product
from shop.ids import CustomerId
from shop.privacy import find_customer

Count = Annotated[int, typer.Option("--count", "-k", min=1, max=50, help="How many.")]
Category = Annotated[str | None, typer.Option(help="Only in lists of this category.")]
Days = Annotated[int | None, typer.Option(min=1, help="For so many days from now.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
Slug = Annotated[str, typer.Argument(help="The product's name in the shop's address.")]


def add_commands(app: typer.Typer) -> None:
    """Put the commands of the running shop beside `evaluate`."""
    app.command("for")(for_customer)
    app.command()(similar)
    app.command()(pin)
    app.command()(boost)
    app.command()(hide)
    app.command()(unpin)
    app.command("list")(list_command)
    app.command()(report)


def for_customer(
    customer: Annotated[str, typer.Argument(help="The customer's id or e-mail address.")],
    count: Count = 8,
    json_file: Json = None,
) -> None:
    """What the shop would recommend to a customer now, with the reasons; nothing is stored."""
    with _shop() as (settings, session, now):
        key: CustomerId | None
        if customer.isascii() and customer.isdigit():
            key = CustomerId(int(customer[:18]))
        else:
            key = find_customer(session, customer)
        if key is None or access_customer(session, key) is None:
            _refuse(f"CUSTOMER: there is no customer {customer!r}; give an id or an e-mail address")
        shopper = read_shopper(session, key, "command-line", now=now)
        wish = Wish(ProductFilter(in_stock=True), slot="command")
        _show(settings, session, shopper, wish, count, now, json_file)


def similar(product: Slug, count: Count = 8, json_file: Json = None) -> None:
    """Products like this one that are in stock."""
    with _shop() as (settings, session, now):
        found = get_product(session, product, now=now)
        if found is None:
            _refuse(f"PRODUCT: there is no product {product!r}; its name in the address is meant")
        wish = Wish(
            ProductFilter(in_stock=True),
            slot="command",
            strategy="similar",
            seeds=(found.product_id,),
            diversity=0.1,
        )
        _show(settings, session, Shopper("command-line"), wish, count, now, json_file)


def pin(product: Slug, category: Category = None, days: Days = None) -> None:
    """Put a product first in every list that its filters allow."""
    _add("pin", product, category, days)


def boost(
    product: Slug,
    factor: Annotated[float, typer.Option(help="Above 1 more often, below 1 less often.")] = 2.0,
    category: Category = None,
    days: Days = None,
) -> None:
    """Show a product more often, or less often."""
    _add("boost", product, category, days, factor)


def hide(product: Slug, days: Days = None) -> None:
    """Never recommend a product."""
    _add("hide", product, None, days)


def unpin(rule: Annotated[int, typer.Argument(help="The rule's number in `list`.")]) -> None:
    """Take a rule away."""
    with _shop() as (_, session, _now):
        if not remove_rule(session, rule):
            _refuse(f"RULE: there is no rule {rule}; `concierge recommend list` shows them")
        session.commit()
    typer.echo(f"rule {rule} is gone")


def list_command() -> None:
    """The merchants' rules."""
    with _shop() as (_, session, now):
        rules = list_rules(session)
    table = Table("rule", "kind", "product", "category", "factor", "until")
    for rule in rules:
        ended = rule.ends_at is not None and rule.ends_at <= now
        until = "" if rule.ends_at is None else f"{rule.ends_at:%Y-%m-%d}" + " (over)" * ended
        table.add_row(
            str(rule.rule_id),
            rule.kind,
            rule.slug,
            rule.category or "all",
            f"{rule.factor:g}" if rule.kind == "boost" else "",
            until,
        )
    console.print(table)


def report(
    days: Annotated[int, typer.Option(min=1, help="Of the last so many days.")] = 30,
    json_file: Json = None,
) -> None:
    """How recommending goes: lists and what they led to, coverage, drift."""
    with _shop() as (settings, session, now):
        card = Models(settings.recommender_dir).facts("personal")
        made = make_report(session, now=now, days=days, trained_on=card.get("categories", {}))
    figures = as_figures(made, card)
    table = Table("of the last days", "lists", "led to something", "95 % interval")
    for kind, rates in (
        ("strategy", made.strategies),
        ("group", made.groups),
        ("slot", made.slots),
    ):
        for name, rate in rates.items():
            low, high = rate.interval
            table.add_row(
                f"{kind} {name}", str(rate.lists), f"{rate.share:.1%}", f"{low:.1%} – {high:.1%}"
            )
    console.print(table)
    drift = "no purchases lately" if made.drift is None else f"{made.drift:.3f}"
    console.print(
        f"coverage {made.coverage:.1%} of {made.sellable_products} products · less sold half "
        f"{made.tail_share:.1%} of what is shown · refused {made.refused} · drift {drift}"
    )
    _write(json_file, figures)


def _show(
    settings: Settings,
    session: Session,
    shopper: Shopper,
    wish: Wish,
    count: int,
    now: datetime,
    json_file: Path | None,
) -> None:
    offering: Offering = recommend_for(
        session,
        shopper,
        wish,
        count,
        models=Models(settings.recommender_dir),
        now=now,
        random=np.random.default_rng(),
    )
    reasons = [offer.reason for offer in offering.offers]
    told = tell_reasons(session, reasons, DEFAULT_LANGUAGE, load_words(), now=now)
    table = Table("product", "price", "strategy", "reason")
    for offer, reason in zip(offering.offers, told, strict=True):
        table.add_row(str(offer.product.names), str(offer.product.price), offer.strategy, reason)
    console.print(table)
    products = ",".join(offer.product.slug for offer in offering.offers)
    _write(json_file, {"products": products, "strategy": offering.strategy})


def _add(
    kind: RuleKind, product: str, category: str | None, days: int | None, factor: float = 1.0
) -> None:
    with _shop() as (_, session, now):
        ends_at = None if days is None else now + timedelta(days=days)
        try:
            rule = add_rule(
                session, kind, product, now=now, category=category, factor=factor, ends_at=ends_at
            )
        except RuleProblem as problem:
            _refuse(str(problem))
        session.commit()
    typer.echo(f"rule {rule}: {kind} {product}")


def _write(path: Path | None, figures: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _refuse(message: str) -> NoReturn:
    typer.echo(f"concierge recommend: {message}", err=True)
    raise typer.Exit(2)


@contextmanager
def _shop() -> Iterator[tuple[Settings, Session, datetime]]:
    settings = load_settings()
    prepare_database(settings)
    database = open_database(settings.database_url)
    try:
        with database.session() as session:
            yield settings, session, SystemClock().now()
    finally:
        database.close()
