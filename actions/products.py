"""Finding products, their details, stock, sizes, prices; comparing and recommending."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy.orm import Session

from actions.base import Action
from actions.identity import verified_customer
from actions.services import Services
from actions.turn import Button, Talk, Turn
from actions.wording import Words
from forecasting.restock import restock_of
from recommender.simple import Recommendation, recommend
from shop.catalogue import (
    ProductFilter,
    Sort,
    find_products_by_name,
    get_product,
    get_products,
    search_products,
)
from shop.ids import ProductId
from shop.views import ProductView, VariantView

SHOWN: Final = 4


def product_meant(turn: Turn, session: Session, may_search: bool = True) -> ProductView | None:
    """The product that is meant: named, by its place in the last list, the last one, the page's."""
    slug = turn.first("slug")
    if slug:
        return get_product(session, slug, now=turn.now)
    shown = [ProductId(int(key)) for key in turn.slots.get("shown_products") or ()]
    place = turn.first("ordinal")
    if place is not None and shown and place.lstrip("-").isdigit():
        index = int(place) - 1 if int(place) > 0 else len(shown) + int(place)
        if 0 <= index < len(shown):
            return get_products(session, [shown[index]], now=turn.now)[0]
    for name in turn.entities.get("product", ()):
        product = get_product(session, name, now=turn.now)
        if product is not None:
            return product
    if may_search:
        named = find_products_by_name(session, turn.text, language=turn.language, now=turn.now)
        if named:
            return named[0]
    if turn.first("category") or turn.first("brand"):
        return None
    focus = turn.slots.get("focus_product") or turn.page_product
    return get_product(session, str(focus), now=turn.now) if focus else None


def amount(value: str | None) -> Decimal | None:
    """A price that a shopper named."""
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        return None


def filter_of(turn: Turn) -> ProductFilter:
    """What the message asks of products."""
    price = amount(turn.first("price"))
    over = any(
        word in turn.text.lower() for word in ("over ", "more than", "above", "at least", "以上")
    )
    return ProductFilter(
        categories=turn.entities.get("category", ()),
        brands=turn.entities.get("brand", ()),
        colours=turn.entities.get("colour", ()),
        sizes=turn.entities.get("size", ()),
        price_min=price if over else None,
        price_max=None if over else price,
        in_stock=True,
    )


def show(
    turn: Turn,
    talk: Talk,
    services: Services,
    products: Sequence[ProductView],
    response: str,
    *,
    filters: ProductFilter | None = None,
    sort: str = "relevance",
    reasons: Sequence[str] = (),
    **values: Any,
) -> None:
    """Cards, remembered so that "the second one" and "cheaper" work afterwards."""
    words = Words(turn, services)
    colour = filters.colours[0] if filters and filters.colours else None
    cards = [
        words.card(product, reasons[place] if place < len(reasons) else "", colour)
        for place, product in enumerate(products)
    ]
    talk.say(response, cards=cards, **values)
    talk.remember("shown_products", [int(product.product_id) for product in products])
    talk.remember("focus_product", products[0].slug if len(products) == 1 else None)
    if filters is not None:
        talk.remember("search", {**as_json(filters), "sort": sort})


def as_json(filters: ProductFilter) -> dict[str, Any]:
    """A filter as a slot keeps it."""
    return {
        "categories": list(filters.categories),
        "brands": list(filters.brands),
        "not_brands": list(filters.not_brands),
        "colours": list(filters.colours),
        "sizes": list(filters.sizes),
        "price_min": str(filters.price_min) if filters.price_min is not None else None,
        "price_max": str(filters.price_max) if filters.price_max is not None else None,
    }


def from_json(kept: dict[str, Any]) -> ProductFilter:
    """A filter as it was kept."""
    return ProductFilter(
        categories=tuple(kept.get("categories") or ()),
        brands=tuple(kept.get("brands") or ()),
        not_brands=tuple(kept.get("not_brands") or ()),
        colours=tuple(kept.get("colours") or ()),
        sizes=tuple(kept.get("sizes") or ()),
        price_min=amount(kept.get("price_min")),
        price_max=amount(kept.get("price_max")),
        in_stock=True,
    )


