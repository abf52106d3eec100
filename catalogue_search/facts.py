"""What the catalogue says of one product, in the terms of concepts.yml."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from catalogue_search.lexicon import Hit, concepts, count_before, find, lexicon
from catalogue_search.tokens import tokenize
from shop.views import ProductView

FEWEST_RATINGS: Final = 5  # below that many a mean says little
UNISEX: Final = frozenset({"women", "men", "unisex"})
SEASONS: Final = ("spring", "summer", "autumn", "winter")


@dataclass(frozen=True)
class Facts:
    """Everything that constraints are checked against; None and absence mean unknown.

    `features` says True or False for what is known. `quantities` are in the units of concepts.yml;
    `rating` is there from FEWEST_RATINGS ratings on.
    """

    kinds: frozenset[str]
    materials: frozenset[str] | None
    features: Mapping[str, bool]
    seasons: frozenset[str] | None
    genders: frozenset[str] | None
    quantities: Mapping[str, float]
    colours: frozenset[str] = frozenset()


def facts_of(product: ProductView, place: int | None = None) -> Facts:
    """The facts of a product; `place` is its place among the most popular ones, from 0."""
    quantities = _numbers(product)
    materials = _materials(_text(product, "material"))
    seasons = _seasons(product)
    features = _features(product, quantities, materials)
    if place is not None:
        quantities["popularity"] = -float(place)
    kinds = kinds_of(product)
    warm = _warmth(quantities, materials, seasons)
    if warm is not None and kinds.intersection(concepts()["warmth"]["kinds"]):
        quantities["warmth"] = warm
    for name in ("persons", "volume"):
        if name in quantities:
            quantities.setdefault("capacity", quantities[name])
    if "water_column" in quantities or features.get("waterproof") is False:
        quantities["waterproofness"] = quantities.get("water_column", 0.0)
    colours = frozenset(one for v in product.variants for one in colour_ids(v.colour))
    genders = _genders(product)
    return Facts(kinds, materials, features, seasons, genders, quantities, colours)


def colour_ids(name: str) -> frozenset[str]:
    """The colours that a variant's colour is: dark blue is navy; an unknown one is itself."""
    found = {value for hit in _hits(name) if (s := hit.sense("colour")) for value in s.values}
    return frozenset(found or ({name.strip().lower()} if name.strip() else ()))


def wider(name: str, section: str) -> tuple[str, ...]:
    """An id with every wider one above it, itself first; one not in the section stands alone."""
    table = concepts()[section]
    above = table.get(name)
    parents = [above] if isinstance(above, str) else list(above or ())
    return (name, *(one for parent in parents for one in wider(parent, section)))


def _text(product: ProductView, name: str) -> str:
    """What the product says of itself, else all that its variants come in."""
    keys = concepts()["texts"][name]
    for key in keys:
        value = product.attributes.get(key)
        if value not in (None, ""):
            return str(value)
    return ", ".join(
        value
        for key, held in product.option_values.items()
        if key.lower() in keys
        for value in held
    )


@lru_cache(maxsize=8192)
def _hits(text: str) -> tuple[Hit, ...]:
    return tuple(find([lexicon().phrases], tokenize(text)))


@lru_cache(maxsize=4096)
def _materials(text: str) -> frozenset[str] | None:
    named = [s for hit in _hits(text) if (s := hit.sense("material"))]
    found = {one for sense in named for value in sense.values for one in wider(value, "materials")}
    return frozenset(found) if found else None


def _numbers(product: ProductView) -> dict[str, float]:
    found = {"price": float(product.price.amount)}
    if product.rating is not None and product.rating_count >= FEWEST_RATINGS:
        found["rating"] = product.rating
    for name, quantity in concepts()["quantities"].items():
        for key, factor in (quantity.get("reads") or {}).items():
            value = _number(product.attributes.get(key))
            if value is not None:
                found[name] = round(value * factor, 6)
                break
    return found


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _features(
    product: ProductView, quantities: Mapping[str, float], materials: frozenset[str] | None
) -> dict[str, bool]:
    """By the attribute, by a quantity, else by the product's own text."""
    texts = (*product.names.all, *product.descriptions.all)
    shown = frozenset[str]().union(*map(_text_features, (*texts, _text(product, "material"))))
    found = {}
    for name, feature in concepts()["features"].items():
        said = product.attributes.get(feature["attribute"])
        measured = quantities.get(feature.get("quantity", ""))
        if isinstance(said, bool):
            found[name] = said
        elif measured is not None:
            found[name] = measured >= feature["from"]
        elif name in shown:
            found[name] = True
        elif "none_of" in feature and materials is not None:
            found[name] = feature["none_of"] not in materials
    return found


@lru_cache(maxsize=8192)
def _text_features(text: str) -> frozenset[str]:
    """Features that a description speaks of without denying them."""
    tokens, refused = tokenize(text), lexicon().cues["negation.before"]
    return frozenset(
        value
        for hit in _hits(text)
        if (sense := hit.sense("feature")) and not count_before(refused, tokens, hit.first)
        for value in sense.values
    )


def _seasons(product: ProductView) -> frozenset[str] | None:
    named = [s for hit in _hits(_text(product, "season")) if (s := hit.sense("season"))]
    return frozenset(value for sense in named for value in sense.values) or None


def _genders(product: ProductView) -> frozenset[str] | None:
    text = _text(product, "gender") or str(product.names)
    named = [s for hit in _hits(text) if (s := hit.sense("gender"))]
    found = frozenset(value for sense in named for value in sense.values)
    return (found | UNISEX if "unisex" in found else found) or None


def kinds_of(product: ProductView) -> frozenset[str]:
    """The last kind that each name and the shelf speak of: a name's head comes last."""
    found = {f"category:{product.category}"}
    shelf = product.category.replace("-", " ")
    for text in (*product.names.all, shelf):
        heads = [s for hit in _hits(text) if (s := hit.sense("kind"))]
        if heads:
            found.update(one for value in heads[-1].values for one in wider(value, "kinds"))
    return frozenset(found)


def _warmth(
    quantities: Mapping[str, float], materials: Iterable[str] | None, seasons: Iterable[str] | None
) -> float | None:
    """By the temperature where one is known, else by season and material; more is warmer."""
    if "comfort" in quantities:
        return round((20.0 - quantities["comfort"]) / 5.0, 3)
    table = concepts()["warmth"]
    held = list(seasons or ())
    if not held:
        return None
    mean = sum(table["seasons"][season] for season in held) / len(held)
    added = max((table["materials"].get(one, 0.0) for one in materials or ()), default=0.0)
    return float(round(mean + added, 3))
