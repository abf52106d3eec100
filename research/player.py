"""Plays messages against the real dialogue in one process, without Rasa and HTTP.

What answers is what serves. Scripted shoppers and judges of dialogues use it.
"""

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from actions.chat import Chat
from actions.identity import remember_proof
from actions.respond import STATE, respond
from actions.server import import_actions
from actions.services import Services, load_services
from actions.turn import Talk, Turn
from bot.models import unpack_trained
from conversations import AnyCard, cards_from_json, create_conversation
from dialogue.message import Message, Part
from dialogue.state import State, state_from_json
from encoders.shared import shared_encoders
from kit.chat_spelling import in_full
from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language
from kit.settings import Settings
from shop.ids import CustomerId
from shop.terms import terms
from understanding.assistant import Understanding
from understanding.entities.patterns import collect_names
from understanding.language import detect_language
from understanding.tuning.assistant import tuned_from

_MARKED = re.compile(r"\[(?P<surface>[^\]]+)\](?:\((?P<entity>\w+)\)|(?P<more>\{[^}]*\}))")


def learn(root: Path, data_dir: Path, names: Mapping[str, tuple[str, str]]) -> Understanding:
    """Understanding learned from nlu_data, as Rasa's component learns it."""
    examples: dict[Language, list[tuple[str, str]]] = {language: [] for language in LANGUAGES}
    annotated: list[tuple[str, str, str]] = []
    synonyms: dict[str, str] = {}
    lookups: dict[str, list[str]] = {}
    files = [
        (language, path)
        for language in LANGUAGES
        for folder in ("nlu", "lookups")
        for path in sorted((root / "nlu_data" / language / folder).glob("*.yml"))
    ]
    for folder, path in files:
        for entry in (yaml.safe_load(path.read_text("utf-8")) or {}).get("nlu") or ():
            lines = [
                line.strip().removeprefix("- ").strip()
                for line in str(entry.get("examples") or "").splitlines()
                if line.strip()
            ]
            if "synonym" in entry:
                synonyms |= dict.fromkeys(lines, entry["synonym"])
            elif "lookup" in entry:
                lookups[entry["lookup"]] = [*lookups.get(entry["lookup"], []), *lines]
            elif "intent" in entry:
                for line in lines:
                    text = _MARKED.sub(lambda found: found["surface"], line)
                    language = detect_language(text, folder) or DEFAULT_LANGUAGE
                    examples[language].append((text, entry["intent"]))
                    annotated += [_annotation(found) for found in _MARKED.finditer(line)]
    understanding = Understanding(shared_encoders(data_dir))
    understanding.entities = collect_names(annotated, synonyms, lookups, dict(names))
    understanding.learn(examples)
    return understanding


def _annotation(found: Any) -> tuple[str, str, str]:
    if found["entity"]:
        return found["surface"], found["entity"], found["surface"]
    more = json.loads(found["more"])
    return found["surface"], more["entity"], str(more.get("value", found["surface"]))


def trained_understanding(settings: Settings, into: Path) -> Understanding:
    """Understanding as the newest trained assistant has it, its files put below `into`.

    Raises NotTrained where there is none.
    """
    folder = unpack_trained(settings.models_dir, "ShopUnderstanding", into)
    return Understanding.load(folder, shared_encoders(settings.data_dir), tuned_from(folder))


def load_texts(root: Path) -> dict[Language, dict[str, list[str]]]:
    """Texts of responses by language and name, the default language's where one has none."""
    found: dict[Language, dict[str, list[str]]] = {}
    for language in LANGUAGES:
        texts: dict[str, list[str]] = {}
        for path in sorted((root / "nlu_data" / language / "responses").glob("*.yml")):
            for name, variations in (yaml.safe_load(path.read_text("utf-8"))["responses"]).items():
                texts[name] = [str(one.get("text") or "") for one in variations]
        found[language] = texts
    return {language: {**found[DEFAULT_LANGUAGE], **texts} for language, texts in found.items()}


