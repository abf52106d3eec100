"""Articles in the database: added, changed and withdrawn while the system runs.

A row stands over the file of the same slug and language: `live` replaces or adds, `withdrawn` takes
it away, `restored` lets the file speak again. Rows are never deleted, so that every reader learns
of every change from a number that only rises. Writers wait for each other on the counter's row.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kit.i18n import Language, as_language
from knowledge.articles import Article, make_article
from knowledge.models import KnowledgeArticle, KnowledgeRevision

State = Literal["live", "withdrawn", "restored"]


@dataclass(frozen=True)
class Change:
    """What the database says of one article; `article` is set when it is live."""

    slug: str
    language: Language
    state: State
    article: Article | None
    revision: int
    changed_at: datetime
    changed_by: str


def put_article(session: Session, article: Article, *, now: datetime, by: str) -> int:
    """Add an article or change it; the revision from which it answers."""
    return _write(session, article.slug, article.language, "live", article, now=now, by=by)


def withdraw_article(
    session: Session, slug: str, language: Language, *, now: datetime, by: str
) -> int:
    """Take an article away, be it in the database or a file; the revision of that."""
    return _write(session, slug, language, "withdrawn", None, now=now, by=by)


def restore_article(
    session: Session, slug: str, language: Language, *, now: datetime, by: str
) -> int:
    """Forget what the database says of an article: its file, if there is one, counts again."""
    return _write(session, slug, language, "restored", None, now=now, by=by)


def latest_revision(session: Session) -> int:
    """The number of the last change; 0 before the first."""
    return session.scalar(select(KnowledgeRevision.revision)) or 0


def changes_since(session: Session, revision: int = 0) -> list[Change]:
    """The newest state of every article changed after `revision`, oldest change first."""
    rows = session.scalars(
        select(KnowledgeArticle)
        .where(KnowledgeArticle.revision > revision)
        .order_by(KnowledgeArticle.revision)
    )
    return [_change(row) for row in rows]


def change_of(session: Session, slug: str, language: Language) -> Change | None:
    """What the database says of one article; None where it says nothing."""
    row = session.scalar(
        select(KnowledgeArticle).where(
            KnowledgeArticle.slug == slug, KnowledgeArticle.language == language
        )
    )
    return None if row is None else _change(row)


def _write(
    session: Session,
    slug: str,
    language: Language,
    state: State,
    article: Article | None,
    *,
    now: datetime,
    by: str,
) -> int:
    session.execute(
        update(KnowledgeRevision).values(revision=KnowledgeRevision.revision + 1),
        execution_options={"synchronize_session": False},
    )
    revision = latest_revision(session)
    row = session.scalar(
        select(KnowledgeArticle).where(
            KnowledgeArticle.slug == slug, KnowledgeArticle.language == language
        )
    )
    if row is None:
        row = KnowledgeArticle(slug=slug, language=language, title="", topic="", body="")
        row.questions = []
        session.add(row)
    if article is not None:
        row.title, row.topic, row.body = article.title, article.topic, article.body
        row.questions = list(article.questions)
    row.state, row.revision, row.changed_at, row.changed_by = state, revision, now, by[:120]
    session.flush()
    return revision


def _change(row: KnowledgeArticle) -> Change:
    article = None
    if row.state == "live":
        article = make_article(
            row.slug,
            row.language,
            title=row.title,
            topic=row.topic,
            questions=row.questions,
            body=row.body,
        )
    state: State = "live" if article else "withdrawn" if row.state == "withdrawn" else "restored"
    return Change(
        row.slug,
        as_language(row.language),
        state,
        article,
        row.revision,
        row.changed_at,
        row.changed_by,
    )
