"""Questions on the task in hand and on the one just done, answered from the task itself."""

import re
from collections.abc import Mapping
from typing import Any, Final

from actions.account_words import is_worn
from actions.answers.by_place import as_at, aspects_of
from actions.answers.places import zone_of
from actions.answers.refund_to import tells_where_money_goes
from actions.browsing.asked import says
from actions.browsing.hearing import look_at
from actions.chat import Chat
from actions.in_context import HINT
from actions.money_back import told_of_money
from actions.plain_words import asks_which_there
from actions.tasks.definitions import Task
from actions.tasks.engine import task_of
from actions.tasks.line_slots import lines_of
from dialogue.state import Done, Frame, Question
from shop.catalogue import get_product

# "How long will it take?" while a task waits for its yes asks of that.
HOW_LONG: Final = re.compile(
    r"\bhow (?:long|soon|quick(?:ly)?|fast)\b(?!.*\b(?:order|parcel|package)\b)|多久|几天",
    re.IGNORECASE,
)


# "And if it is not found?" asks of what was done.
AND_IF: Final = re.compile(r"\bif\b|怎么办|咋办|咋整|万一|要是|如果|的话", re.IGNORECASE)
# What becomes of the thing that is replaced.
_OLD_ONE: Final = re.compile(
    r"\bold (?:one|pair|ones|item)\b"
    r"|\b(?:broken|faulty|wrong|damaged|defective|ripped|torn|holey|worn) (?:one|pair|ones)\b"
    r"|\bwhat (?:do|should|shall|must|would) (?:i|we) do with (?!(?:the|my) label)"
    r"(?:the|my|those|these|it|them)\b"
    r"|\b(?:keep|throw|bin|chuck|toss)\b[^.?!]{0,16}\b(?:old|broken|faulty|wrong|damaged|away)\b"
    r"[^.!]{0,12}\?"
    r"|(?:旧|坏|原来|发?错|有问题|破)(?:的|那[个件双条])?(?:[那这][个件双条])?[^，。！？]{0,4}(?:怎么|咋|要不要|还要|还用|需要|要寄|要退|用寄|寄回|扔)"
    r"|(?:要不要|用不用|需不需要|需要|还要|还用|用|要)(?:我|再|先)?(?:把[^，。！？]{1,8})?(?:寄|退)回(?:去|来|给)?",
    re.IGNORECASE,
)


def asks_of_old_one(text: str) -> bool:
    """Whether it is asked what becomes of the thing that is replaced."""
    return _OLD_ONE.search(text) is not None


# "How long have I got to send them?"
_DEADLINE: Final = re.compile(
    r"\bhow (?:long|much time) (?:have|do|did) i (?:got|have|get)\b|\b(?:until|till|by) when\b"
    r"|\bdeadline\b|\blast day\b|\bhow many days (?:do|have) i\b"
    r"|(?:几天|多久|多长时间)(?:之)?内|截止|最晚",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"\b(?:where|how|which)\b[^.?!]{0,24}\b(?:label|form|document|paper)\b"
    r"|\bno printer\b|\b(?:without|have) (?:a )?printer\b|\bprint(?:ed)?\b"
    r"|(?:退货单|标签|面单)[^，。！？]{0,6}(?:哪|怎么|下载|没|打印|收不到)|打印",
    re.IGNORECASE,
)
_ALL_BACK: Final = re.compile(
    r"\bget (?:it all|all of it|everything|all (?:of )?my money|the (?:full|whole) \w+) back\b"
    r"|\bin full\b",
    re.IGNORECASE,
)
_HOW_MUCH: Final = re.compile(
    _ALL_BACK.pattern + r"|\bhow much\b|\bamount\b"
    r"|\bwhat (?:do|will|would|am|'?ll) i (?:be )?(?:get|getting|receive)\b"
    r"|多少钱|退(?:给我|我|回来?)?多少|能退多少|全额",
    re.IGNORECASE,
)
_PHOTO: Final = re.compile(
    r"\b(?:photos?|pictures?|pics?|images?|videos?)\b|照片|图片|视频|拍照|拍[个张段]|拍给|上传|发图|凭证",
    re.IGNORECASE,
)


def asks_for_sum_of(text: str) -> bool:
    """Whether it is asked how much it is."""
    return _HOW_MUCH.search(text) is not None


def asks_for_sum(text: str) -> bool:
    """Whether it is asked if all of the money comes back."""
    return _ALL_BACK.search(text) is not None


