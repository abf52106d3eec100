"""Proofs by facts: exactly the one customer, no hint, and few tries."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from kit.database import Database
from shop.ids import CustomerId
from shop.models import Address, Customer, Order, VerificationCode
from shop.policy import ProofWay
from shop.proofs import Told, prove
from tests.dialogues import MIA, NOW, TOM
from tests.policies import demo_policy

KEY = b"k" * 32
HOUR = timedelta(hours=1)


@pytest.fixture
def known(shop: Database) -> Database:
    """The shop under rules that take facts for a proof."""
    policy = demo_policy()
    proof = replace(policy.proof, ways=("email", "name_and_postcode", "phone_digits"))
    with shop.session() as session:
        session.execute(update(Customer).where(Customer.id == MIA).values(phone="+49 40 555 4711"))
        session.add(
            Address(
                customer_id=TOM,
                recipient="Tom Hill",
                text="1 Mill Lane, London SW1A 1AA",
                country="GB",
                is_default=True,
            )
        )
    return shop.with_info(policy=replace(policy, proof=proof))


def tell(shop: Database, way: ProofWay, place: str = "here", **told: str) -> Any:
    with shop.session() as session:
        return prove(session, way, Told(**told), conversation=place, key=KEY, now=NOW)


@pytest.mark.parametrize(
    ("way", "told", "who"),
    [
        ("email", {"email": "mia@fernweg.example"}, MIA),
        ("email", {"email": " MIA@Fernweg.Example "}, MIA),
        ("name_and_postcode", {"name": "Mia Berg", "postcode": "20253"}, MIA),
        ("name_and_postcode", {"name": "berg, mia", "postcode": "20253"}, MIA),
        ("name_and_postcode", {"name": "Tom Hill", "postcode": "sw1a1aa"}, TOM),
        ("phone_digits", {"number": "20001", "digits": "4711"}, MIA),
    ],
)
def test_the_right_facts_prove_the_one_customer(
    known: Database, way: ProofWay, told: dict[str, str], who: CustomerId
) -> None:
    assert tell(known, way, **told) == who


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("email", {"email": "mia@fernweg.exampl"}),
        ("email", {"email": "%"}),
        ("name_and_postcode", {"name": "Mia", "postcode": "20253"}),
        ("name_and_postcode", {"name": "Mia Berg Hill", "postcode": "20253"}),
        ("name_and_postcode", {"name": "%", "postcode": "20253"}),
        ("name_and_postcode", {"name": "Mia Berg", "postcode": "20254"}),
        ("name_and_postcode", {"name": "Mia Berg", "postcode": "2025"}),
        ("name_and_postcode", {"name": "Mia Berg", "postcode": "2"}),
        ("name_and_postcode", {"name": "Mia Berg", "postcode": "....."}),
        ("phone_digits", {"number": "20001", "digits": "4712"}),
        ("phone_digits", {"number": "20001", "digits": "711"}),
        ("phone_digits", {"number": "30001", "digits": "4711"}),
        ("phone_digits", {"number": "99999", "digits": "4711"}),
    ],
)
def test_wrong_facts_prove_nobody_and_are_counted(
    known: Database, way: ProofWay, told: dict[str, str]
) -> None:
    assert tell(known, way, **told) == "wrong"
    with known.reading() as session:
        rows = session.scalars(select(VerificationCode)).all()
    assert len(rows) == 2
    assert {(one.order_number, one.code_hash, one.customer_id) for one in rows} == {("", "", None)}


def test_two_of_one_name_and_postcode_are_nobody(known: Database) -> None:
    with known.session() as session:
        session.add(Customer(id=9, email="other@fernweg.example", name="Mia Berg", created_at=NOW))
        session.flush()
        session.add(
            Address(
                customer_id=9,
                recipient="M",
                text="New Road 2, 20253 Hamburg",
                country="DE",
                is_default=True,
            )
        )
    assert tell(known, "name_and_postcode", name="Mia Berg", postcode="20253") == "wrong"


def test_an_erased_customer_is_nobody(known: Database) -> None:
    with known.session() as session:
        session.execute(update(Customer).where(Customer.id == MIA).values(erased_at=NOW))
        session.execute(update(Order).values(address="Old Road 1, 20253 Hamburg"))
    assert tell(known, "name_and_postcode", name="Mia Berg", postcode="20253") == "wrong"
    assert tell(known, "email", email="mia@fernweg.example") == "wrong"


def test_after_three_wrong_answers_a_right_one_counts_for_nothing(known: Database) -> None:
    answers = [tell(known, "email", email=f"{n}@x.example") for n in range(3)]
    assert answers == ["wrong", "wrong", "too_many"]
    assert tell(known, "email", email="mia@fernweg.example") == "too_many"
    assert tell(known, "email", place="elsewhere", email="mia@fernweg.example") == MIA
    with known.session() as session:
        later = prove(
            session,
            "email",
            Told(email="mia@fernweg.example"),
            conversation="here",
            key=KEY,
            now=NOW + HOUR,
        )
    assert later == MIA


def test_one_name_is_not_guessed_at_in_many_conversations(known: Database) -> None:
    guesses = [
        tell(known, "name_and_postcode", f"c{n}", name="Mia Berg", postcode=f"3000{n}")
        for n in range(10)
    ]
    assert guesses == ["wrong"] * 10
    right = {"name": "mia berg", "postcode": "20253"}
    assert tell(known, "name_and_postcode", "another", **right) == "too_many"
    assert tell(known, "name_and_postcode", "another", name="Tom Hill", postcode="SW1A 1AA") == TOM


def test_a_way_that_the_rules_do_not_have_proves_nothing(shop: Database) -> None:
    with pytest.raises(ValueError, match="no proof by facts: email"):
        tell(shop, "email", email="mia@fernweg.example")
