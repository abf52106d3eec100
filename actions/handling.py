"""What is done for each act; tasks are run by the engine, questions by the answers' register."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from actions.account_words import verb_of
from actions.answers import BY_ACT, answer
from actions.answers.articles import answered
from actions.answers.beside import hear_feeling, nod, say_beside, say_unclear
from actions.answers.follow_ups import follows_article
from actions.answers.nearest import explained
from actions.answers.on_its_way import told_on_the_way
from actions.answers.own_goods import asks_of_own, told_of_own
from actions.answers.products import about_products
from actions.answers.refused import told_of_refusal
from actions.answers.service import told_of_order
from actions.answers.shop_facts import tells_number
from actions.answers.sizing import sizing_goes_on
from actions.arrival import told_if_ordered_now
from actions.browsing.hearing import hear
from actions.chat import Asked, Chat
from actions.handover import asks_when_they_come, call_person, say_what_happens_next
from actions.in_context import (
    MONEY_BACK,
    SURE_OF_MATTER,
    TRACKING,
    changes_shown,
    intent_in_context,
)
from actions.on_tasks import (
    AND_IF,
    HOW_LONG,
    asks_for_sum,
    asks_of_old_one,
    look_at_line_in_hand,
    names_goods,
    on_what_is_in_hand,
    on_what_was_done,
    told_when_or_where_sent,
    when_we_hear,
)
from actions.plain_words import asks_less_for, names_fault, plainly_means
from actions.reminding import CHANGE, let_go_of, offer_again, remind, taken_up_again
from actions.taking_up import changed_back, on_the_invoice, reopen
from actions.tasks.definitions import Task
from actions.tasks.engine import LET_GO, end, go_on, start, take, task_of, values_of
from actions.tasks.goods_named import other_goods
from actions.tasks.order_slots import OTHER_ONE, ask_another, names_own, naming_own
from actions.tasks.registry import SLOTS
from conversations import DoneCard
from dialogue.acts import Act, ActKind
from dialogue.groups import ASKED_OF_DONE, BROWSING, ON_ORDERS
from dialogue.interpreter import LET_BE
from dialogue.polarity import read_polarity
from dialogue.state import Frame

_CAN_YOU: Final = re.compile(
    r"\b(?:can|could|will|would) (?:you|i|we)\b|能不能|可不可以|[能可].*吗|行不行", re.I
)
# What a colleague who was called for a matter is asked of it.
OF_THE_CASE: Final = frozenset(
    {"nlu_fallback", "ask_price", "ask_repair", "ask_warranty", "ask_compensation", "ask_help"}
)
# Questions on a product that are of the thing in hand, where no other is named.
OF_THE_LINE: Final = frozenset(
    {"check_stock", "ask_product_details", "ask_size_advice", "ask_price", "ask_restock_date"}
)
SURE: Final = 0.85
# What is answered as a change or a comparison of what is shown; all else by its intent.
LISTS_GO_ON: Final = BROWSING | {"compare_products", "choose_option", "nlu_fallback"}
# What plain words can mean while something else is asked.
WHILE_OPEN: Final = frozenset({"ask_compensation", "check_stock"})


# What a question for a number can be read as.
ASKING: Final = frozenset({"ask", "wish", "refine", "compare", "choose", "other"})
ASKING_OF_OWN: Final = ASKING | {"report", "undo"}


def handle(chat: Chat, act: Act) -> None:
    """Do one act; what a task asks ends it."""
    with suppress(Asked):
        if act.kind in OF_LISTS and not _has_goods(chat):
            browses = act.intent in BROWSING | {"compare_products"}
            act = replace(act, kind="ask", intent="nlu_fallback" if browses else act.intent)
        asks, of_own = act.kind in ASKING, act.kind in ASKING_OF_OWN
        if (asks and tells_number(chat)) or (of_own and told_of_own(chat)):
            remind(chat)
        elif (of_own and told_on_the_way(chat, act.intent)) or (
            act.kind not in AGREES and _told_that_search_comes_first(chat)
        ):
            return
        elif of_own and _asks_first_who(chat):
            start(chat, chat.services.tasks["order_status"], "track_order")
        else:
            HANDLERS[act.kind](chat, act)


# Acts on goods; 有别的办法吗 where there are none asks for something else.
OF_LISTS: Final = frozenset({"refine", "compare"})


def _has_goods(chat: Chat) -> bool:
    """Whether goods are shown, searched for, spoken of, or named in the message."""
    state = chat.state
    shown = state.shown.kind == "products" or state.search is not None or state.focus.product
    if shown or state.frame is not None or state.shown.keys or chat.turn.is_button:
        return True
    heard = hear(chat)
    return bool(heard.kinds or heard.named or heard.query.hard or heard.query.order)


def _asks_first_who(chat: Chat) -> bool:
    """Whether it is asked what only an order of the shopper's own can tell, before it is known who
    they are."""
    free = chat.signed_in is None and chat.state.frame is None and not chat.turn.is_button
    return free and asks_of_own(chat.turn.text)


def person(chat: Chat, act: Act) -> None:
    """A person is wanted: one is called, in whatever the conversation stands."""
    reason = "upset" if chat.state.upset else "asked_for_person"
    state = chat.state
    frame, asked = state.frame, state.question
    call_person(chat, reason=reason)
    if frame is not None and chat.acts and chat.acts[0].kind == "confirm":
        state.parked = [one for one in state.parked if one is not frame]
        state.frame, state.question = frame, asked  # "yes, and call me as well": it goes on
    chat.ended = True


def stop(chat: Chat, act: Act) -> None:
    """The task in hand ends; nothing was changed. What was only told is thanked for."""
    had = chat.state.frame is not None
    end(chat)
    chat.state.parked = []
    if act.intent == "feedback":
        chat.say("utter_thanks_for_telling")
    else:
        chat.say("utter_stopped" if had else "utter_fine_stopped")
    chat.did("small_talk")


def undo(chat: Chat, act: Act) -> None:
    """What was just done is taken back where that is possible; else what is possible is said."""
    done = chat.state.done[-1] if chat.state.done else None
    meant = verb_of(chat.turn.text)
    if done is not None and meant and _is_of_another(chat, str(done.slots.get("order"))):
        wish(chat, replace(act, kind="wish", intent=meant))
        return
    task = None if done is None else chat.services.tasks.get(done.task)
    if done is None or task is None or not task.undo:
        chat.say("utter_nothing_to_undo", buttons=[chat.words.person()])
        return
    number = str(done.slots.get("order") or "")
    chat.say(task.undo, buttons=[chat.words.person()], number=number)
    chat.did("refused", done.task, number)


def _is_of_another(chat: Chat, number: str) -> bool:
    """Whether other goods, or another order, than those of an effect are spoken of."""
    return OTHER_ONE.search(chat.turn.text) is not None or other_goods(chat, number)


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
    if question is None and changes_shown(chat) and about_products(chat, act):
        return  # "no mesh" of what is shown
    if question is None or question.kind == "offer":
        chat.state.question = None
        if question is not None and question.slot == "resume":
            chat.state.parked = []
        chat.state.notes["let_go_of"] = "" if question is None else question.slot
        if not further:
            chat.say("utter_fine_stopped")
        return
    from_shop = frame is not None and frame.sources.get("order") == "shop"
    if from_shop and act.intent != LET_BE and _means_other(chat):
        return
    if frame is not None:
        if act.intent != LET_BE:  # what follows a "never mind" is a wish of its own
            ask_another(chat, frame)
        chat.keep(LET_GO, frame)
        let_go_of(chat, frame)
    end(chat)
    if further:
        return
    if question.kind == "confirm":
        done = [] if frame is None else [DoneCard(chat.answer_words(frame, "no"))]
        chat.say("utter_nothing_changed", cards=done)
    else:
        chat.say("utter_stopped")


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
        if act.kind == "correct" and _names_another_order(chat, act):
            begin(chat, act.intent)
            return
        if act.kind == "correct" and (on_the_invoice(chat) or reopen(chat)):
            return
        if act.kind == "correct" and task_of(chat, act.intent) and chat.turn.confidence >= SURE:
            wish(chat, replace(act, kind="wish"))  # "sorry, the address of my other order"
            return
        listed = state.shown.kind == "products" or chat.turn.is_button
        told = None if listed else intent_in_context(chat, "nlu_fallback")
        if told == "nlu_fallback" and act.intent in ON_ORDERS:  # nothing was done to be corrected
            told = intent_in_context(chat, act.intent)
        if told not in {None, "nlu_fallback"}:  # "the shoes", after the state of a return
            aside(chat, replace(act, kind="wish", intent=str(told)), str(told))
        elif not _told_to_colleague(chat):
            answer(chat, act)
        return
    if asks_less_for(chat):
        answer(chat, replace(act, kind="wish", intent="ask_compensation"))
        return
    if act.kind == "choose" and act.choice is not None and state.question is not None:
        slot, value = state.question.slot, act.choice
        take(chat, {slot: SLOTS[slot].chosen(value)} if slot in SLOTS else {slot: value})
        go_on(chat)
        return
    values = values_of(chat)
    if values.new:
        take(chat, values.new)
        beside = chat.asked_for("order") and "order" not in values.new
        if beside and act.kind == "correct":
            chat.say("utter_noted")  # it is known now, and another thing still asked
        if act.kind == "correct" and state.question is not None:
            state.question.asked = min(state.question.asked, 1)  # it was no misunderstanding
        go_on(chat)
    elif any(one is not act and one.kind in {"wish", "report"} for one in chat.acts):
        end(chat)  # the change is a task of its own, which takes the place of this one
    elif act.kind == "confirm_with":
        chat.ask("value", CHANGE, "utter_what_instead", buttons=[chat.words.person()])
    elif act.kind == "correct" and state.question is not None and _says_which(chat, frame):
        state.question.asked = 0  # "it's the rain jacket", of which it was asked
        go_on(chat)
    elif act.kind == "correct" and state.question is not None and not values.found:
        chat.ask("value", CHANGE, "utter_what_instead")
    elif act.kind == "answer" and chat.asked_for("reason"):
        take(chat, {"reason": "other"})  # a reason of their own is as good
        go_on(chat)
    else:
        say_unclear(chat, act)


def _says_which(chat: Chat, frame: Frame) -> bool:
    """Whether goods of the order in hand are named, and of no other, while a yes is waited for."""
    confirms = chat.state.question is not None and chat.state.question.kind == "confirm"
    own = naming_own(chat) if confirms else []
    return bool(own) and all(one.number == frame.slots.get("order") for one in own)


def _names_another_order(chat: Chat, act: Act) -> bool:
    """Whether a wish names another order than what was just done, and another task."""
    done = chat.state.done[-1] if chat.state.done else None
    task, number = task_of(chat, act.intent), chat.turn.first("order_number")
    if done is None or task is None or number is None:
        return False
    return task.name != done.task and number != done.slots.get("order")


def wish(chat: Chat, act: Act) -> None:
    """A new wish, question or report: a task, or an answer."""
    intent = intent_in_context(chat, act.intent or chat.turn.intent)
    if asks_when_they_come(chat):
        say_what_happens_next(chat)
        return
    if told_of_refusal(chat, intent):
        return
    if chat.kept(f"wished {intent}"):
        return  # two halves of a message that come to the same in their context
    chat.keep(f"wished {intent}", True)
    of_sum = chat.state.frame is not None and asks_for_sum(chat.turn.text)
    if of_sum and _asked_of_the_task(chat, "nlu_fallback"):
        return  # "will I get it all back?"
    if intent in TRACKING and not chat.turn.first("order_number"):
        how_long = HOW_LONG.search(chat.turn.text) is not None
        if how_long and _asked_of_the_task(chat, "nlu_fallback"):
            return
    if _asks_of_done(chat, intent) and on_what_was_done(chat, "any"):
        return
    if _told_where_to(chat):
        return
    if asks_of_old_one(chat.turn.text) and (
        _asked_of_the_task(chat, intent) or on_what_was_done(chat, intent)
    ):
        return
    of_it = intent in ASKED_OF_DONE or (intent == "add_to_cart" and chat.state.frame is not None)
    asks = act.kind == "wish" and of_it and not names_goods(chat)
    if asks and (_asked_of_the_task(chat, intent) or on_what_was_done(chat, intent)):
        return
    passed_on = chat.state.last.did == "handed_over" and chat.state.last.intent == intent
    if act.kind == "report" and passed_on and _told_to_colleague(chat):
        return  # "not the seams, the zip": more of what a colleague has already
    task = task_of(chat, intent)
    if task is not None and _asks_in_general(chat, act, task) and answered(chat, act):
        return
    others = [one for one in chat.acts if one is not act and one.kind in {"wish", "report"}]
    if task is not None and others and chat.acts.index(act) > 0 and chat.state.frame is not None:
        _later(chat, act, intent)  # the first of two tasks has asked something: one at a time
        return
    aside(chat, act, intent)


def _asks_in_general(chat: Chat, act: Act, task: Task) -> bool:
    """ "Can someone else pick it up?" may be answered; hardly does it report that it is lost."""
    turn = chat.turn
    if not any(step.kind == "do" for step in task.steps):
        return False
    if chat.state.frame is not None or turn.is_button or turn.first("order_number"):
        return False
    unsure = act.confidence < SURE_OF_MATTER and act.intent == turn.intent
    return unsure and read_polarity(turn.text, turn.language).is_question


def _asks_of_done(chat: Chat, intent: str) -> bool:
    """ "And if they don't find it?", "how do I send them back?": asked of what was just done, it
    wishes no other of the kind."""
    task, done = task_of(chat, intent), chat.state.done[-1] if chat.state.done else None
    if task is None or done is None or done.task != task.name or names_goods(chat):
        return False
    if chat.turn.first("order_number") or OTHER_ONE.search(chat.turn.text):
        return False
    return _HOW_TO.search(chat.turn.text) is not None


_HOW_TO: Final = re.compile(
    r"^(?:and |ok |so |but )*(?:how (?:do|can|should|to|long)|(?:what )?if|what happens|when)\b"
    r"|怎么[寄退]|(?:如果|要是|万一)|找不到(?:怎么|咋)",
    re.IGNORECASE,
)


# "I want a new one sent", where a search for the parcel is offered first.
_NEW_ONE: Final = re.compile(
    r"\b(?:new one|another one|replacement|re-?send)\b|\bs[ei]n[dt]\b[^.?!]{0,12}\bagain\b"
    r"|[补重]发|[补重]寄|换新|新的|赔",
    re.IGNORECASE,
)


def _told_that_search_comes_first(chat: Chat) -> bool:
    """ "No, send it again, no money" where a search for the parcel is asked about: that comes
    first, then a new one."""
    if chat.kept("search comes first"):
        return True
    question = chat.state.question
    asked = "" if question is None else question.task or question.slot.removeprefix("wish ")
    wants_new = _NEW_ONE.search(chat.turn.text) is not None
    if asked not in {"report_lost", "report_lost_parcel"} or not wants_new:
        return False
    told = _asked_of_the_task(chat, "nlu_fallback")
    chat.keep("search comes first", told)
    return told


# What is no objection to what is asked.
AGREES: Final = frozenset({"confirm", "person", "stop", "feeling", "resume"})


# "What's the address I send it to?"
_WHERE_TO: Final = re.compile(
    r"\b(?:what|which|where)\b[^.?!]{0,20}\b(?:address|send|drop|ship|post|bring|hand)\b"
    r"|\breturns? address\b"
    r"|寄到?哪|地址是|(?:退货|寄回|退回)的?地址",
    re.IGNORECASE,
)


def _told_where_to(chat: Chat) -> bool:
    """Whether it was said where something goes back to that was just set up."""
    asks = _WHERE_TO.search(chat.turn.text) is not None
    return asks and on_what_was_done(chat, "ask_store_info")


def begin(chat: Chat, intent: str, act: Act | None = None) -> None:
    """Start the task of an intent, else answer it."""
    task = task_of(chat, intent)
    if act is not None and chat.state.frame is None and told_of_order(chat, intent):
        return
    if intent in TRACKING and told_if_ordered_now(chat):
        chat.did("article", intent)  # what is not ordered yet has no number to ask for
    elif act is not None and _may_go_on(chat, act, task) and follows_article(chat, act):
        return
    elif task is not None:
        start(chat, task, intent)
    elif act is not None and explained(chat, intent):
        return
    elif act is not None and (act.intent or chat.turn.intent) != intent:
        of_one = intent == "check_stock" and act.intent == "refine_search"  # "another colour?"
        kind = act.kind if intent in LISTS_GO_ON and not of_one else "ask"
        answer(chat, replace(act, intent=intent, kind=kind))
    else:
        answer(chat, act or Act("wish", chat.turn.message, "accepted", intent=intent))


def _may_go_on(chat: Chat, act: Act, task: Task | None) -> bool:
    """Whether words may go on with an article: nothing is in hand, and no fault of their own is
    reported outright (漏水了, after how to care for it)."""
    reports = act.kind == "report" and task is not None and chat.signed_in is not None
    return chat.state.frame is None and not (reports and names_fault(chat.turn.text))


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
    intent = intent_in_context(chat, act.intent or chat.turn.intent)
    frame = chat.state.frame
    if told_of_refusal(chat, intent):
        return
    if asks_when_they_come(chat):
        say_what_happens_next(chat)
        return
    awaited = chat.state.person_wanted and chat.state.last.did == "handed_over"
    of_it = intent in OF_THE_CASE and not names_goods(chat)
    if awaited and frame is None and of_it:
        say_unclear(chat, act)  # what is asked of the matter is for the colleague
        return
    if frame is None and chat.state.focus.kind == "order" and OTHER_ONE.search(chat.turn.text):
        BY_ACT["choose"](chat, act)
        return
    if frame is None and on_what_was_done(chat, intent):
        return
    open_now = chat.state.question
    offered = open_now is not None and open_now.kind == "offer"
    how = _HOW_TO.search(chat.turn.text) or _NEW_ONE.search(chat.turn.text)
    if offered and how and _asked_of_the_task(chat, "nlu_fallback"):
        return  # "how long does the search take?", "can't you send a new one?" where it is offered
    if _asked_of_the_task(chat, intent):
        return
    if frame is not None and _of_the_matter_in_hand(chat, act, intent):
        remind(chat)
        return
    aside(chat, act, intent)


def _of_the_matter_in_hand(chat: Chat, act: Act, intent: str) -> bool:
    """ "And what was on sale?" beside a return asks for no goods: an article on the task's matter
    answers, where one surely does."""
    frame = chat.state.frame
    if frame is None or frame.slots.get("order") or intent not in BROWSING | {"nlu_fallback"}:
        return False
    if names_goods(chat) or hear(chat).kinds:
        return False
    return answered(chat, act, chat.words.wish(frame.intent, ""))


def _asked_of_the_task(chat: Chat, intent: str) -> bool:
    """A question that the task in hand answers; what it has asked is put again."""
    is_answered = on_what_is_in_hand(chat, intent)
    if is_answered:
        remind(chat)
    return is_answered


def aside(chat: Chat, act: Act, intent: str) -> None:
    """See to something else; what was open goes on afterwards, unless the other asks something."""
    state = chat.state
    frame, open_now = state.frame, state.question
    if when_we_hear(chat, intent):
        remind(chat)
        return
    if frame is not None and intent in OF_THE_LINE:
        look_at_line_in_hand(chat, frame)
    begin(chat, intent, act)
    lapses = open_now is not None and open_now.kind == "offer" and state.question is open_now
    if lapses and frame is None:
        state.question = None  # "fine" to the answer is no yes to what was offered before it
    if frame is None or chat.ended or state.frame is frame:
        if frame is not None and not chat.ended and state.question is open_now:
            remind(chat)
        return
    if state.frame is None and state.question is None:
        state.frame, state.question = frame, open_now
        state.parked = [one for one in state.parked if one is not frame]
        remind(chat)


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
    elif act.intent == "no" and (meant := plainly_means(chat, "nlu_fallback")) is not None:
        aside(chat, act, meant)
    elif act.intent in {"nod", "no"}:
        if act.intent == "no" or not taken_up_again(chat):
            nod(chat, act)
    elif act.intent == "known":
        if chat.state.question is not None:
            chat.state.question.asked = 0  # it was no misunderstanding
        go_on(chat)
    elif act.intent == "unclear" or act.confidence == 0.0:
        made_good = MONEY_BACK.search(chat.turn.text) or _NEW_ONE.search(chat.turn.text)
        asks = _HOW_TO.search(chat.turn.text) or made_good
        asks_of_it = asks and _asked_of_the_task(chat, "nlu_fallback")
        asks_of_it = asks_of_it or told_when_or_where_sent(chat) or _told_where_to(chat)
        asks_of_it = asks_of_it or (bool(asks) and on_what_was_done(chat, "nlu_fallback"))
        asks_of_it = asks_of_it or _asks_of_what_was_done(chat) or _told_to_colleague(chat)
        if not (asks_of_it or offer_again(chat) or _meant_after_all(chat, act)):
            say_unclear(chat, act)
    elif told_of_refusal(chat, act.intent):
        return
    elif act.intent in {"ask_help", "small_talk"} and AND_IF.search(chat.turn.text):
        known = _asked_of_the_task(chat, "nlu_fallback") or on_what_was_done(chat, act.intent)
        if not known:
            say_unclear(chat, replace(act, kind="ask", intent=""))
    elif act.intent == "ask_help" and _asked_of_the_task(chat, "nlu_fallback"):
        return
    elif act.intent == "ask_help" and chat.state.frame is not None:
        go_on(chat)  # "what are my options" asks of what is open
    else:
        say_beside(chat, act)
        if act.intent == "goodbye":  # who leaves is not asked on
            end(chat)
            chat.state.parked = []
        else:
            remind(chat)


def _told_to_colleague(chat: Chat) -> bool:
    """What is told while a person is awaited is for them: it stands in the ticket."""
    turn, state = chat.turn, chat.state
    if not state.person_wanted or state.frame is not None or state.question is not None:
        return False
    other_goods = names_goods(chat) and not names_own(chat)
    if other_goods or turn.is_button or read_polarity(turn.text, turn.language).is_question:
        return False
    chat.say("utter_added_for_colleague")
    chat.did("handed_over")
    return True


def _asks_of_what_was_done(chat: Chat) -> bool:
    """ "Can you …?" with nothing in hand is of what was just done, where that knows the answer."""
    asks = chat.state.frame is None and _CAN_YOU.search(chat.turn.text) is not None
    return asks and plainly_means(chat, "nlu_fallback") is None and on_what_was_done(chat, "any")


def _meant_after_all(chat: Chat, act: Act) -> bool:
    """What no act was found for is read in its context, before goods are searched for."""
    plain = plainly_means(chat, "nlu_fallback")
    if plain is not None and (plain in WHILE_OPEN or chat.state.question is None):
        aside(chat, act, plain)
        return True
    if act.intent or chat.state.frame is not None or chat.state.question is not None:
        return False
    if taken_up_again(chat):
        return True
    if chat.turn.first("email") and chat.signed_in is None:
        begin(chat, "list_orders", act)  # "I used ada@example.com": it says whose orders are meant
        return True
    if chat.turn.first("ordinal") and chat.state.shown.keys:
        return told_of_order(chat, "nlu_fallback")  # one of those listed
    if changed_back(chat) or on_the_invoice(chat):
        return True
    intent = intent_in_context(chat, "nlu_fallback")
    if intent == "nlu_fallback":
        return False
    aside(chat, replace(act, kind="wish", intent=intent), intent)
    return True


def feeling(chat: Chat, act: Act) -> None:
    """Anger, thanks, praise: heard, then on with the matter."""
    if sizing_goes_on(chat):  # "I like it loose" is no praise
        answer(chat, replace(act, kind="wish", intent="ask_size_advice"))
        return
    asks = act.intent == "praise" and chat.state.question is None
    if asks and read_polarity(chat.turn.text, chat.turn.language).is_question:
        say_unclear(chat, replace(act, kind="ask", intent=""))  # "is it the real thing?"
        return
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
