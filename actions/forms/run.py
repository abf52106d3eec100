"""One call of a form's script: what it knows, asks, takes and says."""

from collections.abc import Sequence
from typing import Any

from actions.services import Services
from actions.turn import SHORTER, Button, Talk, Turn
from actions.wording import Words


class Asked(Exception):  # (not an error: ends the script for this turn)
    """The script has asked for something and waits."""


class Done(Exception):
    """The script has come to its end."""


class Run:
    """One call of a script: the turn, what is known, what is said."""

    def __init__(self, form: str, turn: Turn, talk: Talk, services: Services) -> None:
        self.form, self.turn, self.talk, self.services = form, turn, talk, services
        self.words = Words(turn, services)
        known = turn.slots.get("task_data") or {}
        self.is_start = known.get("form") != form or turn.active_form != form
        self.data: dict[str, Any] = {"form": form} if self.is_start else dict(known)
        self.waits_for: str | None = None if self.is_start else self.data.get("waits_for")
        self.used = False

    # -- asking and ending

    def ask(
        self, waits_for: str, response: str, buttons: Sequence[Button] = (), **values: Any
    ) -> None:
        """Ask, remember the question, and wait for the shopper."""
        asked_before = waits_for == self.waits_for and not self.is_start
        said = SHORTER.get(response, response) if asked_before else response
        self.talk.say(said, buttons=buttons, **values)
        self.data["waits_for"] = waits_for
        question = {
            "response": response,
            "values": {name: str(value) for name, value in values.items()},
            "buttons": [{"title": b.title, "payload": b.payload} for b in buttons],
        }
        self.talk.remember("question", question)
        raise Asked

    def finish(self, response: str, buttons: Sequence[Button] = (), **values: Any) -> None:
        """Say the last word and end the form."""
        self.talk.say(response, buttons=buttons, **values)
        raise Done

    def take(self, name: str, value: Any) -> Any:
        """Remember something the shopper just gave."""
        self.data[name] = value
        self.used = True
        return value

    def need_yes(self, response: str, **values: object) -> None:
        """A clear yes to what is about to happen; a no ends the form kindly."""
        if self.data.get("agreed"):
            return
        if self.waits_for == "yes" and self.data.get("asked") == values_key(values):
            if self.turn.intent == "affirm":
                self.take("agreed", True)
                return
            if self.turn.intent in {"deny", "stop"}:
                self.finish("utter_nothing_changed")
        self.data["asked"] = values_key(values)
        self.ask("yes", response, self.words.yes_no(), **values)


def values_key(values: dict[str, object]) -> str:
    """What a question was about, so that a yes counts for that question only."""
    return "|".join(f"{name}={value}" for name, value in sorted(values.items()))
