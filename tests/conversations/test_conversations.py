"""Whole conversations in both languages: real model, real actions, real database, real effects."""

import json
import re

import pytest
from sqlalchemy import func, select

from bot.model_card import card_files
from concierge.cli.client import ChatClient, Turn
from shop.models import Order, Refund, Return, StockNotice
from tests.conversations.conftest import Shop

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]


def prove(shop: Shop, chat: ChatClient, number: str, email: str, wish: str) -> Turn:
    """Say the wish as a guest and prove the order with its e-mail and code."""
    assert chat.send(wish).text
    assert chat.send(email).text
    return chat.send(shop.code(email))


@pytest.mark.parametrize(
    ("language", "says", "expects"),
    [
        ("en", "hello", "help|can I do"),
        ("en", "are you a robot?", "a program"),
        ("en", "how much is delivery to Austria?", r"4\.90"),
        ("en", "can I pay with alipay?", "Alipay"),
        ("en", "when is the Karst Ridge 45 in olive back?", "very probably by"),
        ("en", "is WELCOME10 valid?", "10% off"),
        ("en", "what offers do you have right now?", "TRAIL20"),
        ("en", "where is my order?", "order number"),
        ("en", "write me a poem about politics", "outside what I know"),
        ("zh", "你好", "您好|你好"),
        ("zh", "你是机器人吗", "智能助手"),
        ("zh", "运费是多少", "4.90"),
        ("zh", "Karst 山脊 45 背包橄榄色什么时候到货？", "很可能不晚于"),
        ("zh", "WELCOME10能用吗", "9 折"),
        ("zh", "现在有什么优惠活动", "TRAIL20"),
        ("zh", "我的订单到哪了", "订单号"),
        ("zh", "我要投诉", "抱歉|人工客服"),
        ("en", "thank you! how much is delivery to Austria?", r"4\.90"),
        ("zh", "寄到法国运费多少钱？", "4.90"),
        ("zh", "怎么付款", "支付宝"),
        ("zh", "多久发货", "工作日"),
    ],
)
def test_one_question_one_answer(shop: Shop, language: str, says: str, expects: str) -> None:
    answer = ChatClient(shop.url, language=language).send(says)
    assert re.search(expects, answer.text), answer.text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "do you have a blue backpack?"),
        ("en", "recommend me a warm jacket"),
        ("zh", "有没有蓝色的背包"),
        ("zh", "推荐一款登山鞋"),
    ],
)
def test_products_come_as_cards(shop: Shop, language: str, says: str) -> None:
    cards = [c for r in ChatClient(shop.url, language=language).send(says).replies for c in r.cards]
    assert cards
    assert all(card["price"].startswith("€") for card in cards)


def test_cancelling_asks_for_proof_and_a_yes_then_acts(shop: Shop) -> None:
    chat = ChatClient(shop.url)
    asked = prove(shop, chat, "10482", "mia@fernweg.example", "please cancel order 10482")
    assert re.search("Cancel order 10482.*€89.90", asked.text), asked.text
    assert shop.state("10482") == "paid"
    assert re.search("€89.90.*PayPal", chat.send("yes").text)
    assert shop.state("10482") == "cancelled"
    with shop.database.reading() as session:
        refunds = session.scalars(
            select(Refund.key)
            .join(Order, Refund.order_id == Order.id)
            .where(Order.number == "10482")
        ).all()
    assert [key.split(":")[0] for key in refunds] == ["cancel"]


def test_cancelling_in_chinese_and_a_no_changes_nothing(shop: Shop) -> None:
    chat = ChatClient(shop.url, language="zh")
    asked = prove(shop, chat, "10433", "chenwei@fernweg.example", "取消订单10433")
    assert "取消订单 10433" in asked.text
    assert "10433" not in chat.send("不要").text
    assert shop.state("10433") == "paid"


