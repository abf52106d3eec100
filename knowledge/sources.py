"""Where articles come from: files in nlu_data, and the database, which stands over them.

They may name the shop's terms, such as `{return_days}`: what counts here has the numbers in it.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kit.database import Database
from kit.i18n import LANGUAGES, Language, as_language
from kit.settings import shop_name
from knowledge.articles import Article, ArticleError, article_files, read_article
from knowledge.store import Change, change_of, changes_since, latest_revision
from shop.policy_file import shop_policy
from shop.terms import fill, terms

log = logging.getLogger(__name__)
Key = tuple[Language, str]
_NEVER: Final = -1


class Sources:
    """The articles that count now, kept up to date by `refresh`.

    A file or row that cannot be read is reported once and changes nothing: what the article said
    before still counts. With `strict` it raises ArticleError instead.
    """

    def __init__(
        self,
        nlu_data: Path,
        database: Database | None = None,
        *,
        known: Mapping[Key, Article] | None = None,
        files: Mapping[str, tuple[int, int]] | None = None,
        strict: bool = False,
        values: Mapping[str, str] | None = None,
    ) -> None:
        self._strict = strict
        self._terms = shop_terms() if values is None else values
        self._with_terms: set[str] = set()
        self._nlu_data = nlu_data
        self._database = database
        self._files: dict[str, tuple[int, int]] = dict(files or {})
        self._of_files: dict[Key, Article] = {
            key: article for key, article in (known or {}).items() if _name(key) in self._files
        }
        self._of_rows: dict[Key, Change] = {}
        self.revision = 0
        self._seen = _NEVER
        self._shown: dict[Key, Article] = dict(known or {})
        self._reports: set[str] = set()

    def articles(self, language: Language) -> list[Article]:
        """What counts in a language, by slug."""
        return [
            article for (spoken, _), article in sorted(self._shown.items()) if spoken == language
        ]

    @property
    def files(self) -> dict[str, tuple[int, int]]:
        """Time and size of the files whose articles count as they are there, by `en/slug`.

        Those that name a term are left out: with other rules they say something else.
        """
        return {
            name: facts
            for name, facts in self._files.items()
            if name not in self._with_terms
            and (key := _key(name)) in self._of_files
            and self._of_files[key] == self._shown.get(key)
        }

    def refresh(self) -> tuple[list[Article], list[Key]]:
        """Look at files and database again: articles that are new or changed, and those gone.

        While the database was never read, nothing changes: it may have withdrawn what files say.
        """
        self._read_files()
        self._read_rows()
        if self._database is not None and self._seen == _NEVER and not self._strict:
            return [], []
        counts = dict(self._of_files)
        for key, change in self._of_rows.items():
            if change.article is not None:
                counts[key] = filled(change.article, self._terms)
            elif change.state == "withdrawn":
                counts.pop(key, None)
        changed = [article for key, article in counts.items() if self._shown.get(key) != article]
        gone = [key for key in self._shown if key not in counts]
        self._shown = counts
        return changed, gone

    def _read_files(self) -> None:
        present: dict[str, tuple[int, int]] = {}
        for language in LANGUAGES:
            for path in article_files(self._nlu_data, language):
                try:
                    facts = path.stat()
                except FileNotFoundError:
                    continue  # removed this moment
                name = f"{language}/{path.stem}"
                present[name] = (facts.st_mtime_ns, facts.st_size)
                if self._files.get(name) != present[name]:
                    self._read_file(path, language)
        for key in [key for key in self._of_files if _name(key) not in present]:
            del self._of_files[key]
        self._files = present

    def _read_file(self, path: Path, language: Language) -> None:
        try:
            raw = read_article(path, language)
            article = filled(raw, self._terms)
            self._of_files[language, path.stem] = article
            named = self._with_terms.discard if article == raw else self._with_terms.add
            named(f"{language}/{path.stem}")
        except (ArticleError, OSError) as error:
            if self._strict:
                raise
            self._report(f"{language}/{error}")

    def _read_rows(self) -> None:
        if self._database is None:
            return
        try:
            with self._database.reading() as session:
                revision = latest_revision(session)
                if revision == self._seen:
                    return
                for change in changes_since(session, max(self._seen, 0)):
                    self._of_rows[change.language, change.slug] = change
                    self.revision = max(self.revision, change.revision)
                self._seen = revision
        except (SQLAlchemyError, ArticleError) as error:
            if self._strict and isinstance(error, ArticleError):
                raise
            self._report(f"articles in the database cannot be read: {type(error).__name__}")

    def _report(self, reason: str) -> None:
        if reason not in self._reports:
            self._reports.add(reason)
            log.error("an article was left as it was", extra={"reason": reason})


def shop_terms() -> Mapping[str, str]:
    """The terms of the shop that this process serves."""
    return terms(shop_name(), shop_policy())


def article_now(session: Session, nlu_data: Path, slug: str, language: Language) -> Article | None:
    """One article as it counts now, for whoever reads it on a page; None where there is none.

    The database stands over the file. Raises ArticleError for a file that cannot be used.
    """
    change = change_of(session, slug, language)
    if change is not None and change.state != "restored":
        found = change.article
    else:
        files = {path.stem: path for path in article_files(nlu_data, language)}
        found = read_article(files[slug], language) if slug in files else None
    return None if found is None else filled(found, shop_terms())


def filled(article: Article, values: Mapping[str, str]) -> Article:
    """The article with the terms that it names."""
    return replace(
        article,
        title=fill(article.title, values),
        questions=tuple(fill(one, values) for one in article.questions),
        answer=fill(article.answer, values),
        body=fill(article.body, values),
    )


def _name(key: Key) -> str:
    return f"{key[0]}/{key[1]}"


def _key(name: str) -> Key:
    language, _, slug = name.partition("/")
    return as_language(language), slug
