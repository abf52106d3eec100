"""One suite that every model meets, on a small truth: two tastes that never mix."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.artefacts import (
    MODELS,
    ArtefactError,
    load,
    load_current,
    model_class,
    publish,
    save,
)
from recommender.base import BadInteractions, Interactions, Items, NothingToLearn, Recommender
from recommender.models.popularity import Popularity

USERS, ITEMS = 24, 12
DRAWN = tuple(
    f'<svg viewBox="0 0 9 9"><path d="{path}" fill="{colour}"/></svg>'.encode()
    for path, colour in (("M1 1 h7 v7 h-7 Z", "#b93a32"), ("M4 1 L6 8 L2 8 Z", "#3a6ea5"))
)
# These know an order, or re-buys, which this truth does not have; tests/unit/recommender asks them.
PERSONAL = sorted(set(MODELS) - {"habits", "popular", "rules", "self-attention"})
# Settings for a truth of a dozen items; the defaults are for real catalogues.
SMALL: dict[str, dict[str, Any]] = {
    "ease": {"regularisation": 1.0},
    "graph-filter": {"rank": 2},
    "item-knn": {"shrink": 0.0},
    "next-basket": {"neighbours": 8},
    "self-attention": {"factors": 8, "epochs": 1, "length": 8},
    "svd": {"rank": 2},
    "als": {"factors": 2},
    "bpr": {"factors": 4, "iterations": 300},
    "blend": {"members": [["popular", {}], ["item-knn", {"shrink": 0}], ["svd", {"rank": 2}]]},
}


def facts() -> Items:
    """Even items are boots, odd ones are lamps."""
    return Items(
        tuple(f"i{n}" for n in range(ITEMS)),
        tuple(
            "leather boots 登山鞋" if n % 2 == 0 else "camping lamp 露营灯" for n in range(ITEMS)
        ),
        tuple(frozenset({f"kind={'boots' if n % 2 == 0 else 'lamps'}"}) for n in range(ITEMS)),
        pictures=tuple(DRAWN[n % 2] for n in range(ITEMS)),
    )


def truth() -> Interactions:
    """Even users chose even items, odd users odd ones; each left one of its kind out.

    The item left out by the user in seat n of its taste is its taste's n-th, so every item but
    those is chosen by eleven or ten users.
    """
    rows = [
        (f"u{user}", f"i{item}", 1.0, 86_400.0 * (item + 1))
        for user in range(USERS)
        for item in range(ITEMS)
        if user % 2 == item % 2 and item // 2 != (user // 2) % (ITEMS // 2)
    ]
    users, items, weights, times = zip(*rows, strict=True)
    return Interactions.from_rows(users, items, weights, times)


def left_out(user: int) -> str:
    return f"i{2 * ((user // 2) % (ITEMS // 2)) + user % 2}"


def fresh(alias: str) -> Recommender:
    return model_class(alias)(**SMALL.get(alias, {}))


@pytest.fixture(scope="module", params=sorted(MODELS))
def model(request: pytest.FixtureRequest) -> Recommender:
    return fresh(request.param).fit(truth(), facts())


@pytest.fixture(scope="module", params=PERSONAL)
def personal(request: pytest.FixtureRequest) -> Recommender:
    return fresh(request.param).fit(truth(), facts())


def test_the_item_left_out_comes_first(personal: Recommender) -> None:
    for user in range(USERS):
        (found,) = personal.recommend(f"u{user}", 3)
        assert found[0].item == left_out(user)


def test_what_was_chosen_comes_back_only_when_asked_for(model: Recommender) -> None:
    chosen = {f"i{n}" for n in range(0, ITEMS, 2)} - {left_out(0)}
    (without,) = model.recommend("u0", ITEMS)
    (with_repeats,) = model.recommend("u0", ITEMS, repeats=True)
    assert {one.item for one in without} == {f"i{n}" for n in range(ITEMS)} - chosen
    assert {one.item for one in with_repeats} == {f"i{n}" for n in range(ITEMS)}


def test_a_batch_answers_as_one_by_one(model: Recommender) -> None:
    names = ["u3", "nobody", "u0", "u3"]
    batch = model.recommend(names, 4)
    alone = [model.recommend(name, 4)[0] for name in names]
    assert [[one.item for one in row] for row in batch] == [
        [one.item for one in row] for row in alone
    ]


def test_an_unknown_user_gets_what_is_popular(model: Recommender) -> None:
    (found,) = model.recommend("nobody", 4)
    assert len(found) == 4
    assert {one.reason.kind for one in found} == {"popular"}
    best = np.argsort(-model.popularity, kind="stable")[:4]
    assert [one.item for one in found] == [model.item_ids[place] for place in best]


def test_folding_in_a_history_answers_like_its_owner(personal: Recommender) -> None:
    history = [f"i{n}" for n in range(0, ITEMS, 2) if f"i{n}" != left_out(0)]
    (folded,) = personal.fold_in([history], 2)
    assert folded[0].item == left_out(0)


def test_unknown_items_in_a_history_are_left_out(model: Recommender) -> None:
    clean = model.fold_in([["i0", "i2"]], 3)
    assert model.fold_in([["gone", "i0", "nan", "i2"]], 3) == clean
    (found,) = model.fold_in([["gone"]], 2)
    assert [one.reason.kind for one in found] == ["popular", "popular"]


def test_a_history_may_carry_weights(model: Recommender) -> None:
    (found,) = model.fold_in([{"i0": 2.0, "i2": 1.0}], 3)
    assert len(found) == 3


def test_exclusions_and_filters_hold(model: Recommender) -> None:
    (found,) = model.recommend("u0", 5, exclude=[left_out(0), "gone"], allowed=["i1", "i3", "x"])
    assert {one.item for one in found} == {"i1", "i3"}
    mask = model.mask(["i1", "i3"])
    assert model.recommend("u0", 5, allowed=mask) == model.recommend("u0", 5, allowed=["i1", "i3"])
    assert mask.sum() == 2


@pytest.mark.parametrize("allowed", [("i1", "i4"), tuple(f"i{n}" for n in range(ITEMS - 2))])
def test_scores_are_the_same_among_few_items_and_many(
    model: Recommender, allowed: tuple[str, ...]
) -> None:
    for whole, some in (
        (
            model.fold_in([["i0", "i2"]], ITEMS, repeats=True)[0],
            model.fold_in([["i0", "i2"]], ITEMS, repeats=True, allowed=allowed)[0],
        ),
        (model.similar("i0", ITEMS), model.similar("i0", ITEMS, allowed=allowed)),
    ):
        scores = {one.item: one.score for one in whole}
        assert {one.item for one in some} == set(allowed) & set(scores)
        assert {one.item: one.score for one in some} == pytest.approx(
            {one.item: scores[one.item] for one in some}, rel=1e-5
        )


def test_nothing_allowed_is_an_empty_list(model: Recommender) -> None:
    assert model.recommend(["u0", "nobody"], 5, allowed=[]) == [[], []]
    assert model.similar("i0", 5, allowed=[]) == []


def test_a_mask_of_another_catalogue_is_refused(model: Recommender) -> None:
    with pytest.raises(BadInteractions, match="12 places"):
        model.recommend("u0", allowed=np.ones(5, dtype=bool))


def test_similar_items_share_the_taste(personal: Recommender) -> None:
    found = personal.similar("i2", 5)
    assert {one.item for one in found} == {f"i{n}" for n in range(0, ITEMS, 2)} - {"i2"}
    assert {one.reason.because[0][0] for one in found} == {"i2"}


def test_what_is_similar_to_an_unknown_item_is_what_is_popular(model: Recommender) -> None:
    assert [one.reason.kind for one in model.similar("gone", 2)] == ["popular", "popular"]


def test_a_reason_names_choices_that_the_score_would_miss(personal: Recommender) -> None:
    reason = personal.explain("u0", left_out(0))
    assert reason is not None
    told_by = {"blend": {"item-knn", "svd"}}.get(personal.alias, {personal.alias})
    assert reason.model in told_by
    assert reason.kind == model_class(reason.model).kind
    chosen = {f"i{n}" for n in range(0, ITEMS, 2)} - {left_out(0)}
    assert reason.because
    assert {item for item, _ in reason.because} <= chosen
    assert all(0 < share <= 1 for _, share in reason.because)
    assert personal.explain("u0", "gone") is None


def test_reasons_agree_with_taking_choices_away(personal: Recommender) -> None:
    """Linear models lose exactly what they told when a choice is taken away."""
    history = personal.histories_for(["u0"])
    items = np.asarray([personal.place(left_out(0))])
    told = personal._contributions(history, items)[:, 0]
    occluded = Recommender._contributions(personal, history, items)[:, 0]
    assert told.shape == occluded.shape == (5,)
    if personal.alias in {"item-knn", "ease", "graph-filter", "svd"}:
        np.testing.assert_allclose(told, occluded, rtol=1e-3, atol=1e-5)


def test_reasons_add_up_to_the_score(personal: Recommender) -> None:
    history = personal.histories_for(["u0"])
    items = np.asarray([personal.place(left_out(0)), personal.place("i1")])
    told = personal._contributions(history, items).sum(axis=0)
    if personal.alias in {"item-knn", "ease", "graph-filter", "svd", "als", "content"}:
        scores = personal._scores(history)[0, items]
        np.testing.assert_allclose(told, scores, rtol=1e-3, atol=1e-4)


def test_saved_and_loaded_answers_the_same(model: Recommender, tmp_path: Path) -> None:
    again = load(save(model, tmp_path / "model", {"seed": 7}))
    assert type(again) is type(model)
    assert again.describe() == model.describe()
    names = ["u0", "u5", "nobody"]
    assert again.recommend(names, 4) == model.recommend(names, 4)
    assert again.fold_in([["i1", "i3"]], 4) == model.fold_in([["i1", "i3"]], 4)
    assert again.similar("i1", 3) == model.similar("i1", 3)
    card = json.loads((tmp_path / "model" / "card.json").read_text(encoding="utf-8"))
    assert card["seed"] == 7
    assert card["paper"]


@pytest.mark.parametrize("alias", sorted(MODELS))
def test_nobody_rewrites_the_events(alias: str) -> None:
    """Models share one table of events; what one does to it, all others would learn from."""
    users, items = ["u", "u", "u", "v"], ["b", "a", "b", "a"]
    data = Interactions.from_rows(users, items, [1.0] * 4, [1.0, 2.0, 3.0, 4.0])
    before = copy.deepcopy(data.histories)
    model = fresh(alias).fit(data)
    model.recommend(["u", "v"], 2, repeats=True)
    for name in ("start", "item", "weight", "time"):
        np.testing.assert_array_equal(getattr(data.histories, name), getattr(before, name), name)


def test_fitting_twice_gives_the_same(model: Recommender) -> None:
    again = fresh(model.alias).fit(truth(), facts())
    assert again.recommend(["u0", "u1"], 4) == model.recommend(["u0", "u1"], 4)


@pytest.mark.parametrize("alias", sorted(MODELS))
def test_a_new_shop_without_behaviour_answers(alias: str) -> None:
    nobody = Interactions.from_rows([], [], catalogue=["b", "a"])
    model = fresh(alias).fit(nobody)
    (found,) = model.recommend("anybody", 5)
    assert [one.item for one in found] == ["b", "a"]
    assert len(model.fold_in([["a"]], 5)[0]) == 1


@pytest.mark.parametrize("alias", sorted(MODELS))
def test_one_item_and_one_user_are_enough(alias: str) -> None:
    model = fresh(alias).fit(Interactions.from_rows(["u"], ["i"]))
    assert model.recommend("u", 3) == [[]]
    assert [one.item for one in model.recommend("u", 3, repeats=True)[0]] == ["i"]


@pytest.mark.parametrize("alias", sorted(MODELS))
def test_a_failed_refit_keeps_what_was_learned(alias: str) -> None:
    model = fresh(alias).fit(truth(), facts())
    before = model.recommend(["u0", "u1"], 4)
    with pytest.raises(NothingToLearn, match="empty"):
        model.fit(Interactions.from_rows([], []))
    assert model.recommend(["u0", "u1"], 4) == before


def test_a_refit_that_breaks_midway_keeps_what_was_learned(
    model: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = model.recommend(["u0", "nobody"], 4)

    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(type(model), "_learn", broken)
    with pytest.raises(MemoryError):
        model.fit(Interactions.from_rows(["x"], ["y"]))
    monkeypatch.undo()
    assert model.recommend(["u0", "nobody"], 4) == before


def test_items_added_to_the_catalogue_are_known(model: Recommender) -> None:
    more = Items((*facts().ids, "new"), (*facts().texts, "lamp"), ())
    again = fresh(model.alias).fit(truth(), more)
    assert again.place("new") == ITEMS
    assert "new" in {one.item for one in again.recommend("u1", ITEMS)[0]}


@pytest.mark.parametrize("alias", sorted(MODELS))
def test_every_model_names_its_paper(alias: str) -> None:
    found = model_class(alias)
    assert found.alias == alias
    year = found.paper.split(",")[0].split()[-1] if "et al." in found.paper else None
    assert found.__doc__ is not None
    assert any(word.isdigit() and len(word) == 4 for word in found.paper.replace(",", "").split())
    assert year is None or year in found.__doc__


def test_a_model_that_is_not_fitted_says_so() -> None:
    with pytest.raises(NothingToLearn, match="popular is not fitted"):
        Popularity().recommend("u")


# What is saved.


def test_a_missing_artefact_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"card\.json is missing: train"):
        load(tmp_path / "nothing")
    with pytest.raises(ArtefactError, match="current is missing: train"):
        load_current(tmp_path)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("arrays.npz", b"PK not a zip", "arrays.npz is damaged"),
        ("card.json", b"{", "card.json is damaged"),
        ("card.json", b'{"schema": 99}', "another schema"),
        ("card.json", b"[]", "another schema"),
    ],
)
def test_a_damaged_artefact_is_refused(
    tmp_path: Path, file: str, content: bytes, message: str
) -> None:
    folder = save(Popularity().fit(truth()), tmp_path / "model")
    (folder / file).write_bytes(content)
    with pytest.raises(ArtefactError, match=message):
        load(folder)


def test_a_truncated_or_absent_array_file_is_refused(tmp_path: Path) -> None:
    folder = save(Popularity().fit(truth()), tmp_path / "model")
    whole = (folder / "arrays.npz").read_bytes()
    (folder / "arrays.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArtefactError, match="damaged"):
        load(folder)
    (folder / "arrays.npz").unlink()
    with pytest.raises(ArtefactError, match=r"arrays\.npz"):
        load(folder)


def test_publishing_keeps_the_version_before_and_serves_the_new_one(tmp_path: Path) -> None:
    first = publish(fresh("popular").fit(truth()), tmp_path)
    second = publish(fresh("item-knn").fit(truth()), tmp_path)
    third = publish(fresh("ease").fit(truth()), tmp_path)
    assert not first.exists()
    assert second.exists()
    assert third.exists()
    assert load_current(tmp_path).alias == "ease"


def test_a_save_that_breaks_midway_leaves_the_old_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(fresh("popular").fit(truth()), tmp_path)
    better = fresh("item-knn").fit(truth())

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", broken)
    with pytest.raises(OSError, match="disk full"):
        publish(better, tmp_path)
    assert load_current(tmp_path).alias == "popular"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
