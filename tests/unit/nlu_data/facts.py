"""What is true in the demo shop: names the data may use, facts the articles must tell."""

from __future__ import annotations

import kit.intents


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Buttons alone and what nothing was understood of are learned from no examples.
INTENTS = frozenset(kit.intents.INTENTS) - {"search_picture", "nlu_fallback"}

ENTITIES = _words(
    """
    order_number product brand category colour size quantity price date email phone address
    tracking_number coupon ordinal reason code language
    """
)

TOPICS = _words(
    """
    delivery payment returns warranty account privacy products sizes orders stores loyalty
    gift_cards promotions sustainability
    """
)

CATEGORIES = _words(
    """
    jackets fleece trousers shirts t-shirts dresses base-layers hiking-boots trail-shoes sneakers
    sandals backpacks tents sleeping-bags sleeping-mats stoves bottles headlamps hats gloves socks
    sunglasses watches trekking-poles
    """
)
# Words for several categories at once; the search reads them as text.
WIDE_CATEGORIES = frozenset({"shoes", "shoe", "鞋", "鞋子"})

COLOURS = _words(
    """
    black white grey red orange yellow green olive blue navy purple pink brown beige
    """
)

REASONS = _words(
    """
    too_small too_big wrong_item damaged not_as_described changed_mind late other
    """
)

BRANDS = frozenset(
    {
        "Fernweg",
        "Nordlicht",
        "Karst",
        "Talwind",
        "Moorhuhn",
        "Alpenrot",
        "Seidenweg",
        "Kiesel",
        "Lumen & Lark",
        "Basalt",
    }
)

# Every amount of euros that an article may name.
AMOUNTS = frozenset(
    {"1", "4.90", "5", "9.90", "10", "14.90", "20", "40", "50", "120", "150", "500"}
)
PERCENTAGES = frozenset({"10", "15"})
EMAILS = frozenset({"help@fernweg.example"})

# Numbers and codes that an article must contain in every language.
TOLD = {
    "delivery-costs": ("4.90", "50", "9.90", "14.90", "150"),
    "delivery-times": ("2–4", "1–2", "7–12"),
    "express-delivery": ("1–2", "9.90"),
    "delivery-to-china": ("7–12", "14.90", "150"),
    "return-policy": ("30", "5"),
    "refund-times": ("5",),
    "exchanges": ("30",),
    "warranty": ("2", "5"),
    "buy-gift-cards": ("10", "500"),
    "gift-card-validity": ("3",),
    "trail-points": ("1", "100", "5"),
    "coupons": ("WELCOME10", "TRAIL20", "PACKS15", "10", "40", "20", "120", "15"),
    "coupon-not-working": ("SUMMER24", "WELCOME10", "TRAIL20", "PACKS15", "40", "120"),
    "contact-and-hours": ("9", "18", "10", "16", "help@fernweg.example"),
    "payment-methods": ("PayPal", "Apple Pay"),
}
