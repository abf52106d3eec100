"""What the pages show, as plain values, and where it comes from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from catalogue_search.size_table import SizeTable
from kit.i18n import Language
from kit.money import Money
from shop.options import OptionKind

StockLevel = Literal["in", "low", "out"]


@dataclass(frozen=True)
class Tile:
    """A product in a grid; of a recommended one why it is there, and the list it came in."""

    slug: str
    name: str
    brand: str
    category: str
    price: Money
    old_price: Money | None
    stock: StockLevel
    reason: str = ""
    request: str = ""
    rating: float | None = None
    rating_count: int = 0


@dataclass(frozen=True)
class VariantLine:
    """One variant of a product; `values` are in the order of the product's columns, "" for none."""

    sku: str
    colour: str | None
    values: tuple[str, ...]
    price: Money
    quantity: int
    back_on: date | None


@dataclass(frozen=True)
class ProductView:
    """A product's own page; `columns` are its options, those that we know with their kind."""

    tile: Tile
    category_name: str
    description: str
    variants: tuple[VariantLine, ...]
    columns: tuple[tuple[str, OptionKind | None], ...] = (("colour", "colour"), ("size", "size"))
    size_table: SizeTable | None = None


@dataclass(frozen=True)
class HelpPage:
    """An article of the shop's help."""

    title: str
    text: str


@dataclass(frozen=True)
class CategoryTile:
    """A category with a product that stands for it in a picture."""

    slug: str
    name: str
    picture_of: str


@dataclass(frozen=True)
class Listing:
    """One page of a list of products; `total` counts all pages."""

    tiles: tuple[Tile, ...]
    total: int


@dataclass(frozen=True)
class Visitor:
    """Who looks at the pages: a visit, and the customer who is signed in."""

    visit: str
    customer_id: int | None = None


@dataclass(frozen=True)
class Person:
    """A demo person one can sign in as."""

    customer_id: int
    name: str
    language: Language
    story: str


@dataclass(frozen=True)
class Mail:
    """A mail that the shop has sent, for the demo's mail page."""

    to: str
    subject: str
    body: str
    sent_at: datetime


class Storefront(Protocol):
    """The shop as its pages need it; every call may block."""

    def categories(self, language: Language) -> list[CategoryTile]:
        """All categories that have products."""
        ...

    def popular(self, language: Language, limit: int) -> list[Tile]:
        """What sells."""
        ...

    def on_sale(self, language: Language, limit: int) -> list[Tile]:
        """What is reduced."""
        ...

    def for_you(self, visitor: Visitor, language: Language, limit: int) -> list[Tile]:
        """What this visitor is recommended, noted as shown; empty when nothing is known of them."""
        ...

    def new_for_you(self, visitor: Visitor, language: Language, limit: int) -> list[Tile]:
        """New products of the kinds that this visitor likes, noted as shown."""
        ...

    def browse(
        self, language: Language, *, category: str | None, query: str, page: int, size: int
    ) -> Listing:
        """Products of a category, or those that match the words of `query`."""
        ...

    def help(self, language: Language, slug: str) -> HelpPage | None:
        """An article of the shop's help, or None."""
        ...

    def product(self, language: Language, slug: str) -> ProductView | None:
        """One product, or None."""
        ...

    def picture(self, slug: str, colour: str | None) -> str | bytes | None:
        """The address of a product's photograph, or its drawing as SVG in a colour, or None."""
        ...

    def people(self, language: Language) -> list[Person]:
        """The demo's people."""
        ...

    def person(self, customer_id: int, language: Language) -> Person | None:
        """One customer's name for the page's head, or None when there is no such customer."""
        ...

    def note_view(self, visitor: Visitor, slug: str) -> None:
        """Remember that a product's page was looked at."""
        ...

    def note_opened(self, visitor: Visitor, slug: str, request_id: str) -> None:
        """Remember that a recommended product was opened from the list `request_id`."""
        ...

    def note_search(self, visitor: Visitor, query: str) -> None:
        """Remember what was searched for."""
        ...

    def mails(self, limit: int) -> list[Mail]:
        """The newest mails first."""
        ...
