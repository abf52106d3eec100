"""Codes by mail: of two people each their own, the newest one, in time, a few tries."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from kit.database import Database
from shop.ids import CustomerId
from shop.mail import list_mails
from shop.models import VerificationCode
from shop.verification import confirm_code, delete_expired_codes, start_verification
from tests.dialogues import MIA, NOW, TOM

KEY = b"k" * 32
MIAS, TOMS = ("20001", "mia@fernweg.example"), ("30001", "tom@fernweg.example")
MINUTE = timedelta(minutes=1)


def ask(shop: Database, who: tuple[str, str], at: datetime = NOW, key: bytes = KEY) -> str:
    with shop.session() as session:
        return start_verification(session, *who, key=key, now=at)


def codes(shop: Database) -> list[str]:
    """The codes mailed so far, newest first."""
    with shop.reading() as session:
        found = [re.search(r"\d{6}", one.subject) for one in list_mails(session)]
    return [one.group() for one in found if one]


def confirm(
    shop: Database, who: tuple[str, str], code: str, at: datetime = NOW, key: bytes = KEY
) -> CustomerId | None:
    with shop.session() as session:
        return confirm_code(session, *who, code, key=key, now=at)


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "000001"


def test_each_of_two_is_proved_by_their_own_code(shop: Database) -> None:
    assert [ask(shop, one) for one in (MIAS, TOMS)] == ["sent", "sent"]
    toms, mias = codes(shop)
    assert confirm(shop, MIAS, toms) is None or toms == mias
    assert confirm(shop, (MIAS[0], TOMS[1]), toms) is None
    assert confirm(shop, MIAS, mias, key=b"x" * 32) is None
    assert confirm(shop, (" 20001 ", " Mia@FERNWEG.example"), f" {mias} ") == MIA
    assert confirm(shop, TOMS, toms) == TOM
    assert confirm(shop, TOMS, toms) is None


def test_a_mail_goes_to_the_address_the_shop_knows(shop: Database) -> None:
    ask(shop, ("20001", " MIA@Fernweg.example"))
    ask(shop, ("30001", "mia@fernweg.example"))
    with shop.reading() as session:
        [mail] = list_mails(session)
        rows = session.scalars(select(VerificationCode).order_by(VerificationCode.id)).all()
    assert mail.recipient == "mia@fernweg.example"
    assert "15 minutes" in mail.body
    code = codes(shop)[0]
    assert code not in str([(row.code_hash, row.email_hash, row.order_number) for row in rows])
    assert [(row.order_number, row.customer_id, row.tries, row.used_at) for row in rows] == [
        ("20001", MIA, 0, None),
        ("30001", None, 0, None),
    ]
    assert {(row.created_at, row.expires_at) for row in rows} == {(NOW, NOW + 15 * MINUTE)}
    assert rows[0].email_hash == rows[1].email_hash
    assert len({rows[0].code_hash, rows[1].code_hash}) == 2


def test_five_tries_of_one_lock_nobody_else(shop: Database) -> None:
    for one in (MIAS, ("20003", MIAS[1]), TOMS):
        ask(shop, one)
    toms, third, mias = codes(shop)
    for _ in range(5):
        assert confirm(shop, MIAS, wrong(mias)) is None
    assert confirm(shop, MIAS, mias) is None
    assert confirm(shop, ("20003", MIAS[1]), third) == MIA
    assert confirm(shop, TOMS, toms) == TOM


def test_the_fifth_try_still_counts(shop: Database) -> None:
    ask(shop, MIAS)
    code = codes(shop)[0]
    for _ in range(4):
        assert confirm(shop, MIAS, wrong(code)) is None
    assert confirm(shop, MIAS, code, at=NOW + MINUTE) == MIA
    with shop.reading() as session:
        row = session.scalars(select(VerificationCode)).one()
    assert (row.tries, row.used_at) == (5, NOW + MINUTE)


def test_a_new_code_takes_the_place_of_the_old_one(shop: Database) -> None:
    ask(shop, MIAS)
    ask(shop, MIAS, at=NOW + MINUTE)
    new, old = codes(shop)
    if old != new:
        assert confirm(shop, MIAS, old) is None
    assert confirm(shop, MIAS, new) == MIA


@pytest.mark.parametrize(("minutes", "who"), [(14.99, MIA), (15, None)])
def test_a_code_has_its_time(shop: Database, minutes: float, who: CustomerId | None) -> None:
    ask(shop, MIAS)
    assert confirm(shop, MIAS, codes(shop)[0], at=NOW + minutes * MINUTE) == who


def test_a_code_that_was_never_mailed_proves_nothing(
    shop: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.verification.secrets.randbelow", lambda _most: 7)
    toms_order = (TOMS[0], MIAS[1])
    ask(shop, toms_order)
    ask(shop, MIAS)
    assert codes(shop) == ["000007"]
    assert confirm(shop, toms_order, "000007") is None
    assert confirm(shop, MIAS, "000007") == MIA


def test_three_codes_an_hour_are_each_persons(shop: Database) -> None:
    moments = [NOW, NOW + 10 * MINUTE, NOW + 20 * MINUTE]
    assert [ask(shop, MIAS, at) for at in moments] == ["sent"] * 3
    assert ask(shop, MIAS, NOW + 59.9 * MINUTE) == "too_many"
    assert ask(shop, TOMS, NOW + 59.9 * MINUTE) == "sent"
    assert len(codes(shop)) == 4
    assert ask(shop, MIAS, NOW + 60 * MINUTE) == "sent"
    assert ask(shop, MIAS, NOW + 60 * MINUTE) == "too_many"


def test_old_codes_are_forgotten_and_no_newer_ones(shop: Database) -> None:
    ask(shop, MIAS)
    ask(shop, TOMS, NOW + MINUTE)
    with shop.session() as session:
        assert delete_expired_codes(session, before=NOW + 15 * MINUTE) == 0
        assert delete_expired_codes(session, before=NOW + 16 * MINUTE) == 1
        assert session.scalars(select(VerificationCode.customer_id)).all() == [TOM]
