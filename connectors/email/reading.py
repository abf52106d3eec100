"""A mail's parts: its words, its files, its headers, whatever its sender's program made of them."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from typing import Final

from connectors.email.markup import words_of
from connectors.email.quoting import new_words
from conversations import FileKind

LONGEST: Final = 400_000
SMALLEST_PICTURE: Final = 8_000  # what is smaller and stands among words is a logo
MOST_PARTS: Final = 200
ALIASES: Final = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "ansi-x3.4-1968": "ascii",
    "x-unknown": "ascii",
    "unknown-8bit": "ascii",
}
NO_TEXT: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
)
NO_FILES: Final = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/ms-tnef",
        "message/external-body",
    }
)
KINDS: Final[dict[str, FileKind]] = {"image": "picture", "audio": "voice", "video": "video"}


@dataclass(frozen=True)
class Attached:
    """A file of a mail: its number among the parts, what it is, how large."""

    number: int
    kind: FileKind
    size: int
    part: Message


@dataclass(frozen=True)
class Content:
    """What a mail says and brings along."""

    text: str
    files: tuple[Attached, ...]


def read_mail(raw: bytes) -> Message:
    """The mail; one whose type has a boundary and is no multipart is read as one."""
    found = email.message_from_bytes(raw)
    boundary = found.get_boundary()
    if boundary and not found.is_multipart() and found.get_content_maintype() == "text":
        del found["Content-Type"]
        kind = f'Content-Type: multipart/mixed; boundary="{boundary}"\n'
        again = email.message_from_bytes(kind.encode("utf-8", "replace") + found.as_bytes())
        if again.is_multipart():
            return again
    return found


def headers_of(mail: Message) -> dict[str, str]:
    """The headers by their names in small letters, decoded; of several the first counts."""
    found: dict[str, str] = {}
    for name, value in mail.raw_items():
        found.setdefault(name.lower(), decoded(str(value)))
    return found


def raw_header(mail: Message, name: str) -> str:
    """A header as it stands, for addresses: names in it may hold whatever."""
    value = next((one for key, one in mail.raw_items() if key.lower() == name), "")
    return _unfolded(str(value))


def decoded(value: str) -> str:
    """A header's words; bytes that no header may have are read as in a body."""
    value = _unfolded(value)
    if "=?" not in value:
        return value
    try:
        chunks = decode_header(value)
    except (ValueError, LookupError):  # HeaderParseError is a ValueError
        return value
    return "".join(
        one if isinstance(one, str) else text_of(one, charset or "ascii") for one, charset in chunks
    )


