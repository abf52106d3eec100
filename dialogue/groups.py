"""What kinds of intents there are to the dialogue; the names are those of nlu_data/intents.yml."""

from typing import Final

from dialogue.acts import ActKind

# What an admin's own intents begin with: `own_workshops` is answered by `utter_own_workshops`.
OWN: Final = "own_"
YES_OR_NO: Final = frozenset({"affirm", "deny"})
FEELINGS: Final = frozenset({"complain", "praise", "thank"})
SMALL_TALK: Final = frozenset(
    {
        "greet",
        "goodbye",
        "small_talk",
        "bot_challenge",
        "ask_help",
        "switch_language",
        "out_of_scope",
    }
)
REPORTS: Final = frozenset(
    {
        "report_late_order",
        "report_lost_parcel",
        "report_damaged_item",
        "report_missing_item",
        "report_wrong_item",
        "report_no_code",
    }
)
# Looking around, which nobody does while something has gone wrong.
BROWSING: Final = frozenset(
    {
        "search_product",
        "ask_product_details",
        "recommend_products",
        "refine_search",
        "check_stock",
        "ask_price",
    }
)
# Intents that ask something; with something in focus they are about that.
ASKS: Final = frozenset(
    {
        "ask_delivery",
        "ask_payment",
        "ask_warranty",
        "ask_return_policy",
        "ask_privacy",
        "ask_store_info",
        "ask_gift_card",
        "ask_loyalty",
        "ask_order_process",
        "ask_account",
        "ask_size_advice",
        "ask_product_details",
        "ask_price",
        "ask_promotions",
        "ask_coupon",
        "ask_restock_date",
        "check_stock",
        "ask_why",
        "ask_complements",
        "ask_repair",
        "ask_compensation",
        "track_refund",
        "track_return",
    }
)
# What tells of something that is not to be had is no yes: "the blue one".
TELLS: Final = frozenset({"inform", "choose_option"})
# What only a person can do: wished for again where one is offered for it, it is a yes.
THROUGH_PEOPLE: Final = frozenset({"urge_dispatch"})
# What may be asked of a task in hand or just done.
ASKED_OF_DONE: Final = ASKS | {"urge_dispatch", "price_protection"}


# Tasks of which one may take the other's place, with their intents: "no, exchange them instead".
KIN: Final = {"return": "return_item", "exchange": "exchange_item"}


# What can be done with a thing that was bought, of which only one is done.
WAYS: Final = frozenset(
    {"return_item", "exchange_item", "cancel_order", "cancel_item", "change_item"}
)
# Intents that do something with an order.
ON_ORDERS: Final = WAYS | {"change_address"}


def kind_of_wish(intent: str) -> ActKind:
    """The act that an intent of its own does."""
    if intent in REPORTS:
        return "report"
    if intent in FEELINGS:
        return "feeling"
    if intent in SMALL_TALK or intent in YES_OR_NO:
        return "other"
    if intent == "refine_search":
        return "refine"
    if intent == "compare_products":
        return "compare"
    if intent == "stop":
        return "stop"
    return "wish"
