"""Recommendations over several turns in both languages: refined, explained, refused, completed."""

import io
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from recommender.drawings import drawn
from recommender.serving.tables import RecommendationRequest
from shop.demo.pictures import product_picture_svg
from shop.models import BehaviourEvent, Customer, Product, ProductText, Variant
from tests.conversations.conftest import BOOTS, SHIRT, Shop, Talk
from tests.conversations.test_products import prices

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]


def slugs(talk: Talk) -> list[str]:
    return [card["sku"] for card in talk.cards()]


def titles(talk: Talk) -> list[str]:
    return [card["title"] for card in talk.cards()]


def events(shop: Shop, talk: Talk, kind: str, who: str | None = None) -> list[BehaviourEvent]:
    """Events of a guest's conversation or of a demo person, oldest first."""
    statement = select(BehaviourEvent).where(BehaviourEvent.kind == kind)
    if who is None:
        statement = statement.where(BehaviourEvent.session_key == talk.client.conversation_id)
    else:
        own = select(Customer.id).where(Customer.email == f"{who}@fernweg.example")
        statement = statement.where(BehaviourEvent.customer_id == own.scalar_subquery())
    with shop.database.reading() as session:
        return list(session.scalars(statement.order_by(BehaviourEvent.id)))


def product_ids(shop: Shop, names: list[str]) -> list[int]:
    with shop.database.reading() as session:
        found = dict(
            session.execute(select(Product.slug, Product.id).where(Product.slug.in_(names)))
            .tuples()
            .all()
        )
    return [found[name] for name in names]


def looks(shop: Shop, name: str) -> dict[str, object]:
    """Attributes of a product."""
    with shop.database.reading() as session:
        return dict(session.scalars(select(Product.attributes).where(Product.slug == name)).one())


def categories(shop: Shop, names: list[str]) -> set[str]:
    with shop.database.reading() as session:
        found = session.scalars(select(Product).where(Product.slug.in_(names)))
        return {product.category.slug for product in found}


def brands(shop: Shop, names: list[str]) -> set[str]:
    with shop.database.reading() as session:
        found = session.scalars(select(Product).where(Product.slug.in_(names)))
        return {product.brand.name for product in found}


@pytest.mark.parametrize(
    ("language", "asks", "says", "use", "budget"),
    [
        ("en", "anything for me?", "what's it for", "for camping", "about 100 at most"),
        ("zh", "给我推荐点东西吧", "做什么用", "露营用的", "一百以内"),
    ],
)
def test_a_new_shopper_is_asked_two_questions(
    shop: Shop, language: str, asks: str, says: str, use: str, budget: str
) -> None:
    talk = shop.chat(None, language)
    talk.say(asks, says)
    assert len(talk.cards()) > 1, "something is offered before anything is asked"
    talk.say(use, "top price|预算")
    assert not talk.cards()
    talk.say(budget, "what you told me|您告诉我")
    assert max(prices(talk.cards())) <= 100
    camping = {"tents", "sleeping-bags", "sleeping-mats", "stoves", "headlamps", "bottles"}
    assert categories(shop, slugs(talk)) <= camping
    (told,) = events(shop, talk, "taste")
    assert told.value == 100
    assert set(told.details["categories"].split(",")) == camping
    shown = events(shop, talk, "recommendation_shown")[-len(talk.cards()) :]
    assert [one.product_id for one in shown] == product_ids(shop, slugs(talk))
    assert all(0 < one.propensity <= 1 for one in shown)
    assert {one.details["strategy"] for one in shown} == {"taste"}


def test_the_two_questions_may_be_left_unanswered(shop: Shop) -> None:
    talk = shop.chat()
    talk.say("anything for me?", "what's it for")
    talk.say("how much is delivery to Austria?", "!what's it for", "Austria|deliver")
    talk.say("hello again", "!what's it for", "!top price")
    assert events(shop, talk, "taste") == []


