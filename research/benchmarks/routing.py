"""`concierge bench routing`: topics, need for a person, assignment, speed, two agents at once."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from encoders.shared import Encoders, ensure_exports
from research.benchmarks.desk import need, simulation, speed, together, topics

console = Console()


def run(root: Path, data_dir: Path, _stock_dir: Path | None = None) -> dict[str, Any]:
    """Measure all parts, print their tables, give back flat figures; public data is optional."""
    figures: dict[str, Any] = {}
    folder = data_folder(root)
    if folder is not None:
        ensure_exports(data_dir)
        encoders = Encoders(data_dir)
        split = topics.bitext_by_template(folder / "bitext" / "bitext_customer_support.jsonl.gz")
        figures |= _named("bitext", topics.measure(split, encoders))
        figures |= _named(
            "banking77", topics.measure(topics.banking_teams(folder / "banking77"), encoders)
        )
        figures |= _named("need", need.measure(folder / "mhch_makeup"))
    else:
        console.print("public data sets are not there: topics and need are left out")
    console.print("simulating assignment …")
    figures |= _named("assignment", simulation.measure())
    console.print("two agents at once …")
    figures |= _named("together", together.measure())
    console.print("lists and messages …")
    figures |= speed.measure_lists() | speed.measure_messages()
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, f"{value:.4g}")
    console.print(table)
    return figures


def data_folder(root: Path) -> Path | None:
    """Where the public data sets are, beside the checkout or a floor higher."""
    for place in (root, *root.parents):
        if (place / "shared" / "data" / "nlu").is_dir():
            return place / "shared" / "data" / "nlu"
    return None


def _named(prefix: str, figures: dict[str, float]) -> dict[str, float]:
    return {f"{prefix}_{name}": value for name, value in figures.items()}
