"""The invoice of an order: stable number, VAT, and a copy by mail."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from kit.i18n import format_date, format_money, local_day
from kit.money import Money, to_cents
from shop.access import access_customer, access_order
from shop.ids import CustomerId
from shop.mail import queue_mail
from shop.views import OrderView

# Standard VAT rates of the countries the shop delivers to; exports leave without VAT.
VAT_RATES: Final = {
    "DE": Decimal("0.19"),
    "AT": Decimal("0.20"),
    "NL": Decimal("0.21"),
    "FR": Decimal("0.20"),
    "IT": Decimal("0.22"),
    "ES": Decimal("0.21"),
    "BE": Decimal("0.21"),
    "PL": Decimal("0.23"),
    "DK": Decimal("0.25"),
    "SE": Decimal("0.25"),
    "IE": Decimal("0.23"),
    "PT": Decimal("0.23"),
}


@dataclass(frozen=True)
class Invoice:
    """What stands on an invoice. `vat` is contained in the order's total."""

    number: str
    order: OrderView
    vat_rate: Decimal
    vat: Money


def invoice_of(order: OrderView) -> Invoice:
    """The invoice of `order`; the same order always gives the same number."""
    rate = VAT_RATES.get(order.country, Decimal(0))
    vat = to_cents(order.total.amount * rate / (1 + rate))
    return Invoice(
        number=f"INV-{order.placed_at.year}-{order.number}",
        order=order,
        vat_rate=rate,
        vat=Money(vat, order.total.currency),
    )


def send_invoice(
    session: Session, customer_id: CustomerId, order_number: str, *, now: datetime
) -> Invoice | None:
    """Mail a copy to the customer's own address, once a day at most; None for no such order."""
    order = access_order(session, customer_id, order_number)
    customer = access_customer(session, customer_id)
    if order is None or customer is None:
        return None
    invoice = invoice_of(order)
    language = customer.language
    queue_mail(
        session,
        key=f"invoice:{order.order_id}:{now.date().isoformat()}",
        recipient=customer.email,
        template="invoice",
        language=language,
        values={
            "document": invoice.number,
            "number": order.number,
            "name": customer.name,
            "day": format_date(local_day(order.placed_at), language, local_day(now)),
            "lines": "\n".join(
                f"{line.quantity} × {line.name(language)} "
                f"{format_money(line.unit_price * line.quantity, language)}"
                for line in order.lines
            ),
            "discount": format_money(-order.discount, language),
            "shipping": format_money(order.shipping, language),
            "total": format_money(order.total, language),
            "vat": format_money(invoice.vat, language),
        },
        now=now,
    )
    return invoice
