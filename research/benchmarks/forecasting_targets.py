"""What forecasting and stock are to reach: each target beside our figure and the peers'."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

Figures = Mapping[str, float | None]
SETS = ("m4_weekly", "online_retail", "car_parts", "walmart")
PEERS = ("naive", "seasonal_naive", "autoets", "mstl", "imapa", "8_step_mean", "lstm")


@dataclass(frozen=True)
class Target:
    """A figure that is to lie from `least` to `most`; `beside` are peers' figures by name."""

    name: str
    ours: float
    least: float
    most: float
    beside: Mapping[str, float]

    @property
    def is_met(self) -> bool:
        """Whether ours lies between the bounds."""
        return self.least <= self.ours <= self.most


def targets(figures: Figures) -> list[Target]:
    """Every target of which `figures` hold our side."""
    return [*_accuracy(figures), *_intervals(figures), *_stock(figures), *_speed(figures)]


def print_targets(console: Console, figures: Figures) -> dict[str, float | None]:
    """Print the table; how many targets there are and how many are met."""
    found = targets(figures)
    table = Table(title="targets")
    for heading in ("target", "ours", "asked", "", "beside"):
        table.add_column(heading, justify="left" if heading in ("target", "beside") else "right")
    for one in found:
        beside = ", ".join(f"{name} {_short(value)}" for name, value in one.beside.items())
        mark = "✓" if one.is_met else "[red]missed[/red]"
        table.add_row(one.name, _short(one.ours), _asked(one), mark, beside)
    console.print(table)
    return {"targets": len(found), "targets_met": sum(one.is_met for one in found)}


def _accuracy(figures: Figures) -> Iterator[Target]:
    for name, measure, least, most in (
        ("m4_weekly", "owa", 0.0, 0.796),
        ("m4_weekly", "owa", 0.0, 0.739),
        ("online_retail", "wape", 0.0, 0.80),
        ("online_retail", "rmsse", 0.0, 0.86),
        ("online_retail", "bias", -0.1, 0.1),
        ("car_parts", "rmse", 0.0, 0.915),
    ):
        ours = figures.get(f"{name}_ours_{measure}")
        if ours is not None:
            yield Target(
                f"{_words(name)}: {measure}", ours, least, most, _peers(figures, name, measure)
            )
    ours = figures.get("walmart_ours_wape")
    peers = _peers(figures, "walmart", "wape")
    if ours is not None and peers:
        yield Target("walmart: wape below all beside", ours, 0.0, min(peers.values()), peers)


def _intervals(figures: Figures) -> Iterator[Target]:
    for name in SETS:
        for level in (80, 95):
            held = figures.get(f"{name}_ours_coverage_{level}")
            if held is None:
                continue
            share = level / 100
            ets = {"autoets": figures.get(f"{name}_autoets_coverage_{level}") or float("nan")}
            yield Target(f"{_words(name)}: in {level} %", held, share - 0.02, share + 0.02, ets)
            score = figures.get(f"{name}_ours_msis_{level}")
            ets_score = figures.get(f"{name}_autoets_msis_{level}")
            if score is not None and ets_score is not None:
                yield Target(
                    f"{_words(name)}: sharper than ETS, {level} %",
                    score,
                    0.0,
                    ets_score,
                    {"autoets": ets_score},
                )


def _stock(figures: Figures) -> Iterator[Target]:
    cases, passed = figures.get("cases"), figures.get("passed")
    if cases is not None and passed is not None:
        yield Target("inventory reference cases", passed, cases, cases, {})
    for level in (90, 95):
        rate, cost = (figures.get(f"retail_{level}_{name}") for name in ("fill_rate", "stock_cost"))
        power = figures.get(f"retail_{level}_power_stock_cost")
        if rate is None or cost is None or power is None:
            continue
        reached = figures.get(f"retail_{level}_power_fill_rate") or 0.0
        yield Target(
            f"fill rate {level} %", rate, level / 100 - 0.01, level / 100 + 0.01, {"power": reached}
        )
        yield Target(f"its stock cost, {level} %", cost, 0.0, power, {"power": power})
    cost, best = figures.get("parts_cost"), figures.get("parts_best_single_cost")
    if cost is not None and best is not None:
        yield Target("car parts: stock cost", cost, 0.0, best, {"best single method": best})


def _speed(figures: Figures) -> Iterator[Target]:
    seconds = figures.get("scale_seconds")
    if seconds is not None:
        yield Target("10,000 SKUs x 104 weeks, seconds", seconds, 0.0, 600.0, {})


def _peers(figures: Figures, name: str, measure: str) -> dict[str, float]:
    found = {peer: figures.get(f"{name}_{peer}_{measure}") for peer in PEERS}
    return {peer.replace("_", " "): value for peer, value in found.items() if value is not None}


def _asked(target: Target) -> str:
    if target.least == target.most:
        return _short(target.most)
    if target.least == 0.0:
        return f"≤ {_short(target.most)}"
    return f"{_short(target.least)} … {_short(target.most)}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 25 else f"{value:.4g}"