def test_a_question_in_between_is_answered_and_the_task_goes_on(shop: Shop) -> None:
    chat = ChatClient(shop.url)
    assert "email" in chat.send("where is my order 10467?").text
    between = chat.send("how long does delivery take?").text
    assert "2–4 working days" in between
    assert "email" in between
    chat.send("jonas@fernweg.example")
    answer = chat.send(shop.code("jonas@fernweg.example"))
    assert "DHL" in [card.get("carrier") for reply in answer.replies for card in reply.cards]


def test_a_foreign_order_gets_the_same_answer_and_no_mail(shop: Shop) -> None:
    chat = ChatClient(shop.url)
    chat.send("cancel order 10455")
    assert "If that matches the order" in chat.send("tom@fernweg.example").text
    assert "didn't work" in chat.send("123456").text
    assert shop.state("10455") == "in_transit"


def test_a_return_over_its_window_is_refused(shop: Shop) -> None:
    chat = ChatClient(shop.url)
    refused = prove(shop, chat, "10123", "tom@fernweg.example", "I want to return order 10123")
    assert "30 days" in refused.text
    with shop.database.reading() as session:
        assert session.scalar(select(func.count(Return.id)).where(Return.number == "R10123-1")) == 0


def test_a_return_starts_in_chinese(shop: Shop) -> None:
    chat = ChatClient(shop.url, language="zh")
    turn = prove(shop, chat, "10377", "lina@fernweg.example", "订单10377我要退货")
    buttons = [b for r in turn.replies for b in r.buttons]
    turn = chat.send(buttons[0][1])
    assert "原因" in turn.text
    turn = chat.send(next(b for r in turn.replies for b in r.buttons)[1])
    assert "确认吗" in turn.text
    assert "退货申请已提交" in chat.send("确认").text
    with shop.database.reading() as session:
        assert (
            session.scalar(select(Return.state).where(Return.number == "R10377-1")) == "label_sent"
        )


def test_a_notice_is_noted_once(shop: Shop) -> None:
    for _ in range(2):
        chat = ChatClient(shop.url)
        turn = chat.send("when is the Karst Ridge 45 in olive back?")
        chat.send(next(b for r in turn.replies for b in r.buttons)[1])
        assert "ann@mail.example" in chat.send("ann@mail.example").text
    with shop.database.reading() as session:
        statement = select(func.count(StockNotice.id)).where(
            StockNotice.email == "ann@mail.example"
        )
        assert session.scalar(statement) == 1


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "I want to talk to a human"),
        ("en", "I am so angry, I want to talk to a real person about my broken jacket!"),
        ("zh", "我的包裹没到，请转人工客服"),
    ],
)
def test_a_person_is_called(shop: Shop, language: str, says: str) -> None:
    chat = ChatClient(shop.url, language=language)
    assert chat.send(says).text
    assert shop.tickets(chat.conversation_id) == ["asked_for_person"]


@pytest.mark.parametrize(
    ("language", "wish", "question", "bye"),
    [
        ("en", "send me my invoice", "which order", "bye"),
        ("zh", "发票发我一份", "哪个订单", "再见"),
    ],
)
def test_who_says_goodbye_is_not_asked_on(
    shop: Shop, language: str, wish: str, question: str, bye: str
) -> None:
    shop.order("lina")
    shop.order("lina")
    talk = shop.chat("lina", language)
    talk.say(wish, question)
    talk.say(bye, f"!{question}")


def test_the_model_has_its_card_beside_it(shop: Shop) -> None:
    model = max(shop.settings.models_dir.glob("*.tar.gz"))
    target, text = card_files(model)
    card = json.loads(target.read_text("utf-8"))
    assert card["model"] == model.name
    parts = {name: one["metrics"] for name, one in card["parts"].items()}
    assert set(parts) >= {"ShopUnderstanding0", "ShopSentiment1", "knowledge"}
    for language in ("en", "zh"):
        assert parts["ShopUnderstanding0"][language]["cross_validated_accuracy"] > 0.7
        assert card["encoders"][language]["weights"] in {"float32", "int8, dynamic quantisation"}
    assert "| cross validated accuracy |" in text.read_text("utf-8")
