"""What articles say where no intent was found, or where goods of a kind are asked about."""

from typing import Final

from actions.answers.articles import CLEAR, article_buttons, say_hits, say_near, search
from actions.browsing.asked import says
from actions.browsing.hearing import hear
from actions.browsing.showing import keep_kinds
from actions.chat import Chat
from kit.i18n import length
from kit.phrases import phrase


def nearly_answered(chat: Chat) -> bool:
    """Whether one article comes near to what a whole sentence tells or asks, and was told as no
    exact answer; False where several may be meant."""
    language = chat.turn.language
    if length(chat.turn.text, language) < phrase(language, "actions", "nearest.sentence"):
        return False
    hits = [hit for hit in search(chat) if hit.is_likely]
    second = hits[1].score if len(hits) > 1 else 0.0
    if not hits or hits[0].score - second < CLEAR:
        return False
    say_near(chat, hits[0].article, hits[0].said)
    return True


def explained(chat: Chat, intent: str) -> bool:
    """Whether an article tells what is asked of goods in general: "how do I read the R-value?"."""
    if intent not in OF_GOODS or not says("explain", chat.turn.text) or not chat.turn.text:
        return False
    if hear(chat).named:  # "what sets the Dune apart from your others?" asks of goods after all
        return False
    hits = search(chat, "products")
    if not hits or not hits[0].is_confident or hits[0].article.topic not in {"products", "sizes"}:
        return False
    kind = chat.state.focus.kind
    say_hits(chat, hits)
    if kind == "product":
        chat.state.focus.kind = kind  # "how do I clean it?" is still of the thing spoken of
    keep_kinds(chat, hear(chat).query)  # "and for women, size 38" means those
    return True


OF_GOODS: Final = frozenset(
    {"ask_product_details", "search_product", "compare_products", "recommend_products"}
)


def guesses_from_articles(chat: Chat) -> bool:
    """Articles that may be meant, to choose from; False where there are none."""
    text = chat.turn.text
    likely = chat.services.knowledge.suggest(text, chat.turn.language) if text else []
    if likely:
        chat.say("utter_which_article", buttons=article_buttons(chat, likely))
    return bool(likely)
