"""What a mail tells us: new words of somebody, or what machines write to each other.

A sender's address proves nothing. Who answers one of our mails shows that they read it: its id
holds a proof for this address and this thread. Once somebody did so in a conversation, whoever
brings no such proof begins another one.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from typing import Final

from connectors.email.reading import (
    content_of,
    decoded,
    headers_of,
    raw_header,
    read_mail,
    report_fields,
    returned,
)
from connectors.messenger import Event
from conversations import File
from kit.phrases import spoken

MOST_IDS: Final = 50
KEPT_IDS: Final = 10
MOST_COMMENTS: Final = 20
LONGEST_SUBJECT: Final = 200
LONGEST_ADDRESS: Final = 110
_ID: Final = re.compile(r"<[^<>\s]{3,250}>")
_OURS: Final = re.compile(r"<c\.(\d{1,12}-\d{1,4})\.([0-9a-f]{16})\.([0-9a-f]{24})@")
_SIGN: Final = r"[^@\s<>\"(),;:\\\[\]/]"
_ADDRESS: Final = re.compile(rf"{_SIGN}{{1,64}}@{_SIGN}+\.{_SIGN}+(?<!\.)")
_MACHINE: Final = re.compile(
    r"(?:mailer-?daemon|postmaster|(?:do[._-]?)?no[nt]?[._-]?reply|bounces?|owner-.*|.*-bounces?)"
    r"(?:[+=-].*)?",
    re.IGNORECASE,
)
_MACHINE_NAME: Final = re.compile(r"mail(?:er)? (?:delivery|daemon).*|postmaster.*", re.IGNORECASE)
LISTS: Final = ("list-id", "list-post", "list-unsubscribe", "mailing-list")
MACHINES: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoreply-from",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-failed-recipients",
)


@dataclass(frozen=True, repr=False)
class Mailroom:
    """Whose mailbox it is, and what we know our own mails by.

    `server` is the name under which the shop's own mail server writes Authentication-Results.
    """

    address: str
    key: bytes
    others: Collection[str] = ()
    server: str = ""

    def is_own(self, address: str) -> bool:
        """Whether an address is the shop's."""
        return address == self.address or address in self.others

    def message_id(self, reference: str, contact: str) -> str:
        """The id of a part that we send; the same on every try."""
        address, _, thread = contact.rpartition("/")
        domain = self.address.rpartition("@")[2]
        return f"<c.{reference}.{thread}.{self._proof(reference, thread, address)}@{domain}>"

    def ours(self, message_id: str, address: str) -> tuple[str, str] | None:
        """Reference and thread of an id that we made for this address; None for any other."""
        found = _OURS.match(message_id)
        if found is None:
            return None
        reference, thread, proof = found.groups()
        is_ours = hmac.compare_digest(proof, self._proof(reference, thread, address))
        return (reference, thread) if is_ours else None

    def _proof(self, *words: str) -> str:
        return hmac.new(self.key, "\n".join(words).encode(), hashlib.sha256).hexdigest()[:24]


def event_of(raw: bytes, place: str, room: Mailroom) -> Event:
    """The event that a mail is; `place` is where it lies in the mailbox."""
    mail = read_mail(raw)
    told = headers_of(mail)
    own_id = next(iter(_ID.findall(raw_header(mail, "message-id"))), "")
    event_id = own_id or _made_id(raw, told)
    sender = _first_address(mail, "from")
    is_ours = own_id and room.ours(own_id, _first_address(mail, "to"))
    if is_ours or (sender and room.is_own(sender)):
        return Event(event_id, "own")
    kind = _machine(mail, told, sender, room)
    if kind == "bounce":
        return _bounce(mail, event_id, room)
    if kind:
        return Event(event_id, kind)
    answer_to = _first_address(mail, "reply-to")
    address = answer_to if answer_to and not room.is_own(answer_to) else sender
    if not address or len(address) > LONGEST_ADDRESS:
        return Event(event_id, "unknown:nobody")
    return _message(mail, told, event_id, own_id, address, place, room)


def _message(
    mail: Message,
    told: Mapping[str, str],
    event_id: str,
    own_id: str,
    address: str,
    place: str,
    room: Mailroom,
) -> Event:
    before = _ids(mail, "references") + _ids(mail, "in-reply-to")
    ours = next((found for one in before[::-1] if (found := room.ours(one, address))), None)
    thread = ours[1] if ours else _short(before[0] if before else event_id)
    content = content_of(mail, is_reply=bool(before))
    subject = told.get("subject", "")[:LONGEST_SUBJECT].strip()
    text, title = content.text, _title(subject)
    if not text and not content.files:
        if before or not title:
            return Event(event_id, "unknown:empty", contact=f"{address}/{thread}")
        text, title = title, ""
    is_told = not title or title.casefold() in text.casefold()
    chain = [one for one in dict.fromkeys((*before, own_id)) if one]
    language = told.get("content-language", "") or told.get("accept-language", "")
    return Event(
        event_id,
        "message",
        contact=f"{address}/{thread}",
        message_id=event_id,
        text=text,
        files=tuple(
            File(one.kind, f"{place}.{one.number}", size=one.size) for one in content.files
        ),
        language=language[:2].lower() or None,
        title="" if is_told or before else title,
        path={
            "subject": subject,
            "in_reply_to": own_id,
            **({"read": "yes"} if ours else {}),
            "references": " ".join(chain[:1] + chain[1:][-KEPT_IDS:]),
        },
        afresh="" if ours else f"{address}/{_short('afresh ' + event_id)}",
    )


