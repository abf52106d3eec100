"""What is done for each act; tasks are run by the engine, questions by the answers' register."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from actions.answers import BY_ACT, answer
from actions.answers.articles import follows_article
from actions.answers.beside import hear_feeling, nod, say_beside, say_unclear
from actions.answers.product_facts import is_same_of_another
from actions.arrival import told_if_ordered_now
from actions.browsing.asked import patterns, says
from actions.browsing.bought import bought
from actions.chat import SHORTER, Asked, Chat, option_button
from actions.handover import call_person
from actions.tasks.definitions import Task
from actions.tasks.engine import LET_GO, end, go_on, start, take, task_of, values_of
from actions.tasks.order_slots import OTHER_ONE, ask_another, names_own
from dialogue.acts import Act, ActKind
from dialogue.groups import ASKS, BROWSING
from dialogue.polarity import lexicon, normalised
from dialogue.state import Done, Frame, Question

# What is asked where a yes or a correction does not say what is to be different: a plain yes after
# it is no yes to the question before.
CHANGE: Final = "change"
# A digression is answered and the open question put again, so often in all.
MOST_REMINDED: Final = 1


def handle(chat: Chat, act: Act) -> None:
    """Do one act; what a task asks ends it."""
    with suppress(Asked):
        HANDLERS[act.kind](chat, act)


def person(chat: Chat, act: Act) -> None:
    """A person is wanted: one is called, in whatever the conversation stands."""
    reason = "upset" if chat.state.upset else "asked_for_person"
    call_person(chat, reason=reason)
    chat.ended = True


def stop(chat: Chat, act: Act) -> None:
    """The task in hand ends; nothing was changed."""
    had = chat.state.frame is not None
    end(chat)
    chat.state.parked = []
    chat.say("utter_stopped" if had else "utter_fine_stopped")
    chat.did("small_talk")


def undo(chat: Chat, act: Act) -> None:
    """What was just done is taken back where that is possible; else what is possible is said."""
    done = chat.state.done[-1] if chat.state.done else None
    task = None if done is None else chat.services.tasks.get(done.task)
    if done is None or task is None or not task.undo:
        chat.say("utter_nothing_to_undo", buttons=[chat.words.person()])
        return
    number = str(done.slots.get("order") or "")
    chat.say(task.undo, buttons=[chat.words.person()], number=number)
    chat.did("refused", done.task, number)


def confirm(chat: Chat, act: Act) -> None:
    """A yes to the open question: the effect, or what was offered."""
    state, question = chat.state, chat.state.question
    if question is None:
        nod(chat, act)
    elif question.kind == "offer":
        state.question = None
        accept(chat, question.slot)
    elif question.kind == "confirm" and state.frame is not None:
        state.frame.agreed = question.key
        state.question = None
        go_on(chat)
    else:
        go_on(chat)


def accept(chat: Chat, what: str) -> None:
    """Carry out what was offered."""
    if what == "person":
        call_person(chat, reason="asked_for_person")
        chat.ended = True
    elif what == "resume" and chat.state.parked:
        resume(chat)
    elif what.startswith("wish "):
        intent = what.removeprefix("wish ")
        begin(chat, intent)
    else:
        chat.say("utter_what_next")


def refuse(chat: Chat, act: Act) -> None:
    """A no: the effect does not happen; an offer is let go; a question need not be answered."""
    question, frame = chat.state.question, chat.state.frame
    further = any(one is not act and one.kind not in {"feeling", "other"} for one in chat.acts)
    if question is None or question.kind == "offer":
        chat.state.question = None
        if question is not None and question.slot == "resume":
            chat.state.parked = []
        if not further:
            chat.say("utter_fine_stopped")
        return
    if question.slot == CHANGE:
        go_on(chat)  # nothing is to be different: then it is asked as it was
        return
    if frame is not None and frame.sources.get("order") == "shop" and _means_other(chat):
        return
    if frame is not None:
        ask_another(chat, frame)
        chat.keep(LET_GO, frame)
    end(chat)
    if not further:
        chat.say("utter_nothing_changed" if question.kind == "confirm" else "utter_stopped")


def _means_other(chat: Chat) -> bool:
    """ "No, the other one": values in the words of a no are a correction."""
    values = values_of(chat)
    if not values.new:
        return False
    take(chat, values.new)
    go_on(chat)
    return True


def tell(chat: Chat, act: Act) -> None:
    """An answer, a choice, a correction, a yes with a change: values change the task in hand."""
    state, frame = chat.state, chat.state.frame
    if frame is None:
        open_again = reopen(chat) if act.kind == "correct" else False
        if not open_again:
            answer(chat, act)
        return
    if act.kind == "choose" and act.choice is not None and state.question is not None:
        slot, value = state.question.slot, act.choice
        take(chat, {slot: _typed(slot, value)})
        go_on(chat)
        return
    values = values_of(chat)
    if values.new:
        take(chat, values.new)
        go_on(chat)
    elif any(one is not act and one.kind in {"wish", "report"} for one in chat.acts):
        end(chat)  # the change is a task of its own, which takes the place of this one
    elif act.kind == "confirm_with":
        chat.ask("value", CHANGE, "utter_what_instead", buttons=[chat.words.person()])
    elif act.kind == "correct" and state.question is not None and not values.found:
        chat.ask("value", CHANGE, "utter_what_instead")
    elif act.kind == "answer" and chat.asked_for("reason"):
        take(chat, {"reason": "other"})  # a reason of their own is as good
        go_on(chat)
    else:
        say_unclear(chat, act)


def reopen(chat: Chat) -> bool:
    """A correction after the effect: the task is taken up again with what was known."""
    done = chat.state.done[-1] if chat.state.done else None
    if done is None or done.turn < chat.state.turn - 2:
        return False
    frame = Frame(done.task, dict(done.slots), intent=done.task)
    values = values_of(chat, frame)
    if not values.new:
        return False
    chat.state.frame = frame
    take(chat, values.new)
    go_on(chat)
    return True


def _typed(slot: str, value: str) -> object:
    """The value of an option as its slot keeps it."""
    if slot == "lines":
        return [int(value)]
    return int(value) if slot in {"variant", "sold_out"} else value


def wish(chat: Chat, act: Act) -> None:
    """A new wish, question or report: a task, or an answer."""
    intent = _in_context(chat, act.intent or chat.turn.intent)
    if intent in TRACKING and not chat.turn.first("order_number"):
        how_long = _HOW_LONG.search(chat.turn.text) is not None
        if how_long and _on_what_is_in_hand(chat, "nlu_fallback"):
            return
    if (
        intent == "return_item"
        and _HOW_TO.search(chat.turn.text)
        and _on_what_was_done(chat, "any")
    ):
        return
    asks = act.kind == "wish" and intent in ASKS and not _names_goods(chat)
    if asks and (_on_what_is_in_hand(chat, intent) or _on_what_was_done(chat, intent)):
        return
    task = task_of(chat, intent)
    others = [one for one in chat.acts if one is not act and one.kind in {"wish", "report"}]
    if task is not None and others and chat.acts.index(act) > 0 and chat.state.frame is not None:
        _later(chat, act, intent)  # the first of two tasks has asked something: one at a time
        return
    aside(chat, act, intent)


# "How long will it take?" while a task waits for its yes asks of that.
_HOW_LONG: Final = re.compile(
    r"\bhow (?:long|soon|quick(?:ly)?|fast)\b(?!.*\b(?:order|parcel|package)\b)|多久|几天",
    re.IGNORECASE,
)


# "How do I send them back?" asks of the return just noted, it wishes no other.
_HOW_TO: Final = re.compile(
    r"^(?:and |ok |so )*how (?:do|can|should|to)\b|怎么[寄退]", re.IGNORECASE
)


def _in_context(chat: Chat, intent: str) -> str:
    """The intent that a message has in its context: "the first one" of listed orders is an order;
    "so search for it" after a late parcel's status is a search for the parcel."""
    shown, place = chat.state.shown, chat.turn.first("ordinal")
    if shown.kind == "orders" and place is not None and intent in LISTS:
        return "track_order"
    names = chat.turn.first("category") or chat.turn.first("product")
    if _asks_cost_of_delivery(chat, intent) and not names:
        return "ask_delivery"
    if intent == "ask_restock_date" and not names and chat.state.focus.kind == "order":
        return "track_order"  # "so when does it come"
    about_article = chat.state.last.did == "article" and chat.state.focus.product is None
    if about_article and intent in BROWSING and not names:
        return "nlu_fallback"  # "how do I see what is left on it" after an article on gift cards
    likely = chat.turn.message.probability(*TRACKING)
    spoken = chat.state.focus.kind == "order" and chat.state.frame is None
    if intent == "nlu_fallback" and spoken and likely >= HINT:
        return "ask_delivery" if _asks_beyond_status(chat, likely) else "track_order"
    if intent in ON_PRODUCTS and is_same_of_another(chat) and names:
        return "ask_product_details"  # "and the dress?" asks the same of another thing
    no_news = intent == "nlu_fallback" and _NO_NEWS.search(chat.turn.text) is not None
    if no_news and names_own(chat):
        return "report_late_order"
    if intent in ON_MONEY and _WHEN_MONEY.search(chat.turn.text):
        return "track_refund"
    if intent in ON_DELIVERY and _asks_when_sent(chat):
        return "track_order"
    if intent == "urge_dispatch" and chat.state.last.did == "article" and not chat.signed_in:
        return "ask_delivery"  # "and express?" after an article on delivery
    if (
        intent in ON_CARE
        and (names or bought(chat))
        and patterns()[0]["care"].search(chat.turn.text)
    ):
        return "ask_product_details"
    if intent == "report_late_order" and chat.state.last.intent == "track_refund" and not names:
        return "track_refund"  # "it has been a week" is said of the money
    if intent == "track_refund" and _wants_out(chat):
        return "cancel_order"
    if chat.state.last.did == "status" and intent in SEARCHES and not names:
        verbs = lexicon(chat.turn.language).effects["report_lost"]
        if any(verb in normalised(chat.turn.text) for verb in verbs):
            return "report_lost_parcel"
    return intent


