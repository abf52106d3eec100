"""ORM classes of the shop. They stay inside `shop`; others get dataclasses of `shop.views`."""

from shop.models.catalogue import (
    Brand,
    Category,
    Price,
    Product,
    ProductImage,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    Variant,
)
from shop.models.customers import Address, Consent, Customer
from shop.models.messages import Mail, StockNotice, VerificationCode
from shop.models.orders import (
    Order,
    OrderLine,
    Payment,
    Refund,
    Return,
    ReturnLine,
    Shipment,
    TrackingEvent,
)
from shop.models.payments import PaymentMethod
from shop.models.promotions import BehaviourEvent, Coupon, CouponUse, Promotion
from shop.models.texts import CatalogueChange, CategoryText, ProductText, PromotionText

__all__ = [
    "Address",
    "BehaviourEvent",
    "Brand",
    "CatalogueChange",
    "Category",
    "CategoryText",
    "Consent",
    "Coupon",
    "CouponUse",
    "Customer",
    "Mail",
    "Order",
    "OrderLine",
    "Payment",
    "PaymentMethod",
    "Price",
    "Product",
    "ProductImage",
    "ProductText",
    "Promotion",
    "PromotionText",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Refund",
    "Return",
    "ReturnLine",
    "Shipment",
    "StockNotice",
    "Supplier",
    "TrackingEvent",
    "Variant",
    "VerificationCode",
]
