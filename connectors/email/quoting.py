"""The new words of a mail: without what it quotes, without its signature.

Mail programs quote in many ways: lines that begin with ">", a line "on … wrote", a head of lines
"From: …", a rule with words in it. What says so in words stands in nlu_data/<language>/words/mail.
"""

import re
from collections.abc import Sequence
from typing import Final

from kit.phrases import spoken

ROOM: Final = "mail"
LONGEST: Final = 100_000
LONGEST_LINE: Final = 2_000
LONGEST_SIGNATURE: Final = 12
_QUOTED: Final = re.compile(r"\s{0,3}[>＞]")
_RULE: Final = re.compile(r"\s*[-_=*~]{3,}\s*(?P<words>[^\s\-_=*~].{0,60}?)\s*[-_=*~]{3,}\s*")
_BARE_RULE: Final = re.compile(r"\s*[_\-=]{10,}\s*")
_HEAD: Final = re.compile(r"[\s*]*(?P<name>[^\s:：*][^:：*\n]{0,24}?)\s*\*?\s*[:：]\s*\*?\s*\S.*")
_DASH_NAME: Final = re.compile(r"\s*[-–—]{1,2} ?[^\W\d_][\w.']{0,20}(?: [^\W\d_][\w.']{0,20})?\s*")
_ADDRESS: Final = re.compile(r"\S@\S")
_WHEN: Final = re.compile(r"\d{1,2}[:.]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}")
_ARMOUR: Final = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:\S+:.*\n)*\n"
    r"|-----BEGIN PGP SIGNATURE-----[\s\S]*?(?:-----END PGP SIGNATURE-----|\Z)"
    r"|^begin [0-7]{3} \S.*\n(?:[ -`]{1,61}\n)*`?\n?end$",
    re.MULTILINE,
)
_INVISIBLE: Final = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad]")


def new_words(text: str, *, is_reply: bool = False) -> str:
    """The new words; those that a mail passes on, where it has none of its own.

    Empty for a reply that only repeats what it answers.
    """
    lines = _lines(text)
    kept, passed_on = _without_quotes(lines)
    found = _joined(_without_signature(kept))
    if found or is_reply:
        return found
    return _joined(passed_on) or _joined([_QUOTED.sub("", line).strip() for line in lines])


