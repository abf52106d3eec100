"""Requests about the shopper's own account and data."""

from actions.forms.proof import need_customer
from actions.forms.run import Run
from actions.forms.script import FormScript
from actions.handover import hand_over
from shop.access import access_customer
from shop.privacy import set_newsletter


class AccountForm(FormScript):
    """Newsletter off, account deletion, changed details: all with proof of identity first."""

    name = "validate_account_form"
    form = "account_form"

    def script(self, run: Run) -> None:
        """Find out who, ask for a yes, do it or hand it to a person who may."""
        if run.is_start:
            run.data["wish"] = run.turn.intent
        customer_id = need_customer(run)
        with run.services.database.reading() as session:
            customer = access_customer(session, customer_id)
        assert customer is not None
        wish = run.data["wish"]
        if wish == "unsubscribe":
            run.need_yes("utter_ask_unsubscribe", email=customer.email)
            with run.services.database.session() as session:
                set_newsletter(session, customer_id, granted=False, now=run.turn.now)
            run.finish("utter_unsubscribed", email=customer.email)
        if wish == "delete_account":
            run.need_yes("utter_ask_delete_account", email=customer.email)
            hand_over(run.turn, run.talk, run.services, reason="erase_data", topic="privacy")
            run.finish("utter_deletion_noted")
        hand_over(run.turn, run.talk, run.services, reason="account_change", topic="account")
        run.finish("utter_account_change_noted")
