"""A small shop behind the pages, for tests that need no database of products."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from kit.i18n import Language
from kit.money import Money
from storefront.views import (
    CategoryTile,
    HelpPage,
    Listing,
    Mail,
    Person,
    ProductView,
    Tile,
    VariantLine,
    Visitor,
)

NAMES = (
    ("karst-granit-mid", "Granit Mid hiking boots", "Granit 中帮登山鞋", "Karst", "hiking-boots"),
    ("talwind-sturm", "Sturm rain jacket", "Sturm 防雨外套", "Talwind", "jackets"),
    ("nordlicht-fell", "Fell fleece", "Fell 抓绒衣", "Nordlicht", "fleece"),
    ("karst-ridge-45", "Ridge 45 backpack", "Ridge 45 背包", "Karst", "backpacks"),
    ("moorhuhn-two", "Heath two-person tent", "Heath 双人帐篷", "Moorhuhn", "tents"),
    ("alpenrot-glut", "Glut sleeping bag", "Glut 睡袋", "Alpenrot", "sleeping-bags"),
    ("kiesel-quell", "Quell bottle", "Quell 水壶", "Kiesel", "bottles"),
    ("lumen-lark", "Lark headlamp", "Lark 头灯", "Lumen & Lark", "headlamps"),
)
CATEGORIES = {
    "hiking-boots": "登山鞋",
    "jackets": "外套",
    "fleece": "抓绒衣",
    "backpacks": "背包",
    "tents": "帐篷",
    "sleeping-bags": "睡袋",
    "bottles": "水壶",
    "headlamps": "头灯",
}
PEOPLE = (
    (1, "Mia Berger", "en", "An order that can be cancelled", "有可取消的订单"),
    (4, "陈伟", "zh", "A parcel on its way to Shanghai", "包裹正在运往上海"),
)
SCRIPT = "<script>alert(1)</script>"


class FakeShop:
    """Eight products, two people, one mail; keeps what it was told to note."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, Visitor, str]] = []

    def help(self, language: Language, slug: str) -> HelpPage | None:
        return HelpPage("Delivery", "Two days.\n\nNot on Sundays.") if slug == "delivery" else None

    def note_view(self, visitor: Visitor, slug: str) -> None:
        self.noted.append(("view", visitor, slug))

    def note_opened(self, visitor: Visitor, slug: str, request_id: str) -> None:
        self.noted.append(("opened", visitor, request_id))

    def note_search(self, visitor: Visitor, query: str) -> None:
        self.noted.append(("search", visitor, query))

    def categories(self, language: Language) -> list[CategoryTile]:
        return [
            CategoryTile(slug, self._category(slug, language), picture)
            for picture, _, _, _, slug in NAMES
        ]

    def popular(self, language: Language, limit: int) -> list[Tile]:
        return [self._tile(number, language) for number in range(len(NAMES))][:limit]

    def on_sale(self, language: Language, limit: int) -> list[Tile]:
        return [tile for tile in self.popular(language, 99) if tile.old_price][:limit]

    def for_you(self, visitor: Visitor, language: Language, limit: int) -> list[Tile]:
        if visitor.customer_id is None:
            return []
        reason = "与您看过的商品搭配" if language == "zh" else "goes with the boots you looked at"
        return [
            replace(tile, reason=reason, request="r" * 22) for tile in self.popular(language, limit)
        ]

    def new_for_you(self, visitor: Visitor, language: Language, limit: int) -> list[Tile]:
        return []

    def browse(
        self, language: Language, *, category: str | None, query: str, page: int, size: int
    ) -> Listing:
        found = [
            tile
            for tile in self.popular(language, 99)
            if category in (None, tile.category) and query.lower() in tile.name.lower()
        ]
        return Listing(tuple(found[(page - 1) * size : page * size]), len(found))

    def product(self, language: Language, slug: str) -> ProductView | None:
        found = next((t for t in self.popular(language, 99) if t.slug == slug), None)
        if found is None:
            return None
        variants = tuple(
            VariantLine(
                f"{slug}-{size}-{colour}",
                colour,
                (colour or "", size or ""),
                found.price,
                quantity,
                back_on,
            )
            for colour in ("olive", "navy")
            for size, quantity, back_on in (
                ("41", 12, None),
                ("42", 3, None),
                ("43", 0, date(2026, 12, 6)),
            )
        )
        text = f"Waterproof and light, made for wet paths. {SCRIPT}"
        return ProductView(found, self._category(found.category, language), text, variants)

    def picture(self, slug: str, colour: str | None) -> bytes | None:
        if slug not in {name[0] for name in NAMES}:
            return None
        hue = sum(slug.encode()) % 360
        drawing = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
            f'<rect width="400" height="400" fill="hsl({hue} 22% 88%)"/>'
            f'<path d="M70 300 160 120l70 110 40-50 60 120Z" fill="hsl({hue} 34% 42%)"/></svg>'
        )
        return drawing.encode()

    def people(self, language: Language) -> list[Person]:
        return [
            Person(number, name, "zh" if spoken == "zh" else "en", zh if language == "zh" else en)
            for number, name, spoken, en, zh in PEOPLE
        ]

    def person(self, customer_id: int, language: Language) -> Person | None:
        return next((one for one in self.people(language) if one.customer_id == customer_id), None)

    def mails(self, limit: int) -> list[Mail]:
        body = f"Your code is 482913. {SCRIPT}"
        at = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
        return [Mail("mia@fernweg.example", "Your code", body, at)][:limit]

    def _category(self, slug: str, language: Language) -> str:
        return CATEGORIES[slug] if language == "zh" else slug.replace("-", " ").capitalize()

    def _tile(self, number: int, language: Language) -> Tile:
        slug, english, chinese, brand, category = NAMES[number]
        price = Money(Decimal("39.90") + 17 * number, "EUR")
        return Tile(
            slug=slug,
            name=chinese if language == "zh" else english,
            brand=brand,
            category=category,
            price=price,
            old_price=price + Money(Decimal(20), "EUR") if number % 3 == 0 else None,
            stock="in" if number % 4 else "low",
        )
