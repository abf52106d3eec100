"""`concierge bench recommender`: public tables, our models beside their peers, in one run.

`CONCIERGE_BENCH_TASKS` names some of the tasks, as in `gowalla,sessions`; without it all run.
"""

import importlib
import os
from pathlib import Path
from typing import Any, Final

from benchmarks.real_input import shared_data
from benchmarks.recommending.lines import Line, flat_lines, print_lines

# task → module of benchmarks.recommending, with a function run(folder) -> list[Line]
TASKS: Final = {
    "gowalla": "top-20 of Gowalla, LightGCN's split",
    "movielens": "top-10 of MovieLens 100k, 75/25",
    "ratings": "stars of MovieLens 100k, five folds, beside Surprise",
    "sessions": "next clicks of Yoochoose, beside VSKNN",
    "journey": "next basket and re-buy of Complete Journey",
    "coldstart": "new shoppers, new products, a category from another",
    "bandit": "off-policy estimates on Open Bandit",
    "scale": "a million users by a million items, ten dimensions",
    "online": "one shopper, 100 000 items, filters on",
}


def run(root: Path, data_dir: Path, stock: Path | None = None) -> dict[str, Any]:
    """Run the tasks, print their tables, give back flat figures."""
    folder = shared_data(root) / "recsys"
    wanted = os.environ.get("CONCIERGE_BENCH_TASKS")
    tasks = wanted.split(",") if wanted else list(TASKS)
    lines: list[Line] = []
    for task in tasks:
        if task not in TASKS:
            raise SystemExit(f"CONCIERGE_BENCH_TASKS: {task!r} is none of {', '.join(TASKS)}")
        print(f"{task}: {TASKS[task]} …", flush=True)
        found = importlib.import_module(f"benchmarks.recommending.{task}").run(folder)
        print_lines(TASKS[task], found)
        lines += found
    return flat_lines(lines)
