"""What the desk learns from the shop's own words and handovers, and when."""

import logging
import os
import re
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from kit.i18n import LANGUAGES, Language
from kit.intents import topic_of
from kit.processes import ends_with_parent
from kit.settings import Settings

log = logging.getLogger(__name__)
LEAST_CONVERSATIONS: Final = 200
LEAST_HANDED_OVER: Final = 40
LAST: Final = 19
DAY: Final = timedelta(days=1)
_MARKS: Final = re.compile(r"\[([^\]]*)\]\s*(\([^)]*\)|\{[^}]*\})")


def learning_is_due(settings: Settings, *, now: datetime) -> bool:
    """Whether something is not learned yet, examples have changed since, or a day has gone by."""
    learned = [settings.data_dir / "desk" / one / "topics.json" for one in LANGUAGES]
    if not all(one.exists() for one in learned):
        return True
    oldest = min(one.stat().st_mtime for one in learned)
    examples = (settings.root / "nlu_data").glob("*/nlu/*.yml")
    newest = max((one.stat().st_mtime for one in examples), default=0.0)
    return newest > oldest or now.timestamp() - oldest > DAY.total_seconds()


def run_beside(settings: Settings, *command: str) -> bool:
    """Run one of our commands in a process of its own, when nobody else needs a core.

    Its memory is given back; True where it went well.
    """
    run = subprocess.Popen(
        [sys.executable, "-m", "concierge.cli.main", *command],
        cwd=settings.root,
        env={**os.environ, "CONCIERGE_DATA_DIR": str(settings.data_dir), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=ends_with_parent(),  # this thread waits for it
    )
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, run.pid, LAST)
    _, complaint = run.communicate()
    if run.returncode != 0:
        log.error("a command failed", extra={"command": command, "error": complaint[-300:]})
    return run.returncode == 0


def train_topics_of(settings: Settings) -> dict[str, float]:
    """Learn one model a language and keep it in the data folder; figures by language."""
    from desk.tickets.topics import train_topics
    from encoders.shared import Encoders, ensure_exports

    ensure_exports(settings.data_dir)
    encoders = Encoders(settings.data_dir)
    figures = {}
    for language in LANGUAGES:
        texts, wishes, topics = examples(settings.root / "nlu_data", language)
        model = train_topics(texts, wishes, encoders.encode(texts, language), topics=topics)
        model.save(settings.data_dir / "desk" / language)
        for name, value in model.figures.items():
            figures[f"topics_{language}_{name}"] = value
    return figures


def train_need_of(settings: Settings) -> dict[str, float] | None:
    """Learn from conversations of this shop; None while there are too few."""
    from actions.unasked import as_said
    from concierge.app.preparation import migrated_database
    from desk.tickets.need import train_need
    from desk.tickets.past import past_conversations

    with migrated_database(settings) as database, database.reading() as session:
        past = past_conversations(session)
    handed_over = sum(any(labels) for _, labels in past)
    if len(past) < LEAST_CONVERSATIONS or handed_over < LEAST_HANDED_OVER:
        return None
    dialogues = [[as_said(message) for message in said] for said, _ in past]
    model = train_need(dialogues, [labels for _, labels in past])
    model.save(settings.data_dir / "desk")
    return {
        "need_conversations": float(len(past)),
        "need_handed_over": float(handed_over),
        "need_threshold": model.threshold,
    }


def examples(folder: Path, language: Language) -> tuple[list[str], list[str], dict[str, str]]:
    """Texts, their intents and the topic of each intent, from the examples that admins edit.

    Greetings, thanks and the wish for a person are about nothing: their topic is "general".
    """
    texts: list[str] = []
    wishes: list[str] = []
    for path in sorted((folder / language / "nlu").glob("*.yml")):
        body: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for entry in body.get("nlu") or ():
            if "intent" not in entry:
                continue
            for line in str(entry.get("examples") or "").splitlines():
                text = _MARKS.sub(r"\1", line.strip().removeprefix("- ")).strip()
                if text:
                    texts.append(text)
                    wishes.append(entry["intent"])
    return texts, wishes, {wish: topic_of(wish) for wish in set(wishes)}
