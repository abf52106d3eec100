"""What is said beside the matter: greetings, thanks, anger, praise, noise."""

import re
from dataclasses import replace
from typing import Final

from actions.answers import ANSWERS, answers_act
from actions.answers.articles import answered, matter
from actions.answers.finding import say_unknown_kind, search_products
from actions.answers.follow_ups import follows_article
from actions.answers.nearest import guesses_from_articles, nearly_answered
from actions.answers.prices import coupon, rules_told
from actions.answers.product_facts import asks_of_focus, product_details
from actions.answers.product_texts import untold_of_shown
from actions.answers.products import about_order, about_products, level_told, one_of_listed
from actions.arrival import told_if_ordered_now
from actions.browsing.asked import says
from actions.browsing.bought import bought
from actions.browsing.hearing import hear, look_at
from actions.browsing.unsold import another_unknown, asks_what_is_sold, unknown_kind
from actions.chat import Chat
from actions.facts import is_surely_negative
from actions.handover import call_person, say_what_happens_next
from actions.tasks.engine import go_on, start
from actions.tasks.order_slots import orders_of
from actions.turn import Button
from dialogue.acts import Act
from dialogue.displeasure import is_double_edged, sounds_displeased
from dialogue.polarity import read_polarity
from dialogue.turns_of_phrase import names_a_way
from kit.i18n import local_day
from kit.intents import told_of
from kit.phrases import has_manner, spoken
from shop.access import access_customer
from shop.views import OrderView

SAYS: Final = told_of("says")
_WHERE_IS: Final = re.compile(
    r"\bwhere\b.{0,24}\b(?:is|are|'s)\b|到哪|在哪|哪去了|发没发", re.IGNORECASE
)
# A sentence, not a word that was not understood.
_STATES: Final = re.compile(r"(?:\S+\s+){2}\S+|[\u3400-\u9fff]{5}")
# What may have been taken for talk although it names goods.
TALK: Final = frozenset({"small_talk", "out_of_scope", "goodbye", "thank", "bot_challenge"})
UPSET_TO_CALL: Final = 2
MISSES_TO_OFFER: Final = 2
MISSES_TO_CALL: Final = 3
LEAST_GUESS: Final = 0.2
RECENT: Final = 5
# What was told of one thing, which may be taken then.
OF_ONE: Final = frozenset({"product", "stock", "price", "comparison"})
RECENT_TROUBLE: Final = 3
# What the assistant did last that praise cannot be meant for.
BAD_NEWS: Final = frozenset({"refused", "not_understood", "apology", "handed_over"})


def say_beside(chat: Chat, act: Act) -> None:
    """One fitting sentence."""
    intent = act.intent or chat.turn.intent
    if intent == "greet":
        return None if _of_what_is_shown(chat, act) else greet(chat)
    if level_told(chat):
        return None
    if intent in {"out_of_scope", "small_talk", "ask_help"} and follows_article(chat, act):
        return None
    if intent == "out_of_scope" and asks_what_is_sold(chat):
        return search_products(chat, act)
    if intent in TALK and (_of_what_is_shown(chat, act) or _asks_for_goods(chat, act)):
        return None
    if intent == "goodbye" and not says("parting", chat.turn.text) and chat.state.turn > 1:
        return say_unclear(chat, replace(act, intent=""))  # "that's a lot" takes no leave
    if intent == "ask_help" and chat.state.last.did == "promotions" and rules_told(chat, act):
        return None
    if intent == "ask_help" and chat.state.person_wanted and chat.state.last.did == "handed_over":
        say_what_happens_next(chat)  # "so what do I do?"
    elif intent == "ask_help":
        chat.say("utter_help", buttons=[*main_wishes(chat), chat.words.person()])
    elif intent == "out_of_scope":
        chat.state.misses += 1
        chat.say("utter_out_of_scope", buttons=[chat.words.person()])
    else:
        chat.say(_small_talk(chat, intent))
    if chat.state.question is None:
        chat.did("small_talk", intent)
    return None


def _of_what_is_shown(chat: Chat, act: Act) -> bool:
    """ "Any in linen?" is no small talk where a list is on show."""
    shows = chat.state.shown.kind == "products" and chat.state.frame is None
    query = hear(chat).query  # "she likes running" says what it is for
    asks = bool(query.hard or query.occasion or query.order)
    return shows and asks and about_products(chat, act)


