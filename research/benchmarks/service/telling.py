"""What a scripted shopper tells: its wishes and what belongs to them, and what it told already."""

from collections import Counter
from collections.abc import Sequence

from research.benchmarks.service import phrases
from research.benchmarks.service.agendas import WITH_ITEMS, Agenda, Item, Wish
from research.benchmarks.service.reading import Known, Misfit
from research.benchmarks.service.words import Words

SWAPPING = frozenset({"change", "exchange"})


class Teller:
    """Puts wishes and facts into words, as much at once as this talk does."""

    def __init__(self, agenda: Agenda, known: Known, words: Words) -> None:
        self._facts = agenda.facts
        self._known = known
        self._words = words
        self._piecewise = "piecewise" in agenda.manner or words.chance(0.25)
        tells = not self._piecewise and "private" not in agenda.manner
        self._tells_method = words.chance(0.5) and tells
        self._tells_reason = words.chance(0.5) and tells
        self._closely = words.chance(0.5)
        self._told: dict[str, set[int]] = {}
        self._facts_told: Counter[str] = Counter()

    # -- who it is

    def _fact(self, name: str) -> str:
        """The value to tell now: the next one where the last was not accepted."""
        values = self._facts.get(name, ())
        if not values:
            return ""
        value = values[min(self._facts_told[name], len(values) - 1)]
        self._facts_told[name] += 1
        return value

    def name(self) -> str:
        """The name."""
        return (
            self._words.of("name", name=self._fact("name"))
            if self._has("name")
            else (self.unknown())
        )

    def zip(self) -> str:
        """The postcode, or the e-mail in its place."""
        if self._has("zip"):
            return self._words.of("zip", zip=self._fact("zip"))
        if self._has("email"):
            return self._words.of("no_zip_email", email=self._fact("email"))
        return self.unknown()

    def email(self) -> str:
        """The e-mail, or name and postcode in its place."""
        if self._has("email"):
            return self._words.of("email", email=self._fact("email"))
        if self._has("name") and self._has("zip"):
            facts = {"name": self._fact("name"), "zip": self._fact("zip")}
            return self._words.of("no_email_name_zip", **facts)
        return self.unknown()

    def name_zip(self) -> str:
        """Name and postcode, or name and e-mail, whatever is known."""
        if self._has("name") and self._has("zip"):
            facts = {"name": self._fact("name"), "zip": self._fact("zip")}
            return self._words.of("name_zip", **facts)
        if self._has("name") and self._has("email"):
            facts = {"name": self._fact("name"), "email": self._fact("email")}
            return self._words.of("name_email", **facts)
        return self.email()

    def _has(self, name: str) -> bool:
        return bool(self._facts.get(name))

    def unknown(self) -> str:
        """That it is not known."""
        return self._words.of("unknown")

    # -- wishes

    def wish(self, wish: Wish, again: int) -> str:
        """The wish as it is said first, or in other words."""
        if wish.say:
            self.assume_told(wish)
            return self._words.own(wish.say, again)
        words, do = self._words, wish.do
        order = wish.order if wish.knows_order else ""
        if do in WITH_ITEMS:
            return self._with_items(wish, order)
        if do == "cancel":
            if not order:
                things = self.order_things(wish)
                return words.of("cancel_order_of", things=things)
            if wish.reason and self._tells_reason:
                because = words.of(f"because:{wish.reason}")
                return words.of("cancel_reason", order=order, because=because)
            return words.of("cancel", order=order)
        if do == "address":
            if wish.address_of and words.chance(0.5):
                return words.of("address_same", order=wish.order, other=wish.address_of)
            return words.of("address", order=wish.order, place=phrases.place_phrase(wish.address))
        if do == "default_address":
            return words.of("default_address", place=phrases.place_phrase(wish.address))
        if do == "payment":
            return words.of("payment", order=wish.order, method=self._method(wish))
        return words.of("person")

    def _with_items(self, wish: Wish, order: str) -> str:
        """A wish about goods: all of them, or the first one where it says one after the other."""
        words = self._words
        number = 1 if self._piecewise else len(wish.items)
        items = wish.items[:number]
        self._told[wish.id] = set(range(number))
        if wish.do == "cancel_items":
            act = "cancel_items" if order else "cancel_items_of"
            return words.of(act, order=order, things=self._things(wish, items))
        if wish.do == "return":
            with_method = self._tells_method and bool(wish.method)
            act = ("return_method" if with_method else "return") if order else "return_of"
            return words.of(
                act,
                order=order,
                things=self._things(wish, items),
                method=self._method(wish) if with_method else "",
            )
        if order and not wish.items[0].target and words.chance(0.25):
            self._told[wish.id] = set()
            return words.of(wish.do, order=order, things=self._things(wish, items))
        swaps = self._swaps(wish, items)
        with_method = self._tells_method and bool(wish.method) and number == len(wish.items)
        act = f"{wish.do}_swaps_method" if with_method else f"{wish.do}_swaps"
        return words.of(
            act if order else f"{wish.do}_of",
            order=order,
            swaps=swaps,
            method=self._method(wish) if with_method else "",
        )

    def leading(self, act: str, text: str, wish: Wish) -> str:
        """A wish after something else: `Next, …`, `In that case, …`."""
        if wish.say:
            return text
        wished = (
            text
            if self._words.language == "zh" or text[:2] in {"I ", "I'"}
            else (text[:1].lower() + text[1:] if not text.startswith(("W", "#", "Order")) else text)
        )
        return self._words.of(act, wish=wished)

    def assume_told(self, wish: Wish) -> None:
        """Own words told all of it."""
        self._told[wish.id] = set(range(len(wish.items)))

    def untold(self, wish: Wish) -> list[Item]:
        """The items that were not spoken of yet."""
        told = self._told.get(wish.id, set())
        return [item for place, item in enumerate(wish.items) if place not in told]

    # -- answers

    def order(self, wish: Wish, shown: Sequence[str] = ()) -> str:
        """The order's number, the one shown that holds the goods, or what was in it."""
        if wish.order and wish.knows_order:
            return self._words.of("order_number", order=wish.order)
        right = [one for one in shown if wish.order and wish.order in one]
        if right and any(one.product in right[0] for one in wish.items):
            return self._words.of("order_number", order=wish.order)
        if not wish.order and not wish.items:
            return self.unknown()
        return self._words.of("no_order_number", things=self.order_things(wish))

    def order_things(self, wish: Wish) -> str:
        """What the order is known by."""
        if wish.names:
            return self._words.own(wish.names)
        if wish.items:
            return self._things(wish, wish.items)
        goods = self._known.goods.get(wish.order, ())
        named = [phrases.thing(Item(one), self._words, closely=False) for one in goods[:2]]
        return phrases.listed(named, self._words) if named else self._words.of("unknown")

    def things(self, wish: Wish, tries: int) -> str:
        """Which goods; described closely when it is asked again."""
        if not wish.items:
            return self.unknown()
        items = wish.items[:1] if self._piecewise and tries == 1 else wish.items
        if wish.do in SWAPPING and (not self._closely or tries > 1):
            self._mark(wish, items)
            return self._words.of("swap", swaps=self._swaps(wish, items, closely=tries > 1))
        if wish.do not in SWAPPING:
            self._mark(wish, items)
        return self._words.of("things", things=self._things(wish, items, closely=tries > 1))

    def targets(self, wish: Wish, asked: str) -> str:
        """What an item should become: the one that the question names, or the first one untold."""
        named = [one for one in wish.items if one.product.lower() in asked.lower()]
        item = next(
            iter(
                [one for one in self.untold(wish) if one in named]
                or named
                or self.untold(wish)
                or wish.items
            ),
            None,
        )
        if item is None:
            return self.unknown()
        told = item not in self.untold(wish)
        self._mark(wish, [item])
        if told and item.otherwise:
            return self._words.own(item.otherwise)
        thing = phrases.thing(item, self._words, closely=False)
        return self._words.of("target", thing=thing, target=phrases.target(item, self._words))

    def more(self, wish: Wish) -> str:
        """The next item that was not told yet; "" when all were."""
        items = self.untold(wish)
        if not items:
            return ""
        items = items[:1] if self._piecewise else items
        self._mark(wish, items)
        if wish.do in SWAPPING:
            return self._words.of("also_swap", swaps=self._swaps(wish, items, closely=True))
        return self._words.of("also", things=self._things(wish, items, closely=True))

    def reason(self, wish: Wish) -> str:
        """Why."""
        return self._words.of(f"reason:{wish.reason or 'other'}")

    def method(self, wish: Wish) -> str:
        """What pays, or where the money goes."""
        if not wish.method:
            return self.unknown()
        act = "refund_method" if wish.do == "return" else "method"
        return self._words.of(act, method=self._method(wish))

    def place(self, wish: Wish) -> str:
        """The address."""
        if not wish.address:
            return self.unknown()
        return self._words.of("place", place=phrases.place_phrase(wish.address))

    def option(self, wish: Wish, options: Sequence[str]) -> str:
        """One of the choices shown that the wish speaks of, in the assistant's own words."""
        wanted = [
            wish.order,
            *(value for one in wish.items for value in one.gets.values()),
            *(one.product for one in wish.items),
            wish.reason,
        ]
        rated = [
            (sum(bool(word) and word.lower() in one.lower() for word in wanted), -place, one)
            for place, one in enumerate(options)
        ]
        score, _, best = max(rated)
        return best if score else self.unknown()

    def correction(self, wish: Wish, wrong: Sequence[Misfit]) -> str:
        """What is not right about a confirmation."""
        words = self._words
        if not wrong:
            return self.more(wish)
        first = wrong[0]
        if first.what == "order":
            return words.of("correct_order", order=wish.order)
        if first.what == "missing" and first.item is not None:
            self._mark(wish, [first.item])
            if wish.do in SWAPPING:
                return words.of(
                    "correct_missing_swap", swaps=self._swaps(wish, [first.item], closely=True)
                )
            return words.of(
                "correct_missing", things=self._things(wish, [first.item], closely=True)
            )
        if first.what == "target" and first.item is not None:
            thing = phrases.thing(first.item, words, closely=True)
            return words.of("correct_target", thing=thing, target=phrases.target(first.item, words))
        if first.what == "method":
            return words.of("correct_method", method=self._method(wish))
        if first.what == "place":
            return words.of("correct_place", place=phrases.place_phrase(wish.address))
        if first.what == "reason":
            return words.of("correct_reason", because=words.of(f"because:{wish.reason}"))
        if first.what == "items" and wish.items:
            return words.of("correct_items", things=self._things(wish, wish.items, closely=True))
        return f"{words.of('no')} {self.wish(wish, 1)}"

    # -- parts

    def _mark(self, wish: Wish, items: Sequence[Item]) -> None:
        told = self._told.setdefault(wish.id, set())
        told |= {place for place, one in enumerate(wish.items) if one in items}

    def _things(self, wish: Wish, items: Sequence[Item], *, closely: bool = False) -> str:
        twice = Counter(self._known.goods.get(wish.order, ()))
        parts = [
            phrases.thing(
                one, self._words, closely=closely or self._closely or twice[one.product] > 1
            )
            for one in items
        ]
        return phrases.listed(parts, self._words)

    def _swaps(self, wish: Wish, items: Sequence[Item], *, closely: bool = False) -> str:
        twice = Counter(self._known.goods.get(wish.order, ()))
        parts = [
            phrases.swap(
                one,
                self._words,
                closely=closely or self._closely or twice[one.product] > 1,
                link="to" if wish.do == "change" else "for",
            )
            for one in items
        ]
        return phrases.swaps_listed(parts, self._words)

    def _method(self, wish: Wish) -> str:
        method = self._known.methods.get(wish.method)
        if method is None:
            return wish.method
        alike = sum(one["source"] == method["source"] for one in self._known.methods.values())
        return phrases.method_phrase(method, alike, self._words)
