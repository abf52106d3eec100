"""What other systems call the state of an order, folded over spelling."""

import re
from collections.abc import Mapping
from typing import Final

from shop.imports.problems import Rejected
from shop.orders import MOVES
from shop.views import OrderState

_WORDS: Final[Mapping[OrderState, str]] = {
    "placed": "pending, pending payment, payment pending, on hold, hold, holded, new, authorized, "
    "authorised, partially paid, payment review, fraud, suspected fraud, unpaid, awaiting payment, "
    "pending availability, invoice unconfirmed, not paid, reminded, ausstehend, offen, wartend, "
    "zahlung ausstehend, in wartestellung, en attente, en attente de paiement, pendiente, "
    "pendiente de pago, 待付款, 待支付, 未付款, 待处理",
    "paid": "processing, in process, in progress, open, unfulfilled, unshipped, "
    "awaiting fulfillment, "
    "awaiting shipment, awaiting dispatch, payment received, payment accepted, captured, paid out, "
    "in bearbeitung, bezahlt, en cours, procesando, in lavorazione, ready, preparing, "
    "preparation in progress, accepted, confirmed, 处理中, 待发货, 已付款, 已支付",
    "packed": "partial, partially fulfilled, partially shipped, partiallyshipped, packing, "
    "ready to ship, ready for pickup, ready for shipping, awaiting pickup, awaiting collection, "
    "teilweise versandt, 部分发货, 已打包",
    "shipped": "sent, dispatched, despatched, versandt, versendet, expédié, expédiée, enviado, "
    "spedito, verzonden, 已发货, 已寄出",
    "in_transit": "on the way, on its way, shipped picked up, shipped lost in transit, "
    "shipped damaged, unterwegs, 运输中",
    "out_for_delivery": "shipped out for delivery, in zustellung, 派送中",
    "delivered": "fulfilled, complete, completed, closed complete, done, finished, received, "
    "shipped delivered to buyer, partially refunded, partially returned, abgeschlossen, "
    "zugestellt, "
    "geliefert, erledigt, terminée, terminé, livré, livrée, completado, entregado, completato, "
    "teilweise erstattet, 已完成, 已签收, 已收货, 交易成功, 部分退款",
    "cancelled": "refunded, canceled, void, voided, failed, trash, closed, declined, "
    "rejected, expired, "
    "unfulfillable, returned, payment error, chargeback, disputed, abandoned, "
    "shipped returned to seller, shipped returning to seller, shipped rejected by buyer, "
    "shipped undeliverable, storniert, erstattet, fehlgeschlagen, abgebrochen, annulée, annulé, "
    "remboursé, remboursée, échouée, cancelado, reembolsado, fallido, annullato, rimborsato, "
    "geannuleerd, 已取消, 已退款, 已关闭, 交易关闭, 失败",
}
_STATES: Final[Mapping[str, OrderState]] = {
    **{word.strip(): state for state, words in _WORDS.items() for word in words.split(",")},
    **{state.replace("_", " "): state for state in MOVES},
}
_REFUNDED: Final = frozenset(
    {
        "refunded",
        "erstattet",
        "remboursé",
        "remboursée",
        "reembolsado",
        "rimborsato",
        "已退款",
        "returned",
        "shipped returned to seller",
        "chargeback",
    }
)
_NO_ORDERS: Final = frozenset({"draft", "checkout draft", "auto draft", "quote", "cart", "草稿"})


def folded_state(text: str) -> str:
    """`wc-on-hold`, `On hold` and `ON_HOLD` are one state."""
    words = re.sub(r"[\s_\-–:./()]+", " ", text.strip().lower()).strip()
    return words.removeprefix("wc ")


def read_state(text: str) -> OrderState:
    """The state of an order, delivered without a word. Raises Rejected."""
    value = folded_state(text)
    if not value:
        return "delivered"
    if value in _NO_ORDERS:
        raise Rejected("not_an_order", "state", f"{text[:40]!r} is a draft and not an order yet")
    found = _STATES.get(value) or _STATES.get(value.replace(" ", ""))
    if found is None:
        known = ", ".join(sorted(state.replace("_", " ") for state in MOVES))
        raise Rejected(
            "unknown_value", "state", f"{text[:40]!r} is not a state of an order; write {known}"
        )
    return found


def is_refunded(text: str) -> bool:
    """Whether the state says that all the money went back."""
    return folded_state(text) in _REFUNDED
