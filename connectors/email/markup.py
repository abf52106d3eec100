"""The words of an HTML mail: what a reader sees, with what was quoted marked as in plain text."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

LONGEST: Final = 200_000
UNSEEN: Final = frozenset({"head", "style", "script", "title", "template", "svg", "object", "map"})
BLOCKS: Final = frozenset(
    re.findall(
        r"\w+",
        "address article blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 "
        "h5 h6 header hr includetail li main ol p pre section table tbody tfoot thead tr ul ",
    )
)
EMPTY: Final = frozenset(
    re.findall(
        r"\w+",
        "area base br col embed hr img input link meta source track wbr ",
    )
)
# How mail programs mark what is no new text: what is quoted, what begins a quote, a signature.
QUOTED: Final = re.compile(
    r"\b(?:gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|tutanota_quote"
    r"|isReplyContent|qmbox|ntes-?quote|OLK_SRC_BODY_SECTION|reply-?quote)",
    re.IGNORECASE,
)
FROM_HERE: Final = re.compile(r"\b(?:divRplyFwdMsg|appendonsend|stopSpelling)\b")
SIGNATURE: Final = re.compile(
    r"(?:^|[\s_-])(?:gmail_signature\w*|moz-signature|signature|AppleMailSignature"
    r"|ms-outlook-mobile-signature|ms-outlook-ios-signature|protonmail_signature_block"
    r"|mail_signature)(?:$|\s)",
    re.IGNORECASE,
)
HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?:font-size|max-height|opacity)\s*:\s*0(?:px|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_DECLARATION: Final = re.compile(r"<[!?][^<>]{0,300}>")
_NO_TAG: Final = re.compile(r"<(?!/?[a-zA-Z][^<>]{0,4000}>)")


@dataclass(frozen=True)
class Words:
    """What an HTML mail says: lines that are quoted begin with ">".

    `whole` is all of it. `pictures` are the ids of pictures that stand among the new words.
    """

    new: str
    whole: str
    pictures: frozenset[str]


def words_of(html: str) -> Words:
    """The words of a page; what is not well formed is read as far as it goes."""
    reader = _Reader()
    reader.feed(_tags_alone(html[:LONGEST]))
    reader.close()
    return Words(reader.new.text(), reader.whole.text(), frozenset(reader.pictures))


def _tags_alone(html: str) -> str:
    """The page without comments and declarations; what begins no tag is a sign like others.

    The parser would look for each one's end to the end of the page, again and again.
    """
    kept, at = [], 0
    while (begin := html.find("<!--", at)) >= 0 and (end := html.find("-->", begin + 4)) >= 0:
        kept.append(html[at:begin])
        at = end + 3
    html = _DECLARATION.sub("", "".join([*kept, html[at:]]))
    return _NO_TAG.sub("&lt;", html)


@dataclass
class _Lines:
    found: list[str] = field(default_factory=list)
    line: str = ""
    is_quoted: bool = False

    def add(self, words: str) -> None:
        if not self.line or self.line.endswith(" "):
            words = words.lstrip(" ")
        self.line += words

    def end(self, is_quoted: bool, *, forced: bool = False) -> None:
        if self.line.strip() or forced:
            mark = "> " if self.is_quoted else ""
            self.found.append(mark + self.line.strip())
        self.line = ""
        self.is_quoted = is_quoted

    def text(self) -> str:
        self.end(False)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.found)).strip()


@dataclass
class _Open:
    tag: str
    is_unseen: bool
    is_quoted: bool
    is_signature: bool


class _Reader(HTMLParser):
    """Reads with a list of what is open, so depth costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.new, self.whole = _Lines(), _Lines()
        self.pictures: set[str] = set()
        self.open: list[_Open] = []
        self.is_over = False

    @property
    def _top(self) -> _Open:
        return self.open[-1] if self.open else _Open("", False, False, False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        marks = f"{told.get('class', '')} {told.get('id', '')}"
        self.is_over = self.is_over or FROM_HERE.search(marks) is not None
        if tag in BLOCKS or tag == "br":
            self._end_lines(forced=tag in ("br", "p"))
        if tag == "li":
            self._add("- ")
        if tag in ("td", "th"):
            self._add(" ")
        source = told.get("src", "")
        if tag == "img" and source.startswith("cid:") and not self._is_passed_over:
            self.pictures.add(source.removeprefix("cid:"))
        if tag in EMPTY:
            return
        top, is_quote = self._top, tag in ("blockquote", "includetail")
        self.open.append(
            _Open(
                tag,
                top.is_unseen
                or tag in UNSEEN
                or "hidden" in told
                or HIDDEN.search(told.get("style", "")) is not None,
                top.is_quoted or is_quote or QUOTED.search(marks) is not None,
                top.is_signature or SIGNATURE.search(marks) is not None,
            )
        )
        if self._top.is_quoted != top.is_quoted:
            self._end_lines()

    def handle_endtag(self, tag: str) -> None:
        place = next((at for at in range(len(self.open))[::-1] if self.open[at].tag == tag), None)
        if place is None:
            return
        if tag in BLOCKS:
            self._add_nothing_more(forced=tag == "p")
        was_quoted = self._top.is_quoted
        del self.open[place:]
        if self._top.is_quoted != was_quoted:
            self._end_lines()

    def handle_data(self, data: str) -> None:
        if self._top.is_unseen:
            return
        if any(one.tag == "pre" for one in self.open[-4:]):
            for number, line in enumerate(data.split("\n")):
                if number:
                    self._end_lines(forced=True)
                self._add(line)
            return
        self._add(re.sub(r"\s+", " ", data))

    @property
    def _is_passed_over(self) -> bool:
        top = self._top
        return top.is_unseen or top.is_quoted or top.is_signature or self.is_over

    def _add(self, words: str) -> None:
        self.whole.add(words)
        if not (self._top.is_signature or self.is_over):
            self.new.add(words)

    def _add_nothing_more(self, *, forced: bool) -> None:
        self._end_lines()
        if forced and not self._top.is_signature and not self.is_over:
            self.new.found.append("")
            self.whole.found.append("")

    def _end_lines(self, *, forced: bool = False) -> None:
        is_quoted = self._top.is_quoted
        self.whole.end(False, forced=forced and bool(self.whole.line))
        self.new.end(is_quoted, forced=forced and bool(self.new.line))
        self.new.is_quoted = is_quoted
