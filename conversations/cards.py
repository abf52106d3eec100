"""Cards: what a reply shows beside its words, ready to read in the shopper's language.

A card without a kind is a product; a reader that does not know a kind shows the title and the
buttons, which every card has. `as_lines` tells a card where no card can be drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Literal, cast

StepState = Literal["done", "now", "next", "ended"]
STEP_STATES: Final[tuple[StepState, ...]] = ("done", "now", "next", "ended")
_MARKS: Final[dict[StepState, str]] = {"done": "✓", "now": "●", "next": "○", "ended": "×"}


@dataclass(frozen=True)
class Button:
    """A suggested answer: what its face says and what is sent when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True)
class Size:
    """A size that a product comes in, and whether it is sold out."""

    title: str
    is_out: bool = False


@dataclass(frozen=True)
class Colour:
    """A colour that a product comes in: its name, and the paint of its dot (`#3f7d55`)."""

    title: str
    paint: str


@dataclass(frozen=True)
class Sale:
    """One variant as the shop sells it: `url` puts it into the shop's own basket."""

    title: str
    sku: str
    url: str


@dataclass(frozen=True)
class Card:
    """One product shown as a picture card; amounts arrive ready to read.

    `off` is how much it is reduced, `rating` what shoppers gave it; `basket` are the variants that
    can be bought now, where the shop has said where its basket is.
    """

    kind: ClassVar[str] = ""

    title: str
    subtitle: str = ""
    image: str = ""
    url: str = ""
    price: str = ""
    old_price: str = ""
    off: str = ""
    rating: str = ""
    stock: str = ""
    reason: str = ""
    sku: str = ""
    sizes: tuple[Size, ...] = ()
    colours: tuple[Colour, ...] = ()
    basket: tuple[Sale, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step on the way of an order: behind us, where it is, ahead, or where it ended."""

    title: str
    state: StepState


@dataclass(frozen=True)
class OrderCard:
    """One order: picture, number, its way, its day, the parcel, and what is possible now.

    `number` is what the title names it by, to be copied; `tone` is "late" or "ended" where it is
    not simply on its way. With `picks`, the title of one of the message's buttons, the card stands
    for that button: it is one of several to choose from.
    """

    kind: ClassVar[str] = "order"

    title: str
    number: str = ""
    subtitle: str = ""
    image: str = ""
    state: str = ""
    day: str = ""
    tone: str = ""
    total: str = ""
    carrier: str = ""
    tracking: str = ""
    tracking_url: str = ""
    news: str = ""
    picks: str = ""
    steps: tuple[Step, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Change:
    """What a yes changes: what it is now (empty where it is new), and what it becomes."""

    name: str
    new: str
    old: str = ""


@dataclass(frozen=True)
class ConfirmationCard:
    """What a yes to the message's question does; the two answers are the message's buttons.

    The message's text says the same in a sentence, so that whoever hears it needs no card.
    """

    kind: ClassVar[str] = "confirmation"

    title: str
    subtitle: str = ""
    image: str = ""
    tone: str = ""  # "danger" where something is lost
    changes: tuple[Change, ...] = ()
    money: tuple[Change, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class DoneCard:
    """What became of the question before: its card says so in place of its buttons.

    `title` is the answer; the buttons undo what was done where that is possible.
    """

    kind: ClassVar[str] = "done"

    title: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Field:
    """Something to fill in: `name` is the kind of value (`order_number`, `email`, `code`)."""

    name: str
    title: str
    value: str = ""


@dataclass(frozen=True)
class ProofCard:
    """Who is asking, proved in one small form; what is filled in is said as a message.

    `other` are fields for whom the first do not fit, behind `other_title`; the buttons send again,
    which may be pressed `wait` seconds after the question.
    """

    kind: ClassVar[str] = "proof"

    title: str
    fields: tuple[Field, ...] = ()
    submit: str = ""
    other: tuple[Field, ...] = ()
    other_title: str = ""
    wait: int = 0
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class ArticleCard:
    """The whole article behind an answer: `text` to read on, `url` its own page.

    It stands for the message's button titled `picks`.
    """

    kind: ClassVar[str] = "article"

    title: str
    text: str = ""
    url: str = ""
    picks: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Column:
    """One of the products that are compared."""

    title: str
    image: str = ""
    url: str = ""
    sku: str = ""


@dataclass(frozen=True)
class Row:
    """One attribute: a value for each product; `best` are the places of the better ones."""

    name: str
    values: tuple[str, ...]
    best: tuple[int, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether it tells the products apart."""
        return len(set(self.values)) > 1


@dataclass(frozen=True)
class ComparisonCard:
    """Two to four products side by side."""

    kind: ClassVar[str] = "comparison"

    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()


AnyCard = Card | OrderCard | ConfirmationCard | DoneCard | ProofCard | ArticleCard | ComparisonCard
_KINDS: Final[dict[str, type[AnyCard]]] = {
    one.kind: one
    for one in (
        Card,
        OrderCard,
        ConfirmationCard,
        DoneCard,
        ProofCard,
        ArticleCard,
        ComparisonCard,
    )
}
_UNTOLD: Final = (ConfirmationCard, DoneCard, ProofCard, ArticleCard)


def as_lines(card: AnyCard) -> list[str]:
    """A card in lines of text; none for what the message's own words and buttons say already."""
    if isinstance(card, _UNTOLD) or (isinstance(card, OrderCard) and card.picks):
        return []
    if isinstance(card, ComparisonCard):
        heads = [one.title for one in card.columns]
        return [
            f"{row.name}: "
            + " · ".join(f"{head} {value}" for head, value in zip(heads, row.values, strict=False))
            for row in card.rows
        ]
    if isinstance(card, OrderCard):
        lines: tuple[str, ...] = (
            _joined(card.title, card.subtitle),
            "  ".join(f"{_MARKS[step.state]} {step.title}" for step in card.steps),
            _joined(card.state, card.day, card.total),
            card.news,
            _joined(card.carrier, card.tracking),
            card.tracking_url,
        )
    else:
        was = f" ({card.old_price})" if card.old_price else ""
        price = _joined(card.price and card.price + was, card.rating)
        lines = (card.title, card.subtitle, price, card.stock, card.reason)
    return [line for line in lines if line]


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


# -- JSON


def words_of(value: object) -> str:
    """A part of a JSON body as text; empty for none."""
    return "" if value is None else str(value)


def items_of(value: object) -> Sequence[Mapping[str, Any]]:
    """The objects of a JSON list; empty for anything else."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def buttons_from_json(value: object) -> tuple[Button, ...]:
    """Buttons from their JSON list; what is not a button is left out."""
    return tuple(
        Button(words_of(item.get("title")), words_of(item.get("payload")))
        for item in items_of(value)
        if item.get("title") and item.get("payload")
    )


def buttons_to_json(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Buttons as a JSON list."""
    return [{"title": button.title, "payload": button.payload} for button in buttons]


def cards_from_json(value: object) -> tuple[AnyCard, ...]:
    """Cards from their JSON list; what has no title is left out, an unknown kind is a product."""
    return tuple(_card_from_json(item) for item in items_of(value) if item.get("title"))


def _card_from_json(item: Mapping[str, Any]) -> AnyCard:
    made = _KINDS.get(words_of(item.get("kind")), Card)
    readers: dict[str, Callable[[object], Any]] = {
        "buttons": buttons_from_json,
        "steps": _steps,
        "changes": _changes,
        "money": _changes,
        "columns": _columns,
        "rows": _rows,
        "sizes": _sizes,
        "colours": _colours,
        "basket": _basket,
        "fields": _fields,
        "other": _fields,
        "wait": _seconds,
    }
    values = {one.name: readers.get(one.name, words_of)(item.get(one.name)) for one in fields(made)}
    return made(**values)


def _steps(value: object) -> tuple[Step, ...]:
    return tuple(
        Step(words_of(item["title"]), cast(StepState, item["state"]))
        for item in items_of(value)
        if item.get("title") and item.get("state") in STEP_STATES
    )


def _changes(value: object) -> tuple[Change, ...]:
    return tuple(
        Change(*(words_of(item.get(part)) for part in ("name", "new", "old")))
        for item in items_of(value)
        if item.get("name")
    )


def _sizes(value: object) -> tuple[Size, ...]:
    return tuple(
        Size(words_of(item["title"]), bool(item.get("is_out")))
        for item in items_of(value)
        if item.get("title")
    )


def _colours(value: object) -> tuple[Colour, ...]:
    return tuple(
        Colour(words_of(item["title"]), words_of(item["paint"]))
        for item in items_of(value)
        if item.get("title") and item.get("paint")
    )


def _basket(value: object) -> tuple[Sale, ...]:
    parts = ("title", "sku", "url")
    return tuple(
        Sale(*(words_of(item[part]) for part in parts))
        for item in items_of(value)
        if all(item.get(part) for part in parts)
    )


def _fields(value: object) -> tuple[Field, ...]:
    return tuple(
        Field(*(words_of(item.get(part)) for part in ("name", "title", "value")))
        for item in items_of(value)
        if item.get("name")
    )


def _seconds(value: object) -> int:
    return value if isinstance(value, int) else 0


def _columns(value: object) -> tuple[Column, ...]:
    return tuple(
        Column(*(words_of(item.get(part)) for part in ("title", "image", "url", "sku")))
        for item in items_of(value)
    )


def _rows(value: object) -> tuple[Row, ...]:
    return tuple(
        Row(
            words_of(item.get("name")),
            tuple(words_of(one) for one in item.get("values") or ()),
            tuple(one for one in item.get("best") or () if isinstance(one, int)),
        )
        for item in items_of(value)
    )


def cards_to_json(cards: Sequence[AnyCard]) -> list[dict[str, Any]]:
    """Cards as a JSON list."""
    return [card_to_json(card) for card in cards]


def card_to_json(card: AnyCard) -> dict[str, Any]:
    """A card in its JSON form; empty parts are left out."""
    body: dict[str, Any] = _plain(card)
    return {"kind": card.kind, **body} if card.kind else body


def _plain(value: Any) -> Any:
    """A dataclass as a dict without its empty parts, all the way down."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if not hasattr(value, "__dataclass_fields__"):
        return value
    parts = {one.name: getattr(value, one.name) for one in fields(value)}
    return {name: _plain(part) for name, part in parts.items() if part or name == "title"}
