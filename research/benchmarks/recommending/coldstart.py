"""Nothing known yet: new shoppers by their first choices, new products, a category from another.

New shoppers and new products are MovieLens 100k: a fifth of the people, and of the films, is left
out of fitting. The category without behaviour is the drugstore of Complete Journey, offered to
households by what they bought of its groceries, through the vectors of a text encoder.
"""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from encoders.shared import ensure_exports, shared_encoders
from recommender.base import Interactions, Items, Recommender
from recommender.data import Floats, Histories, Mask, Places
from recommender.evaluation.metrics import estimate, ranking_metrics
from recommender.evaluation.protocols import truth_of
from recommender.evaluation.reading import read_columns, read_interactions, read_items
from recommender.models.content import Content
from recommender.models.linear import Ease
from recommender.models.neighbours import UserKnn
from recommender.models.popularity import Popularity
from research.benchmarks.recommending.lines import Line

SEED: Final = 7
LEFT_OUT: Final = 0.2
FIRST: Final = (0, 1, 2, 3, 5, 10)
LEAST_LATER: Final = 10
K: Final = 10
SOURCE: Final = "GROCERY"
TARGET: Final = "DRUG GM"


def run(folder: Path, out: Path) -> list[Line]:
    """All three, each beside what needs no knowledge."""
    whole = read_interactions(folder / "ml100k" / "ml-100k.inter").interactions()
    films = read_items(folder / "ml100k" / "ml-100k.item")
    return [
        *new_shoppers(whole, films),
        *new_products(whole, films),
        *another_category(folder / "completejourney"),
    ]


def new_shoppers(whole: Interactions, films: Items) -> list[Line]:
    """What is found of a person's later choices after their first 0, 1, … 10.

    One truth for all: what comes after the tenth. "The kind told" is the kind a person likes best,
    as an answer in the chat would be; it is counted over all their choices, as they know it.
    """
    rng = np.random.default_rng(SEED)
    counts = np.bincount(whole.user)
    is_new = (rng.random(len(counts)) < LEFT_OUT) & (counts >= max(FIRST) + LEAST_LATER)
    train = whole.where(~is_new[whole.user])
    new = np.flatnonzero(is_new)
    order = [[whole.item_ids[item] for item in whole.histories.of(int(one))[0]] for one in new]
    later = [one[max(FIRST) :] for one in order]
    popular = Popularity().fit(train, films)
    known: tuple[Recommender, ...] = (Ease(regularisation=400.0), UserKnn(), Content())
    lines = _scored("cold", "popular, 0 choices", popular, [[]] * len(new), later)
    lines += _told(popular, films, order, later)
    for model in known:
        model.fit(train, films)
        for count in FIRST[1:]:
            first = [one[:count] for one in order]
            lines += _scored("cold", f"ours: {model.alias}, {count} choices", model, first, later)
    return lines


def _told(
    popular: Recommender, films: Items, order: Sequence[Sequence[str]], later: list[list[str]]
) -> list[Line]:
    kinds = dict(zip(films.ids, films.attributes, strict=True))
    favourite = [
        Counter(kind for item in one for kind in sorted(kinds[item])).most_common(1)[0][0]
        for one in order
    ]
    places = np.full((len(order), K), -1, dtype=np.int32)
    nothing = popular.histories_from([[]])
    for row, kind in enumerate(favourite):
        allowed = popular.mask([item for item, has in kinds.items() if kind in has])
        places[row] = popular.top(nothing, K, allowed=allowed)[0][0]
    return _lines("cold", "popular of the kind told, 0 choices", popular, places, later)


def new_products(whole: Interactions, films: Items) -> list[Line]:
    """Films that nobody could choose in fit, ranked among themselves for everyone who did later."""
    rng = np.random.default_rng(SEED)
    is_new = rng.random(len(whole.item_ids)) < LEFT_OUT
    train = whole.where(~is_new[whole.item])
    fresh = [item for item, new in zip(whole.item_ids, is_new, strict=True) if new]
    chosen = [
        [whole.item_ids[item] for item in whole.histories.of(user)[0] if is_new[item]]
        for user in range(len(whole.user_ids))
    ]
    people = [user for user, wanted in enumerate(chosen) if wanted]
    wanted = [chosen[user] for user in people]
    known = [
        [whole.item_ids[item] for item in whole.histories.of(user)[0] if not is_new[item]]
        for user in people
    ]
    model = Content().fit(train, films)
    allowed = model.mask(fresh)
    lines = _chance("new products", model, allowed, wanted, rng)
    return lines + _scored("new products", "ours: content", model, known, wanted, allowed)


