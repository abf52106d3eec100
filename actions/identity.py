"""Who is speaking: a signed shop session, or an order proved by e-mail and code."""

from datetime import timedelta
from typing import Final

from actions.services import Services
from actions.turn import Talk, Turn
from desk.tickets import note_customer
from kit.signing import BadSignature, sign, verify
from shop.ids import CustomerId

PROVED_FOR: Final = timedelta(minutes=30)


def verified_customer(turn: Turn, services: Services) -> CustomerId | None:
    """The customer this conversation belongs to, if that is proved; None for a guest."""
    key = services.settings.secret_key
    for token, purpose in (
        (turn.identity_token, "identity"),
        (turn.slots.get("verified_identity"), "verified"),
    ):
        if not token:
            continue
        try:
            proof = verify(str(token), key=key, purpose=purpose, now=turn.now)
        except BadSignature:
            continue
        if (
            proof.get("conversation") == turn.conversation_id
            and str(proof.get("customer")).isdigit()
        ):
            return CustomerId(int(proof["customer"]))
    return None


def remember_proof(turn: Turn, talk: Talk, services: Services, customer_id: CustomerId) -> None:
    """Keep for half an hour that this conversation proved to be the customer's.

    An agent who has the conversation's ticket sees from now on who it is.
    """
    token = sign(
        {"conversation": turn.conversation_id, "customer": customer_id},
        key=services.settings.secret_key,
        purpose="verified",
        expires_at=turn.now + PROVED_FOR,
    )
    talk.remember("verified_identity", token)
    with services.database.session() as session:
        note_customer(session, turn.conversation_id, customer_id, now=turn.now)
