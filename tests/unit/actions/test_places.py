"""Follow-ups about delivery keep the place, or change it."""

import pytest

from actions.answers.places import in_context, is_abroad, where_we_do_not_deliver, zone_of
from kit.i18n import Language


@pytest.mark.parametrize(
    ("text", "before", "zone", "language", "meant"),
    [
        ("and iceland?", "do you ship to Norway", "norway", "en", "do you ship to Canada"),
        (
            "how long does that take",
            "do you ship to Norway",
            "norway",
            "en",
            "how long does that take delivery to Norway",
        ),
        ("那香港呢", "可以寄到中国大陆吗", "china", "zh", "可以寄到加拿大吗"),
        ("运费多少", "你们寄中国大陆吗", "china", "zh", "寄到中国大陆运费多少"),
        (
            "can I pay with my phone in your shop",
            "do you ship to Norway",
            "norway",
            "en",
            "can I pay with my phone in your shop",
        ),
        ("do you ship to oslo", "", None, "en", "do you ship to Norway"),
    ],
)
def test_a_short_question_is_read_with_the_one_before(
    text: str, before: str, zone: str | None, language: Language, meant: str
) -> None:
    assert in_context(text, before, zone, language) == meant


def test_sending_to_where_nothing_is_sent_asks_whether_we_deliver() -> None:
    assert where_we_do_not_deliver("how much is shipping to Canada", "en") == (
        "do you deliver to Canada"
    )
    assert where_we_do_not_deliver("寄到加拿大要几天", "zh") == "可以寄到加拿大吗"
    assert where_we_do_not_deliver("is Canada cold", "en") is None
    assert zone_of("is your team in the shop") is None


@pytest.mark.parametrize(
    ("address", "country", "abroad"),
    [
        ("Rue de Rivoli 5, 75001 Paris, France", "DE", True),
        ("10 High Street, London", "DE", True),
        ("London Road 5, 20095 Hamburg", "DE", False),
        ("Elm Street 4, 20095 Hamburg", "DE", False),
        ("Elm Street 4, 20095 Hamburg, Germany", "DE", False),
        ("Rue de Rivoli 5, 75001 Paris", "FR", False),
        ("上海市黄浦区南京东路100号", "DE", True),
        ("上海市黄浦区南京东路100号", "CN", False),
        ("德国汉堡市花园路8号", "DE", False),
        ("Rue de Rivoli 5, Paris", "", False),
    ],
)
def test_an_address_abroad_is_known_by_its_country_or_city(
    address: str, country: str, abroad: bool
) -> None:
    assert is_abroad(address, country) is abroad
