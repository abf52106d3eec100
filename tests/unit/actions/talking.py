"""A conversation on products by hand, in a small shop of its own, without articles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import numpy as np

from actions.answers import answer
from actions.answers.beside import say_beside
from actions.browsing.live import LiveCatalogue
from actions.chat import Chat
from actions.server import import_actions
from actions.services import Services
from actions.turn import Talk, Turn
from dialogue.acts import Act, ActKind
from dialogue.message import Message
from dialogue.state import State
from kit.clock import FixedClock
from kit.database import open_database, upgrade
from kit.i18n import Catalogue, Language
from kit.settings import load_settings
from shop.catalogue import get_products
from shop.demo import make_demo
from shop.ids import ProductId
from shop.policy_file import shop_policy
from shop.terms import terms

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NAME = "Alpenrot Summit Hiking Boots"
BOOTS = "alpenrot-summit-hiking-boots"
SHELL = "nordlicht-storm-rain-shell"


class NoArticles:
    """Knowledge without an article."""

    def search(self, text: str, language: Language, **_filters: str | None) -> list[Any]:
        return []


@contextmanager
def open_services(folder: Path) -> Iterator[Services]:
    """A shop of sixty products."""
    import_actions()
    url = f"sqlite:///{folder}/shop.db"
    upgrade(url)
    database = open_database(url)
    make_demo(database, now=NOW, customers=20, products=60, days=120)
    clock = FixedClock(NOW)
    yield Services(
        settings=load_settings({"CONCIERGE_DATA_DIR": str(folder)}, folder),
        database=database,
        knowledge=cast(Any, NoArticles()),
        words=Catalogue.load("actions", terms("Fernweg", shop_policy())),
        clock=clock,
        models=cast(Any, None),
        reasons=cast(Any, None),
        catalogue=LiveCatalogue(database, clock),
        random=np.random.default_rng(1),
    )
    database.close()


@dataclass
class Talking:
    """A conversation by hand: each message with the act and the intent that were read."""

    services: Services
    language: Language = "en"
    state: State = field(default_factory=State)
    said: list[str] = field(default_factory=list)

    def say(
        self, text: str, kind: ActKind, intent: str = "", page: str | None = None, **found: str
    ) -> dict[str, Any]:
        entities = {name: (value,) for name, value in found.items()}
        message = Message(text, self.language, intent, 0.9, ((intent, 0.9),), entities)
        turn = Turn("c", "m", message, None, page, "v", {}, NOW)
        talk = Talk()
        self.state.turn += 1
        act = Act(kind, message, "by hand", intent=intent)
        answer(Chat(turn, self.state, talk, self.services, acts=[act]), act)
        self.said = [str(one["response"]) for one in talk.responses]
        return talk.responses[0]

    def aside(self, text: str, intent: str) -> dict[str, Any]:
        """Say something that was taken for small talk."""
        message = Message(text, self.language, intent, 0.9, ((intent, 0.9),), {})
        turn = Turn("c", "m", message, None, None, "v", {}, NOW)
        talk = Talk()
        act = Act("other", message, "by hand", intent=intent)
        say_beside(Chat(turn, self.state, talk, self.services, acts=[act]), act)
        return talk.responses[0]

    def first_shown(self) -> str:
        """The first product of the list on show, by its slug."""
        with self.services.database.reading() as session:
            found = get_products(session, [ProductId(int(self.state.shown.keys[0]))], now=NOW)
        return found[0].slug


def cards(said: dict[str, Any]) -> list[str]:
    shown = said.get("custom", {}).get("cards", ())
    return [one["sku"] for card in shown for one in card.get("columns", [card])]
