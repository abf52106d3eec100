"""Cards of every kind as the assistant sends them, by the word that asks for them."""

from typing import Any

from conversations import (
    AnyCard,
    ArticleCard,
    Button,
    Change,
    Column,
    ComparisonCard,
    ConfirmationCard,
    DoneCard,
    Field,
    OrderCard,
    ProofCard,
    Row,
    Step,
    card_to_json,
)

BOOTS = "/media/products/karst-granit-mid.svg"
ORDER = OrderCard(
    title="Order 10482",
    number="10482",
    subtitle="Granit Mid hiking boots and Fell fleece",
    image=BOOTS,
    state="On its way",
    day="With you by Thursday 3 December",
    carrier="DHL",
    tracking="00340434292135100186",
    tracking_url="https://www.dhl.com/global-en/home/tracking.html?tracking-id=00340434292135100186",
    news="Tuesday 1 December: it reached the sorting centre in Leipzig",
    steps=(
        Step("Ordered", "done"),
        Step("Packed", "done"),
        Step("Shipped", "now"),
        Step("Delivered", "next"),
    ),
    buttons=(Button("Change address", "/change"), Button("Return", "/return")),
)
SMALL = tuple(
    OrderCard(
        title=title,
        picks=title,
        total=total,
        state="Delivered",
        day="Monday 9 November",
        subtitle="Heath two-person tent",
        image="/media/products/moorhuhn-two.svg",
    )
    for title, total in (("Order 10482", "€189.00"), ("Order 10391", "€74.90"))
)
CANCEL = ConfirmationCard(
    title="Cancel order 10482",
    subtitle="Granit Mid hiking boots",
    image=BOOTS,
    tone="danger",
    changes=(
        Change("Items", "2 items"),
        Change("Goes to", "Neue Straße 9, 20095 Hamburg", "Alte Gasse 1, 10115 Berlin"),
    ),
    money=(Change("Back to PayPal", "€149.95"),),
)
COMPARED = ComparisonCard(
    title="Side by side",
    columns=(
        Column("Granit Mid hiking boots", BOOTS, "/product/karst-granit-mid", "a"),
        Column("Sturm rain jacket", "/media/products/talwind-sturm.svg", "/product/talwind-sturm"),
        Column("Fell fleece", "/media/products/nordlicht-fell.svg", "/product/nordlicht-fell"),
    ),
    rows=(
        Row("Price", ("€169.00", "€139.00", "€149.00"), (1,)),
        Row("Weight", ("1,180 g", "1,020 g", ""), (1,)),
        Row("Membrane", ("Gore-Tex", "Gore-Tex", "Gore-Tex")),
        Row("Sizes", ("41–45", "42, 43", "S–XL")),
    ),
)
FIELDS = (Field("order_number", "Order number"), Field("email", "Email address"))
PROOF = ProofCard("Show that it's yours", FIELDS, "Send me a code")
CODE = ProofCard(
    "Enter the code",
    (Field("code", "Six-digit code"),),
    "Confirm",
    (Field("order_number", "Order number", "10482"), FIELDS[1]),
    "Wrong address?",
    wait=2,
    buttons=(Button("Send a new code", "/again"),),
)
DONE = DoneCard("Cancel the boots and the jacket", (Button("Undo", "/undo"),))
ARTICLE = ArticleCard("Delivery", "Two days.\n\nNot on Sundays.", "/help/delivery", "Read more")
BY_WORD: dict[str, tuple[AnyCard, ...]] = {
    "parcel": (ORDER,),
    "cancel": (CANCEL,),
    "compare": (COMPARED,),
    "order": SMALL,
    "whose": (PROOF,),
    "digits": (CODE,),
    "do it": (DONE,),
    "delivery": (ARTICLE,),
}


def cards_for(word: str) -> list[dict[str, Any]]:
    """The cards of a reply in JSON."""
    return [card_to_json(card) for card in BY_WORD[word]]