def _asks_cost_of_delivery(chat: Chat, intent: str) -> bool:
    """ "And what does it cost?" right after an answer on delivery."""
    last = chat.state.last
    return intent == "ask_price" and last.did == "article" and last.intent == "ask_delivery"


def _asks_when_sent(chat: Chat) -> bool:
    """ "When will the shirt be sent?": asked of an order that is spoken of, not of delivery."""
    if chat.signed_in is None or _WHEN_SENT.search(chat.turn.text) is None:
        return False
    has_order = chat.state.focus.order is not None
    spoken = chat.state.focus.kind == "order" or chat.state.last.did == "effect_done"
    return (has_order and spoken) or names_own(chat)


def _asks_beyond_status(chat: Chat, likely: float) -> bool:
    """ "And if nobody is at home?" after the status: an article knows, the status does not."""
    if chat.state.last.did != "status" or chat.turn.message.probability("ask_delivery") < likely:
        return False
    knowledge = chat.services.knowledge
    hits = knowledge.search(chat.turn.text, chat.turn.language, topic="delivery")
    return bool(hits) and hits[0].is_confident


def _wants_out(chat: Chat) -> bool:
    """ "No more waiting, my money back": said of an order that is late, where nothing was paid
    back yet."""
    about_order = chat.state.last.did == "status" and chat.state.focus.order is not None
    late = chat.state.last.intent in {"report_late_order", "track_order", "report_lost_parcel"}
    return about_order and late and _MONEY_BACK.search(chat.turn.text) is not None


