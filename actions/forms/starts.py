"""Which intent starts which form; the rules in nlu_data/rules say the same to Rasa."""

from typing import Final

FORM_OF_INTENT: Final = {
    "track_order": "order_form",
    "report_late_order": "order_form",
    "report_lost_parcel": "order_form",
    "track_parcel": "order_form",
    "list_orders": "order_form",
    "request_invoice": "order_form",
    "track_return": "order_form",
    "track_refund": "order_form",
    "cancel_order": "cancel_order_form",
    "change_address": "change_address_form",
    "change_item": "change_item_form",
    "return_item": "return_form",
    "exchange_item": "return_form",
    "report_damaged_item": "return_form",
    "notify_restock": "notify_restock_form",
    "delete_account": "account_form",
    "unsubscribe": "account_form",
    "change_account_details": "account_form",
}
