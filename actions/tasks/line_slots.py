"""Which lines of an order, why, and what instead."""

import re
from collections.abc import Sequence
from typing import Any, Final

from actions.chat import Asked, Chat, Finished, option_button
from actions.money_back import told_of_money
from actions.tasks.definitions import Step
from actions.tasks.order_slots import mentions_line, order_of
from actions.tasks.registry import SlotKind
from actions.tasks.rules import refusal_of, return_act
from actions.turn import refers_back
from catalogue_search.options import fitting, options_named
from dialogue.picking import picked
from dialogue.polarity import holds, normalised
from dialogue.state import Frame, Option
from dialogue.turns_of_phrase import closes
from shop.returns import returnable_lines
from shop.rules import window_end
from shop.stock import stock_of
from shop.views import LineView, OrderView, VariantView

MOST_VARIANTS: Final = 8
_ALL: Final = re.compile(
    r"\b(?:all of (?:them|it)|everything|both|all (?:the )?items|the whole (?:order|lot))\b|全部|都[退换要]|全[退换]|两[件个双]都",
    re.IGNORECASE,
)
_BOTH: Final = re.compile(r"both|两[件个双]都", re.IGNORECASE)
# "not the dress, the fleece": what stands behind these words is not meant.
_NOT: Final = re.compile(
    r"(?:\bnot(?! quite| exactly| really| yet| only| all| sure)|\bkeep|\bbut not|\binstead of|\brather than|\bexcept(?: for)?|n't (?:return|want to return))\s+(?:the\s+|my\s+)?|(?:不退|不要退|不换|别退|留着|留下|保留|除了|不是)",
    re.IGNORECASE,
)
# 帽子留着: what stands right before these words is not meant.
_NOT_THAT: Final = re.compile(
    r"([^\s，。,.;；!！]{1,12}?)(?:我|就|都|还|先)?(?:留着|留下|保留|不退|不要退|不用退|不取消|别取消|不换|不用换)"
)
# "There was only the dress in the box": what is named came, the rest is missing. "Only the dress
# is missing" says the opposite.
_ONLY_CAME: Final = re.compile(
    r"\b(?:only|just)\b[^.!?]{0,24}\b(?:got|came|received|arrived|in|inside)\b"
    r"|\b(?:only|just) (?:the|my|got|received)\b(?![^.!?]{0,24}(?:\bmissing|\blacking|\bnot\b|n't))"
    r"|(?:只|就|光|仅|才)(?:有|收到|来了?|发来?了?|寄来?了?|装了?|给了?|看到|看见|到了|送来?了?)"
    r"(?![^，。！？,]{0,12}(?:没|缺|少|不见|漏))|(?:里面?|打开)[^，。！？,]{0,4}[就只][一两俩]?[件条双个]",
    re.IGNORECASE,
)
# "Only one boot": the other of the pair is missing, nothing else.
_HALF: Final = re.compile(
    r"\b(?:one|1|a single) (?:\w+ )?(?:boot|shoe|sneaker|sandal|sock|glove|pole|gaiter|trainer)\b"
    r"|\b(?:left|right) (?:one|boot|shoe|glove)\b|[一1]只|单只|左脚|右脚|左边那|右边那",
    re.IGNORECASE,
)
_CLAUSES: Final = re.compile(
    r"[,.;!?，。；！？\s]*\b(?:but|and)\b|[,.;!?，。；！？\n]+|(?<=[㐀-鿿])\s+|但是?|可是?|不过"
)
_LACKS: Final = re.compile(
    r"\bno\b|\bnot\b|n't\b|\bmissing\b|\blacking\b|\bnever\b|\bwithout\b|\bforgot(?:ten)?\b|\bleft out\b"
    r"|没[有收见看来发到了在装给寄放]|没$|不在|不见|缺|少了|少发|漏",
    re.IGNORECASE,
)
# Asked which is missing, "only the dress" names it; only words of a box turn that round.
_CAME: Final = re.compile(
    r"\b(?:got|came|received|arrived|box|parcel|inside)\b|收到|里|来了|到了|发了|寄了|打开",
    re.IGNORECASE,
)
_SAME: Final = re.compile(
    r"\bsame (?:size|one|again|colou?r|model)\b|\bnew (?:one|pair|ones)\b|\breplacement\b|\bright (?:one|ones|size)\b"
    r"|同款|一样的|换(?:一?个|一?件|一?双)?新的?|换新|补发|重新发|原来的",
    re.IGNORECASE,
)


