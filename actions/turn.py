"""One turn as an action sees it, and what the action answers."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from conversations import AnyCard, card_to_json
from conversations import Button as Button  # behind it: an intent with its entities
from dialogue.message import Message, Part
from kit.chat_spelling import in_full
from kit.i18n import Language, as_language


@dataclass(frozen=True)
class Turn:
    """A message as understood, with what the conversation remembers.

    `visit` is the visit to the shop's pages that the chat belongs to, else the conversation.
    `moods` are those of the last messages, oldest first.
    """

    conversation_id: str
    message_id: str
    message: Message
    identity_token: str | None
    page_product: str | None
    visit: str
    slots: Mapping[str, Any]
    now: datetime
    moods: tuple[Mapping[str, Any], ...] = ()

    @property
    def text(self) -> str:
        """The words; of a button nothing that anybody wrote."""
        return self.message.text

    @property
    def intent(self) -> str:
        """The likeliest intent."""
        return self.message.intent

    @property
    def confidence(self) -> float:
        """How sure the intent is."""
        return self.message.confidence

    @property
    def ranking(self) -> tuple[tuple[str, float], ...]:
        """The likeliest intents, best first."""
        return self.message.ranking

    @property
    def entities(self) -> Mapping[str, tuple[str, ...]]:
        """Canonical values by name."""
        return self.message.entities

    @property
    def language(self) -> Language:
        """The language of the message."""
        return self.message.language

    @property
    def mood(self) -> Mapping[str, Any]:
        """How the message sounds."""
        return self.message.mood

    def first(self, entity: str) -> str | None:
        """The first value of an entity."""
        return self.message.first(entity)

    @property
    def is_button(self) -> bool:
        """Whether the shopper pressed a button instead of writing."""
        return self.message.is_button


def read_turn(tracker: Mapping[str, Any], now: datetime) -> Turn:
    """The turn in a tracker as the assistant sends it."""
    latest = tracker["latest_message"]
    metadata = latest.get("metadata") or {}
    slots = tracker.get("slots") or {}
    page = metadata.get("page")
    page = page if isinstance(page, dict) else {}
    return Turn(
        conversation_id=str(tracker["sender_id"]),
        message_id=str(latest.get("message_id") or ""),
        message=read_message(latest, slots.get("language") or metadata.get("language")),
        identity_token=metadata.get("identity"),
        page_product=page.get("product"),
        visit=page.get("visit") or str(tracker["sender_id"]),
        slots=slots,
        now=now,
        moods=tuple(tracker.get("moods") or ()),
    )


def read_message(latest: Mapping[str, Any], language: Any) -> Message:
    """A message with what was understood of it; `language` where the words do not tell."""
    found: dict[str, list[str]] = defaultdict(list)
    for entity in latest.get("entities") or ():
        found[entity["entity"]].append(str(entity["value"]))
    intent = latest.get("intent") or {}
    text = in_full(str(latest.get("text") or ""))
    return Message(
        text="" if text.startswith("/") else text,
        language=as_language(next(iter(found.get("language", ())), None) or language),
        intent=str(intent.get("name") or "nlu_fallback"),
        confidence=float(intent.get("confidence") or 0.0),
        ranking=tuple(
            (str(guess["name"]), float(guess["confidence"]))
            for guess in latest.get("intent_ranking") or ()
        ),
        entities={name: tuple(values) for name, values in found.items()},
        parts=tuple(
            Part(in_full(str(one["text"])), str(one["intent"]), float(one["confidence"]))
            for one in latest.get("parts") or ()
        ),
        is_button=text.startswith("/"),
        mood=latest.get("sentiment") or {},
    )


PERSON: Final = "/talk_to_person"


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
        cards: Sequence[Mapping[str, Any] | AnyCard] = (),
        **values: object,
    ) -> None:
        """Utter a response of nlu_data with its values filled in."""
        said: dict[str, Any] = {"response": response, **{k: str(v) for k, v in values.items()}}
        if buttons:
            said["buttons"] = [{"title": b.title, "payload": b.payload} for b in buttons]
        if cards:
            told = [dict(one) if isinstance(one, Mapping) else card_to_json(one) for one in cards]
            said["custom"] = {"cards": told}
        self.responses.append(said)

    def remember(self, slot: str, value: Any) -> None:
        """Set a slot."""
        self.slots[slot] = value

    def expect(self, asks: Mapping[str, Any]) -> None:
        """Say with the last words which answer is waited for, so that a channel can help."""
        if self.responses:
            self.responses[-1].setdefault("custom", {})["asks"] = dict(asks)

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


def at_place(listed: Sequence[str], place: str) -> str | None:
    """What stands at a place of a list, counted from 1, or from its end with -1."""
    if not place.lstrip("-").isdigit():
        return None
    index = int(place) - 1 if int(place) > 0 else int(place)
    return listed[index] if -len(listed) <= index < len(listed) else None
