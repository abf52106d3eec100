"""A dialogue's state in short, as a colleague gets it at the hand-over."""

from actions.handover import understood
from desk.tickets import Known, Understood
from dialogue.state import Done, Focus, Frame, Question, State


def test_the_frame_is_told_without_proofs_and_records() -> None:
    frame = Frame("change_address")
    frame.put("customer", {"number": "10482", "email": "mia@fernweg.example", "code": "423968"})
    frame.put("_tries", 2)
    frame.put("order", "10482", "said")
    frame.put("lines", [3, 4, 5], "shop")
    frame.put("variant", 77, "said")
    state = State(
        question=Question("confirm", "change_address", "address"),
        frame=frame,
        parked=[Frame("return")],
        focus=Focus(order="10500", product="karst-jacket"),
        done=[Done("cancel_order")],
    )
    assert understood(state, {3: "Karst jacket, M", 4: "Beanie"}) == Understood(
        task="change_address",
        known=(
            Known("order", "10482", "said"),
            Known("lines", "Karst jacket, M, Beanie", "shop"),
            Known("product", "karst-jacket", "shown"),
        ),
        kind="confirm",
        asked="address",
        parked=("return",),
        done=("cancel_order",),
    )
    assert understood(State(), {}).is_empty