# "A size bigger", "one size down": how many sizes up.
_STEPS: Final = {
    1: re.compile(
        r"\b(?:next|one|a|half a|1) size (?:up|bigger|larger)\b|\ba (?:bigger|larger) (?:one|pair)\b|\bnext size\b(?! down)|\b(?:size|one|next|half) up\b"
        r"|\b(?:a|the|one|next) (?:bigger|larger) size\b|(?<![偏了])大(?:一|1|半)个?[码号]",
        re.IGNORECASE,
    ),
    -1: re.compile(
        r"\b(?:next|one|a|half a|1) size (?:down|smaller)\b|\ba smaller (?:one|pair)\b|\b(?:a|the|one|next) smaller size\b"
        r"|\b(?:size|one|half) down\b|(?<![偏了])小(?:一|1|半)个?[码号]",
        re.IGNORECASE,
    ),
}


def steps_said(chat: Chat) -> int:
    """How many sizes up (below zero: down) the words ask for; 0 where they do not."""
    return next((by for by, words in _STEPS.items() if words.search(chat.turn.text)), 0)


class LinesSlot(SlotKind):
    """The lines of an order that are meant: a list of line ids."""

    name = "lines"
    clears = ("variant", "more", "method")

    def taken(self, chat: Chat, frame: Frame, value: Any) -> Any:
        """With those named before, where others were asked for beside them."""
        before = frame.slots.get("lines") or []
        if frame.slots.get("_adds") and chat.asked_for("lines"):
            return [*before, *(one for one in value if one not in before)]
        return value

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """Lines that are named, less those that are named as not meant."""
        if chat.signed_in is None or not frame.slots.get("order"):
            return None
        question = chat.state.question
        asked = question is not None and question.slot == "lines"
        if asked and chat.turn.is_button:
            value = chat.turn.first("value")
            return [int(value)] if value and value.isdigit() else None
        if chat.turn.is_button or not chat.turn.text:
            return None
        lines = order_of(chat, frame).lines
        if _means_all(chat, lines):
            return [line.line_id for line in lines]
        named = _meant(chat, frame, lines)
        if named and not (len(named) > 1 and _is_of_one(chat, frame)):
            adds = _TOO.search(chat.turn.text) or chat.asked_for("more") or _adds(chat, frame)
            before = frame.slots.get("lines") or [] if adds else []
            meant = {*before, *(line.line_id for line in named)}
            return [line.line_id for line in lines if line.line_id in meant]
        if asked and question is not None:
            value = picked(chat.turn.message, question.options)
            return [int(value)] if value is not None else None
        return None

    def chosen(self, value: str) -> Any:
        """An option's value: one line."""
        return [int(value)]

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """The lines that are named, the only one there is, or chosen from a list."""
        order = order_of(chat, frame)
        free = self._free(chat, order, step)
        asked = frame.slots.get("lines") or []
        known = [one for one in asked if one in {f.line_id for f in free}]
        if asked and not known:
            self._say_settled(chat, order, asked)
        if not known:
            named = _meant(chat, frame, order.lines) if chat.turn.text else []
            if named and not any(line in free for line in named):
                self._say_settled(chat, order, [line.line_id for line in named])
            named = [line for line in named if line in free]
            named = list(free) if _means_all(chat, free) else named
            known = [line.line_id for line in named] or _spoken_of(chat, free)
        is_one = step.option("one") == "True" or (not asked and _is_of_one(chat, frame))
        if not known:
            known = _said_before(chat, frame, free)
        if len(known) > 1 and is_one:
            free, known = [line for line in free if line.line_id in known], []
            fits = [line for line in free if _comes_in(chat, line)]
            free = fits or free  # "the shirt in L": the beanie has no L
        if not known and chat.turn.first("size"):  # "exchange them for a 43": the socks have none
            fits = [line for line in free if _comes_in(chat, line)]
            known = [line.line_id for line in fits] if len(fits) == 1 else []
        others = _is_of_others(chat, order) or chat.asked_for("lines")  # it was asked, and not said
        if not known and len(free) == 1 and not others:
            known = [free[0].line_id]
        if known:
            frame.put("lines", known, frame.sources.get("lines", "shop"))
            meant = [line for line in order.lines if line.line_id in known]
            if len(meant) == 1:  # "do you have them in black?" asks of what is sent back
                chat.state.focus.product = meant[0].slug
            return
        options = [Option(str(line.line_id), chat.words.line(line)) for line in free]
        response = step.option("ask", "utter_ask_which_item")
        buttons = [option_button(one) for one in options]
        if len(options) == 1:  # it may be none of them
            buttons.append(chat.words.person())
        chat.ask("choose", "lines", response, options=options, buttons=buttons, number=order.number)

    def _say_settled(self, chat: Chat, order: OrderView, asked: Sequence[int]) -> None:
        """What is meant goes back already, or cannot: that is the answer, not another item."""
        with chat.services.database.reading() as session:
            entries = returnable_lines(session, order, now=chat.turn.now, act=return_act(chat))
        refusal = next((e.refusal for e in entries if e.line.line_id in asked and e.refusal), None)
        if refusal is not None:
            _refuse(chat, order, refusal, [one for one in order.lines if one.line_id in asked])

    def _free(self, chat: Chat, order: OrderView, step: Step) -> list[LineView]:
        is_open = refusal_of(chat, order, "cancel_order") is None
        if step.option("of") != "returnable" or is_open:
            return list(order.lines)
        with chat.services.database.reading() as session:
            entries = returnable_lines(session, order, now=chat.turn.now, act=return_act(chat))
        free = [entry.line for entry in entries if entry.refusal is None]
        if not free:
            _refuse(chat, order, str(entries[0].refusal), order.lines)
        return free