@pytest.mark.parametrize(
    ("language", "asks", "why", "reason"),
    [
        ("en", "what do you recommend", "why the second one?", "you (bought|looked at|rated)"),
        ("zh", "有什么推荐的", "为什么推荐第二个", "您(买过|看过|好评)"),
    ],
)
def test_why_gives_the_reason_of_the_model(
    shop: Shop, language: str, asks: str, why: str, reason: str
) -> None:
    talk = shop.chat("mia", language)
    talk.say(asks)
    names, cards = titles(talk), talk.cards()
    assert all(card["reason"] for card in cards)
    shown = events(shop, talk, "recommendation_shown", "mia")[-len(cards) :]
    answer = talk.say(why, re.escape(names[1]))
    assert str(cards[1]["reason"]) in answer.text
    if shown[1].details["reason"] in {"bought", "viewed", "liked"}:
        assert re.search(reason, answer.text)
        assert "%" in answer.text
        named = re.search(
            r"the (.+) you|您[买看好][过评]的 ?(.+?)(?: ?搭配|$)", str(cards[1]["reason"])
        )
        assert named
        with shop.database.reading() as session:
            called = select(ProductText.product_id).filter_by(language=language)
            seed = session.scalar(called.where(ProductText.name == (named[1] or named[2])))
        did = ("view", "cart", "purchase", "rating", "recommendation_clicked")
        mine = {one.product_id for kind in did for one in events(shop, talk, kind, "mia")}
        assert seed in mine, "the reason names something that this shopper did"


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        ("en", "show me some tents", "why are you showing me this"),
        ("zh", "有哪些帐篷可以看看", "为什么给我推荐这款"),
    ],
)
def test_what_was_asked_for_is_not_called_a_recommendation(
    shop: Shop, language: str, asks: str, says: str
) -> None:
    talk = shop.chat(None, language)
    talk.say(asks)
    talk.say(says, "what you asked for|haven't recommended|符合您提出的要求|还没有推荐过")


@pytest.mark.parametrize(
    ("who", "language", "asks", "refuses", "noted", "again"),
    [
        (
            "mia",
            "en",
            "recommend me something",
            "not the second one",
            "Got it",
            "what do you suggest",
        ),
        ("mia", "zh", "推荐几款", "第二个不要", "不再为您推荐", "有什么推荐的"),
        (None, "en", "what's popular", "i don't like the first", "Got it", "surprise me"),
        (None, "zh", "有什么热销的", "不喜欢第一个", "不再为您推荐", "随便推荐点"),
    ],
)
def test_a_refusal_is_kept_and_respected(
    shop: Shop, who: str | None, language: str, asks: str, refuses: str, noted: str, again: str
) -> None:
    talk = shop.chat(who, language)
    talk.say(asks)
    place = 1 if who else 0
    refused, name = slugs(talk)[place], titles(talk)[place]
    talk.say(refuses, noted, re.escape(name))
    assert refused not in slugs(talk)
    (key,) = product_ids(shop, [refused])
    kept = events(shop, talk, "recommendation_refused", who)
    assert [one.product_id for one in kept][-1] == key
    later = shop.chat(who, language) if who else talk
    for _ in range(3):
        later.say(again)
        assert refused not in slugs(later)


def test_all_of_them_can_be_refused_and_one_of_many_is_asked_for(shop: Shop) -> None:
    talk = shop.chat()
    talk.say("what's popular right now")
    first = slugs(talk)
    talk.say("not this one", "which one")
    assert events(shop, talk, "recommendation_refused") == []
    talk.say("I don't like any of these", "Got it")
    assert not set(first) & set(slugs(talk))
    refused = [one.product_id for one in events(shop, talk, "recommendation_refused")]
    assert sorted(refused) == sorted(product_ids(shop, first))


