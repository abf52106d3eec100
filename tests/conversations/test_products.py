"""Finding, comparing, stock, prices, notices and recommendations in both languages."""

import re

import pytest
from sqlalchemy import func, select

from desk.tickets.models import TicketRow
from shop.models import StockNotice
from tests.conversations.conftest import Shop, Talk

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]


def prices(cards: object) -> list[float]:
    assert isinstance(cards, list | tuple)
    return [float(re.sub(r"[^\d.]", "", card["price"])) for card in cards]


@pytest.mark.parametrize(
    ("language", "search", "cheaper", "second", "compare"),
    [
        (
            "en",
            "show me some backpacks",
            "anything cheaper?",
            "tell me more about the second",
            "compare the first and the third",
        ),
        ("zh", "有哪些帐篷可以看看", "有没有便宜点的", "第一个", "比较一下第一个和第二个"),
    ],
)
def test_a_list_is_refined_looked_at_and_compared(
    shop: Shop, language: str, search: str, cheaper: str, second: str, compare: str
) -> None:
    talk = shop.chat(None, language)
    talk.say(search)
    before = prices(talk.cards())
    assert len(before) > 1
    if language == "zh":
        talk.say(compare)
        assert len(talk.cards()) == 2
        assert_names_the_cheaper(talk)
    talk.say(cheaper)
    after, titles = prices(talk.cards()), [card["title"] for card in talk.cards()]
    assert max(after) < min(before)
    talk.say(second)
    assert talk.cards()[0]["title"] == titles[1 if language == "en" else 0]
    if language == "en":
        talk.say(compare)
        assert [card["title"] for card in talk.cards()] == [titles[0], titles[2]]
        assert_names_the_cheaper(talk)


def assert_names_the_cheaper(talk: Talk) -> None:
    """Of two products side by side, where their prices differ: its price is marked."""
    assert talk.last is not None
    one, other = prices(talk.cards())
    if one == other:
        return
    (table,) = [card for reply in talk.last.replies for card in reply.cards]
    priced = next(row for row in table["rows"] if all("€" in value for value in row["values"]))
    assert list(priced["best"]) == [0 if one < other else 1]


@pytest.mark.parametrize(
    ("language", "asks", "says", "price", "costs"),
    [
        (
            "en",
            "is the talwind breeze merino t-shirt there in M?",
            "in stock.*M",
            "what does it cost",
            r"€59\.95",
        ),
        ("zh", "Alpenrot 巅峰登山鞋有没有40码", "有货.*40", "它多少钱", r"€149\.95"),
    ],
)
def test_stock_then_price_of_the_same(
    shop: Shop, language: str, asks: str, says: str, price: str, costs: str
) -> None:
    talk = shop.chat(None, language)
    talk.say(asks, says)
    talk.say(price, costs)


@pytest.mark.parametrize(
    ("language", "asks", "notify", "email", "noted"),
    [
        (
            "en",
            "is the Karst Ridge 45 in olive available",
            "tell me when it's back",
            "b@mail.example",
            "b@mail.example",
        ),
        (
            "zh",
            "Karst 山脊 45 背包橄榄色还有吗",
            "到货了通知我",
            "c@mail.example",
            "c@mail.example",
        ),
    ],
)
def test_a_notice_when_it_is_back(
    shop: Shop, language: str, asks: str, notify: str, email: str, noted: str
) -> None:
    talk = shop.chat(None, language)
    talk.say(asks, "sold out|缺货", "very probably by|很可能不晚于")
    talk.say(notify, "email|邮箱")
    talk.say(email, noted)
    with shop.database.reading() as session:
        found = select(func.count(StockNotice.id)).where(StockNotice.email == email)
        assert session.scalar(found) == 1