class SearchProducts(Action):
    """Find what the shopper looks for."""

    name = "action_search_products"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Filters from the entities, the rest by words; softer until something is found."""
        filters = filter_of(turn)
        structured = bool(filters.categories or filters.brands or filters.colours)
        text = "" if filters.categories or filters.brands else turn.text
        with services.database.reading() as session:
            named = find_products_by_name(session, turn.text, language=turn.language, now=turn.now)
            if named and not filters.categories:
                show(turn, talk, services, named[:SHOWN], "utter_products_found")
                return
            for tried in (
                filters,
                replace(filters, in_stock=False),
                replace(filters, sizes=(), colours=()),
            ):
                found = search_products(
                    session,
                    text,
                    tried,
                    language=turn.language,
                    limit=SHOWN,
                    sort="price" if wants_cheap(turn.text) else "relevance",
                    now=turn.now,
                )
                if found:
                    exact = tried is filters
                    show(
                        turn,
                        talk,
                        services,
                        found,
                        "utter_products_found" if exact else "utter_products_close",
                        filters=tried,
                    )
                    return
            if not structured and not turn.first("price"):
                talk.say("utter_ask_what_to_search")
                return
        talk.say("utter_no_products", buttons=[Words(turn, services).person()])


def wants_cheap(text: str) -> bool:
    """Whether cheap ones are wanted first."""
    return any(
        word in text.lower()
        for word in ("cheap", "budget", "affordable", "less expensive", "便宜", "实惠", "性价比")
    )


class RefineSearch(Action):
    """Cheaper, in blue, not that brand: the last search with one thing changed."""

    name = "action_refine_search"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Change the remembered filter and search again, leaving out what was shown."""
        kept = turn.slots.get("search")
        with services.database.reading() as session:
            shown = get_products(
                session,
                [ProductId(int(k)) for k in turn.slots.get("shown_products") or ()],
                now=turn.now,
            )
            if not kept and shown:
                kept = as_json(ProductFilter(categories=tuple({p.category for p in shown})))
            if not kept:
                return SEARCH.run(turn, talk, services)
            filters = refined(from_json(kept), filter_of(turn), turn.text, shown)
            sort: Sort = "price" if wants_cheap(turn.text) else "popularity"
            found = search_products(
                session,
                "",
                replace(filters, exclude=tuple(p.product_id for p in shown)),
                language=turn.language,
                limit=SHOWN,
                sort=sort,
                now=turn.now,
            )
            if found:
                show(
                    turn,
                    talk,
                    services,
                    found,
                    "utter_products_refined",
                    filters=filters,
                    sort=sort,
                )
                return None
        talk.say("utter_no_products_refined")
        return None


def refined(
    old: ProductFilter, new: ProductFilter, text: str, shown: Sequence[ProductView]
) -> ProductFilter:
    """The old filter with what the message changes."""
    lowered = text.lower()
    changed = replace(
        old,
        categories=new.categories or old.categories,
        colours=new.colours or old.colours,
        sizes=new.sizes or old.sizes,
        price_max=new.price_max or old.price_max,
        price_min=new.price_min or old.price_min,
        in_stock=True,
    )
    refuses = any(
        word in lowered
        for word in (
            "not ",
            "no ",
            "without",
            "except",
            "other brand",
            "different brand",
            "不要",
            "不想要",
            "别的牌子",
            "换个牌子",
        )
    )
    if refuses:
        brands = new.brands or tuple({product.brand for product in shown})
        changed = replace(changed, brands=(), not_brands=tuple({*old.not_brands, *brands}))
    elif new.brands:
        changed = replace(changed, brands=new.brands)
    if wants_cheap(lowered) and shown and new.price_max is None:
        changed = replace(changed, price_max=min(p.price.amount for p in shown) - Decimal("0.01"))
    return changed