_NO: Final = re.compile(r"\s*(?:no|nope|nothing)\b|\s*(?:没|不|就)", re.IGNORECASE)
# "One thing is missing: the garden hose", "hold on, the shelf should be part of it as well".
_ADDS: Final = re.compile(
    r"\b(?:add|include|missing|forgot|plus|along with|in addition|part of (?:it|that|this)|another (?:thing|item)|one more)\b"
    r"|加上|还有|另外|漏了|忘了|再加",
    re.IGNORECASE,
)


def _adds(chat: Chat, frame: Frame) -> bool:
    """Whether what is named at the confirmation comes to what was named before."""
    question = chat.state.question
    is_open = question is not None and question.kind == "confirm" and question.task == frame.task
    return is_open and _ADDS.search(chat.turn.text) is not None


def _said_before(chat: Chat, frame: Frame, lines: Sequence[LineView]) -> list[int]:
    """Lines that were named before it was known who asks, and of which order."""
    for text in frame.slots.get("_said") or ():
        with chat.reading(text):
            named = list(lines) if _means_all(chat, lines) else named_lines(chat, lines)
        if named:
            return [line.line_id for line in named]
    return []


def _is_of_others(chat: Chat, order: OrderView) -> bool:
    """Whether goods are named that the order has none of: broken boots are no rain shell."""
    kinds = set(chat.turn.entities.get("category", ()))
    return bool(kinds) and not kinds & {line.category for line in order.lines}


def _means_all(chat: Chat, lines: Sequence[LineView]) -> bool:
    """ "I want to return everything from 10391"."""
    text = chat.turn.text
    if closes(text) or (chat.asked_for("more") and _NO.match(text)):
        return False  # "no, that's everything" names nothing
    if len(lines) < 2 or _NOT.search(text) or (said := _ALL.search(text)) is None:
        return False
    # "Both" of two skateboards that are named is not all of the order.
    return not (_BOTH.fullmatch(said.group()) and len(lines) > 2 and mentions_line(chat, lines))


def _comes_in(chat: Chat, line: LineView) -> bool:
    """Whether a line's product comes in the other size that is named; True where none is."""
    sizes = {one.upper() for one in chat.turn.entities.get("size", ())} - {line.size.upper()}
    return not sizes or bool(sizes & {one.size.upper() for one in variants_of(chat, line)})


