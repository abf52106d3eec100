"""`concierge bench insights`: what is said of customers, offers and prices, beside peers.

The data lie in the folder of public sets (`CONCIERGE_SHARED_DATA`, by default ../shared/data). Each
part is measured as its command measures it; peers are run alongside, or are printed figures of the
same set, and say which.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from insights.lifetime.evaluation import evaluate as evaluate_lifetime
from insights.prices.demand import demand
from insights.prices.evaluation import evaluate as evaluate_prices
from insights.purchase.evaluation import evaluate as evaluate_purchases
from insights.tables import read_table
from insights.uplift.evaluation import evaluate as evaluate_uplift
from insights.uplift.experiment import experiment
from kit.clock import SystemClock
from research.benchmarks.real_input import shared_data
from research.benchmarks.table import measure_each

DRAWS: Final = 5  # of IHDP
# Fader, Hardie, Lee 2005; Fader, Hardie 2013; the digits that are printed.
PUBLISHED: Final = {
    "r": 0.243,
    "alpha": 4.414,
    "a": 0.793,
    "b": 2.426,
    "p": 6.25,
    "q": 3.74,
    "v": 15.45,
}


@dataclass(frozen=True)
class Line:
    """One figure, its 95 % interval where there is one, and a peer's."""

    figure: str
    value: float
    interval: tuple[float, float] | None = None
    peer: str = ""


def run(root: Path, data_dir: Path, stock: Path | None, only: Sequence[str] = ()) -> dict[str, Any]:
    """Measure the parts and print their tables, as `<part>_<figure>`."""
    folder, today = shared_data(root) / "recsys", SystemClock().today()

    def shown(name: str) -> dict[str, Any]:
        lines = PARTS[name](folder, today)
        _print(name, lines)
        return {line.figure.replace(" ", "_"): line.value for line in lines}

    return measure_each(only, PARTS, shown)


def lifetime(folder: Path, today: dt.date) -> list[Line]:
    """CDNOW: the published parameters, then 39 weeks held out."""
    report = evaluate_lifetime(
        read_table(folder / "cdnow/CDNOW_sample.txt"),
        customer="0",
        date="2",
        amount="4",
        split="1997-09-30",
        today=today,
        tell=_say,
    )
    assert report.spending is not None
    lines = []
    for name, published in PUBLISHED.items():
        one = getattr(report.spending if name in "pqv" else report.buying, name)
        lines.append(Line(name, one.value, (one.low, one.high), f"published {published}"))
    plain = (1 + report.purchases_error) / report.pace - 1
    return [
        *lines,
        Line("purchases error", report.purchases_error, peer=f"without pace about {plain:.3f}"),
        Line(
            "mae",
            report.mae,
            peer=f"means {report.mae_of_means:.3f}, rate × time {report.mae_of_rates:.3f}",
        ),
    ]


def purchase(folder: Path, today: dt.date) -> list[Line]:
    """Online Shoppers, ten folds, with and without the column that leaks."""
    table = read_table(folder / "online_shoppers/online_shoppers_intention.csv")
    lines = []
    for said, drop, auc, precision in (
        ("", [], "XGBoost .937, LightGBM .935", "XGBoost .754, LightGBM .758"),
        (" without PageValues", ["PageValues"], "LightGBM .790", "LightGBM .385"),
    ):
        found = evaluate_purchases(table, target="Revenue", drop=drop, tell=_say)
        both = (("auc", found.auc, auc), ("average precision", found.average_precision, precision))
        lines += [
            Line(name + said, one.value, (one.low, one.high), f"printed {peer}")
            for name, one, peer in both
        ]
    return lines


def uplift(folder: Path, today: dt.date) -> list[Line]:
    """IHDP: mean √PEHE of the learner chosen over the draws, and of each learner."""
    reports = []
    for draw in range(1, DRAWS + 1):
        table = read_table(folder / f"ihdp/ihdp_npci_{draw}.csv.gz")
        reports.append(
            evaluate_uplift(
                experiment(table, treatment="0", outcome="1", mu0="3", mu1="4"), tell=_say
            )
        )

    def mean(name: str | None, field: str) -> float:
        found = [getattr(one.learners[name or one.chosen], field) for one in reports]
        return float(np.mean(found))

    peers = {"pehe": "TARNet .88", "pehe_in_sample": "TARNet .88"}
    return [
        *(
            Line(f"{field} chosen", mean(None, field), peer=f"printed {said}")
            for field, said in peers.items()
        ),
        *(
            Line(f"{field} {name}", mean(name, field), peer="in this run")
            for name in reports[0].learners
            for field in peers
        ),
    ]


def elasticity(folder: Path, today: dt.date) -> list[Line]:
    """Orange juice: pooled, by brand and feature, by double machine learning; likelihoods."""
    table = read_table(folder / "oj/oj.csv.gz")
    report = evaluate_prices(
        demand(table, quantity="sales", price="price", group="brand", controls=["feat"]), tell=_say
    )
    found = {
        "pooled": report.plain,
        "pooled with controls": report.main,
        "double machine learning": report.learned,
        **report.levels,
    }
    lines = [Line(name, one.elasticity, (one.low, one.high)) for name, one in found.items()]
    likelihood = Line(
        "likelihood of groups",
        report.likelihood_groups,
        peer=f"pooled {report.likelihood_pooled:.4f}",
    )
    return [*lines, likelihood]


PARTS: Final[dict[str, Callable[[Path, dt.date], list[Line]]]] = {
    "clv": lifetime,
    "elasticity": elasticity,
    "uplift": uplift,
    "purchase": purchase,
}


def _print(name: str, lines: Sequence[Line]) -> None:
    table = Table(title=name)
    for heading in ("figure", "ours", "95 % interval", "peer"):
        table.add_column(heading, justify="right" if heading == "ours" else "left")
    for line in lines:
        low_high = "" if line.interval is None else "{:.4f} – {:.4f}".format(*line.interval)
        table.add_row(line.figure, f"{line.value:.4f}", low_high, line.peer)
    Console(width=110).print(table)


def _say(what: str) -> None:
    print(f"  {what} …", flush=True)