def on_what_is_in_hand(chat: Chat, intent: str) -> bool:
    """A question on the task in hand is answered from it: the money of the cancellation asked."""
    open_now = chat.state.question
    task = None if open_now is None else _task_in_question(chat, open_now)
    if task is None or open_now is None:
        return False
    known = task.answers if open_now.kind == "confirm" else task.meanwhile
    if _tells_amount(chat, open_now) or tells_where_money_goes(chat, task.name):
        return True
    own = _own_answer(chat, known, intent)
    asks_it = intent in _OF_ANYTHING or intent in task.intents  # "and if they don't find it?"
    if own is None and asks_it and not names_goods(chat):
        own = known.get("any")
    if own is None:
        return False
    told = chat.state.note_said(f"{own} {chat.state.focus.order}")
    if told and open_now.slot == _SEARCH and not HOW_LONG.search(chat.turn.text):
        chat.say("utter_search_or_person", buttons=[chat.words.person()])  # it did not help
        return True
    chat.say(as_at(chat, own), **texts(open_now))
    return True


_SEARCH: Final = "wish report_lost_parcel"


# "How will I get it?" is heard as a wish to buy, and asks of what is in hand.
_OF_ANYTHING: Final = frozenset({"nlu_fallback", "add_to_cart"})


def _task_in_question(chat: Chat, open_now: Question) -> Task | None:
    """The task that a question belongs to, or that it offers to begin."""
    frame = chat.state.frame
    if open_now.kind == "offer" and open_now.slot.startswith("wish "):
        return task_of(chat, open_now.slot.removeprefix("wish "))
    task = None if frame is None else chat.services.tasks.get(frame.task)
    return task if task is not None and open_now.task == task.name else None


def _tells_amount(chat: Chat, open_now: Question | Done) -> bool:
    """ "How much do I get?" where the question names the sum."""
    amount = open_now.values.get("amount") or open_now.values.get("total")
    if amount is None or not _HOW_MUCH.search(chat.turn.text) or names_goods(chat):
        return False
    if aspects_of(chat.turn.text)[:1] == ("way_back",):
        return False
    chat.say("utter_amount", amount=amount)
    return True


def names_goods(chat: Chat) -> bool:
    return bool(chat.turn.first("product") or chat.turn.first("category"))


def on_what_was_done(chat: Chat, intent: str) -> bool:
    """A question on the effect just carried out is answered from its task."""
    done, task = _just_done(chat)
    if done is None or task is None:
        return False
    if _tells_amount(chat, done) or tells_where_money_goes(chat, task.name):
        chat.did("article", intent)
        return True
    if _IS_DONE.search(chat.turn.text) and (said := _outcome_of(task)):
        chat.say(said, **texts(done))
        return True
    own = _own_answer(chat, task.answers, intent)
    of_money = task.name in CANCELS and _MONEY.search(chat.turn.text) is not None
    if own is None and intent == "nlu_fallback" and of_money:
        own = task.answers.get("track_refund")
    if own is None and intent == "nlu_fallback" and AND_IF.search(chat.turn.text):
        own = task.answers.get("any")  # "what if it never turns up?"
    others = names_goods(chat) or chat.turn.first("order_number") is not None
    is_own = intent in task.own and not others
    is_own = is_own or (own is not None and own == task.answers.get("how_long") and not others)
    text = chat.turn.text
    told_here = is_own or bool(asks_of_old_one(text) or AND_IF.search(text) or _LABEL.search(text))
    if own is None or (task_of(chat, intent) is not None and not told_here):
        return False  # what the database knows is told from it
    if task.name in CANCELS and told_of_money(chat, str(done.slots.get("order"))):
        chat.did("status", "track_refund")
        return True
    chat.say(as_at(chat, own), **texts(done))
    chat.did("article", intent)
    return True


# "Did you change it?", 改好了吗: asked of the effect just carried out.
_IS_DONE: Final = re.compile(
    r"^(?:so |and |ok |wait )*(?:did|have) you (?:\w+ )?"
    r"(?:chang|cancel|do|done|updat|swap|sav|book)\w*(?: (?:it|that|this|them))?\W*$"
    r"|^(?:so |and |ok )*(?:is|was) (?:it|that|this) (?:all )?"
    r"(?:done|changed|cancell?ed|updated|saved)(?: now)?\W*$"
    r"|^(?:已经|是不是|都)?(?:改|取消|换|办|弄|退)(?:好|完|成功)?了(?:吗|没有?|吧)\W*$",
    re.IGNORECASE,
)


