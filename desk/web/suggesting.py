"""Suggested replies for an agent: articles by meaning, ready-made replies by their words."""

import logging
import re
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from sqlalchemy.orm import Session

from conversations import Message
from desk.tickets import liking, list_canned
from kit.i18n import as_language

log = logging.getLogger(__name__)
MOST: Final = 3
LEAST: Final = 0.3
LAST_MESSAGES: Final = 2
_WORD: Final = re.compile(r"[a-z0-9']{3,}|[\u3400-\u9fff]")


@dataclass(frozen=True)
class Suggestion:
    """A reply to offer; `source` names the article or ready-made reply."""

    source: str
    title: str
    text: str
    score: float


class Articles:
    """The knowledge index, loaded when first needed; nothing where the assistant is untrained."""

    def __init__(self, knowledge_dir: Path, data_dir: Path) -> None:
        self._folders = (knowledge_dir, data_dir)
        self._index: Any = None
        self._is_missing = False
        self._lock = Lock()

    def search(self, text: str, language: str) -> list[Suggestion]:
        """Articles that may answer the text, best first; empty while there is no index."""
        index = self._load()
        if index is None:
            return []
        hits = index.search(text, as_language(language))
        return [
            Suggestion(
                f"article:{hit.article.slug}", hit.article.title, hit.article.answer, hit.score
            )
            for hit in hits
            if hit.score >= LEAST
        ]

    def _load(self) -> Any:
        with self._lock:
            if self._index is None and not self._is_missing:
                from knowledge.index import IndexMissing, KnowledgeIndex

                try:
                    self._index = KnowledgeIndex.load(*self._folders)
                except (IndexMissing, FileNotFoundError):
                    self._is_missing = True
                    log.info("no knowledge index yet; suggestions come from ready-made replies")
            return self._index


def suggest(
    session: Session, articles: Articles, messages: list[Message], language: str
) -> list[Suggestion]:
    """Replies to what the shopper said last, in the language of the conversation."""
    said = [one.text for one in messages if one.author == "shopper" and one.text][-LAST_MESSAGES:]
    if not said:
        return []
    text = " ".join(said)
    words = set(_WORD.findall(text.lower()))
    factor = liking(session)
    found = articles.search(text, language)
    for canned in list_canned(session, language):
        theirs = set(_WORD.findall(f"{canned.shortcut} {canned.text}".lower()))
        shared = len(words & theirs) / (3 + min(len(words), len(theirs)))
        if shared > 0.15:
            title = f"/{canned.shortcut}"
            found.append(Suggestion(f"canned:{canned.shortcut}", title, canned.text, shared))
    ranked = sorted(found, key=lambda one: -one.score * factor.get(one.source, 1.0))
    return ranked[:MOST]
