"""How a form runs: a script that asks for the first thing it lacks, then acts.

A script is a plain function over a `Run`. It is called from its beginning at every turn; each
`need_…` gives what is known, takes it from the shopper's words, or asks for it and stops the
script by raising `Asked`. What is known lives in the slot `task_data`. Words that bring the script
nothing are rejected, so that the general rules answer them and the question is asked again.
"""

import abc
from typing import ClassVar, Final

from actions.base import REGISTER, Action
from actions.forms.run import Asked, Done, Run
from actions.forms.starts import FORM_OF_INTENT
from actions.services import Services
from actions.turn import Talk, Turn

ANSWERS: Final = frozenset({"inform", "affirm", "deny", "choose_option", "nlu_fallback"})
SURE: Final = 0.6
MISSES_BEFORE_PERSON: Final = 2


class FormScript(Action):
    """The validation action of a form: runs the script and translates its outcome for Rasa."""

    form: ClassVar[str] = ""
    asks_again = False

    @abc.abstractmethod
    def script(self, run: Run) -> None:
        """Ask for what is lacking, act, and end with `run.finish`."""

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """One turn of the form."""
        run = Run(self.form, turn, talk, services)
        if not run.is_start and turn.intent == "stop":
            talk.say("utter_stopped")
            return self._end(run)
        other = FORM_OF_INTENT.get(turn.intent)
        if not run.is_start and other not in {None, self.form} and turn.confidence >= SURE:
            return None  # nothing is set: Rasa rejects and starts the other form
        try:
            self.script(run)
            self._end(run)
        except Asked:
            self._wait(run)
        except Done:
            self._end(run)
        return None

    def _end(self, run: Run) -> None:
        for slot in ("task_data", "question", "requested_slot"):
            run.talk.remember(slot, None)
        run.talk.remember("misses", 0)

    def _wait(self, run: Run) -> None:
        """Go on waiting; words that brought nothing are rejected or counted."""
        if not run.is_start and not run.used:
            if run.turn.intent == "affirm" and run.turn.slots.get("offer") == "person":
                run.talk.responses.clear()
                REGISTER["action_talk_to_person"].run(run.turn, run.talk, run.services)
                self._end(run)
                return
            if run.turn.intent == "deny" and run.waits_for != "yes":  # "no, thanks" to a question
                run.talk.responses.clear()
                run.talk.say("utter_stopped")
                self._end(run)
                return
            if run.turn.intent not in ANSWERS:
                run.talk.responses.clear()
                run.talk.slots.clear()
                return
            misses = int(run.turn.slots.get("misses") or 0) + 1
            if misses >= MISSES_BEFORE_PERSON:
                run.talk.say("utter_offer_person", buttons=[run.words.person()])
            run.talk.remember("misses", misses)
        else:
            run.talk.remember("misses", 0)
        run.talk.remember("task_data", run.data)
        run.talk.remember("requested_slot", "answer")