@dataclass(frozen=True)
class Said:
    """One reply: text, titles and payloads of its buttons, its cards, the response."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    cards: tuple[AnyCard, ...] = ()
    response: str = ""
    asks: Mapping[str, Any] | None = None


@dataclass
class Player:
    """A conversation; `who` is the signed-in customer, none for a guest."""

    services: Services
    understanding: Understanding
    texts: Mapping[Language, Mapping[str, Sequence[str]]]
    now: datetime
    who: CustomerId | None = None
    language: Language = DEFAULT_LANGUAGE
    page: str | None = None
    conversation: str = ""
    slots: dict[str, Any] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        with self.services.database.session() as session:
            made = create_conversation(
                session, channel="webchat", language=self.language, now=self.now
            )
            self.conversation = made.id
        if self.who is not None:
            talk = Talk()
            turn = self._turn(Message("", self.language))
            remember_proof(turn, talk, self.services, self.who)
            self.slots |= talk.slots

    @property
    def state(self) -> State:
        """The dialogue's state."""
        return state_from_json(self.slots.get(STATE))

    def say(self, text: str) -> list[Said]:
        """Say something; the replies."""
        understood = self.understanding.read(text, self.language)
        self.language = understood.language
        entities: dict[str, list[str]] = {}
        for one in understood.entities:
            entities.setdefault(one.entity, []).append(one.value)
        message = Message(
            in_full(text),
            understood.language,
            understood.intent,
            understood.ranking[0][1],
            understood.ranking,
            {name: tuple(values) for name, values in entities.items()},
            tuple(Part(in_full(one.text), one.intent, one.confidence) for one in understood.parts),
        )
        return self.send(message)

    def press(self, payload: str) -> list[Said]:
        """Press a button with this payload."""
        intent, brace, rest = payload.removeprefix("/").partition("{")
        values = json.loads(brace + rest) if brace else {}
        entities = {
            name: tuple(map(str, value)) if isinstance(value, list) else (str(value),)
            for name, value in values.items()
        }
        return self.send(
            Message("", self.language, intent, 1.0, ((intent, 1.0),), entities, is_button=True)
        )

    def send(self, message: Message) -> list[Said]:
        """Answer a message that was understood elsewhere."""
        self.count += 1
        state = self.state
        state.turn += 1
        talk = Talk()
        chat = Chat(self._turn(message), state, talk, self.services)
        respond(chat)
        self.slots |= talk.slots
        self.slots[STATE] = json.loads(json.dumps(state.to_json()))
        self.log = [str(act) for act in chat.acts]
        return [self._said(one, message.language) for one in talk.responses]

    def _turn(self, message: Message) -> Turn:
        return Turn(
            self.conversation,
            f"m{self.count}",
            message,
            None,
            self.page,
            self.conversation,
            self.slots,
            self.now,
        )

    def _said(self, response: Mapping[str, Any], language: Language) -> Said:
        name = str(response["response"])
        variations = self.texts[language].get(name)
        if variations is None:
            raise KeyError(f"there is no response {name} in {language}")
        text = random.Random(self.count).choice(list(variations))
        values = {
            key: str(value)
            for key, value in response.items()
            if key not in {"response", "buttons", "custom"}
        }
        for key, value in {
            **terms(self.services.settings.shop_name, self.services.policy),
            **values,
        }.items():
            text = text.replace("{" + key + "}", value)
        custom = response.get("custom") or {}
        return Said(
            text,
            tuple((one["title"], one["payload"]) for one in response.get("buttons") or ()),
            cards_from_json(custom.get("cards")),
            name,
            custom.get("asks"),
        )


def open_player(settings: Settings, understanding: Understanding, now: datetime) -> Player:
    """A guest's player on an installation whose knowledge index and shop are there."""
    import_actions()
    services = load_services(settings)
    return Player(services, understanding, load_texts(settings.root), now)


def as_guest(player: Player, **changes: Any) -> Player:
    """A new conversation beside `player`, with the same models."""
    return replace(player, conversation="", slots={}, log=[], count=0, **changes)