def _refuse(chat: Chat, order: OrderView, refusal: str, lines: Sequence[LineView]) -> None:
    """Say why lines cannot go back; ends the task (raises Finished)."""
    frame = chat.state.frame
    chat.did("refused", "" if frame is None else frame.intent, order.number)
    act = return_act(chat)
    over = window_end(order, act, chat.services.policy)
    chat.say(
        f"utter_return_{refusal}",
        buttons=[chat.words.person()],
        number=order.number,
        day=chat.words.day(over),
        product=chat.words.lines(lines),
        act=chat.words.text(f"act.{act}"),
        days=str(chat.services.policy.rule(act).days or ""),
    )
    if refusal == "already_cancelled":
        told_of_money(chat, order.number)
    raise Finished


def _spoken_of(chat: Chat, lines: Sequence[LineView]) -> list[int]:
    """The line whose product was just talked of as the shopper's own, or that its order's status
    was asked by: "I want to send them back"."""
    focus = chat.state.focus
    is_own = focus.product is not None and chat.state.notes.get("bought") == focus.product
    if not is_own and not (focus.kind == "order" and refers_back(chat.turn.text)):
        return []
    return [one.line_id for one in lines if one.slug == focus.product]


# "The dress, too" adds to what is meant.
_TOO: Final = re.compile(r"\b(?:too|as well|also)\b|也", re.IGNORECASE)
_SEVERAL: Final = re.compile(
    r"\b(?:and|both|all|everything|each)\b|[和跟与、]|还有|都|两|全", re.IGNORECASE
)


def _is_of_one(chat: Chat, frame: Frame) -> bool:
    """Whether "the clothes have a hole" can be about one of several only: which is asked then."""
    faulty = frame.task in {"report_damaged", "report_wrong"}
    said = frame.sources.get("lines") not in {None, "shop"}  # chosen or named before
    return faulty and not said and _SEVERAL.search(chat.turn.text) is None


def _meant(chat: Chat, frame: Frame, lines: Sequence[LineView]) -> list[LineView]:
    """Lines that the message names; of a parcel that was incomplete those that are missing.

    A clause that says so names them: "the dress is there, the fleece is not". Else, where only
    some came, it is all the others.
    """
    named, text = named_lines(chat, lines), chat.turn.text
    spares = [text[a:b] for a, b in _not_meant(text)]
    spares_some = any(_is_named_in(line, spares) for line in named)
    if frame.task == "report_missing" and len(named) > 1 and not spares_some:
        clauses = _CLAUSES.split(text)
        lacking = [one for one in clauses if _LACKS.search(one)]
        came = [one for one in clauses if one not in lacking]
        gone = [line for line in named if _is_named_in(line, lacking)]
        gone = gone or [line for line in named if lacking and not _is_named_in(line, came)]
        if gone:
            return gone
    only = frame.task == "report_missing" and _ONLY_CAME.search(text) is not None
    only = only and _HALF.search(text) is None
    if named and only and (not chat.asked_for("lines") or _CAME.search(text)):
        return [line for line in lines if line not in named]
    return named


# 抓绒还行 就退裙子吧: of all that is named what shall go.
_ONLY_THAT: Final = re.compile(
    r"\b(?:only|just) (?:return|exchange|cancel|swap)(?:ing)? ([^.,;!?]+)"
    r"|(?:就|只|光|仅)(?:要|想|把)?(?:退|换|取消)([^，。！？；\s]+)",
    re.IGNORECASE,
)


def named_lines(chat: Chat, lines: Sequence[LineView]) -> list[LineView]:
    """Lines that the message names; "not the dress, the fleece" names the fleece.

    Where only a line to keep is named, the others are meant.
    """
    named = mentions_line(chat, lines)
    text = chat.turn.text
    meant = _of_which_more_is_said(text, named)
    if meant and len(meant) < len(named):
        return meant
    only = [found.group(1) or found.group(2) for found in _ONLY_THAT.finditer(text)]
    alone = [line for line in named if _is_named_in(line, only)]
    if alone and len(alone) < len(named):
        return alone
    spans = _not_meant(text)
    frame = chat.state.frame
    cancels = frame is not None and frame.task in {"cancel_order", "cancel_item"}
    if cancels or _REFUSES.search(text):  # "don't send the beanie, I only want the shirt"
        keeps = [one.span(one.lastindex or 0) for one in _KEEPS_ONLY.finditer(text)]
        spans += [(a, b) for a, b in keeps if not _GOES.search(text[a:b])]
    if not any(_is_named_in(line, [text[a:b] for a, b in spans]) for line in named):
        spans += [found.span(1) for found in _NOT_THAT.finditer(text)]
    if not named or not spans:
        return named
    outside = _without(text, spans)
    stated = [line for line in named if _is_named_in(line, [outside])]
    if stated and len(stated) < len(named):
        return stated
    kept = [line for line in named if _is_named_in(line, [text[a:b] for a, b in spans])]
    rest = [line for line in named if line not in kept]
    return rest or [line for line in lines if line not in kept]


