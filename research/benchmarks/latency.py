"""`concierge bench latency`: our bot beside the stock `rasa init` bot, in one run."""

import asyncio
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from research.benchmarks.load import Latency, measure
from research.benchmarks.ours import (
    assistant_sender,
    front_sender,
    our_messages,
    our_rasa,
    our_system,
)
from research.benchmarks.stock import STOCK_MESSAGES, make_stock_bot, stock_sender, stock_server
from research.benchmarks.table import Row, print_table

USERS: Final = (1, 8)
ROUNDS: Final = {1: 20, 8: 5}


@dataclass(frozen=True)
class Side:
    """One side's figures."""

    ready_seconds: float
    memory_mb: float
    latency: dict[int, Latency]


def run(root: Path, data_dir: Path, stock_dir: Path | None = None) -> dict[str, Any]:
    """Measure both sides, print the table, give back flat figures."""
    with tempfile.TemporaryDirectory(prefix="stock-bot-") as temporary:
        folder = stock_dir or Path(temporary)
        print("making the stock bot (rasa init) …", flush=True)
        make_stock_bot(folder)
        print("measuring the stock bot …", flush=True)
        stock = _measure_stock(folder)
    print("measuring ours …", flush=True)
    with our_rasa(root, data_dir) as started:
        ready = started.ready_seconds
    ours, front, whole_mb = _measure_ours(root, data_dir, ready)
    rows = [
        Row("Rasa start to ready, s", ours.ready_seconds, stock.ready_seconds, 0.4),
        Row("memory: our whole system / stock Rasa, MB", whole_mb, stock.memory_mb, None),
    ]
    for users in USERS:
        for name in ("p50_ms", "p95_ms"):
            mine, theirs = getattr(ours.latency[users], name), getattr(stock.latency[users], name)
            rows.append(Row(f"message {name[:3]} at {users} user(s), ms", mine, theirs, 1 / 3))
    rows.append(
        Row("through the public API p50 at 1 user, ms", front.p50_ms, stock.latency[1].p50_ms, None)
    )
    rows.append(
        Row("through the public API p95 at 1 user, ms", front.p95_ms, stock.latency[1].p95_ms, None)
    )
    print_table("latency", "stock rasa init", rows)
    print(f"memory above stock: {whole_mb - stock.memory_mb:+.0f} MB (target at most +300)")
    return _flat(ours, stock, front, whole_mb)


def _measure_stock(folder: Path) -> Side:
    with stock_server(folder) as (started, address):

        async def all_loads() -> dict[int, Latency]:
            async with aiohttp.ClientSession() as client:
                send = stock_sender(client, address)
                return {
                    users: await measure(send, STOCK_MESSAGES * ROUNDS[users], users=users)
                    for users in USERS
                }

        latency = asyncio.run(all_loads())
        return Side(started.ready_seconds, started.memory_mb(), latency)


def _measure_ours(root: Path, data_dir: Path, ready: float) -> tuple[Side, Latency, float]:
    with our_system(root, data_dir) as system:

        async def all_loads() -> tuple[dict[int, Latency], Latency]:
            async with aiohttp.ClientSession() as client:
                send = assistant_sender(client, system)
                loads = {
                    users: await measure(send, our_messages(ROUNDS[users], users), users=users)
                    for users in USERS
                }
                public = await measure(front_sender(client, system), our_messages(10), users=1)
                return loads, public

        latency, front = asyncio.run(all_loads())
        memory = system.started.memory_mb()
        return Side(ready, memory, latency), front, memory


def _flat(ours: Side, stock: Side, front: Latency, whole_mb: float) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "ready_seconds": ours.ready_seconds,
        "stock_ready_seconds": stock.ready_seconds,
        "system_mb": whole_mb,
        "stock_mb": stock.memory_mb,
    }
    for prefix, side in (("", ours), ("stock_", stock)):
        for users, latency in side.latency.items():
            for name, value in asdict(latency).items():
                figures[f"{prefix}{name}_{users}"] = value
    figures |= {"public_p50_ms": front.p50_ms, "public_p95_ms": front.p95_ms}
    return figures
