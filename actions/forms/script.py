"""How a form runs: a script that asks for the first thing it lacks, then acts.

A script is a plain function over a `Run`. It is called from its beginning at every turn; each
`run.need_…` gives what is known, takes it from the shopper's words, or asks for it and stops the
script by raising `Asked`. What is known lives in the slot `task_data`. Words that bring the script
nothing are rejected, so that the general rules answer them and the question is asked again.
"""

import abc
import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from actions.base import Action
from actions.forms.starts import FORM_OF_INTENT
from actions.identity import remember_proof, verified_customer
from actions.services import Services
from actions.turn import Button, Talk, Turn
from actions.wording import Words
from shop.access import access_order, access_orders
from shop.ids import CustomerId
from shop.verification import confirm_code, start_verification
from shop.views import OrderView

ANSWERS: Final = frozenset({"inform", "affirm", "deny", "choose_option", "nlu_fallback"})
SURE: Final = 0.6
MISSES_BEFORE_PERSON: Final = 2


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
        self.talk.say(response, buttons=buttons, **values)
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

    # -- what every form needs

    def need_customer(self) -> CustomerId:
        """Who is asking, by sign-in or by order number, e-mail and code."""
        customer = verified_customer(self.turn, self.services)
        if customer is not None:
            return customer
        number = self.need_order_number()
        email = self.data.get("email")
        if email is None and (given := self.turn.first("email")):
            email = self.take("email", given)
        if email is None:
            self.ask("email", "utter_ask_email", number=number)
        if not self.data.get("code_sent"):
            self._send_code(number, str(email))
        return self._check_code(number, str(email))

    def need_order_number(self) -> str:
        """The number of an order that the shopper names."""
        number = self.turn.first("order_number")
        if number is None and self.waits_for == "order_number":
            number = self.turn.first("code")  # six digits may be an order number too
        if number is not None and number != self.data.get("order_number"):
            for stale in ("email", "code_sent"):
                if not self.turn.first("email"):
                    self.data.pop(stale, None)
            self.take("order_number", number)
        if not self.data.get("order_number"):
            self.ask("order_number", "utter_ask_order_number")
        return str(self.data["order_number"])

    def _send_code(self, number: str, email: str) -> None:
        with self.services.database.session() as session:
            outcome = start_verification(
                session, number, email, key=self.services.settings.secret_key, now=self.turn.now
            )
        if outcome == "too_many":
            self.finish("utter_too_many_codes", [self.words.person()])
        self.data["code_sent"] = True
        self.data["tries"] = 0
        self.ask("code", "utter_ask_code", email=masked(email))

    def _check_code(self, number: str, email: str) -> CustomerId:
        code = self.turn.first("code") or self.turn.first("order_number")
        digits = re.sub(r"\D", "", self.turn.text)
        if code is None and len(digits) == 6:
            code = digits
        if self.waits_for != "code" or code is None:
            self.ask("code", "utter_ask_code", email=masked(email))
        self.used = True
        with self.services.database.session() as session:
            customer = confirm_code(
                session,
                number,
                email,
                str(code),
                key=self.services.settings.secret_key,
                now=self.turn.now,
            )
        if customer is not None:
            remember_proof(self.turn, self.talk, self.services, customer)
            return customer
        self.data["tries"] = self.data.get("tries", 0) + 1
        if self.data["tries"] >= 3:
            self.data.pop("code_sent")
            self.finish("utter_not_proved", [self.words.person()])
        self.ask("code", "utter_wrong_code")
        raise AssertionError

    def need_order(
        self,
        customer: CustomerId,
        fits: Callable[[OrderView], bool],
        *,
        none_fits: str,
        newest_first: bool = False,
    ) -> OrderView:
        """The order that is meant: named, the only one that fits, or chosen from buttons."""
        with self.services.database.reading() as session:
            named = self._named_order_number()
            if named is not None:
                order = access_order(session, customer, named)
                if order is None:
                    self.data.pop("order_number", None)
                    self.talk.say("utter_order_not_found", number=named)
                else:
                    self.data["order_number"] = named
                    self.talk.remember("last_order", named)
                    return order
            orders = access_orders(session, customer, limit=20)
        candidates = [order for order in orders if fits(order)]
        chosen = self._chosen(candidates)
        if chosen is not None:
            self.take("order_number", chosen.number)
            self.talk.remember("last_order", chosen.number)
            return chosen
        if not candidates:
            self.finish(none_fits, [self.words.person()])
        if len(candidates) == 1 or newest_first:
            self.data["order_number"] = candidates[0].number
            self.talk.remember("last_order", candidates[0].number)
            return candidates[0]
        shown = candidates[:5]
        self.data["offered"] = [order.number for order in shown]
        buttons = [self.words.order_button(order) for order in shown]
        self.ask("order", "utter_ask_which_order", buttons)
        raise AssertionError

    def _named_order_number(self) -> str | None:
        given = self.turn.first("order_number")
        if (
            given is not None
            and self.waits_for != "code"
            and given != self.data.get("order_number")
        ):
            self.take("order_number", given)
            self.data.pop("agreed", None)
        if self.data.get("order_number"):
            return str(self.data["order_number"])
        if self.is_start and refers_back(self.turn.text) and self.turn.slots.get("last_order"):
            return str(self.turn.slots["last_order"])
        return None

    def _chosen(self, candidates: Sequence[OrderView]) -> OrderView | None:
        """An order chosen by place in the offered list or by words of a product in it."""
        offered = list(self.data.get("offered", ()))
        place = self.turn.first("ordinal")
        if offered and place is not None and place.lstrip("-").isdigit():
            index = int(place) - 1 if int(place) > 0 else int(place)
            if -len(offered) <= index < len(offered):
                return next((o for o in candidates if o.number == offered[index]), None)
        meant = [
            o
            for o in candidates
            if any(
                mentions(self.turn, line.name_en, line.name_zh, line.category) for line in o.lines
            )
        ]
        return meant[0] if len(meant) == 1 else None

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


def refers_back(text: str) -> bool:
    """Whether a message speaks of something named before: cancel *it*, *that* order, 这个订单."""
    return bool(
        re.search(
            r"\b(it|that|this|them|the order|same)\b|它|这个|那个|这单|该订单|刚才", text.lower()
        )
    )


def mentions(turn: Turn, name_en: str, name_zh: str, category: str) -> bool:
    """Whether the shopper's words name this product or its shelf."""
    if category in turn.entities.get("category", ()):
        return True
    words = set(re.findall(r"[a-z]{4,}", turn.text.lower()))
    nouns = set(re.findall(r"[a-z]{4,}", name_en.lower()))
    if words & nouns or {w.rstrip("s") for w in words} & {w.rstrip("s") for w in nouns}:
        return True
    return any(
        name_zh[i : i + 2] in turn.text for i in range(len(name_zh) - 1) if name_zh[i] > "\u3400"
    )


def masked(email: str) -> str:
    """`m••@fernweg.example`: enough to recognise, too little to learn."""
    name, _, place = email.partition("@")
    return f"{name[:1]}••@{place}"


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