def _machine(mail: Message, told: Mapping[str, str], sender: str, room: Mailroom) -> str:
    """What a mail is that no person wrote to us; empty for one that a person wrote."""
    kind = mail.get_content_type()
    local, name = sender.partition("@")[0], _display_name(mail)
    if (
        kind in ("multipart/report", "message/delivery-status", "message/disposition-notification")
        or told.get("return-path", "").strip() == "<>"
        or "x-failed-recipients" in told
        or _MACHINE_NAME.fullmatch(name)
        or re.fullmatch("mailer-?daemon|postmaster", local, re.IGNORECASE)
    ):
        return "bounce"
    submitted = told.get("auto-submitted", "no").partition(";")[0].strip().lower()
    quiet = {one.strip() for one in told.get("x-auto-response-suppress", "").lower().split(",")}
    if (
        submitted not in ("no", "")
        or told.get("precedence", "").strip().lower() in ("auto_reply", "junk")
        or any(one in told for one in MACHINES)
        or quiet & {"all", "autoreply"}
        or _MACHINE.fullmatch(local)
        or spoken("mail", "automatic").fullmatch(told.get("subject", "").strip())
        or room.address in told.get("x-loop", "").lower()
    ):
        return "automatic"
    is_list = any(one in told for one in LISTS)
    if is_list or told.get("precedence", "").strip().lower() in ("bulk", "list"):
        return "list"
    if told.get("x-spam-flag", "").strip().lower() == "yes":
        return "spam"
    return "forged" if _is_forged(mail, room) else ""


def _is_forged(mail: Message, room: Mailroom) -> bool:
    """Whether the shop's own server found that the sender's domain did not send it (DMARC)."""
    if not room.server:
        return False
    for name, value in mail.raw_items():
        if name.lower() == "authentication-results":
            server, _, results = str(value).partition(";")
            if server.split()[:1] == [room.server]:  # the topmost is the one that it wrote itself
                return re.search(r"\bdmarc\s*=\s*fail\b", results, re.IGNORECASE) is not None
    return False


def _bounce(mail: Message, event_id: str, room: Mailroom) -> Event:
    """Whether one of our mails did not arrive; a mere delay, and what we did not send, is not."""
    sent = returned(mail)
    actions = {str(one.get("Action", "")).strip().lower() for one in report_fields(mail)} - {""}
    if sent is None or (actions and "failed" not in actions):
        return Event(event_id, "bounce")
    address = _first_address(sent, "to")
    own_id = next(iter(_ID.findall(raw_header(sent, "message-id"))), "")
    ours = room.ours(own_id, address) if address else None
    if ours is None:
        return Event(event_id, "bounce")
    reference, thread = ours
    return Event(event_id, "undelivered", contact=f"{address}/{thread}", reference=reference)


def _title(subject: str) -> str:
    """A subject without what programs put before it; empty for one that only answers."""
    if spoken("mail", "prefix").match(subject):
        return ""
    while found := spoken("mail", "forwarding").match(subject):
        subject = subject[found.end() :].strip()
    return subject


def _first_address(mail: Message, name: str) -> str:
    for _, address in _addresses(mail, name):
        if _ADDRESS.fullmatch(address):
            return address.lower()
    return ""


def _display_name(mail: Message) -> str:
    return next((decoded(name).strip() for name, _ in _addresses(mail, "from")), "")


def _addresses(mail: Message, name: str) -> list[tuple[str, str]]:
    found = raw_header(mail, name)[:2000]
    if found.count("(") > MOST_COMMENTS:  # read by a function that calls itself for each
        found = found.replace("(", "")
    return getaddresses([found])


def _ids(mail: Message, name: str) -> list[str]:
    return _ID.findall(raw_header(mail, name))[-MOST_IDS:]


def _made_id(raw: bytes, told: Mapping[str, str]) -> str:
    """An id for a mail that has none: equal mails are one, whatever way they took."""
    head = "\n".join(told.get(name, "") for name in ("from", "date", "subject"))
    body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1]
    packed = head.encode("utf-8", "surrogatepass") + b"\n" + body
    return "sha256:" + hashlib.sha256(packed).hexdigest()


def _short(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]
