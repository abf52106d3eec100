"""Session models on sessions with an order."""

import numpy as np

from recommender.data import Interactions
from recommender.models.sessions import SequentialRules, SessionKnn
from research.benchmarks.recommending.vsknn import Vsknn


def sessions() -> Interactions:
    """Ten sessions tent → stove → lamp, five boots → socks → wax, in turn."""
    rows = []
    for number in range(10):
        rows += [(f"t{number}", item) for item in ("tent", "stove", "lamp")]
        if number % 2:
            rows += [(f"b{number}", item) for item in ("boots", "socks", "wax")]
    users, items = zip(*rows, strict=True)
    return Interactions.from_rows(users, items, None, np.arange(len(rows)) * 60.0)


def test_rules_know_what_comes_next_and_not_what_came_before() -> None:
    model = SequentialRules().fit(sessions())
    assert [one.item for one in model.fold_in([["boots"]], 2)[0]] == ["socks", "wax"]
    assert model.fold_in([["tent", "stove"]], 1)[0][0].item == "lamp"
    after_wax = model.fold_in([["wax"]], 3)[0]
    assert {one.reason.kind for one in after_wax} == {"popular"}
    reason = model.explain(["boots"], "socks")
    assert reason is not None
    assert (reason.kind, reason.because) == ("next", (("boots", 1.0),))


def test_the_latest_item_weighs_most() -> None:
    for model in (SessionKnn(), SequentialRules(decay=0.5)):
        model.fit(sessions())
        assert model.fold_in([["tent", "boots"]], 1)[0][0].item == "socks"
        assert model.fold_in([["boots", "tent"]], 1)[0][0].item == "stove"


def test_items_near_the_shared_item_come_first() -> None:
    model = SessionKnn().fit(sessions())
    assert [one.item for one in model.fold_in([["tent"]], 2)[0]] == ["stove", "lamp"]


def test_a_session_is_not_its_own_neighbour() -> None:
    data = Interactions.from_rows(["a", "a", "b"], ["x", "y", "x"], None, [1.0, 2.0, 3.0])
    model = SessionKnn().fit(data)
    scores = model._scores(data.histories)
    assert scores[0, 1] == 0
    assert scores[1, 1] > 0


def test_the_peer_scores_as_published() -> None:
    data = sessions()
    place = {key: number for number, key in enumerate(data.item_ids)}
    peer = Vsknn().fit(data.histories)
    scores = peer.scores(np.asarray([place["tent"], place["stove"]], np.int32), len(place))
    # Both items shared: similarity (1/2 + 2/2) / 2, the latest shared item is the last one.
    assert scores[place["lamp"]] == np.float32(10 * 0.75)
    assert scores[place["wax"]] == 0
