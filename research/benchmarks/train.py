"""`concierge bench train`: training our shipped assistant beside training the stock bot."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from research.benchmarks.stock import make_stock_bot
from research.benchmarks.table import Row, print_table


def run(root: Path, data_dir: Path, stock_dir: Path | None = None) -> dict[str, Any]:
    """Train both once from nothing cached, print the table, give back flat figures."""
    with tempfile.TemporaryDirectory(prefix="stock-bot-") as temporary:
        print("training the stock bot (rasa init: 10 rules and stories, 68 examples) …", flush=True)
        stock_seconds = make_stock_bot(stock_dir or Path(temporary))
    print("training the shipped assistant …", flush=True)
    with tempfile.TemporaryDirectory(prefix="our-model-") as temporary:
        seconds = _train_ours(root, data_dir, Path(temporary))
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print_table("training", "stock rasa init", [Row("seconds", seconds, stock_seconds, None)])
    print(f"the shipped assistant trains in {seconds:.1f} s (target at most 90)")
    return {"train_seconds": seconds, "stock_train_seconds": stock_seconds, "peak_mb": peak_mb}


def _train_ours(root: Path, data_dir: Path, cache: Path) -> float:
    import os

    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot.training"],
        cwd=root,
        check=True,
        env={
            **os.environ,
            "CONCIERGE_DATA_DIR": str(data_dir),
            "CONCIERGE_TRAINING_CACHE": str(cache),
            "RASA_CACHE_DIRECTORY": str(cache / "rasa"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began
