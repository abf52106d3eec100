"""The catalogue as columns: what of each product is known, and the catalogue's own words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from time import monotonic
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from catalogue_search.aliases import NameIndex, build_names
from catalogue_search.facts import Facts, colour_ids, facts_of
from catalogue_search.lexicon import FUZZY_FROM, Phrases, Sense, lexicon, near_words, spellings
from catalogue_search.tokens import Token, plain, stem, tokenize, words_of
from shop.catalogue import CategoryView, catalogue_version, iterate_products, list_categories
from shop.ids import ProductId
from shop.views import ProductView

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
REFRESH_SECONDS: Final = 60.0
FEWEST_OF_A_KIND: Final = 3


@dataclass(frozen=True)
class Property:
    """Which products have each value (products,) and of which anything is known at all."""

    by_value: Mapping[str, Mask]
    is_known: Mask

    def any_of(self, values: Iterable[str]) -> Mask:
        """(products,) True where a product has one of `values`."""
        found: Mask = np.zeros(len(self.is_known), dtype=bool)
        for value in values:
            if value in self.by_value:
                found |= self.by_value[value]
        return found


@dataclass(frozen=True)
class Variants:
    """Sizes and colours for sale: row of the product, and masks over variants by value."""

    row: Ints
    colours: Mapping[str, Mask]
    sizes: Mapping[str, Mask]
    has_size: Mask
    has_colour: Mask
    price: Floats
    in_stock: Mask

    def products(self, mask: Mask, count: int) -> Mask:
        """(products,) True where one of a product's variants is in `mask`."""
        found: Mask = np.zeros(count, dtype=bool)
        found[self.row[mask]] = True
        return found


@dataclass(frozen=True)
class Catalogue:
    """A snapshot of all active products, the most popular first; build it once, search it often."""

    ids: tuple[ProductId, ...]
    row_of: Mapping[ProductId, int]
    kinds: Property
    materials: Property
    seasons: Property
    genders: Property
    brands: Property
    features: Mapping[str, npt.NDArray[np.int8]]
    quantities: Mapping[str, Floats]
    variants: Variants
    postings: Mapping[str, Ints]
    phrases: Phrases
    sizes: frozenset[str]
    spellings: Mapping[str, tuple[str, ...]]
    names: NameIndex

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: Iterable[ProductId]) -> list[int]:
        """Rows of products; unknown ones are left out."""
        return [self.row_of[one] for one in ids if one in self.row_of]

    def quantity(self, name: str) -> Floats:
        """(products,) a quantity, NaN where it is not known."""
        held = self.quantities.get(name)
        return np.full(len(self), np.nan) if held is None else held

    def tells(self, features: Iterable[str], among: Mask) -> bool:
        """Whether of one of `features` it is known that something `among` has it or has it not."""
        held = [self.features[one] for one in features if one in self.features]
        return any((state[among] != 0).any() for state in held)

    def value(self, name: str, row: int) -> float | None:
        """A quantity of one product; None when it is not known."""
        found = float(self.quantity(name)[row])
        return None if np.isnan(found) else found

    def tokens_of(self, text: str) -> list[Token]:
        """The tokens of a text; misspelt words become the catalogue's or the lexicon's."""
        tokens = lexicon().corrected(tokenize(text), self.postings)
        return [self._corrected(token) for token in tokens]

    def _corrected(self, token: Token) -> Token:
        word, words = token.text, lexicon()
        if len(word) < FUZZY_FROM or not token.is_latin or word in self.postings:
            return token
        if word in words.phrases.vocabulary or word in words.ordinary:
            return token
        near = near_words(word, self.spellings)
        return replace(token, text=near[0]) if near else token


def build_catalogue(
    products: Iterable[ProductView], shelves: Sequence[CategoryView] = ()
) -> Catalogue:
    """Columns of `products`, the most popular first; `shelves` lend their names as kinds."""
    views = list(products)
    facts = [facts_of(product, place) for place, product in enumerate(views)]
    facts = _with_nouns(views, facts)
    phrases = Phrases()
    _name_things(phrases, views, facts, shelves)
    return Catalogue(
        ids=tuple(one.product_id for one in views),
        row_of={one.product_id: row for row, one in enumerate(views)},
        kinds=_property([fact.kinds for fact in facts]),
        materials=_property([fact.materials for fact in facts]),
        seasons=_property([fact.seasons for fact in facts]),
        genders=_property([fact.genders for fact in facts]),
        brands=_property([frozenset({one.brand.lower()}) for one in views]),
        features=_features(facts),
        quantities=_quantities(facts),
        variants=_variants(views),
        postings=_postings(views),
        phrases=phrases,
        sizes=frozenset(v.size for one in views for v in one.variants if v.size),
        spellings=spellings({word for one in views for word in words_of(one.brand)}),
        names=build_names(views),
    )


def _property(held: Sequence[frozenset[str] | None]) -> Property:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, values in enumerate(held):
        for value in values or ():
            rows[value].append(row)
    masks = {value: _mask(places, len(held)) for value, places in rows.items()}
    return Property(masks, np.array([values is not None for values in held], dtype=bool))


def _mask(rows: Sequence[int], count: int) -> Mask:
    found: Mask = np.zeros(count, dtype=bool)
    found[list(rows)] = True
    return found


