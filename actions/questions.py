"""Questions that articles answer, and messages that were not understood."""

from typing import Final

from actions.arrival import deadline, names_new_order, say_if_ordered_now
from actions.base import Action
from actions.handover import call_person
from actions.identity import verified_customer
from actions.services import Services
from actions.turn import Button, Talk, Turn
from actions.wording import Words
from knowledge.index import Hit
from shop.access import access_customer

TOPIC_OF_INTENT: Final = {
    "ask_delivery": "delivery",
    "ask_payment": "payment",
    "ask_warranty": "warranty",
    "ask_return_policy": "returns",
    "ask_privacy": "privacy",
    "ask_store_info": "stores",
    "ask_gift_card": "gift_cards",
    "ask_loyalty": "loyalty",
    "ask_order_process": "orders",
    "ask_account": "account",
    "ask_size_advice": "sizes",
}
# Guesses below this are not worth showing.
LEAST_GUESS: Final = 0.08
# After this many messages in a row that were not understood a person comes unasked.
MISSES_TO_CALL: Final = 3
# Where guessing wrong costs money or data.
COSTLY: Final = frozenset(
    {"cancel_order", "change_address", "change_item", "return_item", "exchange_item",
     "delete_account", "change_account_details", "report_damaged_item", "track_refund"}
)  # fmt: skip


class AnswerQuestion(Action):
    """Answer from the articles, or ask which of them is meant."""

    name = "action_answer_question"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Search with the topic that the intent tells."""
        by = deadline(turn) if turn.intent == "ask_delivery" else None
        if by is not None and say_if_ordered_now(turn, talk, services, by):
            return
        if turn.intent == "ask_loyalty":
            say_points(turn, talk, services)
        slug = turn.first("slug")
        article = services.knowledge.article(slug, turn.language) if slug else None
        if article is not None:
            say_article(talk, article.answer, article.title)
            return
        hits = services.knowledge.search(
            turn.text, turn.language, topic=TOPIC_OF_INTENT.get(turn.intent)
        )
        if hits and hits[0].is_confident:
            answer(turn, talk, services, hits)
        elif hits:
            talk.say("utter_which_article", buttons=article_buttons(turn, hits, services))
        else:
            talk.say("utter_not_understood", buttons=[Words(turn, services).person()])


def say_points(turn: Turn, talk: Talk, services: Services) -> None:
    """How many points a known customer has, before the article on them."""
    customer = verified_customer(turn, services)
    if customer is None:
        return
    with services.database.reading() as session:
        found = access_customer(session, customer)
    if found is not None:
        talk.say("utter_points", points=found.loyalty_points)


def answer(turn: Turn, talk: Talk, services: Services, hits: list[Hit]) -> None:
    """The best article, named, and the next best as buttons."""
    say_article(talk, hits[0].article.answer, hits[0].article.title)
    related = [hit for hit in hits[1:] if hit.is_confident]
    if related:
        buttons = article_buttons(turn, related, services)[:-1]
        talk.responses[-1]["buttons"] = [{"title": b.title, "payload": b.payload} for b in buttons]


def say_article(talk: Talk, answer_text: str, title: str) -> None:
    """An answer with the article it is from."""
    talk.say("utter_article", answer=answer_text, title=title)


def article_buttons(turn: Turn, hits: list[Hit], services: Services) -> list[Button]:
    """Articles to choose from, and a person."""
    buttons = [
        Button(hit.article.title, f'/ask_order_process{{"slug":"{hit.article.slug}"}}')
        for hit in hits
    ]
    return [*buttons, Words(turn, services).person()]


class Fallback(Action):
    """The message was not understood: an article, a question back, or a person."""

    name = "action_fallback"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Try the articles; then ask back with the best guesses; the second time offer a person."""
        words = Words(turn, services)
        misses = int(turn.slots.get("misses") or 0) + 1
        by = deadline(turn) if names_new_order(turn) else None
        if by is not None and say_if_ordered_now(turn, talk, services, by):
            return
        hits = services.knowledge.search(turn.text, turn.language) if turn.text else []
        if hits and hits[0].is_confident and turn.intent != "out_of_scope":
            answer(turn, talk, services, hits)
            talk.remember("misses", 0)
            return
        talk.remember("misses", misses)
        reason = self._calls_person(turn, misses)
        if reason is not None:
            call_person(turn, talk, services, reason=reason)
            talk.remember("misses", 0)
            return
        if misses >= 2:
            talk.say("utter_offer_person", buttons=[words.person()])
            return
        guesses = self._guesses(turn, words)
        likely = services.knowledge.suggest(turn.text, turn.language) if turn.text else []
        if guesses and turn.intent != "out_of_scope":
            talk.say("utter_did_you_mean", buttons=[*guesses, words.person()])
        elif likely and turn.intent != "out_of_scope":
            talk.say("utter_which_article", buttons=article_buttons(turn, likely, services))
        else:
            response = (
                "utter_out_of_scope" if turn.intent == "out_of_scope" else "utter_not_understood"
            )
            talk.say(response, buttons=[words.person()])

    def _calls_person(self, turn: Turn, misses: int) -> str | None:
        """Why a person comes without being asked: too often lost, or lost where errors cost."""
        if misses >= MISSES_TO_CALL:
            return "misunderstood"
        likeliest = next((intent for intent, _ in turn.ranking if intent != "nlu_fallback"), None)
        return "unsure" if misses >= 2 and likeliest in COSTLY else None

    def _guesses(self, turn: Turn, words: Words) -> list[Button]:
        found = []
        for intent, confidence in turn.ranking:
            if intent in {"nlu_fallback", "out_of_scope"} or confidence < LEAST_GUESS:
                continue
            try:
                found.append(Button(words.text(f"wish.{intent}"), f"/{intent}"))
            except ValueError:
                continue  # an intent that is no wish, such as affirm
        return found[:2]