@pytest.mark.parametrize(
    ("language", "asks"),
    [
        ("en", "what would you recommend for a weekend hut trip?"),
        ("en", "surprise me with something"),
        ("zh", "给我推荐点东西吧"),
        ("zh", "周末去徒步，带点什么好"),
    ],
)
def test_recommendations_come_with_pictures(shop: Shop, language: str, asks: str) -> None:
    talk = shop.chat("noor", language)
    talk.say(asks)
    assert len(talk.cards()) > 1
    assert all(card["image"] and card["price"] for card in talk.cards())


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        ("en", "what's the Nordlicht Aurora two-person tent like", "Nordlicht Aurora"),
        ("en", "got a discount code for me?", "WELCOME10|TRAIL20"),
        ("en", "how do I wash merino", "wool|merino"),
        ("en", "what is the warranty on tents", "5 years"),
        ("en", "can i pay with paypal", "PayPal"),
        ("en", "do you deliver to Switzerland", "Switzerland|deliver"),
        ("zh", "Nordlicht 极光双人帐篷怎么样", "极光"),
        ("zh", "有优惠码吗", "WELCOME10|TRAIL20"),
        ("zh", "羽绒服怎么清洗", "羽绒"),
        ("zh", "帐篷保修几年", "5 年"),
        ("zh", "能用微信付款吗", "微信"),
        ("zh", "退货要自己出运费吗", "免费|运费"),
    ],
)
def test_questions_are_answered(shop: Shop, language: str, asks: str, says: str) -> None:
    talk = shop.chat(None, language)
    answer = talk.client.send(asks)
    cards = [card["title"] for reply in answer.replies for card in reply.cards]
    assert re.search(says, " ".join([answer.text, *cards])), answer.text


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        ("en", "how many points have i got", "120 Trail Points|Points"),
        ("zh", "我现在有多少积分", "积分"),
    ],
)
def test_points(shop: Shop, language: str, asks: str, says: str) -> None:
    shop.chat("mia", language).say(asks, says, "120")


@pytest.mark.parametrize(
    ("language", "says", "reply"),
    [
        ("en", "good morning!", "help|can I do"),
        ("en", "thanks a lot", "help|welcome"),
        ("en", "you guys rock", "kind|thank"),
        ("en", "see you", "bye|write any time"),
        ("en", "who won the football match yesterday", "outside what I know"),
        ("zh", "早上好", "您好|你好"),
        ("zh", "太感谢了", "高兴|不客气"),
        ("zh", "你们服务真棒", "谢谢|感谢|夸奖"),
        ("zh", "拜拜", "再见"),
        ("zh", "帮我写一首诗", "能力范围"),
    ],
)
def test_small_talk(shop: Shop, language: str, says: str, reply: str) -> None:
    shop.chat(None, language).say(says, reply)


@pytest.mark.parametrize(
    ("language", "upset", "person"),
    [
        ("en", "this is ridiculous, worst shop ever", "Talk to a person"),
        ("zh", "你们这服务太差劲了，我很生气", "转人工"),
    ],
)
def test_a_complaint_reaches_a_person(shop: Shop, language: str, upset: str, person: str) -> None:
    talk = shop.chat("amira", language)
    talk.say(upset, "sorry|抱歉")
    talk.press(person)
    assert shop.tickets(talk.client.conversation_id)


@pytest.mark.parametrize(
    ("language", "upset", "still_upset"),
    [
        ("en", "this is ridiculous, worst shop ever", "you are useless, I am furious with you"),
        ("zh", "你们这服务太差劲了，我很生气", "太失望了，态度太恶劣"),
    ],
)
def test_who_stays_upset_gets_a_person_unasked(
    shop: Shop, language: str, upset: str, still_upset: str
) -> None:
    talk = shop.chat("amira", language)
    talk.say(upset, "sorry|抱歉")
    assert not shop.tickets(talk.client.conversation_id)
    talk.say(still_upset)
    assert shop.tickets(talk.client.conversation_id) == ["upset"]
    with shop.database.reading() as session:
        where = TicketRow.conversation_id == talk.client.conversation_id
        row = session.scalars(select(TicketRow).where(where)).one()
        assert row.sentiment == "negative"
        assert len(row.moods) == 2
        assert max(row.moods) < 0


@pytest.mark.parametrize(
    ("language", "says", "first", "second"),
    [
        ("en", "cancel my order and when do you open on saturday", "order|cancel", "open|hours"),
        ("zh", "取消订单，另外你们周六几点开门", "订单|取消", "门店|周六|营业"),
    ],
)
def test_a_second_wish_is_not_forgotten(
    shop: Shop, language: str, says: str, first: str, second: str
) -> None:
    order = shop.order("tom", "paid")
    talk = shop.chat("tom", language)
    turn = talk.say(says, first)
    assert shop.state(order) == "paid"
    titles = [title for title, _ in talk.buttons()]
    assert re.search(second, " ".join([turn.text, *titles]), re.IGNORECASE), (turn.text, titles)