def _lines(text: str) -> list[str]:
    text = _INVISIBLE.sub("", text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n"))
    text = _ARMOUR.sub("", text).replace("\u00a0", " ").replace("\u3000", " ")
    return [line[:LONGEST_LINE] for line in text.split("\n")]


def _without_quotes(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is not quoted, and what stands below the head of a mail that is passed on."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _QUOTED.match(line):
            if not (at and _QUOTED.match(lines[at - 1])):
                _drop_intro(kept)
            at += 1
            continue
        head = _head_at(lines, at)
        if head:
            return kept, _drop_head(lines, at, head)
        if _is_intro(lines, at):
            return kept, []
        kept.append(line)
        at += 1
    return kept, []


def _drop_intro(kept: list[str]) -> None:
    """Take away the line that says who wrote what is quoted below."""
    while kept and not kept[-1].strip():
        kept.pop()
    for many in (1, 2, 3):
        said = _one_line(kept[-many:])
        if len(kept) < many or not said.endswith((":", "：")):
            return
        if spoken(ROOM, "intro").fullmatch(said) or (
            _ADDRESS.search(said) and (many > 1 or _WHEN.search(said))
        ):
            if many < 3 and len(kept) > many and _goes_on(kept[-many - 1]):
                continue
            del kept[-many:]
            return


def _goes_on(line: str) -> bool:
    """Whether a line above the end of an introduction is its beginning."""
    return bool(line.strip()) and _WHEN.search(line) is not None and not line.endswith((".", "。"))


def _is_intro(lines: Sequence[str], at: int) -> bool:
    """Whether here begins a line, or three, that say who wrote all that follows unquoted."""
    for many in (1, 2, 3):
        some = lines[at : at + many]
        if not all(line.strip() for line in some):
            return False
        said = _one_line(some)
        if not said.endswith((":", "：")):
            continue
        following = next((line for line in lines[at + many :] if line.strip()), "")
        if not following or _QUOTED.match(following):
            return False
        if spoken(ROOM, "intro").fullmatch(said) and (_ADDRESS.search(said) or _WHEN.search(said)):
            return True
        if _ADDRESS.search(said) and re.search(r"\d{1,2}[:.]\d{2}", said) and many < 3:
            return True
    return False


def _head_at(lines: Sequence[str], at: int) -> int:
    """How many lines from here are the head of another mail; 0 for none."""
    line, start = lines[at], at
    rule = _RULE.fullmatch(line)
    if rule or _BARE_RULE.fullmatch(line) or spoken(ROOM, "forwarded").match(line.strip(" :：")):
        start = at + 1
    while start < len(lines) and not lines[start].strip() and start - at < 4:
        start += 1
    some: list[str] = []
    many, last = 0, start
    for place in range(start, min(start + 14, len(lines))):
        if not lines[place].strip():
            if many >= 3:
                break
            continue
        if not _HEAD.fullmatch(lines[place]):
            if some and place == last and not _HEAD.fullmatch(lines[place]) and many < 6:
                last = place + 1  # a long line of the head goes on
                continue
            break
        many, last = many + 1, place + 1
        some.append(lines[place])
    told = " ".join(some)
    if many < 2 or not (_ADDRESS.search(told) or _WHEN.search(told)):
        return 0
    first = _HEAD.fullmatch(some[0])
    is_known = first is not None and spoken(ROOM, "head").fullmatch(first["name"].strip())
    if start > at:
        return last - at if many >= 2 and (is_known or many >= 3) else 0
    return last - at if is_known and many >= 3 else 0


def _drop_head(lines: Sequence[str], at: int, head: int) -> list[str]:
    rest = [_QUOTED.sub("", line).strip() for line in lines[at + head :]]
    return _without_signature(rest)


def _without_signature(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    for at, line in enumerate(kept):
        is_mark = line.rstrip("\n") == "-- " or (
            line.strip() in ("--", "—", "– –", "- -") and len(kept) - at <= LONGEST_SIGNATURE
        )
        if is_mark and _joined(kept[:at]):
            kept = kept[:at]
            break
    while True:
        shorter = _one_thing_less(kept)
        if shorter is None or not _joined(shorter):
            return kept
        kept = shorter


def _one_thing_less(lines: Sequence[str]) -> list[str] | None:
    """Without the last thing at the end that is no message; None where there is none."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    if not kept:
        return None
    last = kept[-1].strip(" *_-")
    if spoken(ROOM, "sent_from").fullmatch(last) or _BARE_RULE.fullmatch(kept[-1]):
        return kept[:-1]
    begin = next((at for at in range(len(kept))[::-1] if not kept[at].strip()), -1) + 1
    if spoken(ROOM, "disclaimer").fullmatch(_one_line(kept[begin:])):
        return kept[:begin]
    if _DASH_NAME.fullmatch(kept[-1]) and begin == len(kept) - 1 and kept[-1][:2] != "- ":
        return kept[:-1]
    for at in range(max(1, len(kept) - LONGEST_SIGNATURE), len(kept)):
        if spoken(ROOM, "sign_off").fullmatch(kept[at].strip()) and _is_name(kept[at + 1 :]):
            return kept[:at]
    return None


def _is_name(lines: Sequence[str]) -> bool:
    """Whether lines under a farewell are a name with what belongs to it."""
    said = [line.strip() for line in lines if line.strip()]
    if not said:
        return True
    first = said[0]
    is_name = len(first) <= 40 and len(first.split()) <= 5 and not re.search(r"[?？!！。]", first)
    return is_name and not any(len(line) > 90 or re.search(r"[?？]", line) for line in said)


def _one_line(lines: Sequence[str]) -> str:
    return " ".join(line.strip() for line in lines).strip()


def _joined(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
