"""Whether a shopper has named all items, where an order's items are seen to once only."""

from typing import Any, Final

from actions.chat import Chat
from actions.tasks.definitions import Step
from actions.tasks.line_slots import lines_of
from actions.tasks.order_slots import order_of
from actions.tasks.registry import SlotKind
from actions.tasks.rules import act_of
from actions.tasks.swap_slots import chosen_swaps
from dialogue.polarity import read_polarity
from dialogue.state import Frame, Option
from kit.phrases import spoken

_ALL: Final = spoken("tasks", "more_slot.all")
_PROCEEDS: Final = spoken("tasks", "more_slot.proceeds")


class MoreSlot(SlotKind):
    """Whether all items were named, where an order's items can be seen to once only."""

    name = "more"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """ "That's all", or another item to come."""
        if chat.turn.is_button:
            return chat.turn.first("value") if chat.asked_for("more") else None
        text, question = chat.turn.text, chat.state.question
        if question is not None and question.kind == "confirm":
            return None
        if _ALL.search(text):
            return "all"
        if not chat.asked_for("more"):
            return None
        polarity = read_polarity(text, chat.turn.language)
        if polarity.kind in {"no", "no_and"} or _PROCEEDS.search(text):
            return "all"
        return "more" if polarity.kind == "yes" else None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Ask whether there is more, where a second time will not do and other items are there."""
        act = act_of(chat, frame)
        order = order_of(chat, frame)
        rule = None if act is None else chat.services.policy.rule(act)
        named = frame.slots.get("swaps") or frame.slots.get("lines") or ()
        if rule is None or not rule.once or len(named) >= len(order.lines):
            return
        early = frame.slots.get("_words") or frame.slots.get("_said") or ()
        if not frame.slots.get("_all_read") and any(_ALL.search(one) for one in early):
            frame.put("more", "all")
        frame.put("_all_read", True, "said")
        if frame.slots.get("more") == "all":
            return
        if frame.slots.get("more") == "more":
            frame.drop("more")
            taken = {str(one) for one in named}
            rest = [line for line in order.lines if str(line.line_id) not in taken]
            slot = "swaps" if "swaps" in frame.slots else "lines"
            options = [Option(str(line.line_id), chat.words.line(line)) for line in rest]
            chat.ask(
                "choose",
                slot,
                "utter_ask_which_more",
                options=options,
                number=order.number,
                told="lines",
            )
        options = [
            Option("all", chat.words.text("that_is_all")),
            Option("more", chat.words.text("one_more")),
        ]
        what = chat.words.text(f"once.{act}")
        chat.ask(
            "choose",
            "more",
            "utter_ask_more",
            options=options,
            number=order.number,
            once=what,
            items=self._items(chat, frame),
            key=str(named),
        )

    def _items(self, chat: Chat, frame: Frame) -> str:
        if "swaps" in frame.slots:
            return chat.words.lines([old for old, _ in chosen_swaps(chat, frame)])
        return chat.words.lines(lines_of(chat, frame))
