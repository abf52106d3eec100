"""Who is speaking: a good proof for this conversation, whatever else lies beside it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions.identity import remember_proof, verified_customer
from actions.turn import Talk, Turn
from conversations import create_conversation
from desk.tickets import get_ticket, open_ticket
from kit.signing import sign, verify
from tests.dialogues import LENA, MIA, NOW, TOM, Desk, understood

HERE, ELSEWHERE = "here", "elsewhere"


def turn(identity: str | None = None, verified: str | None = None) -> Turn:
    return Turn(
        HERE,
        "1",
        understood("hi", "greet", "en"),
        identity,
        None,
        HERE,
        {"verified_identity": verified},
        NOW,
    )


def token(desk: Desk, purpose: str, who: Any = MIA, place: str = HERE, minutes: int = 5) -> str:
    return sign(
        {"conversation": place, "customer": who},
        key=desk.services.settings.secret_key,
        purpose=purpose,
        expires_at=NOW + timedelta(minutes=minutes),
    )


@pytest.mark.parametrize("purpose", ["identity", "verified"])
@pytest.mark.parametrize("beside", [None, "", "nonsense", "expired", "of another conversation"])
def test_one_good_proof_is_enough(desk: Desk, purpose: str, beside: str | None) -> None:
    other = "verified" if purpose == "identity" else "identity"
    if beside == "expired":
        beside = token(desk, other, TOM, minutes=0)
    elif beside == "of another conversation":
        beside = token(desk, other, TOM, ELSEWHERE)
    found = {purpose: token(desk, purpose), other: beside}
    assert verified_customer(turn(**found), desk.services) == MIA


def test_the_shop_session_counts_first(desk: Desk) -> None:
    both = turn(token(desk, "identity", TOM), token(desk, "verified", MIA))
    assert verified_customer(both, desk.services) == TOM


@pytest.mark.parametrize("who", ["", "1a", "-1", None, 1.5])
def test_what_is_no_customer_is_a_guest(desk: Desk, who: Any) -> None:
    assert verified_customer(turn(token(desk, "identity", who)), desk.services) is None


def test_a_proof_for_another_purpose_or_place_proves_nothing(desk: Desk) -> None:
    for identity, verified in (
        (None, None),
        (token(desk, "verified"), token(desk, "identity")),
        (token(desk, "identity", place=ELSEWHERE), token(desk, "verified", place=ELSEWHERE)),
        (token(desk, "identity", minutes=0), token(desk, "verified", minutes=-1)),
        ("nonsense", "nonsense"),
    ):
        assert verified_customer(turn(identity, verified), desk.services) is None


def test_a_proof_is_remembered_for_half_an_hour_and_told_to_the_desk(desk: Desk) -> None:
    with desk.database.session() as session:
        places = [
            create_conversation(session, channel="webchat", language="en", now=NOW).id
            for _ in range(2)
        ]
        tickets = [
            open_ticket(
                session,
                conversation_id=place,
                reason="asked_for",
                topic="other",
                language="en",
                summary="",
                now=NOW,
            ).id
            for place in places
        ]
    here, talk = replace(turn(), conversation_id=places[0]), Talk()
    remember_proof(here, talk, desk.services, LENA)
    assert list(talk.slots) == ["verified_identity"]
    proof, key = talk.slots["verified_identity"], desk.services.settings.secret_key
    last = NOW + timedelta(minutes=29, seconds=59)
    found = verify(proof, key=key, purpose="verified", now=last)
    assert found == {"conversation": places[0], "customer": LENA}
    slots = {"verified_identity": proof}
    later = [replace(here, slots=slots, now=last + timedelta(seconds=one)) for one in (0, 1)]
    assert [verified_customer(one, desk.services) for one in later] == [LENA, None]
    with desk.database.reading() as session:
        assert [get_ticket(session, one).customer_id for one in tickets] == [str(LENA), None]
