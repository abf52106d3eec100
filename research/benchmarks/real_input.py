"""`concierge bench real-input`: what real people wrote, through the whole running system.

The texts come from the folder of public data sets (`CONCIERGE_SHARED_DATA`, by default
../shared/data), which is not part of the project. Counted: errors, empty replies, messages lost,
time per message.
"""

import asyncio
import csv
import gzip
import json
import os
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import numpy as np

from research.benchmarks.ours import our_system

PER_CONVERSATION: Final = 20
USERS: Final = 4


@dataclass(frozen=True)
class Outcome:
    """One message: milliseconds, HTTP status, number of replies, who handled it."""

    milliseconds: float
    status: int
    replies: int
    handled_by: str


def shared_data(root: Path) -> Path:
    """The folder of public data sets; raises FileNotFoundError with a clear message without it."""
    folder = Path(os.environ.get("CONCIERGE_SHARED_DATA", root.parent / "shared" / "data"))
    if not (folder / "nlu").is_dir():
        raise FileNotFoundError(
            "the public data sets are not here; point CONCIERGE_SHARED_DATA to their folder"
        )
    return folder


def texts(folder: Path) -> dict[str, list[str]]:
    """The three sets: 500 customer utterances, all HINT3 test queries, 300 Chinese reviews."""
    nlu = folder / "nlu"
    with gzip.open(nlu / "bitext/bitext_customer_support.jsonl.gz", "rt", encoding="utf-8") as file:
        bitext = [json.loads(line)["text"] for line in file][:500]
    hint3 = [
        row["text"]
        for path in sorted((nlu / "hint3").glob("v1_*_test.csv"))
        for row in csv.DictReader(path.open(encoding="utf-8"))
    ]
    with gzip.open(
        nlu / "zh_shopping/online_shopping_10_cats.csv.gz", "rt", encoding="utf-8"
    ) as file:
        reviews = [row["review"].lstrip("\ufeff") for row in csv.DictReader(file)]
    # Spread over the ten categories, which lie one after the other in the file.
    chinese = [text for text in reviews[:: len(reviews) // 320] if text.strip()][:300]
    return {"bitext": bitext, "hint3": hint3, "zh_shopping": chinese}


def run(root: Path, data_dir: Path, _stock: Path | None = None) -> dict[str, Any]:
    """Send every text, print a table, give back flat figures."""
    sets = texts(shared_data(root))
    figures: dict[str, Any] = {}
    with our_system(root, data_dir) as system:
        for name, lines in sets.items():
            began = time.perf_counter()
            outcomes = asyncio.run(send_all(system.front_url, lines))
            figures |= summarise(name, lines, outcomes, time.perf_counter() - began)
    return figures


async def send_all(front_url: str, lines: Sequence[str]) -> list[Outcome]:
    """Send `lines` as short conversations, a few shoppers at a time."""
    conversations = iter(
        [
            lines[start : start + PER_CONVERSATION]
            for start in range(0, len(lines), PER_CONVERSATION)
        ]
    )
    async with aiohttp.ClientSession() as client:
        parts = await asyncio.gather(
            *(_shopper(client, front_url, conversations) for _ in range(USERS))
        )
    return [outcome for part in parts for outcome in part]


async def _shopper(
    client: aiohttp.ClientSession, url: str, conversations: Iterator[Sequence[str]]
) -> list[Outcome]:
    """Talk; once a person has a conversation the next text opens another, so the bot sees all."""
    outcomes: list[Outcome] = []
    api = f"{url}/chat/api/conversations"
    for lines in conversations:
        opened: dict[str, str] | None = None
        for text in lines:
            if opened is None:
                async with client.post(api, json={"language": "en"}) as response:
                    opened = await response.json()
            began = time.perf_counter()
            async with client.post(
                f"{api}/{opened['conversation_id']}/messages",
                json={"text": text, "client_message_id": uuid.uuid4().hex},
                headers={"Authorization": f"Bearer {opened['token']}"},
            ) as response:
                body = await response.json()
            outcomes.append(
                Outcome(
                    (time.perf_counter() - began) * 1000,
                    response.status,
                    len(body.get("replies", ())),
                    str(body.get("handled_by", "")),
                )
            )
            if outcomes[-1].handled_by == "agent":
                opened = None
    return outcomes


def summarise(
    name: str, lines: Sequence[str], outcomes: Sequence[Outcome], seconds: float
) -> dict[str, Any]:
    """Print one line about a set and give back its figures."""
    times = [outcome.milliseconds for outcome in outcomes]
    # A message to a person is stored and shown at the desk: no reply by the bot is right there.
    empty = sum(
        1 for o in outcomes if o.status == 200 and not o.replies and o.handled_by != "agent"
    )
    errors = Counter(outcome.status for outcome in outcomes if outcome.status != 200)
    figures = {
        f"{name}_messages": len(lines),
        f"{name}_lost": len(lines) - len(outcomes),
        f"{name}_errors": sum(errors.values()),
        f"{name}_empty": empty,
        f"{name}_to_people": sum(outcome.handled_by == "agent" for outcome in outcomes),
        f"{name}_ms_p50": float(np.percentile(times, 50)),
        f"{name}_ms_p95": float(np.percentile(times, 95)),
    }
    print(
        f"{name}: {len(lines)} messages in {seconds:.0f} s, "
        f"errors {dict(errors) or 0}, empty {empty}, "
        f"p50 {figures[f'{name}_ms_p50']:.0f} ms, p95 {figures[f'{name}_ms_p95']:.0f} ms "
        f"({USERS} shoppers at a time)"
    )
    return figures
