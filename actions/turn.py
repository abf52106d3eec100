"""One turn as an action sees it, and what the action answers."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from kit.i18n import Language, as_language


@dataclass(frozen=True)
class Turn:
    """A message as understood, with what the conversation remembers; entities by name.

    `wishes` are the two things that a message asks for, empty where it asks for one. `visit` is the
    visit to the shop's pages that the chat belongs to, else the conversation.
    """

    conversation_id: str
    message_id: str
    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    entities: Mapping[str, tuple[str, ...]]
    language: Language
    identity_token: str | None
    page_product: str | None
    visit: str
    slots: Mapping[str, Any]
    active_form: str | None
    now: datetime
    mood: Mapping[str, Any] = field(default_factory=dict)
    wishes: tuple[str, ...] = ()
    moods: tuple[Mapping[str, Any], ...] = ()

    def first(self, entity: str) -> str | None:
        """The first value of an entity."""
        values = self.entities.get(entity)
        return values[0] if values else None

    @property
    def is_button(self) -> bool:
        """Whether the shopper pressed a button instead of writing."""
        return self.text.startswith("/")


def read_turn(tracker: Mapping[str, Any], now: datetime) -> Turn:
    """The turn in a tracker as the assistant sends it."""
    message = tracker["latest_message"]
    metadata = message.get("metadata") or {}
    found: dict[str, list[str]] = defaultdict(list)
    for entity in message.get("entities") or ():
        found[entity["entity"]].append(str(entity["value"]))
    slots = tracker.get("slots") or {}
    intent = message.get("intent") or {}
    page = metadata.get("page")
    return Turn(
        conversation_id=str(tracker["sender_id"]),
        message_id=str(message.get("message_id") or ""),
        text=str(message.get("text") or ""),
        intent=str(intent.get("name") or "nlu_fallback"),
        confidence=float(intent.get("confidence") or 0.0),
        ranking=tuple(
            (str(guess["name"]), float(guess["confidence"]))
            for guess in message.get("intent_ranking") or ()
        ),
        entities={name: tuple(values) for name, values in found.items()},
        language=as_language(
            next(iter(found.get("language", ())), None)
            or slots.get("language")
            or metadata.get("language")
        ),
        identity_token=metadata.get("identity"),
        page_product=page.get("product") if isinstance(page, dict) else None,
        visit=(page.get("visit") if isinstance(page, dict) else None) or str(tracker["sender_id"]),
        slots=slots,
        active_form=(tracker.get("active_loop") or {}).get("name"),
        now=now,
        mood=message.get("sentiment") or {},
        wishes=tuple(map(str, message.get("wishes") or ())),
        moods=tuple(tracker.get("moods") or ()),
    )


PERSON: Final = "/talk_to_person"
# A question that explains itself is explained once; asked again it is one short sentence.
SHORTER: Final = {
    "utter_ask_order_number": "utter_ask_order_number_again",
    "utter_ask_email": "utter_ask_email_again",
    "utter_ask_code": "utter_ask_code_again",
}


@dataclass(frozen=True)
class Button:
    """A button: what stands on it, and the intent with entities behind it."""

    title: str
    payload: str


@dataclass
class Talk:
    """Collects what an action says and remembers."""

    responses: list[dict[str, Any]] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    other_events: list[dict[str, Any]] = field(default_factory=list)

    def say(
        self,
        response: str,
        *,
        buttons: Sequence[Button] = (),
        cards: Sequence[Mapping[str, Any]] = (),
        **values: object,
    ) -> None:
        """Utter a response of nlu_data with its values filled in."""
        said: dict[str, Any] = {"response": response, **{k: str(v) for k, v in values.items()}}
        if buttons:
            said["buttons"] = [{"title": b.title, "payload": b.payload} for b in buttons]
        if cards:
            said["custom"] = {"cards": [dict(card) for card in cards]}
        self.responses.append(said)

    def remember(self, slot: str, value: Any) -> None:
        """Set a slot."""
        self.slots[slot] = value

    def leave_form(self) -> None:
        """End the open form and forget its question."""
        self.other_events.append({"event": "active_loop", "name": None})
        for slot in ("requested_slot", "task_data", "question"):
            self.remember(slot, None)

    def offers_person(self) -> bool:
        """Whether the last thing said has one button, and it leads to a person."""
        buttons = self.responses[-1].get("buttons", ()) if self.responses else ()
        return [button["payload"] for button in buttons] == [PERSON]

    def as_answer(self) -> dict[str, Any]:
        """The answer in the form the assistant expects."""
        events = [{"event": "slot", "name": k, "value": v} for k, v in self.slots.items()]
        return {"events": [*events, *self.other_events], "responses": self.responses}


def refers_back(text: str) -> bool:
    """Whether a message speaks of something named before: cancel *it*, *that* order, 这个订单."""
    return bool(
        re.search(
            r"\b(it|that|this|them|the order|same)\b|它|这个|那个|这单|该订单|刚才", text.lower()
        )
    )


def order_at_place(turn: Turn) -> str | None:
    """The order that "the second one" means, where orders were listed last."""
    shown, place = turn.slots.get("shown_orders"), turn.first("ordinal")
    return None if not shown or place is None else at_place(shown, place)


def at_place(listed: Sequence[str], place: str) -> str | None:
    """What stands at a place of a list, counted from 1, or from its end with -1."""
    if not place.lstrip("-").isdigit():
        return None
    index = int(place) - 1 if int(place) > 0 else int(place)
    return listed[index] if -len(listed) <= index < len(listed) else None