def another_category(folder: Path) -> list[Line]:
    """Drugstore products, none of them ever bought in fit, by what households buy of groceries."""
    facts = read_columns(folder / "products.parquet")
    department = dict(zip(map(str, facts["product_id"]), facts["department"], strict=True))
    bought = read_interactions(folder / "transactions_sample.parquet").interactions()
    kind = np.asarray([department.get(item, "") for item in bought.item_ids], dtype=object)
    source, target = kind[bought.item] == SOURCE, kind[bought.item] == TARGET
    items = _described(
        facts, {item for item in bought.item_ids if department.get(item) in {SOURCE, TARGET}}
    )
    rows = [(user, bought.histories.of(user)[0]) for user in range(len(bought.user_ids))]
    both = [
        (
            [bought.item_ids[item] for item in chosen if kind[item] == SOURCE],
            [bought.item_ids[item] for item in chosen if kind[item] == TARGET],
        )
        for _, chosen in rows
    ]
    both = [(known, wanted) for known, wanted in both if known and wanted]
    known, wanted = [one for one, _ in both], [one for _, one in both]
    rng = np.random.default_rng(SEED)
    model = Content().fit(bought.where(source), items)
    allowed = model.mask([item for item in items.ids if department[item] == TARGET])
    lines = _chance("transfer", model, allowed, wanted, rng)
    lines += _scored("transfer", "ours: content", model, known, wanted, allowed)
    behaving = Popularity().fit(bought.where(target), items)
    own = behaving.mask([item for item in items.ids if department[item] == TARGET])
    nobody: list[list[str]] = [[]] * len(known)
    return lines + _scored(
        "transfer",
        "to know: popular with the drugstore's own purchases",
        behaving,
        nobody,
        wanted,
        own,
    )


def _described(facts: Mapping[str, Any], wanted: set[str]) -> Items:
    """Products with their maker, brand and the vectors of their kind's words."""
    rows = [row for row, key in enumerate(map(str, facts["product_id"])) if key in wanted]
    texts = [
        f"{facts['product_category'][row] or ''} {facts['product_type'][row] or ''}".lower()
        for row in rows
    ]
    different = sorted(set(texts))
    with tempfile.TemporaryDirectory() as place:
        ensure_exports(Path(place))
        encoded = shared_encoders(Path(place)).encode(different, "en", "passage")
    at = {text: row for row, text in enumerate(different)}
    vectors: Floats = np.asarray(encoded, dtype=np.float32)[[at[text] for text in texts]]
    return Items(
        tuple(str(facts["product_id"][row]) for row in rows),
        tuple(texts),
        tuple(
            frozenset({f"maker={facts['manufacturer_id'][row]}", f"brand={facts['brand'][row]}"})
            for row in rows
        ),
        vectors,
    )


def _scored(
    task: str,
    who: str,
    model: Recommender,
    known: Sequence[Sequence[str]],
    wanted: Sequence[Sequence[str]],
    allowed: Mask | None = None,
) -> list[Line]:
    """The ten best for each history against what was really chosen."""
    histories: Histories = model.histories_from(known)
    places, _ = model.top(histories, K, allowed=allowed)
    return _lines(task, who, model, places, wanted)


def _chance(
    task: str,
    model: Recommender,
    allowed: Mask,
    wanted: Sequence[Sequence[str]],
    rng: np.random.Generator,
) -> list[Line]:
    """Ten drawn at random: what nothing known comes to."""
    open_places = np.flatnonzero(allowed)
    places = np.stack([rng.choice(open_places, K, replace=False) for _ in wanted])
    return _lines(task, "ten drawn at random", model, places.astype(np.int32), wanted)


def _lines(
    task: str, who: str, model: Recommender, places: Places, wanted: Sequence[Sequence[str]]
) -> list[Line]:
    rows = Interactions.from_rows(
        np.repeat(np.arange(len(wanted)), [len(one) for one in wanted]),
        [item for one in wanted for item in one],
    )
    truth = truth_of({item: place for place, item in enumerate(model.item_ids)}, rows)
    asked = places[[int(user) for user in truth.users]]
    found = ranking_metrics(asked, truth.wanted, truth.missing, [K])
    rng = np.random.default_rng(0)
    lines = []
    for name in (f"ndcg@{K}", f"hit_rate@{K}"):
        one = estimate(found[name], rng)
        lines.append(Line(task, who, name, one.mean, one.low, one.high))
    return lines
