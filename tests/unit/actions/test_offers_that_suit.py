"""Who is known gets the same offers as everybody, what suits them first, with the reason why."""

from datetime import timedelta

import pytest

from actions.answers.offers import offers
from actions.chat import Chat
from actions.services import Services
from actions.turn import Talk, Turn
from dialogue.message import Message
from dialogue.state import State
from insights.profiles.job import refresh
from kit.i18n import Language
from kit.signing import sign
from shop.privacy import find_customer, set_personal
from tests.unit.actions.talking import NOW


def rows(goods: Services, language: Language, name: str | None) -> list[str]:
    token = None
    if name is not None:
        with goods.database.reading() as session:
            customer = find_customer(session, f"{name}@fernweg.example")
        token = sign(
            {"conversation": "c", "customer": customer},
            key=goods.settings.secret_key,
            purpose="identity",
            expires_at=NOW + timedelta(hours=1),
        )
    message = Message("offers?", language, "ask_promotions", 0.9, (("ask_promotions", 0.9),), {})
    turn = Turn("c", "m", message, token, None, "v", {}, NOW)
    return [one.row for one in offers(Chat(turn, State(), Talk(), goods, acts=[]))]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_offer_on_what_was_bought_comes_first_and_says_so(
    goods: Services, language: Language
) -> None:
    refresh(goods.database, now=NOW)
    everybody, hers = rows(goods, language, None), rows(goods, language, "sofia")
    assert rows(goods, language, "noor") == everybody  # nothing is known of Noor
    (same,) = (row for row in everybody if "PACKS15" in row)  # Sofia has bought a pack
    assert everybody[0] != same
    assert hers[0].startswith(same)
    assert len(hers[0]) > len(same)  # the reason
    assert hers[1:] == [row for row in everybody if row != same]


def test_who_switched_it_off_gets_the_list_as_it_is(goods: Services) -> None:
    refresh(goods.database, now=NOW)
    with goods.database.session() as session:
        sofia = find_customer(session, "sofia@fernweg.example")
        assert sofia is not None
        set_personal(session, sofia, granted=False, now=NOW)
    assert rows(goods, "en", "sofia") == rows(goods, "en", None)
    with goods.database.session() as session:
        set_personal(session, sofia, granted=True, now=NOW)