def _features(facts: Sequence[Facts]) -> dict[str, npt.NDArray[np.int8]]:
    """By feature (products,): 1 there, -1 not there, 0 not known."""
    found: dict[str, npt.NDArray[np.int8]] = {}
    for row, fact in enumerate(facts):
        for name, there in fact.features.items():
            held = found.setdefault(name, np.zeros(len(facts), dtype=np.int8))
            held[row] = 1 if there else -1
    return found


def _quantities(facts: Sequence[Facts]) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    for row, fact in enumerate(facts):
        for name, value in fact.quantities.items():
            found.setdefault(name, np.full(len(facts), np.nan))[row] = value
    return found


def _variants(views: Sequence[ProductView]) -> Variants:
    rows: list[int] = []
    prices: list[float] = []
    stock: list[bool] = []
    colours: dict[str, list[int]] = defaultdict(list)
    sizes: dict[str, list[int]] = defaultdict(list)
    for row, view in enumerate(views):
        for variant in view.variants:
            place = len(rows)
            rows.append(row)
            prices.append(float(variant.price.amount))
            stock.append(variant.stock > 0)
            for colour in colour_ids(variant.colour):
                colours[colour].append(place)
            if variant.size:
                sizes[variant.size.upper()].append(place)
    count = len(rows)
    return Variants(
        row=np.array(rows, dtype=np.int64),
        colours={name: _mask(places, count) for name, places in colours.items()},
        sizes={name: _mask(places, count) for name, places in sizes.items()},
        has_size=_mask([place for places in sizes.values() for place in places], count),
        has_colour=_mask([place for places in colours.values() for place in places], count),
        price=np.array(prices, dtype=np.float64),
        in_stock=np.array(stock, dtype=bool),
    )


@lru_cache(maxsize=4096)
def text_words(text: str) -> frozenset[str]:
    """Words of a text for looking up: Latin ones, and pairs of neighbouring Chinese signs."""
    tokens = tokenize(text)
    latin = {token.text for token in tokens if token.is_latin}
    signs = [(a, b) for a, b in pairwise(tokens) if a.text >= "\u3400" and b.text >= "\u3400"]
    return frozenset(latin | {a.text + b.text for a, b in signs if a.end == b.start})


def _postings(views: Sequence[ProductView]) -> dict[str, Ints]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, view in enumerate(views):
        parts = (*view.names.all, *view.descriptions.all)
        options = (f"{name} {value}" for name, held in view.option_values.items() for value in held)
        for word in frozenset[str]().union(*map(text_words, (*parts, *options))):
            rows[word].append(row)
    return {word: np.array(places, dtype=np.int64) for word, places in rows.items()}


def _with_nouns(views: Sequence[ProductView], facts: Sequence[Facts]) -> list[Facts]:
    """Products whose kind no language file knows are of the kind that their names end in."""
    heads = [
        _head(view) if len(fact.kinds) == 1 else "" for view, fact in zip(views, facts, strict=True)
    ]
    counts = Counter(head for head in heads if head)
    return [
        replace(fact, kinds=fact.kinds | {f"noun:{head}"})
        if head and counts[head] >= FEWEST_OF_A_KIND
        else fact
        for fact, head in zip(facts, heads, strict=True)
    ]


def _head(view: ProductView) -> str:
    words = [stem(word) for word in plain(str(view.names)).split() if word.isalpha()]
    return words[-1] if words else ""


def _name_things(
    phrases: Phrases,
    views: Sequence[ProductView],
    facts: Sequence[Facts],
    shelves: Sequence[CategoryView],
) -> None:
    """The catalogue's own words: brands, shelves, unknown colours and nouns."""
    for brand in sorted({view.brand for view in views}):
        phrases.add(brand, Sense("brand", (brand.lower(),)))
    for shelf in shelves:
        for name in shelf.names.all:
            phrases.add(name, Sense("kind", (f"category:{shelf.slug}",)))
    known = lexicon().phrases
    for kind in sorted({kind for fact in facts for kind in fact.kinds if kind.startswith("noun:")}):
        noun = kind.removeprefix("noun:")
        if noun not in known.root:
            phrases.add(noun, Sense("kind", (kind,)))
    for colour in sorted({v.colour for view in views for v in view.variants if v.colour}):
        if colour_ids(colour) == {colour.strip().lower()}:
            phrases.add(colour, Sense("colour", (colour.strip().lower(),)))


class CatalogueCache:
    """One snapshot for many searches; safe to share between threads."""

    def __init__(self, refresh_seconds: float = REFRESH_SECONDS) -> None:
        self._refresh_seconds = refresh_seconds
        self._lock = Lock()
        self._found: Catalogue | None = None
        self._version = ""
        self._at = 0.0

    def of(self, session: Session, *, now: datetime) -> Catalogue:
        """The catalogue, looked at again every so many seconds and made again when it changed.

        While one thread makes it the others go on with the earlier one.
        """
        found = self._found
        if found is not None and monotonic() - self._at < self._refresh_seconds:
            return found
        if not self._lock.acquire(blocking=found is None):
            assert found is not None
            return found
        try:
            return self._renewed(session, now)
        finally:
            self._lock.release()

    def _renewed(self, session: Session, now: datetime) -> Catalogue:
        version = catalogue_version(session)
        if self._found is None or version != self._version:
            products = iterate_products(session, now=now)
            self._found = build_catalogue(products, list_categories(session))
            self._version = version
        self._at = monotonic()
        return self._found