# A question on a refund has a question's words; a demand has none.
_MONEY_BACK: Final = re.compile(
    r"^(?!.*\b(?:when|where|how|status)\b).*\b(?:refund|money back|my money)\b"
    r"|^(?!.*(?:什么|几|哪|多久|吗|没到|到账|进度)).*(?:退钱|退款|退我|把钱)",
    re.IGNORECASE,
)
_WHEN_SENT: Final = re.compile(
    r"\bwhen\b[^.?!]{0,30}\b(?:ship|sent|send|leave|arrive|come|get)\w*"
    r"|(?:什么时候|啥时候|几时|何时|多久|哪天|几号)[^，。！？]{0,4}(?:发|到|寄|送)|(?:发|寄)了?(?:没|吗)",
    re.IGNORECASE,
)
_WHEN_MONEY: Final = re.compile(
    r"\bwhen\b[^.?!]{0,24}\b(?:money|refund)\b"
    r"|(?:多久|几天|什么时候|啥时候|何时|哪天)[^，。！？]{0,4}(?:到账|退[款钱回]|退到)|(?:退款|钱)[^，。！？]{0,6}(?:多久|几天|什么时候|啥时候)",
    re.IGNORECASE,
)
_NO_NEWS: Final = re.compile(
    r"\b(?:no (?:news|update|movement|sign)|nothing (?:yet|so far)|still waiting|days? late)\b"
    r"|没动静|没有动静|没消息|没更新|不动|还没到|还不到|没收到|等了.{0,6}天",
    re.IGNORECASE,
)
ON_MONEY: Final = frozenset({"nlu_fallback", "track_order", "report_late_order"})
ON_CARE: Final = frozenset({"nlu_fallback", "ask_repair", "ask_warranty", "ask_help"})
ON_PRODUCTS: Final = frozenset(
    {"ask_product_details", "search_product", "check_stock", "report_missing_item", "nlu_fallback",
     "inform", "refine_search"}
)  # fmt: skip
ON_DELIVERY: Final = frozenset({"ask_delivery", "urge_dispatch", "nlu_fallback"})
LISTS: Final = frozenset(
    {"list_orders", "ask_product_details", "search_product", "check_stock", "nlu_fallback"}
)
TRACKING: Final = ("track_order", "track_parcel", "report_late_order", "list_orders")
HINT: Final = 0.15
SEARCHES: Final = frozenset({"search_product", "report_late_order", "nlu_fallback"})