def asks_whether_done(text: str) -> bool:
    """Whether it is asked if what was asked for is done."""
    return _IS_DONE.search(text) is not None


def _outcome_of(task: Task) -> str:
    """What was said when a task was done."""
    steps = (one for one in task.steps if one.kind == "do")
    return next((str((one.options.get("say") or {}).get("done") or "") for one in steps), "")


def takes_photos(chat: Chat) -> bool:
    """Whether a picture belongs to the task in hand, or to what was just done for the shopper."""
    frame = chat.state.frame
    task = _just_done(chat)[1] if frame is None else chat.services.tasks.get(frame.task)
    if task is None:
        return False
    return "photo" in task.answers or (frame is not None and "photo" in task.meanwhile)


def told_when_or_where_sent(chat: Chat) -> bool:
    """Until when, or with which label, something goes back that was just set up."""
    asks = _LABEL.search(chat.turn.text) or _DEADLINE.search(chat.turn.text)
    return chat.state.frame is None and bool(asks) and on_what_was_done(chat, "nlu_fallback")


def look_at_line_in_hand(chat: Chat, frame: Frame) -> None:
    """ "Is it there in M?" beside a task on one thing asks of that thing."""
    if chat.signed_in is None or not frame.slots.get("order") or names_goods(chat):
        return
    lines = lines_of(chat, frame)
    if len(lines) != 1:
        return
    with chat.services.database.reading() as session:
        product = get_product(session, lines[0].slug, now=chat.turn.now)
    if product is not None:
        look_at(chat, product)


def when_we_hear(chat: Chat, intent: str) -> bool:
    """ "How will I know it is done?" of an effect that takes its time, done or asked about."""
    open_now = chat.state.question
    _, task = _just_done(chat)
    task = task or (None if open_now is None else _task_in_question(chat, open_now))
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
    if intent == "check_stock" and asks_which_there(chat.turn.text):
        return None  # the stock says which there are
    if intent == "ask_return_policy" and is_worn(chat.turn.text):
        return None  # what was used is for the rules
    if intent in _OF_PLACES and zone_of(chat.turn.text) is not None:
        return None  # "how much is delivery to Austria?" asks of no parcel of this task
    if "deadline" in known and _DEADLINE.search(chat.turn.text):
        return known["deadline"]
    if "how_long" in known and HOW_LONG.search(chat.turn.text) and intent not in _LASTS:
        return known["how_long"]
    if "label" in known and _LABEL.search(chat.turn.text):
        return known["label"]
    if "photo" in known and _PHOTO.search(chat.turn.text):
        return known["photo"]
    if asks_of_old_one(chat.turn.text) and "track_return" in known:
        return known["track_return"]
    if intent not in {"nlu_fallback", "ask_help"} or intent in known:
        return known.get(intent)
    if intent == "ask_help":  # "and if it is not found?"
        said = set(known.values())
        return said.pop() if len(said) == 1 else None
    if aspects_of(chat.turn.text)[:1] in COSTS and (told := _on_costs(known)) is not None:
        return told  # "do I have to pay for that?", "is it free"
    if HOW_LONG.search(chat.turn.text) and {"how_long", "ask_delivery"} & known.keys():
        return known.get("how_long") or known["ask_delivery"]
    likely = [(p, one) for one, p in chat.turn.ranking if one in known and p >= HINT]
    return known[max(likely)[1]] if likely else None


def _on_costs(known: Mapping[str, str]) -> str | None:
    """What a task says of what its way costs."""
    return known.get("ask_delivery") or known.get("ask_return_policy")


_LASTS: Final = frozenset({"ask_warranty"})  # what is asked of lasts by itself
_OF_PLACES: Final = frozenset({"ask_delivery", "ask_store_info"})
_MONEY: Final = re.compile(r"\b(?:money|refund\w*|cash)\b|钱|退款", re.IGNORECASE)
# After these there is money on its way, of which the database knows where it is.
CANCELS: Final = frozenset({"cancel_order", "cancel_item"})
COSTS: Final = (("cost",), ("way_back",))
RECENT_TURNS: Final = 3


def texts(said: Question | Done) -> dict[str, Any]:
    """What filled the words of a question or an outcome, to say them again."""
    return dict(said.values)
