"""`concierge bench recommender`: public tables, our models beside their peers, in one run.

Each task has a process of its own, so that peaks of memory are its own, and what it found is
written as soon as it is done: `<data>/bench/recommender/` holds TASK.json, TASK.md (the table that
docs/benchmarks/recommender.md shows) and the plots. `--only gowalla,sessions` runs some.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from research.benchmarks.real_input import shared_data
from research.benchmarks.recommending.lines import flat_lines, markdown, print_lines, read_lines

# task → module of research.benchmarks.recommending, with a function run(folder, out) -> list[Line]
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
# `concierge up` starts the shop's processes so.
AS_SERVED: Final = {"OMP_NUM_THREADS": "1"}


def run(
    root: Path, data_dir: Path, stock: Path | None = None, only: Sequence[str] = ()
) -> dict[str, Any]:
    """Run the tasks, print their tables, give back flat figures."""
    folder = shared_data(root) / "recsys"
    for task in only:
        if task not in TASKS:
            raise SystemExit(f"--only: {task!r} is none of {', '.join(TASKS)}")
    out = data_dir / "bench" / "recommender"
    out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, float] = {}
    for task in only or TASKS:
        print(f"{task}: {TASKS[task]} …", flush=True)
        subprocess.run(
            [sys.executable, "-m", "research.benchmarks.recommending", task, str(folder), str(out)],
            cwd=root,
            check=True,
            env={**os.environ, **(AS_SERVED if task == "online" else {})},
        )
        lines = read_lines(out, task)
        print_lines(TASKS[task], lines)
        found = flat_lines(lines)
        (out / f"{task}.md").write_text(markdown(lines), encoding="utf-8")
        figures |= found
    print(f"tables and plots: {out}")
    return figures