@pytest.mark.parametrize(
    ("language", "asks", "cheaper", "blue", "like", "compare"),
    [
        (
            "en",
            "recommend a jacket",
            "cheaper",
            "and in blue?",
            "more like the second",
            "compare the first and the second",
        ),
        (
            "zh",
            "推荐一款外套",
            "便宜点的",
            "换成蓝色的看看",
            "有没有跟第二个类似的",
            "比较第一个和第二个",
        ),
    ],
)
def test_recommendations_are_refined_over_turns(
    shop: Shop, language: str, asks: str, cheaper: str, blue: str, like: str, compare: str
) -> None:
    talk = shop.chat("mia", language)
    talk.say(asks)
    assert categories(shop, slugs(talk)) == {"jackets"}
    talk.say(blue)
    assert talk.cards()
    assert all("colour=blue" in card["image"] for card in talk.cards())
    assert categories(shop, slugs(talk)) == {"jackets"}
    with shop.database.reading() as session:
        for name in slugs(talk):
            found = select(Variant.id).where(
                Variant.product.has(slug=name), Variant.colour == "blue", Variant.stock > 0
            )
            assert session.scalar(found.limit(1)), f"{name} is there in blue"
    names = titles(talk)
    for _ in range(4):  # until the cheapest blue one is reached, whatever came first
        before = prices(talk.cards())
        answer = talk.say(cheaper)
        assert all("colour=blue" in card["image"] for card in talk.cards()), "it is still blue"
        names = titles(talk) or names
        if re.search("Nothing|没有", answer.text):
            break
        assert max(prices(talk.cards())) < min(before)
    else:
        pytest.fail(f"there is always a cheaper one: {answer.text}")
    if len(names) > 1:
        talk.say(like, re.escape(names[1]))
        assert names[1] not in titles(talk)
        assert categories(shop, slugs(talk)) == {"jackets"}
        assert names[1] in talk.cards()[0]["reason"]
    names = titles(talk)
    if len(names) > 1:
        talk.say(compare)
        assert titles(talk) == names[:2]


@pytest.mark.parametrize(
    ("language", "asks", "warmer"),
    [
        ("en", "show me sleeping bags", "something like the first but warmer"),
        ("zh", "看一下你们家的睡袋", "有没有类似第一个但更保暖的"),
    ],
)
def test_something_like_it_but_warmer(shop: Shop, language: str, asks: str, warmer: str) -> None:
    talk = shop.chat(None, language)
    talk.say(asks)
    than = float(looks(shop, slugs(talk)[0])["comfort_c"])  # type: ignore[arg-type]
    answer = talk.say(warmer)
    if talk.cards():
        found = [float(looks(shop, name)["comfort_c"]) for name in slugs(talk)]  # type: ignore[arg-type]
        assert max(found) < than
    else:
        assert re.search("nothing like|没有符合", answer.text)
        with shop.database.reading() as session:
            bags = session.scalars(
                select(Product).where(Product.category.has(slug="sleeping-bags"), Product.is_active)
            )
            assert not [bag for bag in bags if float(bag.attributes["comfort_c"]) < than]


@pytest.mark.parametrize(
    ("language", "asks"),
    [("en", "not that brand please"), ("zh", "不要这个牌子")],
)
def test_a_brand_is_refused(shop: Shop, language: str, asks: str) -> None:
    talk = shop.chat(None, language)
    talk.say("recommend me some backpacks" if language == "en" else "推荐几款背包")
    talk.say("tell me more about the first" if language == "en" else "第一个的详情")
    (brand,) = brands(shop, slugs(talk)[:1])
    (opened,) = events(shop, talk, "recommendation_clicked")
    assert opened.product_id in product_ids(shop, slugs(talk))
    talk.say(asks)
    assert talk.cards()
    assert brand not in brands(shop, slugs(talk))
    (refused,) = events(shop, talk, "recommendation_refused")
    assert refused.details == {"brand": brand}