def _asks_for_goods(chat: Chat, act: Act) -> bool:
    """ "Ok then gaiters" takes no leave: a kind of thing is named, and nothing else is said."""
    if chat.state.frame is not None or says("parting", chat.turn.text):
        return False
    heard = hear(chat)
    if heard.kinds:
        return about_products(chat, act)
    if unknown := another_unknown(chat, heard):
        say_unknown_kind(chat, unknown)
    return bool(unknown)


def unknown_kind_asked(chat: Chat) -> bool:
    """ "Do you sell skis?": whether the shop has no such things, which was said."""
    unknown = unknown_kind(chat, hear(chat)) if asks_what_is_sold(chat) else ""
    if unknown:
        say_unknown_kind(chat, unknown)
        chat.state.misses = 0
    return bool(unknown)


def _small_talk(chat: Chat, intent: str) -> str:
    """What is said back; "I am fine" only to those who have asked."""
    said = SAYS.get(intent, "utter_small_talk")
    asks = says("wellbeing", chat.turn.text)
    return "utter_small_talk_other" if said == "utter_small_talk" and not asks else said


def greet(chat: Chat) -> None:
    """Hello, by name where that is proved, with what can be done here.

    Who waits for a person asks with it whether one is there.
    """
    if chat.state.person_wanted and chat.state.last.did == "handed_over":
        say_what_happens_next(chat)
        return
    customer = None
    if chat.signed_in is not None:
        with chat.services.database.reading() as session:
            customer = access_customer(session, chat.signed_in)
    if customer is not None:
        whole = has_manner(chat.turn.language, "actions", "beside.whole_name")
        name = customer.name if whole else customer.name.split()[0]
        chat.say("utter_greet_by_name", buttons=main_wishes(chat), name=name)
    else:
        chat.say("utter_greet", buttons=main_wishes(chat))
    chat.did("greeted")


def main_wishes(chat: Chat) -> list[Button]:
    """The things most shoppers come for."""
    words = chat.words
    return [
        Button(words.text("wish.track_order"), "/track_order"),
        Button(words.text("wish.return_item"), "/return_item"),
        Button(words.text("wish.recommend_products"), "/recommend_products"),
    ]


def nod(chat: Chat, act: Act) -> None:
    """A yes or a no to nothing: a short word, no menu. "Brilliant" to bad news is no nod."""
    if chat.state.last.did in BAD_NEWS - {"handed_over"} and says("delight", chat.turn.text):
        hear_feeling(chat, replace(act, kind="feeling", intent="complain"))
        return
    if chat.state.last.did == "refused" and "why" in chat.turn.text.lower():  # "why not?"
        chat.offer("person", "utter_sorry_offer", [chat.words.person()])
        return
    picks = spoken("actions", "beside.takes_it").search(chat.turn.text)
    if picks and chat.state.last.did in OF_ONE and chat.state.focus.product:
        ANSWERS["add_to_cart"](chat, act)  # 就它了, of the one that was just told of
        return
    chat.say("utter_nod" if act.intent != "no" else "utter_fine_stopped")


def hear_feeling(chat: Chat, act: Act) -> None:
    """Anger is met with regret and a way on, praise with thanks; sarcasm is no praise.

    Beside another act only anger is answered: one sentence before the matter. Who is upset twice
    gets a person.
    """
    state = chat.state
    if (own := bought(chat)) is not None:  # "the dress is lovely" ▸ "how do I wash it?"
        look_at(chat, own)
    intent = act.intent or "thank"
    alone = all(one is act or one.kind == "other" for one in chat.acts)
    bad = intent == "complain" or is_surely_negative(chat.turn.mood)
    if intent in {"praise", "thank"} and (bad or _is_sarcasm(chat)):
        intent, bad = "complain", True
    if bad:
        state.upset += 1
        if alone and state.upset >= UPSET_TO_CALL and not state.person_wanted:
            chat.say("utter_sorry_person")
            call_person(chat, reason="upset", topic="complaint")
            chat.ended = True
        elif alone:
            _apologise(chat)
        elif len(chat.talk.responses) < 2 and not state.note_said("utter_sorry_short"):
            chat.say("utter_sorry_short")
            chat.talk.responses.insert(0, chat.talk.responses.pop())
        return
    state.upset = 0
    if alone:
        chat.say(SAYS.get(intent, "utter_you_are_welcome"))
        if state.question is None:
            chat.did("small_talk", intent)


