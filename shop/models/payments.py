"""What customers pay with."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, Minor, UtcDateTime

_NAMES: Final = {
    "paypal": "PayPal",
    "gift_card": "gift card",
    "store_credit": "store credit",
    "alipay": "Alipay",
    "wechat_pay": "WeChat Pay",
    "invoice": "invoice",
}


class PaymentMethod(Base):
    """A card, an account or a gift card of a customer; `key` is the shop's name for it.

    `balance` is what is left on a gift card or as store credit; the others have none.
    """

    __tablename__ = "payment_method"
    __table_args__ = (
        UniqueConstraint("customer_id", "key"),
        CheckConstraint("balance >= 0", name="balance_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    brand: Mapped[str] = mapped_column(String(40), default="")
    last_four: Mapped[str] = mapped_column(String(4), default="")
    balance: Mapped[Decimal | None] = mapped_column(Minor)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def name(self) -> str:
        """What people call it: `Mastercard 9212`, `PayPal`."""
        card = " ".join(filter(None, (self.brand.title() or "card", self.last_four)))
        return _NAMES.get(self.kind, card)