# "I ordered a beanie and a T-shirt": that names what there is, not yet what is wished for.
_TELLS_ORDER: Final = re.compile(
    r"\b(?:i|we)(?: have|'ve| had|'d)?(?: also| just| recently)? ?(?:order\w*|bought|purchased|got)\b"
    r"|我?(?:们)?(?:上次|之前|刚|昨天)?(?:买|订|下单|拍)了",
    re.IGNORECASE,
)
_SAYINGS: Final = re.compile(
    r"[,.;!?，。；！？\n]+|\bbut\b|但是?|可是?|不过|(?<=[\u3400-\u9fff])\s+", re.IGNORECASE
)


def _of_which_more_is_said(text: str, named: Sequence[LineView]) -> list[LineView]:
    """Of lines that were named as ordered those of which the rest of the message speaks."""
    rest = beside_the_order(text)
    return [] if rest == text else [line for line in named if _is_named_in(line, [rest])]


def beside_the_order(text: str) -> str:
    """A message without what only tells that something was ordered."""
    sayings = _SAYINGS.split(text)
    others = [one for one in sayings if not _TELLS_ORDER.search(one)]
    return text if len(others) == len(sayings) else ", ".join(others)


_REFUSES: Final = re.compile(
    r"(?:n[o']?t|\bnot|\bno longer)\s+(?:send|ship|want|need|include|pack)\b|\b(?:cancel|remove|drop|without)\b"
    r"|[不别]要?[发寄]|(?<!想)不想?要|取消|去掉",
    re.IGNORECASE,
)
_GOES: Final = re.compile(r"cancel|return|exchang|swap|refund|remov|gone|退|换|取消", re.IGNORECASE)
# What alone is to come stays: no verb follows that says what is done with it.
_KEEPS_ONLY: Final = re.compile(
    r"\b(?:only|just) (?:want|need|keep|send)(?: (?:the|my|that|this))? ((?:[\w-]+ ?){1,3})(?=[.,;!?]|$)"
    r"|[只就](?:要|想要|留|发|寄)(?!退|换|取消)([^，。！？,;；\s]{1,8})",
    re.IGNORECASE,
)


def _not_meant(text: str) -> list[tuple[int, int]]:
    """Where in a text stands what is not meant."""
    return [(found.end(), _clause_end(text, found.end())) for found in _NOT.finditer(text)]


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + " " + text[end:]
    return text


def _clause_end(text: str, start: int) -> int:
    found = re.compile(r"[,.;!?，。；！？\n]| but | and |，|\s退|\s换").search(text, start)
    return len(text) if found is None else found.start()


def _is_named_in(line: LineView, clauses: Sequence[str]) -> bool:
    from actions.tasks.mentions import names_product

    return any(names_product(clause, line.names) for clause in clauses)


