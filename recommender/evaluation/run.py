"""`recommend evaluate`: learn from one file, measure on another, by one of the protocols."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.base import Recommender
from recommender.data import BadInteractions, Histories, Interactions, Items, Mask, Places
from recommender.evaluation.choosing import Choice, choose
from recommender.evaluation.metrics import Estimate, estimate, flat
from recommender.evaluation.protocols import (
    Protocol,
    RankingResult,
    answer,
    blocks,
    ranking_result,
    session_metrics,
    session_prefixes,
    truth_of,
)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What was chosen and measured; `figures` are flat, `groups` are by name of the group."""

    choice: Choice
    figures: dict[str, float]
    groups: dict[str, dict[str, Estimate]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def evaluate(
    protocol: Protocol,
    train: Interactions,
    test: Interactions,
    items: Items | None,
    *,
    name: str = "best",
    ks: Sequence[int] = (10, 20),
    seed: int = 0,
    progress: Progress = lambda _: None,
) -> Report:
    """Choose on train alone, fit on all of train, measure on test; the seed fixes every draw."""
    if not len(test.user):
        raise BadInteractions("the test file has no usable rows")
    meeting = notes_on_meeting(train, test)
    rng = np.random.default_rng(seed)
    choice = choose(protocol, train, items, name=name, k=max(ks), rng=rng, progress=progress)
    began = time.perf_counter()
    model = choice.model().fit(train, items)
    fit_seconds = time.perf_counter() - began
    progress(f"fitted {choice.alias} in {fit_seconds:.1f} s")
    began = time.perf_counter()
    if protocol == "sessions":
        figures, groups = _sessions(model, test, ks, rng)
        asked = int(figures.pop("asked"))
    else:
        result, asked = _ranking(model, test, ks, choice.repeats, rng)
        figures, groups = _figures(result), result.groups
    seconds = time.perf_counter() - began
    sizes: dict[str, Any] = {"users": asked, "items": len(model.item_ids)}
    figures |= {**sizes, "fit_seconds": fit_seconds, "score_seconds": seconds}
    dropped = tuple(
        f"{one.dropped} rows of {where} were dropped: missing id or number, or an exact duplicate"
        for where, one in (("train", train), ("test", test))
        if one.dropped
    )
    return Report(choice, figures, groups, (*meeting, *dropped))


def notes_on_meeting(train: Interactions, test: Interactions) -> tuple[str, ...]:
    """What is odd about the two files together; raises BadInteractions when they share no item."""
    users = {train.user_ids[one] for one in set(train.user.tolist())}
    items = {train.item_ids[one] for one in set(train.item.tolist())}
    asked = {test.user_ids[one] for one in set(test.user.tolist())}
    wanted = {test.item_ids[one] for one in set(test.item.tolist())}
    if not items & wanted:
        raise BadInteractions(
            f"train and test share no item (such as {min(items)!r} and {min(wanted)!r}): "
            "write the ids alike in both files"
        )
    notes = []
    if not users & asked:
        notes.append(
            f"train and test share no user (such as {min(users)!r} and {min(asked)!r}): "
            "all are judged as newcomers; are the ids written alike?"
        )
    known, judged = _pairs(train, test)
    if 2 * np.isin(judged, known).sum() > len(judged):
        notes.append(
            "more than half of test stands in train already: what was learnt from is not judged; "
            "give a test file of what came after"
        )
    return tuple(notes)


def _pairs(*both: Interactions) -> list[npt.NDArray[np.int64]]:
    """Each (user, item) of each once, as a number that means the same pair in all of them."""
    users = {key: at for at, key in enumerate({key: 0 for one in both for key in one.user_ids})}
    items = {key: at for at, key in enumerate({key: 0 for one in both for key in one.item_ids})}
    found = []
    for one in both:
        user = np.asarray([users[key] for key in one.user_ids], dtype=np.int64)[one.user]
        item = np.asarray([items[key] for key in one.item_ids], dtype=np.int64)[one.item]
        found.append(np.unique(user * len(items) + item))
    return found


def _ranking(
    model: Recommender,
    test: Interactions,
    ks: Sequence[int],
    repeats: bool,
    rng: np.random.Generator,
) -> tuple[RankingResult, int]:
    truth = truth_of({key: place for place, key in enumerate(model.item_ids)}, test)
    answers = answer(model, truth, max(ks), repeats=repeats)
    return ranking_result(model, truth, answers, ks, rng), len(truth.users)


def _figures(result: RankingResult) -> dict[str, float]:
    figures = flat(result.overall)
    for group, estimates in result.groups.items():
        figures |= {f"{group}_{name}": value for name, value in flat(estimates).items()}
    return figures | {"coverage": result.coverage, "tail_share": result.tail_share}


def _sessions(
    model: Recommender, test: Interactions, ks: Sequence[int], rng: np.random.Generator
) -> tuple[dict[str, float], dict[str, dict[str, Estimate]]]:
    """Every position of every test session: all targets, and those not seen in the session yet."""
    histories, wanted, fresh = asked_positions(model, test)
    k = max(ks)
    with_repeats, without = [], []
    for block in blocks(len(wanted), len(model.item_ids)):
        part = histories.take(np.arange(block.start, block.stop))
        with_repeats.append(model.top(part, k, repeats=True)[0])
        without.append(model.top(part, k, repeats=False)[0])
    values = session_metrics(np.concatenate(with_repeats), wanted, ks)
    overall = {name: estimate(found, rng) for name, found in values.items()}
    values = session_metrics(np.concatenate(without)[fresh], wanted[fresh], ks)
    groups = {"without_repeats": {name: estimate(found, rng) for name, found in values.items()}}
    figures = flat(overall) | {"asked": float(len(wanted))}
    figures |= {f"without_repeats_{k}": v for k, v in flat(groups["without_repeats"]).items()}
    return figures, groups


def asked_positions(model: Recommender, test: Interactions) -> tuple[Histories, Places, Mask]:
    """Every position but the first of each session: what went before, the target, is it new there.

    Raises BadInteractions when there is none. Targets that the model does not know are -1.
    """
    histories, wanted = session_prefixes(placed(model, test))
    if not len(wanted):
        raise BadInteractions("the test file has no session of two events or more")
    return _known_only(histories), wanted, ~_repeated(histories, wanted)


def placed(model: Recommender, test: Interactions) -> Histories:
    """Test histories with the model's places, -1 for items that it does not know."""
    histories = test.histories
    places = np.asarray([model.place(key) for key in test.item_ids], dtype=np.float64)
    place = np.where(np.isnan(places), -1, places).astype(np.int32)
    return Histories(
        histories.start,
        place[histories.item],
        histories.weight,
        histories.time,
        len(model.item_ids),
        np.full(len(histories), -1, dtype=np.int32),
    )


def _repeated(histories: Histories, wanted: Places) -> Mask:
    """(positions,) whether the target stands in its prefix."""
    same = histories.item == np.repeat(wanted, np.diff(histories.start))
    sums = np.concatenate([[0], np.cumsum(same & (histories.item >= 0))])
    repeated: Mask = (sums[histories.start[1:]] - sums[histories.start[:-1]]) > 0
    return repeated


def _known_only(histories: Histories) -> Histories:
    """The histories without items of place -1."""
    good = histories.item >= 0
    start = np.concatenate([[0], np.cumsum(good)])[histories.start].astype(np.int64)
    return Histories(
        start,
        histories.item[good],
        histories.weight[good],
        histories.time[good],
        histories.items,
        histories.known,
    )