def _unfolded(value: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    return re.sub(r"[\r\n\t ]+", " ", text_of(raw, "utf-8")).strip()


def text_of(raw: bytes, charset: str) -> str:
    """Bytes as text: by the charset that is named, else by what they look like."""
    name = ALIASES.get(charset.strip().lower(), charset.strip().lower())
    for one in dict.fromkeys((name, "utf-8")):
        if one in NO_TEXT:
            continue
        try:
            return raw.decode(one)
        except (LookupError, ValueError, UnicodeError):
            continue
    try:
        chinese = raw.decode("gb18030")
    except UnicodeError:
        chinese = ""
    # Chinese is dense; of western words an accent or two would be taken for it.
    if sum("\u4e00" <= sign <= "\u9fff" for sign in chinese) * 6 > len(raw):
        return chinese
    return raw.decode("cp1252", "replace")


def content_of(mail: Message, *, is_reply: bool = False) -> Content:
    """The new words of a mail and its files.

    Pictures that stand among quoted words or are as small as a logo are no files of it.
    """
    texts: list[str] = []
    files: list[Attached] = []
    shown: set[str] = set()
    hidden: set[str] = set()
    for part, is_alternative in _told(mail):
        kind = part.get_content_type()
        if kind == "text/html":
            page = words_of(_text_part(part))
            shown |= page.pictures
            hidden |= set(re.findall(r"cid:([^\"'\s>]+)", _text_part(part))) - page.pictures
            found = new_words(page.new, is_reply=is_reply)
            found = found or ("" if is_reply else new_words(page.whole))
        else:
            found = new_words(_text_part(part), is_reply=is_reply)
        if found and not (is_alternative and texts):
            texts.append(found)
    for number, part in enumerate(_leaves(mail)):
        attached = _attached(number, part)
        if attached is not None and not _is_decoration(attached, shown, hidden):
            files.append(attached)
    text = "\n\n".join(texts)
    return Content(text or _enclosed_text(mail), tuple(files))


def part_bytes(mail: Message, number: int) -> bytes | None:
    """The bytes of a file by its number; None where there is none."""
    for place, part in enumerate(_leaves(mail)):
        if place == number:
            return _bytes(part)
    return None


def returned(mail: Message) -> Message | None:
    """The mail that a report gives back, or its headers."""
    for part in _all(mail):
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            return part.get_payload(0)  # type: ignore[return-value]
        if part.get_content_type() == "text/rfc822-headers":
            return email.message_from_bytes(_bytes(part))
    return None


def report_fields(mail: Message) -> list[Message]:
    """The groups of fields of a delivery report."""
    for part in _all(mail):
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            return [one for one in part.get_payload() if isinstance(one, Message)]
    return []


def _all(mail: Message) -> Iterator[Message]:
    """Every part, whatever is in it; never too many."""
    waiting, many = [mail], 0
    while waiting and many < MOST_PARTS:
        part = waiting.pop(0)
        many += 1
        yield part
        if part.is_multipart():
            waiting[:0] = [one for one in part.get_payload() if isinstance(one, Message)]


def _leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold something, a mail inside of it as one; in order, never too many."""
    waiting, many = [mail], 0
    while waiting and many < MOST_PARTS:
        part = waiting.pop(0)
        many += 1
        is_mail = part.get_content_maintype() == "message"
        if part.is_multipart() and not is_mail:
            inner = [one for one in part.get_payload() if isinstance(one, Message)]
            waiting[:0] = inner
        else:
            yield part


def _told(mail: Message) -> Iterator[tuple[Message, bool]]:
    """The parts to read, and whether another one says the same before it.

    Of alternatives plain text is read, and the page where that says nothing.
    """
    waiting, many = [(mail, False)], 0
    while waiting and many < MOST_PARTS:
        part, is_other = waiting.pop(0)
        many += 1
        kind = part.get_content_type()
        if part.get_content_maintype() == "message":
            continue
        if part.is_multipart():
            inner = [one for one in part.get_payload() if isinstance(one, Message)]
            if kind == "multipart/alternative":
                inner.sort(key=lambda one: one.get_content_type() != "text/plain")
                words = [one for one in inner if _says_something(one)]
                waiting[:0] = [(one, False) for one in words[:1]]
                continue
            waiting[:0] = [(one, is_other) for one in inner]
        elif kind in ("text/plain", "text/html") and not _is_set_aside(part):
            yield part, is_other


def _says_something(part: Message) -> bool:
    kind = part.get_content_type()
    if part.is_multipart():
        return any(_says_something(one) for one in part.get_payload() if isinstance(one, Message))
    if kind == "text/plain":
        return bool(_text_part(part).strip())
    return kind == "text/html" and bool(words_of(_text_part(part)).whole)


def _is_set_aside(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _attached(number: int, part: Message) -> Attached | None:
    kind, main = part.get_content_type(), part.get_content_maintype()
    is_told = kind in ("text/plain", "text/html") and not _is_set_aside(part)
    if is_told or kind in NO_FILES or part.is_multipart() or main in ("multipart", "message"):
        return None
    raw = _bytes(part)
    if not raw:
        return None
    return Attached(number, KINDS.get(main, "document"), len(raw), part)


def _is_decoration(file: Attached, shown: set[str], hidden: set[str]) -> bool:
    name = str(file.part.get("Content-ID", "")).strip(" <>")
    if file.kind != "picture" or (_is_set_aside(file.part) and name not in shown | hidden):
        return False
    if name in hidden and name not in shown:
        return True
    return bool(name) and file.size < SMALLEST_PICTURE


def _enclosed_text(mail: Message) -> str:
    """What enclosed mails say, of a mail that says nothing itself."""
    found = []
    for part in _all(mail):
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)
            if isinstance(inner, Message):
                found += [new_words(_text_part(one)) for one, _ in _told(inner)][:1]
        if len(found) >= 5:
            break
    return "\n\n".join(filter(None, found))


def _text_part(part: Message) -> str:
    try:
        charset = part.get_content_charset() or "ascii"
    except (ValueError, LookupError, AttributeError):
        charset = "ascii"
    text = text_of(_bytes(part)[:LONGEST], charset)
    if part.get_content_type() == "text/plain" and _parameter(part, "format") == "flowed":
        return _unflowed(text, glued=_parameter(part, "delsp") == "yes")
    return text


def _parameter(part: Message, name: str) -> str:
    found = part.get_param(name)
    return found.lower() if isinstance(found, str) else ""


def _unflowed(text: str, *, glued: bool) -> str:
    """Lines that end in a space go on in the next one."""
    found: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        is_apart = line.startswith(">") or line == "-- "
        if goes_on and not is_apart:
            found[-1] += line.removeprefix(" ")
        else:
            found.append(line if is_apart else line.removeprefix(" "))
        goes_on = line.endswith(" ") and not is_apart
        if goes_on and glued:
            found[-1] = found[-1][:-1]
    return "\n".join(found)


def _bytes(part: Message) -> bytes:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return raw if isinstance(raw, bytes) else b""
