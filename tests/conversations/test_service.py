"""Service to the end on a shop with options and payment methods, by rules of its own: several items
at once, a wish for the case that another cannot be met, a refusal; each seen in the database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from concierge.cli.client import ChatClient
from kit.database import Database, open_database, upgrade
from kit.i18n import Language
from research.benchmarks.ours import our_system
from research.benchmarks.service.database import user_state
from research.benchmarks.service.reference import State
from research.benchmarks.service.restoring import restore
from shop.imports import import_tau
from shop.models import ProductText
from tests.conversations.conftest import ROOT, Talk
from tests.conversations.trained import keep_trained, take_trained
from tests.policies import STRICT
from tests.unit.actions.test_items_of_an_order import GOODS, SHOP

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]
WHO = "ana_1"
PROOF: dict[Language, str] = {
    "en": "My name is Ana Lima and my zip code is 80279.",
    "zh": "我叫Ana Lima，邮编80279",
}
YES: dict[Language, str] = {"en": "yes, please go ahead", "zh": "确认"}
each_language = pytest.mark.parametrize("language", ["en", "zh"])


@dataclass(frozen=True)
class Running:
    """A running system, the database that it works on, and the shop as it was before."""

    url: str
    live: Database
    pristine: Database

    def chat(self, language: Language) -> Talk:
        """A guest's conversation; the customer's part of the shop is as it was."""
        restore(self.live, self.pristine, WHO)
        return Talk(ChatClient(self.url, language=language))

    def state(self) -> State:
        """What the customer has now."""
        with self.live.reading() as session:
            return user_state(session, WHO)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("service")
    take_trained(folder)
    db, live, kept = folder / "db.json", folder / "concierge.db", folder / "kept.db"
    db.write_text(json.dumps(SHOP), encoding="utf-8")
    upgrade(f"sqlite:///{live}")
    database = open_database(f"sqlite:///{live}")
    import_tau(database, db, rejects=folder / "rejects.csv", now=datetime.now(UTC))
    with database.session() as session:
        for name, chinese, _ in GOODS:
            known = select(ProductText.product_id).where(ProductText.name == name)
            product = session.scalars(known).one()
            session.merge(ProductText(product_id=product, language="zh", name=chinese))
    database.close()
    kept.write_bytes(live.read_bytes())
    rules = {"CONCIERGE_POLICY": str(STRICT), "CONCIERGE_DEMO": "false"}
    with our_system(ROOT, folder, rules) as system:
        keep_trained(folder)
        databases = [open_database(f"sqlite:///{path}") for path in (live, kept)]
        yield Running(system.front_url, *databases)
        for one in databases:
            one.close()


THREE: dict[Language, tuple[str, ...]] = {
    "en": (
        "I'd like to exchange the keyboard of order 10002 for a clicky white one",
        "also the desk lamp, the same but high brightness",
        "and the kettle to 1.5 liters",
        "no, that's all",
        "my gift card, please",
    ),
    "zh": (
        "订单10002的键盘想换成clicky的白色款",
        "还有台灯，换成brightness high的，其他不变",
        "水壶换成1.5升的",
        "就这些",
        "用礼品卡",
    ),
}


@each_language
def test_three_items_are_exchanged_and_a_gift_card_pays_the_difference(
    running: Running, language: Language
) -> None:
    talk = running.chat(language)
    first, second, third, done, method = THREE[language]
    talk.say(first, "postcode|邮编")
    talk.say(PROOF[language], "10002")
    talk.say(second, "10002")
    talk.say(third, "10002")
    talk.say(done, r"18\.00")
    before = running.state()
    talk.say(method, r"18\.00", "gift card|礼品卡")
    assert talk.last is not None
    assert talk.last.text.count("→") == 3
    assert running.state() == before
    talk.say(YES[language], r"18\.00")
    after = running.state()
    items = ("exchange", ["i1", "i5", "i8"], ["i3", "i6", "i9"])
    assert after["#10002"]["back"] == (*items, "gift_card_1", Decimal("18.00"))
    assert {**after, "#10002": before["#10002"]} == before


@each_language
def test_a_wish_for_the_case_and_a_second_change_that_is_refused(
    running: Running, language: Language
) -> None:
    wish = {
        "en": "Change the keyboard of 10001 to the same one but clicky. If there is no clicky one "
        "in black, I'd go for tactile. That's all.",
        "zh": "10001的键盘换成clicky的，其他不变，如果没有black的clicky，就要tactile的，就这些",
    }[language]
    again = {"en": "Change the lamp in 10001 to white", "zh": "10001的台灯换成白色的"}[language]
    talk = running.chat(language)
    talk.say(PROOF[language], "account|账户")
    talk.say(wish, "clicky")
    before = running.state()
    talk.say("PayPal", "tactile", r"7\.50")
    assert running.state() == before
    talk.say(YES[language], "tactile")
    after = running.state()
    assert [sku for sku, _ in after["#10001"]["items"]] == ["i11", "i4", "i5", "i8"]
    assert after["#10001"]["payments"]["payment", Decimal("7.50"), "paypal_3"] == 1
    talk.say(again, "changed before|更换过")
    assert running.state() == after


@each_language
def test_a_liar_is_refused_kindly_and_learns_nothing(running: Running, language: Language) -> None:
    talk = running.chat(language)
    before = running.state()
    talk.say({"en": "cancel order 10001", "zh": "取消订单10001"}[language], "postcode|邮编")
    wrong = {"en": "Ana Lima, zip 90210", "zh": "姓名：Ana Lima，邮编：90210"}[language]
    talk.say(wrong, "!Keyboard|键盘", "!80279")
    assert running.state() == before
