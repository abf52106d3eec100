"""How people spell in a chat: "wasnt", "u", "pls"; what reads words by rule reads them in full."""

import re
from collections.abc import Mapping
from typing import Final

# Short for what; ambiguous ones ("id", "ill", "its", "well") stay.
_SHORT: Final[Mapping[str, str]] = {
    "u": "you",
    "ur": "your",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "ppl": "people",
    "tmrw": "tomorrow",
    "tmr": "tomorrow",
    "2moro": "tomorrow",
    "cuz": "because",
    "wanna": "want to",
    "gonna": "going to",
    "gotta": "got to",
    "gimme": "give me",
    "lemme": "let me",
    "wk": "week",
    "wks": "weeks",
    "im": "I'm",
    "ive": "I've",
    "youre": "you're",
    "theyre": "they're",
    "thats": "that's",
    "whats": "what's",
    "wheres": "where's",
    "hows": "how's",
    "theres": "there's",
    "cant": "can't",
    "wont": "won't",
    "couldnt": "couldn't",
    "wouldnt": "wouldn't",
    "shouldnt": "shouldn't",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "isnt": "isn't",
    "arent": "aren't",
    "wasnt": "wasn't",
    "werent": "weren't",
    "hasnt": "hasn't",
    "havent": "haven't",
    "hadnt": "hadn't",
}
_WORD: Final = re.compile(
    rf"(?<![\w@./'’-])(?:{'|'.join(sorted(_SHORT, key=len, reverse=True))})(?![\w@/'’-]|\.\w)"
)
# With and without something.
_WITHOUT: Final = re.compile(r"(?<![\w/])w/o(?![\w/])")
_WITH: Final = re.compile(r"(?<![\w/])w/(?=\s|[a-z]{3})")


def in_full(text: str) -> str:
    """`text` with its short words in full; what is written in capitals is a name or a size."""
    text = _WITH.sub("with ", _WITHOUT.sub("without", text)).replace("with  ", "with ")
    return _WORD.sub(lambda found: _SHORT[found.group()], text)
