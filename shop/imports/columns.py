"""The columns that each kind of file has under our names, and how the file's own ones are found."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from babel.localedata import locale_identifiers

from shop.imports.cells import fold
from shop.imports.options import PREFIX
from shop.imports.problems import ImportProblem

Kind = Literal["customers", "products", "orders", "events", "stock"]

COLUMNS: Final[Mapping[Kind, Mapping[str, bool]]] = {
    # our name → whether a file cannot be without it
    "customers": {
        "customer": False,
        "email": True,
        "name": False,
        "phone": False,
        "language": False,
        "created_at": False,
        "street": False,
        "city": False,
        "postcode": False,
        "country": False,
    },
    "products": {
        "product": False,
        "sku": False,
        "name": True,
        "description": False,
        "category": False,
        "brand": False,
        "size": False,
        "colour": False,
        "price": True,
        "sale_price": False,
        "sale_from": False,
        "sale_until": False,
        "currency": False,
        "stock": False,
        "active": False,
        "image": False,
    },
    "orders": {
        "order": True,
        "placed_at": True,
        "customer": False,
        "email": False,
        "phone": False,
        "name": False,
        "state": False,
        "sku": False,
        "product": True,
        "size": False,
        "colour": False,
        "quantity": True,
        "price": True,
        "currency": False,
        "shipping": False,
        "discount": False,
        "tax": False,
        "total": False,
        "refunded": False,
        "coupon": False,
        "delivered_at": False,
        "cancelled_at": False,
        "recipient": False,
        "street": False,
        "city": False,
        "postcode": False,
        "country": False,
    },
    "events": {
        "kind": True,
        "at": True,
        "customer": False,
        "session": False,
        "sku": False,
        "value": False,
        "event": False,
    },
    "stock": {
        "sku": False,
        "product": False,
        "size": False,
        "colour": False,
        "location": False,
        "stock": True,
    },
}
# What an order says of itself, not of one of its lines: blank in a later line, it is as in the
# first.
OF_AN_ORDER: Final = frozenset(COLUMNS["orders"]) - {
    "order",
    "sku",
    "product",
    "size",
    "colour",
    "quantity",
    "price",
}
OF_A_PRODUCT: Final = frozenset(
    {"name", "description", "category", "brand", "currency", "image", "active"}
)
# A product's texts may stand in further columns, one for each language: name_de, description_zh.
_TRANSLATED: Final = re.compile(r"(name|description|category)[\s_-]*([a-z]{2})", re.IGNORECASE)
# A category_id is a key and a category_no a number; Indonesian and Norwegian need --map.
_NO_LANGUAGE: Final = frozenset({"id", "no"})
AMOUNTS: Final = frozenset(
    {"price", "sale_price", "shipping", "discount", "tax", "total", "refunded"}
)
COUNTS: Final = frozenset({"quantity", "stock"})
DAYS: Final = frozenset(
    {"placed_at", "created_at", "delivered_at", "cancelled_at", "at", "sale_from", "sale_until"}
)
# Other spellings of our own names, for files without a preset.
_ALSO: Final[Mapping[str, Sequence[str]]] = {
    "colour": ("color",),
    "email": ("e-mail", "email address", "e-mail address"),
    "postcode": ("zip", "postal code", "zip code"),
    "order": ("order number", "order id", "order no"),
    "placed_at": ("order date", "created at", "date"),
    "quantity": ("qty",),
    "stock": ("qty",),
    "location": ("location name", "warehouse", "source_code", "store", "place"),
}


def translated(column: str) -> tuple[str, str] | None:
    """(field, language) of a column that has a product's text in a further language."""
    found = _TRANSLATED.fullmatch(column.strip())
    if found is None or found[2].lower() not in locale_identifiers():
        return None
    return found[1].lower(), found[2].lower()


def is_of_group(kind: Kind, column: str) -> bool:
    """Whether a blank cell of our column is as in the first row of its order or product."""
    if kind == "orders":
        return column in OF_AN_ORDER
    return column in OF_A_PRODUCT or translated(column) is not None


def names_of(ours: str) -> tuple[str, ...]:
    """How a plain file may call our column."""
    return (ours, *_ALSO.get(ours, ()))


def map_columns(
    kind: Kind,
    file_name: str,
    columns: Sequence[str],
    known: Mapping[str, Sequence[str]],
    own: Mapping[str, str],
    *,
    may_lack: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Our column → the file's, for those that the file has; capitals and blanks do not matter.

    `known` are the names a preset gives, the first that is there counts; `own` wins over them.
    `may_lack` are required columns that the preset makes itself. Raises ImportProblem.
    """
    by_fold: dict[str, str] = {}
    for column in columns:
        by_fold.setdefault(fold(column), column)
    mapping: dict[str, str] = {}
    for ours, theirs in own.items():
        is_option = ours.startswith(PREFIX) and kind != "customers"
        is_text = kind == "products" and translated(ours) is not None
        if ours not in COLUMNS[kind] and not is_option and not is_text:
            raise ImportProblem(
                f"--map {ours}={theirs}: {kind} have the columns {', '.join(COLUMNS[kind])}"
            )
        found = theirs if theirs in columns else by_fold.get(fold(theirs))
        if found is None:
            raise ImportProblem(
                f"--map {ours}={theirs}: {file_name} has no column {theirs!r}; "
                f"it has {', '.join(filter(None, columns))}"
            )
        mapping[ours] = found
    for ours, names in known.items():
        if ours not in mapping:
            exact = next((name for name in names if name in columns), None)
            found = exact or next((by_fold[fold(n)] for n in names if fold(n) in by_fold), None)
            if found is not None:
                mapping[ours] = found
    for column in columns if kind == "products" else ():
        text = translated(column)
        if text is not None and text[1] not in _NO_LANGUAGE:
            mapping.setdefault("_".join(text), column)
    for ours, required in COLUMNS[kind].items():
        if required and ours not in mapping and ours not in may_lack:
            _tell_missing(kind, file_name, columns, ours, known.get(ours, (ours,)))
    return mapping


def _tell_missing(
    kind: Kind, file_name: str, columns: Sequence[str], ours: str, names: Sequence[str]
) -> None:
    theirs = f" ({' or '.join(names)})" if tuple(names) != names_of(ours) else ""
    raise ImportProblem(
        f"{file_name} lacks the column {ours}{theirs}; it has {', '.join(filter(None, columns))}. "
        f"Name it with --map {ours}=COLUMN"
    )
