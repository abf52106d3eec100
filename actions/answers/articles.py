"""Answers from the shop's articles."""

from typing import Final

from actions.answers import answers
from actions.arrival import deadline, say_if_ordered_now
from actions.chat import Chat
from actions.tasks.engine import go_on
from actions.turn import Button
from dialogue.acts import Act
from knowledge.index import Hit
from shop.access import access_customer


@answers("report_no_code")
def no_code(chat: Chat, act: Act) -> None:
    """The code did not come: a new one where one is waited for, else the ways out."""
    frame = chat.state.frame
    if frame is not None and frame.slots.get("_sent") and chat.turn.is_button:
        frame.drop("_sent")
        go_on(chat)
        return
    chat.say("utter_no_code_help", buttons=[chat.words.person()])


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


@answers(
    "ask_delivery", "ask_payment", "ask_warranty", "ask_return_policy", "ask_privacy",
    "ask_store_info", "ask_gift_card", "ask_loyalty", "ask_order_process", "ask_account",
    "ask_repair", "ask_compensation",
)  # fmt: skip
def from_articles(chat: Chat, act: Act) -> None:
    """The best article on the topic, or the articles it may be."""
    by = deadline(chat.turn) if act.intent == "ask_delivery" else None
    if by is not None and say_if_ordered_now(chat, by):
        chat.did("article", act.intent)
        return
    if act.intent == "ask_loyalty":
        say_points(chat)
    slug = chat.turn.first("slug")
    article = chat.services.knowledge.article(slug, chat.turn.language) if slug else None
    if article is not None:
        say_article(chat, article.answer, article.title, article.slug)
        return
    hits = search(chat, TOPIC_OF_INTENT.get(act.intent))
    if hits and hits[0].is_confident:
        say_hits(chat, hits)
    elif hits:
        chat.say("utter_which_article", buttons=article_buttons(chat, hits))
        chat.did("articles_listed", act.intent)
    else:
        chat.say("utter_no_article", buttons=[chat.words.person()])
        chat.did("not_understood", act.intent)


def search(chat: Chat, topic: str | None = None) -> list[Hit]:
    """Articles for the message; a short follow-up is read with the question before it."""
    text = chat.turn.text
    asked = str(chat.state.notes.get("asked_of_articles") or "")
    if chat.state.last.did == "article" and asked and len(text) <= FOLLOW_UP:
        text = f"{asked} {text}"
    chat.state.notes["asked_of_articles"] = chat.turn.text[:LONGEST]
    return chat.services.knowledge.search(text, chat.turn.language, topic=topic) if text else []


FOLLOW_UP: Final = 24
LONGEST: Final = 160


def say_points(chat: Chat) -> None:
    """How many points a known customer has, before the article on them."""
    if chat.signed_in is None:
        return
    with chat.services.database.reading() as session:
        found = access_customer(session, chat.signed_in)
    if found is not None:
        chat.say("utter_points", points=found.loyalty_points)


def say_hits(chat: Chat, hits: list[Hit]) -> None:
    """The best article, named, and the next best as buttons."""
    best = hits[0].article
    related = [hit for hit in hits[1:] if hit.is_confident]
    buttons = article_buttons(chat, related)[:-1] if related else []
    say_article(chat, best.answer, best.title, best.slug, buttons)


def say_article(
    chat: Chat, answer_text: str, title: str, slug: str, buttons: list[Button] | None = None
) -> None:
    """An answer with the article it is from."""
    chat.say("utter_article", buttons=buttons or [], answer=answer_text, title=title)
    chat.state.focus.article, chat.state.focus.kind = slug, "article"
    chat.did("article", subject=slug)


def article_buttons(chat: Chat, hits: list[Hit]) -> list[Button]:
    """Articles to choose from, and a person."""
    buttons = [
        Button(hit.article.title, f'/ask_order_process{{"slug":"{hit.article.slug}"}}')
        for hit in hits
    ]
    return [*buttons, chat.words.person()]


def answered(chat: Chat, act: Act) -> bool:
    """Whether an article surely answers what no intent was found for."""
    hits = search(chat)
    if not hits or not hits[0].is_confident or act.intent == "out_of_scope":
        return False
    say_hits(chat, hits)
    return True


def guesses_from_articles(chat: Chat) -> bool:
    """Articles that may be meant, to choose from; False where there are none."""
    text = chat.turn.text
    likely = chat.services.knowledge.suggest(text, chat.turn.language) if text else []
    if likely:
        chat.say("utter_which_article", buttons=article_buttons(chat, likely))
    return bool(likely)
