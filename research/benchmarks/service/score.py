"""The benchmark's figures: pass^1, pass^k, violations, turns; and the table."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import comb
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from research.benchmarks.service.playing import Played

# τ-bench retail, as published with a language model in the shopper's place.
PUBLISHED: Final = (
    ("GPT-4o", "0.60", ""),
    ("best pass^1 published", "0.86", ""),
    ("best pass^4 published", "", "0.61"),
    ("do nothing (114 tasks)", "0.05", "0.05"),
)
NOTE: Final = (
    "The published rows were measured with a language model as the shopper. Ours is scripted: it "
    "keeps to its agenda, so these figures are not of their leaderboard."
)


def pass_k(passed: Sequence[int], tries: Sequence[int], k: int) -> float:
    """Mean over tasks of C(c, k) / C(n, k): the chance that k tries of a task all succeed."""
    rates = [comb(c, k) / comb(n, k) for c, n in zip(passed, tries, strict=True) if n >= k]
    return sum(rates) / len(rates) if rates else float("nan")


def figures(played: Iterable[Played]) -> dict[str, Any]:
    """`pass_1 pass_4 violations tasks turns_mean` and more; pass_4 only from four tries on."""
    tries: dict[str, list[Played]] = defaultdict(list)
    for one in played:
        tries[one.agenda].append(one)
    everything = [one for several in tries.values() for one in several]
    passed = [sum(one.passed for one in several) for several in tries.values()]
    counts = [len(several) for several in tries.values()]
    kinds = Counter(kind for one in everything for kind in one.violations)
    found: dict[str, Any] = {
        "tasks": len(tries),
        "talks": len(everything),
        "pass_1": pass_k(passed, counts, 1),
        "violations": sum(kinds.values()),
        "turns_mean": sum(len(one.lines) for one in everything) / max(1, len(everything)),
        "seconds_mean": sum(one.seconds for one in everything) / max(1, len(everything)),
        "right_state": sum(one.right_state for one in everything) / max(1, len(everything)),
        "right_words": sum(one.right_words for one in everything) / max(1, len(everything)),
        "errors": sum(bool(one.error) for one in everything),
    }
    if counts and min(counts) >= 4:
        found["pass_4"] = pass_k(passed, counts, 4)
    return found | {f"violations_{name.replace(' ', '_')}": n for name, n in sorted(kinds.items())}


def print_figures(title: str, found: dict[str, Any]) -> None:
    """The table, the published rows beside it."""
    table = Table(title=title)
    for heading in ("", "pass^1", "pass^4", "violations", "turns", "s/task"):
        table.add_column(heading, justify="left" if not heading else "right")
    four = f"{found['pass_4']:.3f}" if "pass_4" in found else ""
    table.add_row(
        f"this assistant, {found['tasks']} tasks, {found['talks']} talks",
        f"{found['pass_1']:.3f}",
        four,
        str(found["violations"]),
        f"{found['turns_mean']:.1f}",
        f"{found['seconds_mean']:.2f}",
    )
    for name, one, several in PUBLISHED:
        table.add_row(name, one, several)
    console = Console(width=110)
    console.print(table)
    console.print(NOTE)