class ProductDetails(Action):
    """What a product is like."""

    name = "action_product_details"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Description, facts, price and stock of one product."""
        words = Words(turn, services)
        with services.database.reading() as session:
            product = product_meant(turn, session)
        if product is None:
            return SEARCH.run(turn, talk, services)
        show(
            turn,
            talk,
            services,
            [product],
            "utter_product_details",
            product=product.name(turn.language),
            description=product.description(turn.language),
            facts=facts_of(words, product),
            price=words.money(product.price),
        )
        return None


def facts_of(words: Words, product: ProductView) -> str:
    """Attributes that a shopper can use, one a line."""
    rows = []
    for name in (
        "weight_g",
        "waterproof_mm",
        "volume_l",
        "volume_ml",
        "comfort_c",
        "persons",
        "lumens",
        "fit",
    ):
        if name in product.attributes:
            try:
                rows.append(words.text(f"fact.{name}", value=product.attributes[name]))
            except ValueError:
                continue
    return "\n".join(rows)


class CheckStock(Action):
    """Is it there, in this size and colour?"""

    name = "action_check_stock"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Stock of the variants asked for; else when it is back and what is there instead."""
        words = Words(turn, services)
        with services.database.reading() as session:
            product = product_meant(turn, session)
            if product is None:
                return SEARCH.run(turn, talk, services)
            wanted = variants_wanted(turn, product)
            there = [v for v in wanted if v.stock > 0]
            values: dict[str, Any] = {
                "product": product.name(turn.language),
                "price": words.money(product.price),
            }
            if there:
                listed = words.text("semicolon").join(
                    words.variant(v) for v in there[:6] if words.variant(v)
                )
                response = (
                    "utter_stock_yes" if len(there) > 1 or not listed else "utter_stock_yes_one"
                )
                show(turn, talk, services, [product], response, variants=listed, **values)
                return None
            say_when_back(turn, talk, services, session, product, wanted)
        return None


def variants_wanted(turn: Turn, product: ProductView) -> list[VariantView]:
    """Variants of the size and colour asked for; all when none was named."""
    size, colour = turn.first("size"), turn.first("colour")
    return [
        v
        for v in product.variants
        if size in {None, v.size, v.size.upper()} and colour in {None, v.colour}
    ]


def say_when_back(
    turn: Turn,
    talk: Talk,
    services: Services,
    session: Session,
    product: ProductView,
    wanted: Sequence[VariantView],
) -> None:
    """When it is back, alternatives that are there now, and the offer of a notice."""
    words = Words(turn, services)
    name = product.name(turn.language)
    if not wanted:
        talk.say("utter_variant_unknown", product=name)
        return
    dates = [(restock_of(session, v.variant_id, today=turn.now.date()), v) for v in wanted]
    known = sorted(((r.likely, r, v) for r, v in dates if r is not None), key=lambda x: x[0])
    others = [v for v in product.variants if v.stock > 0]
    notice = Button(words.text("notify_me"), f'/notify_restock{{"slug":"{product.slug}"}}')
    variant = words.variant(known[0][2] if known else wanted[0])
    values: dict[str, Any] = {"product": name, "variant": f" ({variant})" if variant else ""}
    if known:
        restock = known[0][1]
        talk.say(
            "utter_back_on",
            buttons=[notice],
            likely=words.day(restock.likely),
            surely=words.day(restock.surely),
            **values,
        )
    else:
        talk.say("utter_back_unknown", buttons=[notice], **values)
    if others:
        listed = words.text("semicolon").join(dict.fromkeys(words.variant(v) for v in others[:4]))
        talk.say("utter_there_instead", variants=listed)
    talk.remember("focus_product", product.slug)