class PartSlot(SlotKind):
    """Some lines of an order of which all were to be cancelled: "no, only the beanie"."""

    name = "part"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """Lines that are named while the whole order is asked about, or named as the only ones."""
        turn, question = chat.turn, chat.state.question
        if chat.signed_in is None or not frame.slots.get("order") or turn.is_button:
            return None
        asked = question is not None and question.kind == "confirm" and question.task == frame.task
        if not turn.text or _ORDER.search(turn.text) or not (asked or _PART.search(turn.text)):
            return None
        lines = order_of(chat, frame).lines
        named = named_lines(chat, lines)
        return [line.line_id for line in named] if 0 < len(named) < len(lines) else None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Never asked for; where some are named, cancelling those is the task."""
        part = frame.slots.get("part") or self.found(chat, frame)
        if part:
            number = frame.slots["order"]
            chat.state.frame = Frame(
                "cancel_item",
                {"order": number, "lines": part},
                {"order": "said", "lines": "said"},
                "cancel_item",
            )
            chat.state.question = None
            from actions.tasks.engine import go_on

            go_on(chat)
            raise Asked


_PART: Final = re.compile(rf"\bonly\b|\bjust the\b|只(?!是|能)|{_NOT.pattern}", re.IGNORECASE)
_ORDER: Final = re.compile(r"\border\b|订单|[那这一]单", re.IGNORECASE)


def lines_of(chat: Chat, frame: Frame) -> list[LineView]:
    """The lines of a task past its `need: lines`."""
    wanted = frame.slots.get("lines") or []
    return [line for line in order_of(chat, frame).lines if line.line_id in wanted]


class WantedSlot(SlotKind):
    """Size and colour that are wanted, said before it is clear of which line."""

    name = "wanted"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """Size and colour that the message names while no line is chosen."""
        if chat.turn.is_button or frame.slots.get("lines"):
            return None
        meant = normalised(_without(chat.turn.text, _not_meant(chat.turn.text)))
        wanted = {}
        for name in ("size", "colour"):  # "navy, not olive" wants navy
            said = chat.turn.entities.get(name, ())
            wanted[name] = ([one for one in said if holds(meant, one.lower())] or list(said))[-1:]
        return {name: one[0] for name, one in wanted.items() if one} or None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Never asked for by itself."""


class VariantSlot(SlotKind):
    """The variant wanted in place of a line's: an id. The same one again is a variant, too."""

    name = "variant"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """The variant by the size or colour that is named, `same` for the same again."""
        question = chat.state.question
        if question is not None and question.slot == "variant" and chat.turn.is_button:
            value = chat.turn.first("value")
            return int(value) if value and value.isdigit() else None
        if chat.turn.is_button or chat.signed_in is None or not frame.slots.get("order"):
            return None
        lines = lines_of(chat, frame) or list(order_of(chat, frame).lines)
        if len(lines) != 1:
            return None
        # What a report names is what came; what is named as its remedy is what is wanted.
        answers = question is not None and question.task == frame.task
        reports = frame.intent.startswith("report_") and not answers
        reports = reports or (frame.task == "report_wrong" and _told_what_came(chat))
        if frame.intent.startswith("report_") and _names_as_ordered(chat, lines[0]):
            return lines[0].variant_id  # "I want the grey one, you sent green"
        size, colour = (None, None) if reports else _wanted(chat, lines[0])
        is_own = size is not None and size.upper() == lines[0].size.upper()
        steps = 0 if reports or (size and not is_own) else steps_said(chat)
        options = {} if reports else _options_named(chat, lines[0], frame.slots.get("variant"))
        if size or colour or steps or options:
            variants = variants_of(chat, lines[0])
            size = size_beside(variants, lines[0].size, steps) if steps else size
            if steps and size is None:
                return None
            chosen = next((v for v in variants if v.variant_id == frame.slots.get("variant")), None)
            wanted = fitting(variants, chosen or lines[0], size, colour, options)
            return wanted.variant_id if wanted is not None else None
        chosen_already = frame.slots.get("variant") is not None  # "when will the new ones come?"
        if frame.slots.get("may_be_same") and not chosen_already and _SAME.search(chat.turn.text):
            return lines[0].variant_id
        return None

    def chosen(self, value: str) -> Any:
        """An option's value: a variant's id."""
        return int(value)

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """The one that is named, else chosen from what is in stock."""
        lines = lines_of(chat, frame)
        if len(lines) > 1 and step.option("else_same") == "True":
            return  # several at once are each sent as they were ordered
        line = lines[0]
        variants = variants_of(chat, line)
        may_be_same = step.option("same") == "True"
        if may_be_same:
            frame.put("may_be_same", True, "policy")
        known = frame.slots.get("variant")
        if known is None:
            known = self.found(chat, frame)
        early = frame.slots.get("wanted") or {}
        if known is None and early and not frame.intent.startswith("report_"):
            fits = fitting(variants, line, early.get("size"), early.get("colour"))
            known = None if fits is None else fits.variant_id
            frame.drop("wanted")
        if known is None:
            self._say_unknown(chat, line, variants)
            if step.option("else_same") == "True" and not chat.asked_for("variant"):
                known = line.variant_id
        chosen = next((one for one in variants if one.variant_id == known), None)
        if chosen is not None and chosen.variant_id == line.variant_id and not may_be_same:
            chat.say("utter_item_same_variant", new=chat.words.variant(line))
            chosen = None
        if chosen is not None and chosen.stock == 0:
            chat.say(
                "utter_variant_sold_out", new=chat.words.variant(chosen) or chat.words.line(line)
            )
            chosen = None
        if chosen is not None:
            frame.put("variant", chosen.variant_id, frame.sources.get("variant", "said"))
            return
        frame.drop("variant")
        self._ask(chat, line, variants, may_be_same=may_be_same)

    def _say_unknown(self, chat: Chat, line: LineView, variants: Sequence[VariantView]) -> None:
        size, colour = _wanted(chat, line)
        options = _options_named(chat, line)
        named = size or colour or options
        if named and fitting(variants, line, size, colour, options) is None:
            chat.say("utter_variant_unknown", product=line.name(chat.turn.language))

    def _ask(
        self, chat: Chat, line: LineView, variants: Sequence[VariantView], *, may_be_same: bool
    ) -> None:
        others = [one for one in variants if may_be_same or one.variant_id != line.variant_id]
        buyable = [one for one in others if one.stock > 0]
        # The nearest first: another size in the same colour, then another colour in the same size,
        # each with as many other options the same as can be.
        buyable.sort(
            key=lambda one: (
                one.colour != line.colour,
                -len({*one.options} & {*line.options}),
                one.size != line.size,
            )
        )
        if not buyable:
            chat.finish(
                "utter_no_other_variant",
                [chat.words.person()],
                product=line.name(chat.turn.language),
            )
        options = [
            Option(str(one.variant_id), chat.words.variant(one) or line.name(chat.turn.language))
            for one in buyable[:MOST_VARIANTS]
        ]
        chat.ask(
            "choose",
            "variant",
            "utter_ask_variant",
            options=options,
            product=line.name(chat.turn.language),
        )


