"""What a preset is, and the tools that presets share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shop.imports.amounts import Decimals
from shop.imports.cells import fold
from shop.imports.dates import DayOrder

Row = dict[str, str]
Raw = Mapping[str, str]


class Adapter:
    """Turns the rows of one file into ours; keeps what later rows need.

    The file is read twice: `learn` sees every row in the first reading and `adapt` every row in
    both, with `rewind` between. Rows come by folded column names (see `cells.fold`).
    """

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.rewind()

    def cell(self, raw: Raw, *names: str) -> str:
        """The first of these columns that is filled."""
        for name in names:
            key = fold(name)
            if key in raw:
                self.used.add(key)
                if raw[key]:
                    return raw[key]
        return ""

    def has(self, raw: Raw, name: str) -> bool:
        """Whether the file has that column."""
        return fold(name) in raw

    def learn(self, raw: Raw, row: Row) -> None:
        """Look at a row before any is imported."""

    def rewind(self) -> None:
        """The file is read from its beginning, for the first time or again."""

    def adapt(self, raw: Raw, row: Row) -> Row | None:
        """The row to import; None where it only tells something about others."""
        return row


@dataclass(frozen=True)
class Preset:
    """How a system's export of one kind is read.

    `columns` maps our names to the file's, the first of several that is there. A file is taken for
    this system's when it has all of `signs`.
    """

    columns: Mapping[str, str | Sequence[str]]
    adapter: Callable[[], Adapter] = Adapter
    signs: Sequence[str] = ()
    currency: str = "EUR"
    creates_products: bool = False
    # The file mixes fees and corrections into orders: an order stands without such a line.
    drops_lines: bool = False
    # Required columns that the adapter makes.
    makes: frozenset[str] = frozenset()
    # Amounts that stand at each line and are added up for the order.
    added_up: frozenset[str] = frozenset()
    # Taxes come on top of prices where the file's totals do not say.
    tax_on_top: bool = False
    decimals: Decimals | None = None
    day_order: DayOrder | None = None

    def names(self) -> dict[str, tuple[str, ...]]:
        """Our column → the names it may have."""
        return {
            ours: (theirs,) if isinstance(theirs, str) else tuple(theirs)
            for ours, theirs in self.columns.items()
        }


class FillDown:
    """Rows after the first of a group leave what is the group's blank: it is as in the first."""

    def __init__(self, of_group: Callable[[str], bool]) -> None:
        self._of_group = of_group
        self._key: str | None = None
        self._first: dict[str, str] = {}

    def fill(self, key: str, raw: Raw) -> tuple[dict[str, str], bool]:
        """(the row with what it inherits, whether it begins a group)."""
        if not key or key != self._key:
            self._key = key
            self._first = {
                column: value for column, value in raw.items() if value and self._of_group(column)
            }
            return dict(raw), True
        filled = dict(raw)
        for column, value in self._first.items():
            if not filled.get(column):
                filled[column] = value
        return filled, False


def joined(*parts: str, sign: str = " ") -> str:
    """The parts that are not empty, in one line."""
    return sign.join(part for part in parts if part)


def first_shelf(path: str, between: str, deeper: str) -> str:
    """The top shelf of the first path of a list; `\\,` is a comma that belongs to a name."""
    held = path.replace("\\,", "\x01")
    first = next((part for part in held.split(between) if part.strip()), "")
    return first.split(deeper)[0].replace("\x01", ",").strip()
