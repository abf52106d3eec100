"""The sequence model: what torch learns, numpy answers; Spark's factors in the same artefact."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from recommender.artefacts import load, load_current, read_card, save
from recommender.data import Interactions
from recommender.models.sequence import SelfAttention, forward

pytest.importorskip("torch")


def steps() -> Interactions:
    """Forty people walk along a circle of eight items from different places."""
    rows = [
        (f"u{user}", f"i{(user + step) % 8}", 60.0 * step)
        for user in range(40)
        for step in range(6)
    ]
    users, items, times = zip(*rows, strict=True)
    return Interactions.from_rows(users, items, None, times)


@pytest.fixture(scope="module")
def model() -> SelfAttention:
    return SelfAttention(factors=16, length=6, epochs=60, dropout=0.0).fit(steps())


def test_it_learns_what_comes_next(model: SelfAttention) -> None:
    for first in range(8):
        history = [f"i{first}", f"i{(first + 1) % 8}"]
        assert model.fold_in([history], 1)[0][0].item == f"i{(first + 2) % 8}"


def test_numpy_answers_what_torch_would(model: SelfAttention) -> None:
    import torch

    from recommender.training.attention import Network, _arrays

    torch.manual_seed(1)
    network = Network(8, 12, 2, 5, 0.0).eval()
    items = np.asarray([[1, 4, 2, 2], [0, 7, 3, 5]], dtype=np.int32)
    with torch.no_grad():
        wanted = network(torch.from_numpy(items.astype(np.int64)))[:, -1].numpy()
    weights = _arrays(network)
    found = forward(weights, items, 2) @ weights["item"].T
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def test_saved_loaded_and_batched_alike(model: SelfAttention, tmp_path: Path) -> None:
    again = load(save(model, tmp_path / "model"))
    histories = [["i1"], ["i3", "i4", "i5"], [], ["i0", "i1"]]
    assert again.fold_in(histories, 3) == model.fold_in(histories, 3)
    alone = [model.fold_in([one], 3)[0] for one in histories]
    for together, single in zip(model.fold_in(histories, 3), alone, strict=True):
        assert [one.item for one in together] == [one.item for one in single]
    assert {one.reason.kind for one in model.fold_in([[]], 3)[0]} == {"popular"}


def test_the_seed_fixes_what_is_learned() -> None:
    first, second = (SelfAttention(factors=8, epochs=2, seed=3).fit(steps()) for _ in range(2))
    np.testing.assert_array_equal(first._weights["item"], second._weights["item"])


@pytest.mark.train
@pytest.mark.timeout(400)
def test_spark_publishes_the_same_kind_of_artefact(tmp_path: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not installed here")
    sql = pytest.importorskip("pyspark.sql")

    from recommender.training.spark_als import publish_from_spark

    rows = [(f"u{u}", f"i{i}") for u in range(24) for i in range(12) if u % 2 == i % 2]
    rows = [one for one in rows if one not in {("u0", "i0"), ("u1", "i1")}]
    users, items = zip(*rows, strict=True)
    data = Interactions.from_rows(users, items)
    spark = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    try:
        saved = publish_from_spark(spark, data, tmp_path, factors=2, iterations=4, partitions=1)
    finally:
        spark.stop()
    model = load_current(tmp_path)
    assert (model.alias, read_card(saved)["trained_by"]) == ("als", "spark")
    assert model.recommend("u0", 1)[0][0].item == "i0"
    assert model.recommend("u1", 1)[0][0].item == "i1"
