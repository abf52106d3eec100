"""Alternating least squares on Spark, for catalogues beyond one machine.

The factors land in the same artefact as those of one machine: `load` does not know the difference.
"""

from pathlib import Path
from typing import Any

import numpy as np

from recommender.artefacts import publish
from recommender.data import Floats, Interactions
from recommender.models.factors import Als


def factors_on_spark(
    spark: Any,
    data: Interactions,
    *,
    factors: int = 64,
    regularisation: float = 0.05,
    alpha: float = 20.0,
    iterations: int = 10,
    partitions: int = 10,
    seed: int = 0,
) -> Floats:
    """(items, factors) learned by Spark's implicit ALS (Hu, Koren, Volinsky 2008)."""
    from pyspark.ml.recommendation import ALS

    pairs = np.unique(np.stack([data.user, data.item]), axis=1).T.tolist()
    table = spark.createDataFrame(
        [(u, i, 1.0) for u, i in pairs], "user int, item int, chosen float"
    )
    als = ALS(
        rank=factors,
        maxIter=iterations,
        regParam=regularisation,
        alpha=alpha,
        seed=seed,
        implicitPrefs=True,
        userCol="user",
        itemCol="item",
        ratingCol="chosen",
        numUserBlocks=partitions,
        numItemBlocks=partitions,
    )
    found = np.zeros((len(data.item_ids), factors), dtype=np.float32)
    for row in als.fit(table).itemFactors.collect():
        found[row["id"]] = row["features"]
    return found


def publish_from_spark(spark: Any, data: Interactions, root: Path, **settings: Any) -> Path:
    """Learn on Spark and publish as the model `als`; the folder of the new version."""
    items = factors_on_spark(spark, data, **settings)
    known = {name: settings[name] for name in settings if name in Als().parameters()}
    model = Als(**{**known, "factors": items.shape[1]}).with_items(data, items)
    return publish(model, root, {"trained_by": "spark"})