def begin(chat: Chat, intent: str, act: Act | None = None) -> None:
    """Start the task of an intent, else answer it."""
    task = task_of(chat, intent)
    if intent in TRACKING and told_if_ordered_now(chat):
        chat.did("article", intent)  # what is not ordered yet has no number to ask for
    elif act is not None and chat.state.frame is None and follows_article(chat, act):
        return
    elif task is not None:
        start(chat, task, intent)
    elif act is not None and act.intent and act.intent != intent:
        answer(chat, replace(act, intent=intent))
    else:
        answer(chat, act or Act("wish", chat.turn.message, "accepted", intent=intent))


def _later(chat: Chat, act: Act, intent: str) -> None:
    """Two tasks at once: the second is kept and comes when the first is done."""
    kept = {
        "intent": intent,
        "text": act.message.text,
        "entities": {name: list(values) for name, values in act.message.entities.items()},
    }
    chat.state.notes["later"] = [*chat.state.notes.get("later", ()), kept]
    chat.say("utter_one_after_another", wish=chat.words.wish(intent))


def question(chat: Chat, act: Act) -> None:
    """A question on what is in focus; an open task is reminded of afterwards.

    What the task itself knows is answered from it: "when do I get the money?" while a cancellation
    waits for its yes.
    """
    intent = _in_context(chat, act.intent or chat.turn.intent)
    frame = chat.state.frame
    if frame is None and chat.state.focus.kind == "order" and OTHER_ONE.search(chat.turn.text):
        BY_ACT["choose"](chat, act)
        return
    if frame is None and _on_what_was_done(chat, intent):
        return
    if not _on_what_is_in_hand(chat, intent):
        aside(chat, act, intent)


def _on_what_is_in_hand(chat: Chat, intent: str) -> bool:
    """A question on the task in hand is answered from it: the money of the cancellation asked."""
    frame, open_now = chat.state.frame, chat.state.question
    task = None if frame is None else chat.services.tasks.get(frame.task)
    if task is None or open_now is None or open_now.task != task.name:
        return False
    known = task.answers if open_now.kind == "confirm" else task.meanwhile
    own = _own_answer(chat, known, intent)
    if own is None and intent == "nlu_fallback" and not _names_goods(chat):
        own = known.get("any")
    if own is None:
        return False
    chat.say(own, **_texts(open_now))
    remind(chat)
    return True


def _names_goods(chat: Chat) -> bool:
    return bool(chat.turn.first("product") or chat.turn.first("category"))


def _on_what_was_done(chat: Chat, intent: str) -> bool:
    """A question on the effect just carried out is answered from its task."""
    done, task = _just_done(chat)
    if done is None or task is None:
        return False
    own = _own_answer(chat, task.answers, intent)
    if own is None or task_of(chat, intent) is not None:
        return False  # what the database knows is told from it
    chat.say(own, **_texts(done))
    chat.did("article", intent)
    return True


def _when_we_hear(chat: Chat, intent: str) -> bool:
    """ "How will I know it is done?" after an effect that takes its time."""
    _, task = _just_done(chat)
    if task is None or not task.later or not says("hears_back", chat.turn.text):
        return False
    chat.say(task.later)
    chat.did("article", intent)
    return True


