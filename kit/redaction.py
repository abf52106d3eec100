"""What must not stand in logs, found by its shape: addresses, names, numbers, tokens.

Logs carry ids by rule. This is the net below: what a library or an error quotes all the same.
Where a pattern must err, it hides too much.
"""

import re
from typing import Final

_EMAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
_TOKEN: Final = re.compile(
    r"(?:btn\.)?[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{20,}(?:\.[A-Za-z0-9_-]{20,})?"  # signed
    r"|\bcdk_[A-Za-z0-9_-]+"  # the desk's API
    r"|\b(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{32,}"
)
_AFTER: Final = re.compile(
    r"(\bBearer\s+|\bBasic\s+|\b(?:token|secret|api[_-]?key|password|passwd|session|cookie)"
    r"['\"]?\s*[=:]\s*['\"]?|://[^\s:/@]+:)([^\s'\",;&@]+)",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"(?<![\w.:-])\+?\d[\d ()/-]{7,}\d(?![\w:-])")

_CAPITAL: Final = r"[A-ZÀ-ÖØ-ÞŠŽŁ][a-zà-öø-ÿšžłß'’-]+"
_STREET: Final = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Boulevard|Blvd|Way"
    r"|Place|Pl|Close|Terrace|Gardens|Crescent|Row|Highway|Hwy)\b\.?"
)
_ADDRESS: Final = re.compile(
    rf"\b\d{{1,5}}[a-z]?,?\s+(?:{_CAPITAL}\s+){{1,3}}{_STREET}"
    rf"|\b(?:{_CAPITAL}\s+){{1,3}}{_STREET}\s+\d{{1,5}}[a-z]?\b"
    r"|\b(?:[A-ZÄÖÜ][\wäöüß'.-]*[ -])*[A-ZÄÖÜ]?[\wäöüß'-]*"
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer)\s+\d{1,4}\s?[a-z]?\b"
    r"|\b\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|quai|place|chemin)\s+[\w'’ -]{3,40}"
    r"|\b(?:[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]alle|[Pp]laza|[Rr]ue)\s+[\w'’ -]{3,40}?,?\s+\d{1,4}\b"
    rf"|\b(?:[A-Z]{{1,2}}-)?\d{{4,5}}\s+{_CAPITAL}(?:\s+{_CAPITAL})?"
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b"
    r"|[\u4e00-\u9fff]{2,}(?:省|市|区|县|镇|乡|路|街|道|巷)[\u4e00-\u9fff\d]*\d+\s*"
    r"(?:号|弄|栋|幢|单元|室|楼)[\u4e00-\u9fff\d]*"
)
_TITLED: Final = re.compile(
    r"(\b(?:Mr|Mrs|Ms|Miss|Dr|Herr|Frau|Mme|Dear|[Nn]amed?|[Nn]ame is|[Rr]ecipient|I am|I['’]m"
    rf"|[Cc]ustomer)[.:=]?\s+['\"]?)({_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})"
)
_NAME: Final = re.compile(rf"\b{_CAPITAL}(?: (?:van|von|de|der|di|la|{_CAPITAL}))? {_CAPITAL}\b")
_HAN_NAME: Final = re.compile(
    r"((?:姓名|收件人|收货人|联系人|客户名|我叫|名叫)(?:是|为)?[：:=\s]*)[\u4e00-\u9fff·]{2,4}"
)
_HAN_TITLED: Final = re.compile(r"[\u4e00-\u9fff]{1,3}(先生|女士|小姐|太太)")
_QUOTED: Final = re.compile(
    r"'(?=[^'\n]*[\s\u4e00-\u9fff])[^'\n]+'|\"(?=[^\"\n]*[\s\u4e00-\u9fff])[^\"\n]+\""
)
# Fields that hold nothing but what is personal.
PERSONAL: Final = frozenset(
    {"address", "street", "recipient", "customer_name", "phone", "email", "text", "words"}
)


def redact(text: str) -> str:
    """`text` without e-mail and postal addresses, names, tokens, phone and card numbers."""
    text = _EMAIL.sub("[email]", text)
    text = _TOKEN.sub("[token]", text)
    text = _AFTER.sub(r"\1[token]", text)
    text = _ADDRESS.sub("[address]", text)
    text = _DIGITS.sub("[number]", text)
    text = _TITLED.sub(r"\1[name]", text)
    text = _NAME.sub("[name]", text)
    text = _HAN_NAME.sub(r"\1[name]", text)
    return _HAN_TITLED.sub(r"[name]\1", text)


def redact_trace(text: str) -> str:
    """A traceback, whose frames stay as they are: only what errors say is redacted.

    What an error quotes and that has a blank in it is no name of our code's, so it is hidden, too.
    """
    lines = text.splitlines()
    return "\n".join(
        line if line.startswith((" ", "Traceback")) else redact(_QUOTED.sub("'[text]'", line))
        for line in lines
    )
