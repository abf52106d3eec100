"""`python -m concierge.app.judging FOLDER`: judge the model in a folder beside the one that serves.

Both answer the held-out messages and last week's real ones; what was found is `judgement.json`.
"""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bot.models import NotTrained, models, unpack_trained
from conversations import shoppers_said
from encoders.shared import shared_encoders
from kit.clock import SystemClock
from kit.database import open_database
from kit.i18n import LANGUAGES, Language
from kit.intents import OWN, near
from kit.logs import configure_logging
from kit.settings import Settings, load_settings
from studio.content.masking import masked
from studio.content.store import Content
from studio.training.judging import Asked, compare, without_reply
from understanding.assistant import FALLBACK, Understanding
from understanding.tuning.assistant import tuned_from

COMPONENT: Final = "ShopUnderstanding"
MOST_HELD_OUT: Final = 1500  # of a language; every n-th of more
MOST_MESSAGES: Final = 500
WEEK: Final = timedelta(days=7)
JUDGEMENT: Final = "judgement.json"
# Asking back and saying "not here" come to the same.
_FOREIGN: Final = frozenset({"out_of_scope", FALLBACK})


def main() -> None:
    """Judge; a candidate that cannot be loaded ends it with what Python says."""
    settings = load_settings()
    configure_logging(settings, "judge")
    judge(settings, Path(sys.argv[1]))


def judge(settings: Settings, folder: Path) -> None:
    """Write the judgement of the model in `folder` into it. Raises CannotLoad."""
    with TemporaryDirectory() as place:
        candidate = understanding_of(settings, folder, Path(place) / "candidate")
        if candidate is None:
            raise CannotLoad("there is no model")
        live = understanding_of(settings, settings.models_dir, Path(place) / "live")
        name = models(settings.models_dir)[0].name if live is not None else ""
        held_out = [
            _asked(live, candidate, text, truth, language)
            for language in LANGUAGES
            for text, truth in held_out_of(settings.root / "nlu_data", language)
        ]
        real = _real(settings, live, candidate)
        content = Content(settings.root / "nlu_data", settings.data_dir / "studio")
        shelves = {one: content.shelf(one) for one in LANGUAGES}
        replies = {one: frozenset(shelf.responses) for one, shelf in shelves.items()}
        own = {name for shelf in shelves.values() for name in shelf.intents if name.startswith(OWN)}
        found = compare(name, held_out, real, FALLBACK, without_reply(replies, own))
    body = json.dumps(found.to_json(), ensure_ascii=False)
    (folder / JUDGEMENT).write_text(body, encoding="utf-8")


class CannotLoad(RuntimeError):
    """A model that was made and cannot be read."""


def understanding_of(settings: Settings, folder: Path, into: Path) -> Understanding | None:
    """What the newest model of a folder understands with; None where there is none."""
    try:
        found = unpack_trained(folder, COMPONENT, into)
        encoders = shared_encoders(settings.data_dir)
        return Understanding.load(found, encoders, tuned_from(found))
    except NotTrained:
        return None
    except (OSError, ValueError, KeyError) as error:
        raise CannotLoad(str(error)) from error


def held_out_of(nlu_data: Path, language: Language) -> list[tuple[str, str]]:
    """Messages with their intents that nothing learns from, evenly taken where there are many."""
    path = nlu_data / language / "held_out" / "intents.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    rows = [json.loads(line) for line in lines if line.strip()]
    step = max(1, -(-len(rows) // MOST_HELD_OUT))
    return [(row["text"], row["intent"]) for row in rows[::step]]


def _real(settings: Settings, live: Understanding | None, new: Understanding) -> Sequence[Asked]:
    if live is None:
        return []
    database = open_database(settings.database_url)
    try:
        with database.reading() as session:
            since = SystemClock().now() - WEEK
            said = shoppers_said(session, since=since, most=MOST_MESSAGES)
    finally:
        database.close()
    found: dict[str, Asked] = {}
    for one in said:
        if one.text not in found:
            asked = _asked(live, new, one.text, "", one.language)
            found[one.text] = Asked(
                asked.language, masked(one.text), "", asked.live, asked.candidate
            )
    return list(found.values())


def _asked(
    live: Understanding | None, new: Understanding, text: str, truth: str, language: Language
) -> Asked:
    before = live.read(text, language).intent if live is not None else ""
    after = new.read(text, language).intent
    return Asked(
        language, text, truth, before, after, _is_right(before, truth), _is_right(after, truth)
    )


def _is_right(said: str, truth: str) -> bool:
    return said in near(truth) or {said, truth} <= _FOREIGN


if __name__ == "__main__":
    main()