class RestockDate(Action):
    """When is it back?"""

    name = "action_restock_date"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """The date for what is sold out; the good news for what is not."""
        words = Words(turn, services)
        with services.database.reading() as session:
            product = product_meant(turn, session)
            if product is None:
                talk.say("utter_ask_which_product")
                return
            wanted = variants_wanted(turn, product)
            sold_out = [v for v in wanted if v.stock == 0]
            if wanted and not sold_out:
                show(
                    turn,
                    talk,
                    services,
                    [product],
                    "utter_is_in_stock",
                    product=product.name(turn.language),
                )
                return
            say_when_back(turn, talk, services, session, product, sold_out or wanted)
        del words


class AskPrice(Action):
    """What does it cost?"""

    name = "action_price"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """The price now, what it was before, the lowest of 30 days."""
        words = Words(turn, services)
        with services.database.reading() as session:
            product = product_meant(turn, session)
        if product is None:
            return SEARCH.run(turn, talk, services)
        response = "utter_price" if product.old_price is None else "utter_price_reduced"
        show(
            turn,
            talk,
            services,
            [product],
            response,
            product=product.name(turn.language),
            price=words.money(product.price),
            lowest=words.money(product.lowest_price_30_days),
            old="" if product.old_price is None else words.money(product.old_price),
        )
        return None


class CompareProducts(Action):
    """Two products side by side."""

    name = "action_compare_products"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """The two that are named, or the first two of the last list."""
        words = Words(turn, services)
        with services.database.reading() as session:
            named = [
                get_product(session, n, now=turn.now) for n in turn.entities.get("product", ())
            ]
            pair = [p for p in named if p is not None]
            shown = [ProductId(int(k)) for k in turn.slots.get("shown_products") or ()]
            places = [int(p) for p in turn.entities.get("ordinal", ()) if p.lstrip("-").isdigit()]
            picked = [shown[p - 1] for p in places if 0 < p <= len(shown)] or shown
            if len(pair) < 2:
                pair += [p for p in get_products(session, picked, now=turn.now) if p not in pair]
        if len(pair) < 2:
            talk.say("utter_compare_which")
            return
        rows = [
            words.text(
                "compare_row",
                name=p.name(turn.language),
                price=words.money(p.price),
                facts=facts_of(words, p).replace("\n", words.text("semicolon"))
                or p.description(turn.language),
            )
            for p in pair[:2]
        ]
        show(turn, talk, services, pair[:2], "utter_compare", rows="\n".join(rows))


class Recommend(Action):
    """Something for this shopper."""

    name = "action_recommend"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """What goes with their past for those who have one, else what is popular."""
        words = Words(turn, services)
        categories = turn.entities.get("category", ())
        with services.database.reading() as session:
            shown = [ProductId(int(k)) for k in turn.slots.get("shown_products") or ()]
            found = recommend(
                session,
                verified_customer(turn, services),
                categories=categories,
                limit=SHOWN,
                exclude=shown,
            )
            products = get_products(session, [r.product_id for r in found], now=turn.now)
            seeds = {r.seed for r in found if r.seed is not None}
            names = {
                p.product_id: p.name(turn.language)
                for p in get_products(session, list(seeds), now=turn.now)
            }
        if not products:
            talk.say("utter_no_products", buttons=[words.person()])
            return
        by_id = {r.product_id: r for r in found}
        reasons = [reason_of(words, by_id[p.product_id], names) for p in products]
        personal = any(r.because != "popular" and r.because != "popular_in" for r in found)
        response = "utter_recommend_personal" if personal else "utter_recommend"
        show(
            turn,
            talk,
            services,
            products,
            response,
            filters=ProductFilter(categories=categories),
            reasons=reasons,
        )


def reason_of(words: Words, one: Recommendation, names: dict[ProductId, str]) -> str:
    """Why a product is recommended, in words."""
    seed = names.get(one.seed, "") if one.seed is not None else ""
    return words.text(f"because.{one.because}", seed=seed)


SEARCH: Final = SearchProducts()
