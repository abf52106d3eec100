"""Who is asking: a signed-in customer, or an order number, its e-mail and a code by mail."""

import re

from actions.forms.run import Run
from actions.identity import remember_proof, verified_customer
from shop.ids import CustomerId
from shop.verification import confirm_code, start_verification


def need_customer(run: Run) -> CustomerId:
    """Who is asking, by sign-in or by order number, e-mail and code."""
    customer = verified_customer(run.turn, run.services)
    if customer is not None:
        return customer
    number = need_order_number(run)
    email = run.data.get("email")
    if email is None and (given := run.turn.first("email")):
        email = run.take("email", given)
    if email is None:
        run.ask("email", "utter_ask_email", number=number)
    if not run.data.get("code_sent"):
        _send_code(run, number, str(email))
    return _check_code(run, number, str(email))


def need_order_number(run: Run) -> str:
    """The number of an order that the shopper names."""
    number = run.turn.first("order_number")
    if run.turn.first("address"):
        number = None  # a postcode
    elif number is None and run.waits_for == "order_number":
        number = run.turn.first("code")  # six digits may be an order number too
    if number is not None and number != run.data.get("order_number"):
        for stale in ("email", "code_sent"):
            if not run.turn.first("email"):
                run.data.pop(stale, None)
        run.take("order_number", number)
    if not run.data.get("order_number"):
        run.ask("order_number", "utter_ask_order_number")
    return str(run.data["order_number"])


def _send_code(run: Run, number: str, email: str) -> None:
    with run.services.database.session() as session:
        outcome = start_verification(
            session, number, email, key=run.services.settings.secret_key, now=run.turn.now
        )
    if outcome == "too_many":
        run.finish("utter_too_many_codes", [run.words.person()])
    run.data["code_sent"] = True
    run.data["tries"] = 0
    run.ask("code", "utter_ask_code", email=masked(email))


def _check_code(run: Run, number: str, email: str) -> CustomerId:
    code = run.turn.first("code") or run.turn.first("order_number")
    digits = re.sub(r"\D", "", run.turn.text)
    if code is None and len(digits) == 6:
        code = digits
    if run.waits_for != "code" or code is None:
        run.ask("code", "utter_ask_code", email=masked(email))
    run.used = True
    with run.services.database.session() as session:
        customer = confirm_code(
            session,
            number,
            email,
            str(code),
            key=run.services.settings.secret_key,
            now=run.turn.now,
        )
    if customer is not None:
        remember_proof(run.turn, run.talk, run.services, customer)
        return customer
    run.data["tries"] = run.data.get("tries", 0) + 1
    if run.data["tries"] >= 3:
        run.data.pop("code_sent")
        run.finish("utter_not_proved", [run.words.person()])
    run.talk.say("utter_wrong_code")
    run.ask("code", "utter_ask_code", email=masked(email))
    raise AssertionError


def masked(email: str) -> str:
    """`m••@fernweg.example`: enough to recognise, too little to learn."""
    name, _, place = email.partition("@")
    return f"{name[:1]}••@{place}"
