"""Facts as words: orders, lines, places, money and days in the shopper's language."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from actions.services import Services
from actions.turn import PERSON, Button, Turn
from catalogue_search.facts import FEWEST_RATINGS
from kit.i18n import format_date, format_money, join_words, local_day, well_spaced
from kit.money import Money
from kit.phrases import has_manner
from kit.spelling import one_slip
from shop.colours import PAINTS
from shop.options import colour_word, known_option
from shop.views import LineView, OrderView, ProductView, VariantView

LISTED_LINES: Final = 4


class Words:
    """The catalogue of one turn's language."""

    def __init__(self, turn: Turn, services: Services) -> None:
        self.language = turn.language
        self._knows_codes = has_manner(turn.language, "actions", "wording.codes_are_words")
        self._words = services.words
        self._services = services
        self._today = local_day(turn.now)

    def text(self, key: str, **values: object) -> str:
        """A message of the language's texts/actions.json."""
        return well_spaced(self._words.text(self.language, key, **values))

    def money(self, money: Money) -> str:
        """An amount."""
        return format_money(money, self.language)

    def day(self, day: date | datetime | None) -> str:
        """A day, in the shop's zone; empty without one."""
        if day is None:
            return ""
        return format_date(
            local_day(day) if isinstance(day, datetime) else day, self.language, self._today
        )

    def items(self, count: int) -> str:
        """`2 items`."""
        return self._words.plural(self.language, "items", count)

    def days(self, count: int) -> str:
        """`6 days`."""
        return self._words.plural(self.language, "days", count)

    def either(self, key: str, otherwise: str) -> str:
        """The message of `key` where there is one, else the other's."""
        try:
            return self.text(key)
        except ValueError:
            return self.text(otherwise)

    def wish(self, intent: str, default: str | None = None) -> str:
        """What an intent or a task asks for, as on its button; `default` where it has no words."""
        try:
            return self.text(f"wish.{intent}")
        except ValueError:
            return intent.replace("_", " ") if default is None else default

    def state(self, order: OrderView) -> str:
        """An order's state in words."""
        return self.text(f"state.{order.state}")

    def known(self, key: str) -> bool:
        """Whether there is a message of that key."""
        try:
            self.text(key)
        except ValueError:
            return False
        return True

    def paid_by(self, method: str) -> str:
        """A way of paying; one that we have no name for stays as the shop writes it."""
        key = f"paid.{method.lower().replace(' ', '_')}"
        return self.text(key) if self.known(key) else method

    def carrier(self, name: str) -> str:
        """A carrier as the language calls it; one that we have no name for stays as it is."""
        return self._own_name("carrier", name)

    def scan(self, code: str, place: str) -> str:
        """What a scan says, with its place as the language calls it."""
        return self.text(f"scan.{code}", place=self._own_name("place", place))

    def _own_name(self, kind: str, name: str) -> str:
        key = f"{kind}.{name}"
        return self.text(key) if self.known(key) else name

    def country(self, code: str) -> str:
        """A country; one that we have no name for stays a code."""
        try:
            return self.text(f"country.{code}")
        except ValueError:
            return code

    def colour(self, code: str) -> str:
        """A colour; an imported shop's own word stays as it is."""
        try:
            return self.text(f"colour.{code}")
        except ValueError:
            return code

    def attribute(self, value: object) -> object:
        """The value of a product's attribute; numbers and a shop's own words stay as they are."""
        try:
            return self.text(f"value.{value}")
        except ValueError:
            return value

    def variant(self, variant: VariantView | LineView) -> str:
        """`navy, size M`, `brown, switch type: clicky`: what tells it from its sisters."""
        options = variant.options or (("colour", variant.colour), ("size", variant.size))
        return self.text("comma").join(self.option(name, value) for name, value in options if value)

    def option(self, name: str, value: str) -> str:
        """The value of an option; one that we do not know is named as the shop names it."""
        known = known_option(name)
        if known == "colour":
            code = colour_word(value)
            spelled = self._knows_codes and one_slip(value.lower(), code)  # gray, not grey
            own = spelled or code == value.lower()
            return value if own and not self.known(f"colour.{value.lower()}") else self.colour(code)
        return self.text("size" if known else "option", name=name, size=value, value=value)

    def line(self, line: LineView) -> str:
        """A line of an order with its options and price."""
        detail = self.variant(line)
        name = line.name(self.language) + self.in_brackets(detail)
        many = f"{line.quantity} × " if line.quantity > 1 else ""
        return f"{many}{name}{self.text('comma')}{self.money(line.unit_price)}"

    def lines(self, lines: Sequence[LineView]) -> str:
        """Names of lines as a list in words; of a long order the first and how many more."""
        names = [line.name(self.language) for line in lines]
        if len(names) > LISTED_LINES + 1:
            rest = self.text("more_items", count=len(names) - LISTED_LINES)
            names = [*names[:LISTED_LINES], rest]
        return join_words(names, self.language)

    def told_apart(self, lines: Sequence[LineView], among: Sequence[LineView]) -> str:
        """Names of lines as a list, with their options where others of the order share the name."""
        names = []
        for line in lines:
            alike = [one for one in among if one.product_id == line.product_id]
            detail = self.variant(line) if len(alike) > 1 else ""
            names.append(line.name(self.language) + self.in_brackets(detail))
        return join_words(names, self.language)

    def in_brackets(self, text: str) -> str:
        """Some words in the brackets of the language; nothing for nothing."""
        return self.text("in_brackets", text=text) if text else ""

    def order_title(self, order: OrderView) -> str:
        """An order in a few words, to choose it by: number and what is in it."""
        return self.text(
            "order_button",
            number=order.number,
            items=self.lines(order.lines[:2]) if order.lines else self.items(order.item_count),
            total=self.money(order.total),
        )

    def yes_no(self) -> list[Button]:
        """Yes and no."""
        return [Button(self.text("yes"), "/affirm"), Button(self.text("no"), "/deny")]

    def person(self) -> Button:
        """Talk to a person."""
        return Button(self.text("person"), PERSON)

    def _sizes(self, product: ProductView, colour: str | None) -> list[dict[str, Any]]:
        """Every size, and whether it is sold out, in the colour that is shown."""
        shown = [one for one in product.variants if colour in {None, one.colour}]
        there = {one.size for one in shown if one.stock > 0}
        sizes = dict.fromkeys(one.size for one in shown if one.size)
        return [{"title": size, "is_out": size not in there} for size in sizes]

    def _colours(self, product: ProductView) -> list[dict[str, str]]:
        """The colours to choose from, as dots; none where one of them cannot be painted."""
        colours = list(dict.fromkeys(one.colour for one in product.variants if one.colour))
        if len(colours) < 2 or not all(one in PAINTS for one in colours):
            return []
        return [{"title": self.colour(one), "paint": PAINTS[one]} for one in colours]

    def _for_sale(self, product: ProductView, colour: str | None) -> list[dict[str, str]]:
        """What can be bought now in the colour that is shown, with the shop's basket's address."""
        basket = self._services.settings.basket_url
        if not basket:
            return []
        return [
            {
                "title": self.variant(one) or product.name(self.language),
                "sku": one.sku,
                "url": basket.replace("{sku}", quote(one.sku, safe="")),
            }
            for one in product.variants
            if one.stock > 0 and colour in {None, one.colour}
        ]

    def card(
        self,
        product: ProductView,
        reason: str | None = None,
        colour: str | None = None,
        request: str | None = None,
    ) -> dict[str, Any]:
        """A product as a card; one that is recommended by `request` can be asked about, refused."""
        sizes = [v for v in product.variants if v.stock > 0]
        stock = self.text("in_stock") if sizes else self.text("sold_out")
        name = product.name(self.language)
        waiting = [v.expected_on for v in product.variants if v.expected_on]
        if not sizes and waiting:
            stock = self.text("back_on", day=self.day(min(waiting)))
        picture = f"/media/products/{product.slug}.svg"
        card: dict[str, Any] = {
            "title": name,
            "subtitle": "" if name.startswith(product.brand) else product.brand,
            "image": f"{picture}?colour={colour}" if colour else picture,
            "url": f"/product/{product.slug}" + (f"?rec={request}" if request else ""),
            "price": self.money(product.price),
            "stock": stock[:1].upper() + stock[1:],
            "sizes": self._sizes(product, colour),
            "colours": self._colours(product),
            "basket": self._for_sale(product, colour),
            "sku": product.slug,
            "buttons": [
                {
                    "title": self.text("details"),
                    "payload": f'/ask_product_details{{"slug":"{product.slug}"}}',
                }
            ],
        }
        if request:
            card["buttons"] += [
                {"title": self.text(name), "payload": f'/{intent}{{"slug":"{product.slug}"}}'}
                for name, intent in (("why", "ask_why"), ("not_this", "refuse_product"))
            ]
        if product.old_price is not None:
            card["old_price"] = self.money(product.old_price)
            less = 1 - product.price.amount / product.old_price.amount
            card["off"] = self.text("card.off", share=round(100 * less))
        if product.rating is not None and product.rating_count >= FEWEST_RATINGS:
            card["rating"] = self.text(
                "card.rating", rating=f"{product.rating:.1f}", count=product.rating_count
            )
        if reason:
            card["reason"] = well_spaced(reason)
        return card
