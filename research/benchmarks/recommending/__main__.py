"""One task in a process of its own: `python -m research.benchmarks.recommending TASK DATA OUT`."""

import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

from research.benchmarks.recommending.lines import Line, lines_path


def main(task: str, folder: str, out: str) -> None:
    """Measure, and leave the lines where the parent reads them."""
    module = importlib.import_module(f"research.benchmarks.recommending.{task}")
    lines: list[Line] = module.run(Path(folder), Path(out))
    text = json.dumps([asdict(line) for line in lines], indent=2, default=float) + "\n"
    lines_path(Path(out), task).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