def _just_done(chat: Chat) -> tuple[Done | None, Task | None]:
    """The effect carried out a few turns ago at most, and its task."""
    done = chat.state.done[-1] if chat.state.done else None
    if done is None or chat.state.turn - done.turn > RECENT_TURNS:
        return None, None
    return done, chat.services.tasks.get(done.task)


def _own_answer(chat: Chat, known: Mapping[str, str], intent: str) -> str | None:
    """What a task says to a question; of one that no intent was found for to the likeliest."""
    if intent not in {"nlu_fallback", "ask_help"} or intent in known:
        return known.get(intent)
    if intent == "ask_help":  # "and if it is not found?"
        said = set(known.values())
        return said.pop() if len(said) == 1 else None
    if _HOW_LONG.search(chat.turn.text) and "ask_delivery" in known:
        return known["ask_delivery"]
    likely = [(p, one) for one, p in chat.turn.ranking if one in known and p >= HINT]
    return known[max(likely)[1]] if likely else None


RECENT_TURNS: Final = 3


def _texts(said: Question | Done) -> dict[str, Any]:
    """What filled the words of a question or an outcome, to say them again."""
    return dict(said.values)


def aside(chat: Chat, act: Act, intent: str) -> None:
    """See to something else; what was open goes on afterwards, unless the other asks something."""
    state = chat.state
    frame, open_now = state.frame, state.question
    if frame is None and _when_we_hear(chat, intent):
        return
    begin(chat, intent, act)
    if frame is None or chat.ended or state.frame is frame:
        if frame is not None and not chat.ended and state.question is open_now:
            remind(chat)
        return
    if state.frame is None and state.question is None:
        state.frame, state.question = frame, open_now
        state.parked = [one for one in state.parked if one is not frame]
        remind(chat)


def remind(chat: Chat) -> None:
    """Put the open question again after a digression, once, in short."""
    state, open_now = chat.state, chat.state.question
    if open_now is None or state.frame is None or chat.ended:
        return
    if open_now.kind == "offer":
        return
    put = [one for one in chat.talk.responses if one["response"] == open_now.response]
    if put:  # it was put in this very turn: it comes last, not twice
        chat.talk.responses.remove(put[0])
        chat.talk.responses.append(put[0])
        return
    reminded = int(state.notes.get("reminded", 0))
    if reminded >= MOST_REMINDED and state.notes.get("reminded_of") == open_now.slot:
        return
    state.notes["reminded"] = reminded + 1
    state.notes["reminded_of"] = open_now.slot
    buttons = [option_button(one) for one in open_now.options]
    if open_now.kind == "confirm":
        buttons = list(chat.yes_and_no(open_now.task, open_now.key))
    response = SHORTER.get(open_now.response, open_now.response)
    chat.say(response, buttons=buttons, **_texts(open_now))
    chat.expect(open_now.kind, open_now.slot, open_now.options)


def resume(chat: Chat, act: Act | None = None) -> None:
    """Take up the task that was put aside."""
    if not chat.state.parked:
        chat.say("utter_what_next")
        return
    chat.state.frame = chat.state.parked.pop()
    go_on(chat)


def other(chat: Chat, act: Act) -> None:
    """Small talk, noise, a nod."""
    if act.intent == "stale":
        chat.say("utter_button_stale")
    elif act.intent in {"nod", "no"}:
        nod(chat, act)
    elif act.intent == "known":
        if chat.state.question is not None:
            chat.state.question.asked = 0  # it was no misunderstanding
        go_on(chat)
    elif act.intent == "unclear" or act.confidence == 0.0:
        say_unclear(chat, act)
    else:
        say_beside(chat, act)
        if act.intent == "goodbye":  # who leaves is not asked on
            end(chat)
            chat.state.parked = []
        else:
            remind(chat)


def feeling(chat: Chat, act: Act) -> None:
    """Anger, thanks, praise: heard, then on with the matter."""
    hear_feeling(chat, act)
    if chat.acts and chat.acts[0] is act:
        remind(chat)


HANDLERS: Final[dict[ActKind, Callable[[Chat, Act], None]]] = {
    "answer": tell,
    "choose": tell,
    "correct": tell,
    "confirm_with": tell,
    "confirm": confirm,
    "refuse": refuse,
    "ask": question,
    "refine": question,
    "compare": question,
    "wish": wish,
    "report": wish,
    "resume": resume,
    "stop": stop,
    "undo": undo,
    "person": person,
    "feeling": feeling,
    "other": other,
}
