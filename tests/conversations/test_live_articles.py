"""Articles that change while shoppers talk."""

import time
from datetime import UTC, datetime

import pytest

from knowledge.articles import make_article
from knowledge.store import put_article, withdraw_article
from tests.conversations.conftest import Shop

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]
PROMISED_SECONDS = 1.0


def test_an_article_answers_within_a_second_and_is_silent_within_one(shop: Shop) -> None:
    article = make_article(
        "boot-resoling",
        "en",
        title="New soles for old boots",
        topic="warranty",
        questions=["can you put new soles on my boots", "do you resole hiking boots"],
        body="We put new soles on leather boots for 65 euros; it takes ten working days.",
    )
    question = "do you resole hiking boots?"
    shop.chat().say(question, "!65 euros")
    with shop.database.session() as session:
        put_article(session, article, now=datetime.now(UTC), by="test")
    time.sleep(PROMISED_SECONDS)
    shop.chat().say(question, "65 euros", "New soles for old boots")
    with shop.database.session() as session:
        withdraw_article(session, "boot-resoling", "en", now=datetime.now(UTC), by="test")
    time.sleep(PROMISED_SECONDS)
    shop.chat().say(question, "!65 euros")
