"""Names for the keys of the shop's rows, so that one kind is never passed for another."""

from typing import NewType

CustomerId = NewType("CustomerId", int)
ProductId = NewType("ProductId", int)
VariantId = NewType("VariantId", int)
OrderId = NewType("OrderId", int)
ReturnId = NewType("ReturnId", int)
PaymentMethodId = NewType("PaymentMethodId", int)