@pytest.mark.parametrize(
    ("language", "asks", "about"),
    [("en", "what goes with hiking boots?", "hiking boots"), ("zh", "登山鞋配什么", "登山鞋")],
)
def test_what_goes_with_a_kind_of_thing(shop: Shop, language: str, asks: str, about: str) -> None:
    talk = shop.chat(None, language)
    talk.say(asks, about)
    assert "hiking-boots" not in categories(shop, slugs(talk))
    assert all(about in card["reason"] for card in talk.cards())
    shown = events(shop, talk, "recommendation_shown")
    assert {one.details["strategy"] for one in shown} == {"complements"}


@pytest.mark.parametrize(
    ("language", "look", "asks", "name"),
    [
        (
            "en",
            "what are the Alpenrot Summit Hiking Boots like",
            ("compare it with the Talwind Breeze merino t-shirt"),
            "Merino T-Shirt",
        ),
        ("zh", "Alpenrot 巅峰登山鞋怎么样", "跟 Talwind 清风美利奴T恤比较一下这个", "美利奴"),
    ],
)
def test_what_is_looked_at_is_compared_with_another(
    shop: Shop, language: str, look: str, asks: str, name: str
) -> None:
    talk = shop.chat(None, language)
    talk.say(look)
    assert slugs(talk) == [BOOTS]
    talk.say(asks, name)
    assert slugs(talk) == [BOOTS, SHIRT]


@pytest.mark.parametrize(
    ("language", "asks", "press"),
    [("en", "where is order {n}", "goes with"), ("zh", "订单{n}到哪了", "搭配")],
)
def test_an_order_is_completed(shop: Shop, language: str, asks: str, press: str) -> None:
    number = shop.order("mia", "delivered", BOOTS)
    talk = shop.chat("mia", language)
    since = datetime.now(UTC)
    talk.say(asks.format(n=number), number)
    talk.press(press)
    assert talk.cards()
    assert BOOTS not in slugs(talk)
    with shop.database.reading() as session:
        found = session.scalars(
            select(RecommendationRequest).where(
                RecommendationRequest.slot == "order", RecommendationRequest.at >= since
            )
        ).all()
    assert [one.strategy for one in found] == ["complements"]


@pytest.mark.parametrize(
    ("language", "asks", "reason", "yes", "press"),
    [
        ("en", "i want to return order {n}", "changed my mind", "yes", "replacement"),
        ("zh", "我要退订单{n}", "不想要了", "确认", "同类"),
    ],
)
def test_after_a_return_something_else_is_offered(
    shop: Shop, language: str, asks: str, reason: str, yes: str, press: str
) -> None:
    number = shop.order("mia", "delivered", SHIRT)
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number))
    talk.say(reason, number)
    talk.say(yes)
    assert shop.returned(number) is not None
    talk.press(press)
    assert talk.cards()
    assert SHIRT not in slugs(talk)
    assert categories(shop, slugs(talk)) == {"t-shirts"}


@pytest.mark.parametrize(
    ("language", "slug", "colour", "says", "cheaper"),
    [
        ("en", BOOTS, "brown", "look most like your picture", "cheaper"),
        ("zh", SHIRT, "navy", "图片最相近", "便宜点的"),
    ],
)
def test_a_picture_finds_itself_and_its_siblings(
    shop: Shop, language: str, slug: str, colour: str, says: str, cheaper: str
) -> None:
    (category,) = categories(shop, [slug])
    file = io.BytesIO()
    drawn(product_picture_svg(category, colour, slug), 300).save(file, "PNG")
    talk = shop.chat(None, language)
    talk.show(file.getvalue(), says)
    first, before = slugs(talk), prices(talk.cards())
    assert categories(shop, first[:1]) == {category}
    assert f"colour={colour}" in talk.cards()[0]["image"]
    assert all(re.search("your picture|您的图片", card["reason"]) for card in talk.cards())
    shown = events(shop, talk, "recommendation_shown")
    assert {one.details["strategy"] for one in shown} == {"looks"}
    assert [one.product_id for one in shown] == product_ids(shop, first)
    talk.say(cheaper)
    assert not set(slugs(talk)) & set(first)
    assert max(prices(talk.cards()), default=0) < max(before)
