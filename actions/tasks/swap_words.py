"""What is wanted for an item, said by another thing: its number, one that the shopper has too."""

import re
from collections.abc import Sequence
from typing import Final

from actions.chat import Chat
from actions.tasks.item_words import Piece
from actions.tasks.line_slots import variants_of
from actions.tasks.order_slots import orders_of
from catalogue_search.option_words import Surfaces
from catalogue_search.wished import Wished, wished
from kit.i18n import LANGUAGES
from kit.phrases import spoken
from shop.options import colour_word, known_option
from shop.views import LineView, VariantView

_NUMBERS: Final = re.compile(r"(?<![\dA-Za-z])\d{6,}(?!\d)")
# "The same type as the one I already received", "one like the hose in my pending order".
_LIKE: Final = spoken("tasks", "swap_words.like")
_HAS_COME: Final = spoken("tasks", "swap_words.has_come")
_TO_COME: Final = spoken("tasks", "swap_words.to_come")
_LISTS: Final = spoken("tasks", "swap_words.lists")


def asks_for_list(text: str) -> bool:
    """Whether it is asked which there are, before one is chosen."""
    return _LISTS.search(text) is not None


def by_number(chat: Chat, text: str, lines: Sequence[LineView]) -> list[Piece]:
    """Items whose new variant is told by its number alone: "change it to item 4107812777"."""
    numbers = set(_NUMBERS.findall(text))
    if not numbers:
        return []
    return [
        Piece((line,), text, len(text))
        for line in lines
        if numbers & {one.sku for one in variants_of(chat, line) if one.sku != line.sku}
    ]


def like_own(
    chat: Chat, text: str, line: LineView, variants: Sequence[VariantView]
) -> Wished | None:
    """The variant of another item of the shopper's own that the words point at, with what else they
    say of it; None where they point at none, or at several."""
    found = _LIKE.search(text)
    if found is None or chat.signed_in is None:
        return None
    said = found.group()
    others = {
        other.variant_id
        for order in orders_of(chat, chat.signed_in)
        for other in order.lines
        if other.product_id == line.product_id
        and other.line_id != line.line_id
        and other.variant_id != line.variant_id
        and order.state != "cancelled"
        and not (_TO_COME.search(said) and order.state == "delivered")
        and not (_HAS_COME.search(said) and order.state != "delivered")
    }
    like = next((one for one in variants if others == {one.variant_id}), None)
    if like is None:
        return None
    rest = text[: found.start()] + text[found.end() :]
    more = wished(rest, variants, like, name=line.names.together, surfaces=surfaces(chat))
    if more.says and (more.chosen is not None or more.lacks):
        return more
    if like.stock > 0:
        return Wished((like,), is_clear=True, says=True)
    named = ", ".join(f"{name}: {value}" for name, value in like.options)
    return wished(named, variants, line, name=line.names.together, surfaces=surfaces(chat))


def surfaces(chat: Chat) -> Surfaces:
    """What shoppers call a value in either language: our own words for colours."""

    def named(option: str, value: str) -> list[str]:
        if known_option(option) != "colour":
            return []
        found = []
        for language in LANGUAGES:
            try:
                found.append(chat.services.words.text(language, f"colour.{colour_word(value)}"))
            except ValueError:
                continue
        return found

    return named