def _apologise(chat: Chat) -> None:
    """Sorry first; where the reason is known its facts follow at once."""
    last = chat.state.last
    before = last.did
    if before == "refused":  # that it stands is what is still talked of
        chat.did("refused", last.intent, last.subject)
    else:
        chat.did("apology")
    if chat.state.person_wanted:
        chat.say("utter_sorry_noted")
        return
    late = late_order(chat)
    if late is None and (chat.state.frame is not None or _in_trouble(chat)):  # it is being seen to
        chat.say("utter_sorry_short", buttons=[chat.words.person()])
        return
    if late is None and before in BAD_NEWS and chat.state.frame is None:
        chat.offer("person", "utter_sorry_offer", [chat.words.person()])
        return
    if late is None:
        chat.say("utter_sorry", buttons=[chat.words.person()])
        return
    chat.state.focus.order, chat.state.focus.kind = late.number, "order"
    start(chat, chat.services.tasks["order_status"], "report_late_order")


def _is_sarcasm(chat: Chat) -> bool:
    """Praise where something has just gone wrong is none."""
    if _in_trouble(chat) and is_double_edged(chat.turn.text):
        return True
    if chat.turn.intent != "praise":
        return False
    return chat.state.last.did in BAD_NEWS or late_order(chat) is not None


def _in_trouble(chat: Chat) -> bool:
    """Whether something of the shop's doing is being put right, or was a moment ago."""
    done, frame = chat.state.done[-1] if chat.state.done else None, chat.state.frame
    lately = done is not None and chat.state.turn - done.turn <= RECENT_TROUBLE
    tasks = [done.task if lately and done is not None else "", frame.task if frame else ""]
    return any(one.startswith("report_") for one in tasks)


def late_order(chat: Chat) -> OrderView | None:
    """An order of the customer's that should have been there by now."""
    if chat.signed_in is None:
        return None
    today, orders = local_day(chat.turn.now), orders_of(chat, chat.signed_in)[:RECENT]
    return next((one for one in orders if one.days_late(today) > 0), None)


