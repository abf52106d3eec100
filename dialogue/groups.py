"""What kinds of intents there are to the dialogue, by what nlu_data/intents.yml says of each."""

from typing import Final

from dialogue.acts import ActKind
from kit.intents import INTENTS, marked, of_kind

YES_OR_NO: Final = of_kind("yes_or_no")
FEELINGS: Final = of_kind("feeling")
SMALL_TALK: Final = of_kind("small_talk")
REPORTS: Final = of_kind("report")
# Looking around, which nobody does while something has gone wrong.
BROWSING: Final = marked("browsing")
# Intents that ask something; with something in focus they are about that.
ASKS: Final = marked("asks")
# What tells of something that is not to be had is no yes: "the blue one".
TELLS: Final = marked("tells")
# What only a person can do: wished for again where one is offered for it, it is a yes.
THROUGH_PEOPLE: Final = marked("through_people")
# What may be asked of a task in hand or just done.
ASKED_OF_DONE: Final = ASKS | marked("asked_of_done")


# Tasks of which one may take the other's place, with their intents: "no, exchange them instead".
KIN: Final = {"return": "return_item", "exchange": "exchange_item"}


# What can be done with a thing that was bought, of which only one is done.
WAYS: Final = marked("way")
# Intents that do something with an order.
ON_ORDERS: Final = marked("on_order")


# What is done by who says something of a kind; any other is a wish.
_ACTS: Final[dict[str, ActKind]] = {
    "report": "report",
    "feeling": "feeling",
    "small_talk": "other",
    "yes_or_no": "other",
    "refine": "refine",
    "compare": "compare",
    "stop": "stop",
}


def kind_of_wish(intent: str) -> ActKind:
    """The act that an intent of its own does."""
    return _ACTS.get(INTENTS[intent].kind, "wish") if intent in INTENTS else "wish"
