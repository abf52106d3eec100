"""What a word that points back means once an article was told: "do they expire" asks of points."""

import re
from typing import Final

from actions.chat import Chat
from kit.phrases import spoken

# One that is pointed at, and several.
_ONE: Final = re.compile(
    r"\b(?:it|this)\b|(?<!than )\bthat\b(?=\W*$)|[它这那](?:个|张|项)?(?!么|里|边|些)",
    re.IGNORECASE,
)
_SEVERAL: Final = re.compile(
    r"\b(?:of )?(?:they|them|those|these)\b|[它他]们|[这那]些", re.IGNORECASE
)


def named_anew(chat: Chat, topic: str | None) -> str:
    """The message with the matter of `topic` by its name in the place of what points back to it:
    "can I pay with two of them" ▸ "can I pay with two gift cards".

    A short question that leaves the thing out gets it: "how can I get more" ▸ "… more points".
    Unchanged where neither is so, or where the matter is no thing that one could have.
    """
    text, words = chat.turn.text, chat.words
    if topic is None or not words.known(f"thing.{topic}"):
        return text
    one, several = words.text(f"thing.{topic}"), words.text(f"things.{topic}")
    named = _ONE.sub(one, _SEVERAL.sub(several, text))
    if named != text or several.lower() in text.lower() or not _MORE.search(text):
        return named
    return f"{text.rstrip(' ?？')} {several}"


_MORE: Final = spoken("answers", "named_anew.more")
