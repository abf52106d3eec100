"""The mail outbox: what the shop sends is a row first, in the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kit.i18n import Catalogue, as_language
from kit.settings import shop_name
from shop.models import Mail
from shop.policy_file import policy_of
from shop.terms import terms
from shop.upsert import insert_once


@dataclass(frozen=True)
class MailView:
    """A mail of the outbox."""

    mail_id: int
    recipient: str
    subject: str
    body: str
    queued_at: datetime


def queue_mail(
    session: Session,
    *,
    key: str,
    recipient: str,
    template: str,
    language: str,
    values: dict[str, str],
    now: datetime,
) -> bool:
    """Put a mail into the outbox; False when one with this `key` is there already."""
    texts = mail_texts()
    chosen = as_language(language)
    values = {**terms(shop_name(), policy_of(session)), **values}
    return insert_once(
        session,
        Mail,
        {
            "key": key,
            "recipient": recipient,
            "subject": texts.text(chosen, f"{template}.subject", **values),
            "body": texts.text(chosen, f"{template}.body", **values),
            "queued_at": now,
        },
        unique=["key"],
    )


@cache
def mail_texts() -> Catalogue:
    """Subjects and bodies of every mail, by template and language."""
    return Catalogue.load("shop")


def forget_mails(session: Session, beginning: str) -> None:
    """Delete the mails whose keys begin like this, for a reader who is to be forgotten."""
    session.execute(delete(Mail).where(Mail.key.startswith(beginning, autoescape=True)))


def list_mails(session: Session, limit: int = 50) -> list[MailView]:
    """The newest mails first, for the demo's local mail page."""
    rows = session.scalars(select(Mail).order_by(Mail.id.desc()).limit(limit))
    return [MailView(row.id, row.recipient, row.subject, row.body, row.queued_at) for row in rows]