@answers_act("unknown")
def say_unclear(chat: Chat, act: Act) -> None:
    """Not understood: the open question again, else guesses, else a person.

    Each time differently: first what might be meant, then a person, then one is called.
    """
    # (Loaded here: who answers first is asked in the order of loading, and goods come before it.)
    from actions.answers.own_trouble import own_trouble_heard

    state = chat.state
    if state.frame is not None and state.question is not None:
        if act.kind == "ask" and answered(chat, act, chat.words.wish(state.frame.intent, "")):
            return None  # what is open is put again after it
        return _ask_again(chat)
    if one_of_listed(chat):
        return None
    if own_trouble_heard(chat, act) or (state.frame is None and unknown_kind_asked(chat)):
        return None
    if state.focus.order and state.focus.kind == "order" and _WHERE_IS.search(chat.turn.text):
        return about_order(chat, state.focus.order)
    if chat.turn.first("coupon") and state.frame is None:
        return coupon(chat, act)  # a code by itself asks whether it works
    of_goods = hear(chat).kinds and hear(chat).query.ranges  # "which jackets have 20000 or more"
    if chat.turn.first("order_number") and not of_goods:
        return about_order(chat, str(chat.turn.first("order_number")))
    heard = hear(chat)
    of_goods_now = bool(heard.named or heard.kinds or heard.pointed or heard.query.occasion)
    if act.kind != "ask" and _offers_person(chat) and not of_goods_now:
        tells = act.kind == "other" and not sounds_displeased(chat.turn.text)
        asks = read_polarity(chat.turn.text, chat.turn.language).is_question
        again = "utter_offer_person_with_that" if tells and not asks else "utter_offer_person_again"
        return chat.offer("person", again, [chat.words.person()])
    if _is_for_colleague(chat):
        say_what_happens_next(chat)  # it stands in the ticket now
        return None
    # A day that is named beside "if I order now" is asked of, whatever product is in focus.
    if told_if_ordered_now(chat) or follows_article(chat, act) or about_products(chat, act):
        state.misses = 0
        return None
    if act.intent != "unclear" and answered(chat, act):
        state.misses = 0
        return None
    if (act.kind == "ask" or act.confidence == 0.0) and asks_of_focus(chat):
        product_details(chat, act)
        state.misses = 0
        return None
    if state.person_wanted and state.last.did == "handed_over":
        say_what_happens_next(chat)  # it stands in the ticket now
        return None
    words = chat.words
    if state.last.did == "article" and state.frame is None and matter(chat) is not None:
        chat.offer("person", "utter_said_already", [words.person()])  # a guess would be worse
        chat.did("article", state.last.intent, state.last.subject)
        return None
    told = state.last.did == "status" and state.focus.kind == "order" and state.frame is None
    if told and act.kind == "other" and _STATES.search(chat.turn.text):  # "that's too late for me"
        chat.offer("person", "utter_sorry_offer", [words.person()])
        return None
    if state.last.did == "refused" and state.frame is None:  # "but I never even used it"
        offered = state.question is not None and state.question.slot == "person"
        again = "utter_offer_person_again" if offered else "utter_sorry_offer"
        chat.offer("person", again, [words.person()])
        return None
    if act.kind in {"ask", "report", "wish"} and nearly_answered(chat):
        return None
    if state.question is None and untold_of_shown(chat):
        return None
    state.misses += 1
    if state.misses >= MISSES_TO_CALL:
        state.misses = 0
        call_person(chat, reason="misunderstood")
        chat.ended = True
        return None
    if state.misses >= MISSES_TO_OFFER:
        chat.offer("person", "utter_offer_person", [words.person()])
        chat.did("not_understood")
        return None
    guesses = _guesses(chat)
    if guesses:
        chat.offer("person", "utter_did_you_mean", [*guesses, words.person()])
    elif state.shown.kind == "products" and _asks_of_shown(chat, act):
        chat.offer("person", "utter_no_article", [words.person()])  # "and where are they made?"
    elif guesses_from_articles(chat):
        pass
    elif _STATES.search(chat.turn.text):
        chat.offer("person", "utter_cannot_answer", [words.person()])
    else:
        chat.say("utter_not_understood", buttons=[words.person()])
    chat.did("not_understood")
    return None


def _is_for_colleague(chat: Chat) -> bool:
    """Whether somebody was just called, and nothing is named that goods could be found by."""
    heard = hear(chat)
    waits = chat.state.person_wanted and chat.state.last.did == "handed_over"
    return waits and not (heard.kinds or heard.named or chat.turn.first("category"))


def _asks_of_shown(chat: Chat, act: Act) -> bool:
    """Whether something is asked while goods are on show."""
    asks = act.kind == "ask" or says("detail", chat.turn.text)
    asks = asks or read_polarity(chat.turn.text, chat.turn.language).is_question
    return asks and bool(chat.state.shown.keys)


def _offers_person(chat: Chat) -> bool:
    question = chat.state.question
    return question is not None and question.kind == "offer" and question.slot == "person"


def _ask_again(chat: Chat) -> None:
    """The open question once more, with what can be chosen; then a person.

    What is told of a fault beside it is acknowledged: it stands in the conversation.
    """
    frame, turn = chat.state.frame, chat.turn
    reports = frame is not None and frame.intent.startswith("report_") and not turn.is_button
    tells = _STATES.search(turn.text) and not names_a_way(turn.text)
    if reports and tells and not read_polarity(turn.text, turn.language).is_question:
        question = chat.state.question
        noted_of = None if question is None else question.slot
        if question is not None and chat.state.notes.get("noted_of") != noted_of:
            chat.state.notes["noted_of"] = noted_of
            question.asked = min(question.asked, 1)  # it was no misunderstanding
            chat.say("utter_noted")
    go_on(chat)


def _guesses(chat: Chat) -> list[Button]:
    """The two likeliest wishes as buttons, where they are likely at all."""
    found = []
    for intent, confidence in chat.turn.ranking:
        title = chat.words.wish(intent, "")
        if intent in {"nlu_fallback", "out_of_scope"} or confidence < LEAST_GUESS or not title:
            continue
        found.append(Button(title, f"/{intent}"))
    return found[:2]
