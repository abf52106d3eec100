"""Knowledge that follows its sources: a changed article answers within a second.

A thread looks at the article files and at the database's counter three times a second, encodes what
is new, and changes the index between two searches; nobody waits for it. What was changed is
published, so that a restart begins where the last process ended. When the assistant was trained
anew, the new index takes the place of the old one in one assignment.
"""

import logging
from pathlib import Path
from threading import Event, Thread
from typing import Final

from encoders.shared import Encoders, shared_encoders
from kit.database import Database
from kit.i18n import LANGUAGES, Language
from knowledge.articles import Article
from knowledge.index import Hit, KnowledgeIndex
from knowledge.snapshot import IndexMissing, Snapshot, current_name, publish, read
from knowledge.sources import Sources

log = logging.getLogger(__name__)
LOOK_EVERY_SECONDS: Final = 0.3


class LiveKnowledge:
    """Search, articles and suggestions of the moment; safe to use from any thread.

    Nothing is followed before `start`.
    """

    def __init__(
        self, folder: Path, nlu_data: Path, database: Database | None, encoders: Encoders
    ) -> None:
        self._folder = folder
        self._nlu_data = nlu_data
        self._database = database
        self._encoders = encoders
        self._name, snapshot = read(folder)
        for language, fingerprint in snapshot.encoders.items():
            if encoders.fingerprint(language) != fingerprint:
                raise IndexMissing("the knowledge index is of another encoder; train the assistant")
        self._index, self._sources = self._open(snapshot)
        self._stopped = Event()
        self._thread: Thread | None = None

    @classmethod
    def load(
        cls, folder: Path, data_dir: Path, nlu_data: Path, database: Database | None
    ) -> "LiveKnowledge":
        """Read the index and what has changed since, then follow; raises IndexMissing."""
        knowledge = cls(folder, nlu_data, database, shared_encoders(data_dir))
        knowledge.start()
        return knowledge

    def search(
        self,
        query: str,
        language: Language,
        k: int = 3,
        *,
        topic: str | None = None,
        category: str | None = None,
        told: str | None = None,
    ) -> list[Hit]:
        """See KnowledgeIndex.search."""
        return self._index.search(query, language, k, topic=topic, category=category, told=told)

    def article(self, slug: str, language: Language) -> Article | None:
        """The article called `slug`."""
        return self._index.article(slug, language)

    def articles(self, language: Language) -> list[Article]:
        """Every article of a language, by slug."""
        return self._index.articles(language)

    def suggest(self, text: str, language: Language, limit: int = 3) -> list[Hit]:
        """Articles that may answer `text`, best first, for a person to choose from."""
        return self._index.suggest(text, language, limit)

    def start(self) -> None:
        """Take over what has changed, then follow in a thread until `stop`."""
        self.refresh()
        self._thread = Thread(target=self._follow, name="knowledge", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def refresh(self) -> int:
        """Look once; the number of articles that were added, changed or taken away."""
        self._take_over_training()
        changed, gone = self._sources.refresh()
        for language, slug in gone:
            self._index.remove(slug, language)
        self._index.put(changed)
        if changed or gone:
            log.info("articles changed", extra={"changed": len(changed), "gone": len(gone)})
            self._publish()
        return len(changed) + len(gone)

    def _open(self, snapshot: Snapshot) -> tuple[KnowledgeIndex, Sources]:
        known = {
            (language, article.slug): article
            for language in LANGUAGES
            for article in snapshot.articles[language]
        }
        sources = Sources(self._nlu_data, self._database, known=known, files=snapshot.files)
        return KnowledgeIndex(snapshot, self._encoders), sources

    def _take_over_training(self) -> None:
        name = current_name(self._folder)
        if name is None or name == self._name:
            return
        try:
            name, snapshot = read(self._folder)
        except IndexMissing as error:
            log.warning(
                "a new index cannot be read; the old one answers", extra={"why": str(error)}
            )
            self._name = name
            return
        if any(
            self._encoders.fingerprint(language) != fingerprint
            for language, fingerprint in snapshot.encoders.items()
        ):
            self._encoders.reload()
        self._index, self._sources = self._open(snapshot)
        self._name = name

    def _publish(self) -> None:
        snapshot = self._index.snapshot(files=self._sources.files, revision=self._sources.revision)
        try:
            name = publish(self._folder, snapshot, instead_of=self._name)
        except OSError as error:
            log.warning("the index could not be written", extra={"why": type(error).__name__})
            return
        self._name = name or self._name

    def _follow(self) -> None:
        while not self._stopped.wait(LOOK_EVERY_SECONDS):
            try:
                self.refresh()
            except Exception:  # (whatever went wrong, the articles of before still answer)
                log.exception("following the articles failed")
