"""The scripted shopper: says what it wants, answers what it is asked, agrees to that alone.

What it does next follows from what the assistant asks (`asks`), where that is told, and else from
the words. It says yes to a confirmation only when that is what it wished; it corrects what is not,
and gives a wish up after some tries.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from research.benchmarks.service import reading
from research.benchmarks.service.agendas import Agenda, Wish
from research.benchmarks.service.reading import Heard, Known
from research.benchmarks.service.reference import were_said
from research.benchmarks.service.telling import Teller
from research.benchmarks.service.words import Words

MOST_TURNS: Final = 40
MOST_ASKED: Final = 3  # answers to the same question before the shopper gives up
MOST_AGAIN: Final = 2  # other wordings of a wish that was not understood
# What assistants call the things they ask for, and what the shopper takes them for.
SLOTS: Final[Mapping[str, str]] = {
    "email": "email",
    "name": "name",
    "zip": "zip",
    "postcode": "zip",
    "postal_code": "zip",
    "name_zip": "name_zip",
    "name_postcode": "name_zip",
    "name_and_postcode": "name_zip",
    "identity": "name_zip",
    "customer": "name_zip",
    "proof": "name_zip",
    "code": "code",
    "order_number": "order_number",
    "order": "order_number",
    "lines": "lines",
    "items": "lines",
    "part": "part",
    "variant": "variant",
    "wanted": "variant",
    "swaps": "variant",
    "reason": "reason",
    "cancel_reason": "reason",
    "method": "method",
    "payment_method": "method",
    "payment": "method",
    "refund_method": "method",
    "refund_to": "method",
    "address": "address",
    "more": "more",
    "all": "more",
    "that_is_all": "more",
    "more_items": "more",
    "done": "more",
    "yes": "confirm",
    "home": "address",
}


@dataclass(frozen=True)
class Said:
    """What the shopper says: the words, and whether they are an explicit yes."""

    text: str
    is_yes: bool = False


class Shopper:
    """Plays one agenda; `seed` chooses its words and how much it tells at once."""

    def __init__(self, agenda: Agenda, known: Known, *, seed: int) -> None:
        words = Words(agenda.language, f"{agenda.id}|{seed}", agenda.manner)
        self._agenda = agenda
        self._known = known
        self._words = words
        self._teller = Teller(agenda, known, words)
        self._left = deque(agenda.wishes)
        self._wish: Wish | None = None
        self._told = False
        self._agreed = False
        self._closing = False
        self._is_fallback = False
        self._was_refused = False
        self._tries: Counter[tuple[str, str]] = Counter()
        self._heard = ""
        self.outcomes: dict[str, tuple[str, str]] = {}
        self.turns = 0
        self._take_next()

    @property
    def gave_up(self) -> list[str]:
        """The wishes that came to nothing."""
        return [name for name, (how, _) in self.outcomes.items() if how == "refused"]

    def opening(self) -> Said:
        """The first message: a greeting, or the first wish at once."""
        self.turns = 1
        if self._agenda.opening:
            return Said(self._words.own(self._agenda.opening))
        if self._wish is None or (self._wish.do != "ask" and self._words.chance(0.4)):
            return Said(self._words.of("hello"))
        return self._tell()

    def answer(self, heard: Heard) -> Said | None:
        """What is said to a reply; None when the shopper has left."""
        self.turns += 1
        self._heard += f"\n{heard.text}"
        if self.turns > MOST_TURNS or (self._closing and not heard.slot) or heard.by_person:
            self._give_up_all(heard)
            return None
        asked = SLOTS.get(heard.slot, heard.slot)
        if not asked and not reading.was_missed(heard.text):
            asked = reading.asked_in(heard.text)
        if self._agreed and asked == "change" and self._wish is not None:
            key = (self._wish.id, "yes")  # the yes was not heard as one
            self._tries[key] += 1
            if self._tries[key] < MOST_ASKED:
                return Said(self._words.of("yes"), is_yes=True)
        if self._agreed and (asked != "confirm" or self._is_next(heard)):
            self._agreed = False
            self._settle("refused" if self._was_no(heard) else "done", heard)
        elif self._has_heard(heard):
            self._settle("done", heard)
            return self._next()
        if self._wish is None:
            return self._next()
        if heard.slot or (asked and self._told):
            return self._reply(asked, heard)
        return self._go_on(heard)

    # -- what follows from what was said

    def _is_next(self, heard: Heard) -> bool:
        """Whether a confirmation after a yes is about another wish: the assistant has gone on."""
        wish = self._wish
        fits = wish is None or not reading.misfits(heard.asked, wish, self._known)
        return not fits and self._other_meant(heard) is not None

    def _has_heard(self, heard: Heard) -> bool:
        """Whether what was asked is answered, though the assistant goes on to ask something."""
        wish = self._wish
        if wish is None or wish.do != "ask" or not (self._told and heard.slot):
            return False
        return bool(wish.expects) and were_said(wish.expects, self._heard)

    def _was_no(self, heard: Heard) -> bool:
        return reading.was_refused(heard.text)

    def _go_on(self, heard: Heard) -> Said | None:
        """Nothing was asked: tell the wish, take the answer, or say it in other words."""
        wish = self._wish
        assert wish is not None
        if not self._told:
            return self._tell()
        key = (wish.id, "again")
        if wish.do == "ask":
            if were_said(wish.expects, self._heard) or self._tries[key] >= MOST_AGAIN:
                self._settle("done", heard)
                return self._next()
        elif wish.do == "person":
            self._settle("done", heard)
            return self._next()
        elif self._takes_no(wish, heard):
            self._settle("refused", heard)
            return self._next()
        self._tries[key] += 1
        if self._tries[key] > MOST_AGAIN:
            self._settle("refused", heard)
            return self._next()
        return self._tell("again")

    def _takes_no(self, wish: Wish, heard: Heard) -> bool:
        """Whether it was refused; who knows nothing else to wish for asks once more."""
        firm = bool(wish.instead or wish.say or self._tries[wish.id, "again"])
        return firm and self._was_no(heard) and not reading.was_missed(heard.text)

    def _reply(self, asked: str, heard: Heard) -> Said | None:
        """Answer a question, or give the wish up when it was answered often enough."""
        wish = self._wish
        assert wish is not None
        if asked == "confirm":
            return self._decide(wish, heard)
        key = (wish.id, asked)
        # What it has not told yet it may tell as often as it is asked for more.
        self._tries[key] += not (asked == "more" and self._teller.untold(wish))
        blocked = self._was_no(heard) and bool(wish.instead) and self._told
        if self._tries[key] > MOST_ASKED or (blocked and asked in {"variant", "lines", "method"}):
            self._settle("refused", heard)
            return self._next()
        own = wish.answers.get(asked)
        if own:  # told one after the other
            return Said(own[min(self._tries[key], len(own)) - 1])
        answers: Mapping[str, Callable[[], str]] = {
            "email": self._teller.email,
            "name": self._teller.name,
            "zip": self._teller.zip,
            "name_zip": self._teller.name_zip,
            "order_number": lambda: self._teller.order(wish, heard.options),
            "lines": lambda: self._teller.things(wish, self._tries[key]),
            "variant": lambda: self._teller.targets(wish, heard.text),
            "reason": lambda: self._teller.reason(wish),
            "method": lambda: self._teller.method(wish),
            "address": lambda: self._teller.place(wish),
            "more": lambda: self._more(wish),
            "change": lambda: self._teller.correction(wish, ()) or self._tell().text,
            "part": lambda: self._tell().text,
        }
        if asked not in answers and heard.options:
            return Said(self._teller.option(wish, heard.options))
        if not self._told and asked not in {"email", "name", "zip", "name_zip", "code"}:
            return self._tell()
        return Said(answers.get(asked, self._teller.unknown)())

    def _more(self, wish: Wish) -> str:
        return self._teller.more(wish) or self._words.of("all")

    def _decide(self, wish: Wish, heard: Heard) -> Said | None:
        """Yes to what was wished; else what is wrong with it."""
        wrong = reading.misfits(heard.asked, wish, self._known)
        if wrong and (other := self._other_meant(heard)) is not None:
            wish = self._take_instead(wish, other)
            wrong = []
        if not wrong and not self._told:  # what was to be wished next is asked already
            self._teller.assume_told(wish)
            self._told = True
        key = (wish.id, "confirm")
        self._tries[key] += 1
        if self._tries[key] > MOST_ASKED + 1:
            self._settle("refused", heard)
            self._tries[key] = 0
            return Said(self._words.of("no"))
        if not wrong and wish.on_confirmation:
            return self._think_again(wish, heard)
        if not wrong and not self._teller.untold(wish):
            self._agreed = True
            return Said(self._words.of("yes"), is_yes=True)
        return Said(self._teller.correction(wish, wrong))

    def _other_meant(self, heard: Heard) -> Wish | None:
        """A wish to come that a confirmation is about: the assistant took that one first."""
        due = (one for one in self._left if one.do not in {"ask", "person"} and self._is_due(one))
        return next(
            (one for one in due if not reading.misfits(heard.asked, one, self._known)), None
        )

    def _take_instead(self, wish: Wish, other: Wish) -> Wish:
        self._left.remove(other)
        self._left.appendleft(wish)
        self._wish = other
        self._teller.assume_told(other)
        return other

    def _think_again(self, wish: Wish, heard: Heard) -> Said:
        said = self._words.own(wish.on_confirmation)
        if wish.then is None:
            self._settle("refused", heard, then=False)
        else:
            self._wish = wish.then
            self._teller.assume_told(wish.then)
        return Said(said)

    # -- wish after wish

    def _tell(self, how: str = "") -> Said:
        wish = self._wish
        assert wish is not None
        again = how == "again" or self._told
        self._told = True
        text = self._teller.wish(wish, self._tries[wish.id, "again"])
        if again:
            return Said(self._teller.leading("again", text, wish))
        return Said(text)

    def _settle(self, how: str, heard: Heard, *, then: bool = True) -> None:
        wish = self._wish
        assert wish is not None
        self.outcomes[wish.id] = (how, heard.text)
        self._was_refused = how == "refused" and then
        self._is_fallback = self._was_refused and bool(wish.instead)
        if self._is_fallback:
            self._left.extendleft(reversed(wish.instead))
        self._take_next()

    def _take_next(self) -> None:
        self._wish, self._told = None, False
        while self._left and self._wish is None:
            wish = self._left.popleft()
            if self._is_due(wish):
                self._wish = wish

    def _is_due(self, wish: Wish) -> bool:
        when = wish.when
        if when is None:
            return True
        how, said = self.outcomes.get(when.wish, ("", ""))
        right = when.was is None or how == when.was
        return right and bool(how) and all(one in said for one in when.said)

    def _next(self) -> Said | None:
        """The next wish, or a goodbye."""
        if self._wish is None:
            if self._closing:
                return None
            self._closing = True
            return Said(self._words.of("bye"))
        self._told = True
        text = self._teller.wish(self._wish, 0)
        if self._is_fallback:
            return Said(self._teller.leading("instead", text, self._wish))
        accepts = self._words.of("accept") + " " if self._was_refused else ""
        if not accepts and "polite" in self._agenda.manner:
            accepts = self._words.of("thanks") + " "
        if self._words.chance(0.5):
            return Said(accepts + self._teller.leading("next", text, self._wish))
        return Said(accepts + text)

    def _give_up_all(self, heard: Heard) -> None:
        while self._wish is not None:
            how = "done" if self._wish.do == "person" and heard.by_person else "refused"
            self.outcomes[self._wish.id] = (how, heard.text)
            self._wish = self._left.popleft() if self._left else None
