"""One case for every task: what says everything at once, what is then known, asked and done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kit.i18n import Language
from shop.ids import CustomerId
from tests.dialogues import (
    BOOTS_41,
    BOOTS_43,
    FLEECE_M,
    LENA,
    LINE,
    MIA,
    NOW,
    PACK_OLIVE,
    SHIRT_M,
    SHIRT_S,
    TOM,
)
from tests.dialogues import BOOTS_42 as BOOTS


@dataclass(frozen=True)
class Case:
    """A task played to its end.

    `opening` says everything at once, in both languages, with the entities `named`. `asks` is the
    confirmation, or what is told. `correction` changes one of `corrected`, and the confirmation
    then holds `anew`. `effect` is every change in the database.
    """

    task: str
    who: CustomerId | None
    intent: str
    opening: Mapping[Language, str]
    asks: str
    knows: Mapping[str, Any]
    named: Mapping[str, str] = field(default_factory=dict)
    effect: tuple[str, ...] = ()
    done: str = ""
    correction: Mapping[Language, str] = field(default_factory=dict)
    correction_named: Mapping[str, str] = field(default_factory=dict)
    corrected: Mapping[str, Any] = field(default_factory=dict)
    anew: str = ""


CASES: Final = (
    Case(
        "cancel_order",
        MIA,
        "cancel_order",
        {"en": "Please cancel order 20001", "zh": "请取消订单20001"},
        "utter_ask_cancel",
        {"order": "20001"},
        done="utter_cancelled",
        effect=(
            "+ mail mia@fernweg.example Order 20001 is cancelled",
            "+ refund 1 459.80 PayPal",
            "order 20001: state paid → cancelled",
            "variant 2: stock 9 → 11",
            "variant 5: stock 9 → 11",
        ),
        correction={"en": "no sorry, I meant 20003", "zh": "不对，是20003"},
        corrected={"order": "20003"},
        anew="279.80",
    ),
    Case(
        "cancel_item",
        MIA,
        "cancel_item",
        {"en": "Take the boots out of order 20001", "zh": "把20001里的登山鞋取消掉"},
        "utter_ask_cancel_item",
        {"order": "20001", "lines": [LINE["20001", BOOTS]]},
        done="utter_item_cancelled",
        effect=(
            "+ mail mia@fernweg.example Order 20001: items cancelled",
            "+ refund 1 339.90 PayPal",
            "- order_line 1 5 2 169.95",
            "order 20001: items_total 459.80 → 119.90, total 459.80 → 119.90",
            "variant 5: stock 9 → 11",
        ),
        correction={"en": "no, the shirt", "zh": "不对，是T恤"},
        corrected={"lines": [LINE["20001", SHIRT_M]]},
        anew="119.90",
    ),
    Case(
        "change_address",
        MIA,
        "change_address",
        {
            "en": "Send order 20001 to Elm Street 4, 20095 Hamburg instead",
            "zh": "订单20001改寄到汉堡市老城区花园路100号",
        },
        "utter_ask_change_address",
        {"order": "20001"},
        done="utter_address_changed",
        effect=(
            "+ mail mia@fernweg.example New delivery address for order 20001",
            "order 20001: address Old Road 1, 20253 Hamburg → Elm Street 4, 20095 Hamburg",
        ),
        correction={"en": "oh sorry I meant number 17", "zh": "不对，是17号"},
        anew="17",
    ),
    Case(
        "change_item",
        MIA,
        "change_item",
        {"en": "Change the boots of order 20001 to size 43", "zh": "20001的登山鞋换成43码"},
        "utter_ask_change_item",
        {"order": "20001", "lines": [LINE["20001", BOOTS]], "variant": BOOTS_43},
        named={"size": "43"},
        done="utter_item_changed",
        effect=(
            "+ mail mia@fernweg.example Order 20001 was changed",
            f"order 20001: items_changed_at None → {NOW}",
            "order_line 1 6 2 169.95: variant_id 5 → 6",
            "variant 5: stock 9 → 11",
            "variant 6: stock 9 → 7",
        ),
        correction={"en": "no, size 41", "zh": "不对，41码"},
        correction_named={"size": "41"},
        corrected={"variant": BOOTS_41},
        anew="41",
    ),
    Case(
        "exchange",
        MIA,
        "exchange_item",
        {
            "en": "Exchange the boots of order 20004 for size 43, they are too small",
            "zh": "20004的登山鞋太小了，换43码",
        },
        "utter_ask_exchange",
        {
            "order": "20004",
            "lines": [LINE["20004", BOOTS]],
            "variant": BOOTS_43,
            "reason": "too_small",
        },
        named={"size": "43", "reason": "too_small"},
        done="utter_exchange_started",
        effect=(
            "+ mail mia@fernweg.example Your return label for order 20004",
            "+ return R20004-1 exchange too_small",
            f"+ return_line {LINE['20004', BOOTS]} 2 6",
            "variant 6: stock 9 → 7",
        ),
        correction={"en": "no, size 41", "zh": "不对，41码"},
        correction_named={"size": "41"},
        corrected={"variant": BOOTS_41},
        anew="41",
    ),
    Case(
        "return",
        MIA,
        "return_item",
        {
            "en": "Return the fleece of order 20002, it is too small",
            "zh": "20002的抓绒夹克太小了，我要退货",
        },
        "utter_ask_return",
        {"order": "20002", "lines": [LINE["20002", FLEECE_M]], "reason": "too_small"},
        named={"reason": "too_small"},
        done="utter_return_started",
        effect=(
            "+ mail mia@fernweg.example Your return label for order 20002",
            "+ return R20002-1 refund too_small",
            f"+ return_line {LINE['20002', FLEECE_M]} 2",
        ),
        correction={"en": "no, the shirt", "zh": "不对，是T恤"},
        corrected={"lines": [LINE["20002", SHIRT_M]]},
        anew="119.90",
    ),
    Case(
        "report_damaged",
        MIA,
        "report_damaged_item",
        {
            "en": "The fleece of order 20002 came with a hole, please send a new one",
            "zh": "20002的抓绒夹克破了个洞，给我换新的",
        },
        "utter_ask_replacement",
        {"order": "20002", "lines": [LINE["20002", FLEECE_M]], "remedy": "replacement"},
        done="utter_replacement_sent_damaged",
        effect=(
            "+ mail mia@fernweg.example We are sending order 20002 again",
            "+ order 20002-R1",
            "+ order_line 10 8 2 0.00",
            "variant 8: stock 9 → 7",
        ),
        correction={"en": "no, my money back please", "zh": "不，还是退款吧"},
        corrected={"remedy": "refund"},
        anew="159.90",
    ),
    Case(
        "report_missing",
        MIA,
        "report_missing_item",
        {
            "en": "The fleece was missing in order 20002, please refund it",
            "zh": "20002里少了抓绒夹克，请退款",
        },
        "utter_ask_refund_missing",
        {"order": "20002", "lines": [LINE["20002", FLEECE_M]], "remedy": "refund"},
        done="utter_missing_refunded",
        effect=(
            "+ mail mia@fernweg.example Your refund for order 20002",
            "+ refund 2 159.90 PayPal",
        ),
        correction={"en": "no, the shirt", "zh": "不对，是T恤"},
        corrected={"lines": [LINE["20002", SHIRT_M]]},
        anew="119.90",
    ),
    Case(
        "report_wrong",
        MIA,
        "report_wrong_item",
        {
            "en": "I got the wrong shirt with order 20004 and want a refund",
            "zh": "20004发错了T恤，我要退款",
        },
        "utter_ask_return_faulty",
        {"order": "20004", "lines": [LINE["20004", SHIRT_S]], "remedy": "refund"},
        done="utter_faulty_return_started",
        effect=(
            "+ mail mia@fernweg.example Your return label for order 20004",
            "+ return R20004-1 refund wrong_item",
            f"+ return_line {LINE['20004', SHIRT_S]} 2",
        ),
        correction={"en": "no, send me the right one", "zh": "不，给我换对的"},
        corrected={"remedy": "replacement"},
        anew="20004",
    ),
    Case(
        "report_lost",
        TOM,
        "report_lost_parcel",
        {"en": "My parcel of order 30002 never came", "zh": "订单30002的包裹一直没收到"},
        "utter_ask_report_lost",
        {"order": "30002"},
        done="utter_lost_reported",
        effect=("order 30002: lost_reported_at None → 2026-11-24 09:30:00+00:00",),
        correction={"en": "no sorry, 30003", "zh": "不对，是30003"},
        corrected={"order": "30003"},
        anew="30003",
    ),
    Case(
        "unsubscribe",
        MIA,
        "unsubscribe",
        {"en": "Stop the newsletter please", "zh": "请退订邮件"},
        "utter_ask_unsubscribe",
        {},
        done="utter_unsubscribed",
        effect=("consent 1 newsletter: granted True → False",),
    ),
    Case(
        "delete_account",
        MIA,
        "delete_account",
        {"en": "Delete my account", "zh": "注销我的账户"},
        "utter_ask_delete_account",
        {},
        done="utter_deletion_noted",
        effect=("+ tickets erase_data",),
    ),
    Case(
        "change_account",
        MIA,
        "change_account_details",
        {"en": "My phone number has changed", "zh": "我的手机号换了"},
        "utter_account_change_noted",
        {},
        effect=("+ tickets account_change",),
    ),
    Case(
        "invoice",
        MIA,
        "request_invoice",
        {"en": "Mail me the invoice of order 20002", "zh": "把20002的发票发给我"},
        "utter_invoice_sent",
        {},
        effect=("+ mail mia@fernweg.example Invoice INV-2026-20002 for order 20002",),
    ),
    Case(
        "list_orders",
        MIA,
        "list_orders",
        {"en": "Show me my orders", "zh": "我都买过什么"},
        "utter_orders",
        {},
    ),
    Case(
        "order_status",
        TOM,
        "track_order",
        {"en": "Where is order 30002?", "zh": "订单30002到哪了"},
        "utter_status_on_its_way",
        {},
    ),
    Case(
        "track_refund",
        LENA,
        "track_refund",
        {"en": "Where is the money for order 40001?", "zh": "40001的退款到哪了"},
        "utter_refund_pending",
        {},
    ),
    Case(
        "track_return",
        LENA,
        "track_return",
        {"en": "Has my return of order 40002 arrived?", "zh": "40002的退货收到了吗"},
        "utter_return_status",
        {},
    ),
    Case(
        "restock_notice",
        None,
        "notify_restock",
        {
            "en": "Tell ann@mail.example when the olive Ridge 45 backpack is back",
            "zh": "山脊45背包橄榄色到货了写信给 ann@mail.example",
        },
        "utter_notice_noted",
        {},
        named={"product": "karst-ridge-45-backpack", "colour": "olive"},
        effect=(f"+ stock_notice {PACK_OLIVE} ann@mail.example",),
    ),
)
CONFIRMED: Final = tuple(case for case in CASES if case.done)
CORRECTED: Final = tuple(case for case in CASES if case.correction)