def size_beside(variants: Sequence[VariantView], size: str, steps: int) -> str | None:
    """The size so many steps above or below another; None where there is none."""
    sizes = list(dict.fromkeys(one.size for one in variants))
    place = sizes.index(size) + steps if size in sizes else -1
    return sizes[place] if 0 <= place < len(sizes) else None


# "You sent S": what came in place of what was ordered.
_SENT: Final = re.compile(
    r"\b(?:you|they) (?:guys )?(?:have )?(?:sent|shipped|delivered|packed)\b"
    r"|\b(?:i )?(?:got|received|came|arrived)\b|\b(?:these|those|this|it)(?:'?s| is| are)\b"
    r"|发了|发成|发来|寄了|寄来|收到|来的是|给的是",
    re.IGNORECASE,
)


def _told_what_came(chat: Chat) -> bool:
    return _SENT.search(chat.turn.text) is not None


def _names_as_ordered(chat: Chat, line: LineView) -> bool:
    """Whether size or colour of what was ordered is named: that is what should have come."""
    named = chat.turn.entities
    sizes = {one.upper() for one in named.get("size", ())}
    return bool(line.size and line.size.upper() in sizes) or line.colour in named.get("colour", ())


def _wanted(chat: Chat, line: LineView) -> tuple[str | None, str | None]:
    """Size and colour wanted instead; of several that are named not the one the line has."""
    sizes = [one for one in chat.turn.entities.get("size", ()) if one.upper() != line.size.upper()]
    named = chat.turn.entities.get("size", ())
    colours = [one for one in chat.turn.entities.get("colour", ()) if one != line.colour]
    size = sizes[-1] if sizes else (named[-1] if named else None)
    named_colours = chat.turn.entities.get("colour", ())
    colour = colours[-1] if colours else (named_colours[-1] if named_colours else None)
    return size, colour


def _options_named(chat: Chat, line: LineView, chosen: int | None = None) -> dict[str, str]:
    """What the message names of a line's other options that the one chosen so far has not."""
    if chat.turn.is_button or not line.options:
        return {}
    variants = variants_of(chat, line)
    base = next((one for one in variants if one.variant_id == chosen), line)
    return options_named(chat.turn.text, [one.options for one in variants], base.options)


def variants_of(chat: Chat, line: LineView) -> list[VariantView]:
    """Every variant of a line's product with its stock, read once a turn."""
    return chat.read_once(
        f"variants {line.product_id}",
        lambda session: stock_of(session, line.product_id, now=chat.turn.now),
    )
