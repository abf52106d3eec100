"""Products side by side as a table: what was asked first, then what tells them apart."""

from collections.abc import Sequence
from typing import Final

from actions.browsing.phrases import Phrases, phrases_of
from actions.chat import Chat
from catalogue_search.compare import Comparison
from catalogue_search.compare import Row as Compared
from conversations import Column, ComparisonCard, Row
from shop.views import ProductView

MOST_ROWS: Final = 7
# What shoppers look for first; the rest follows as the comparison has it.
FIRST: Final = ("price", "rating", "weight", "volume", "persons", "comfort", "water_column")
UNTOLD: Final = frozenset({"warmth", "care", "gender"})  # a number or a word of no use here


def comparison_card(
    chat: Chat, products: Sequence[ProductView], found: Comparison
) -> ComparisonCard:
    """The table of two to four products, with the rows that differ before those that do not."""
    phrases, language = phrases_of(chat.words, products), chat.turn.language
    asked = "" if found.criterion is None else found.criterion.quantity
    rows = [row for one in found.rows if (row := _row(one, products, phrases)) is not None]
    first = dict.fromkeys((asked, *FIRST))
    order = {phrases.name("topic", name): place for place, name in enumerate(first)}
    rows.sort(key=lambda row: (order.get(row.name, len(order)), not row.differs))
    sizes = tuple(_sizes(chat, one) for one in products)
    if any(sizes):
        rows = [*rows[: MOST_ROWS - 1], Row(phrases.name("topic", "size"), sizes)]
    return ComparisonCard(
        title=chat.words.text("card.compared"),
        columns=tuple(
            Column(
                one.name(language),
                f"/media/products/{one.slug}.svg",
                f"/product/{one.slug}",
                one.slug,
            )
            for one in products
        ),
        rows=tuple(_capital(row) for row in rows[:MOST_ROWS]),
    )


def _row(compared: Compared, products: Sequence[ProductView], phrases: Phrases) -> Row | None:
    """One attribute in words; None where its values say nothing to anybody."""
    name = compared.attribute
    if name in UNTOLD:
        return None
    if name == "rating":
        told = [
            "" if one.rating is None else f"★ {one.rating:.1f} ({one.rating_count})"
            for one in products
        ]
    else:
        told = ["" if value is None else _value(name, value, phrases) for value in compared.values]
    if not any(told):
        return None
    is_feature = any(isinstance(value, bool) for value in compared.values)
    title = phrases.name("feature" if is_feature else "topic", name)
    return Row(title, tuple(told), compared.better)


def _value(name: str, value: object, phrases: Phrases) -> str:
    if isinstance(value, bool):
        return phrases.text("compare.yes" if value else "compare.no")
    return phrases.beside(name, value)


def _sizes(chat: Chat, product: ProductView) -> str:
    """The sizes in stock; empty for what has none."""
    if not any(one.size for one in product.variants):
        return ""
    in_stock = {one.size for one in product.variants if one.stock > 0}
    sizes = dict.fromkeys(one.size for one in product.variants)
    return ", ".join(one for one in sizes if one and one in in_stock) or chat.words.text("sold_out")


def _capital(row: Row) -> Row:
    return Row(row.name[:1].upper() + row.name[1:], row.values, row.best)
