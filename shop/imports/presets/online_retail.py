"""The public online-retail data set (UCI): a British gift shop's lines of 2010 and 2011."""

import re
import string
from typing import Final

from shop.imports.keys import hyphenated
from shop.imports.presets.base import Adapter, Preset, Raw, Row
from shop.imports.problems import Rejected

# Lines of the file that are no goods: postage, fees, corrections of the books.
_NO_GOODS: Final = re.compile(
    r"postage|dotcom postage|carriage|next day carriage|manual|discount|samples|amazon fee"
    r"|bank charges|cruk commission|adjust bad debt|test.*|\?+",
    re.IGNORECASE,
)


class Orders(Adapter):
    """The file names no orders and no e-mails: an order is a customer's lines of one minute.

    E-mail addresses end in `.invalid`, to which nothing can ever be delivered (RFC 2606), so no
    code can be had for these orders; a signed-in session is the only way to them.
    """

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A line of an order of that minute."""
        customer, at = self.cell(raw, "CustomerID"), self.cell(raw, "InvoiceDate")
        if not customer:
            raise Rejected("missing_customer", "CustomerID", "CustomerID is empty")
        name = " ".join(row.get("product", "").split())
        if name and _NO_GOODS.fullmatch(name):
            raise Rejected("not_a_product", "Description", f"{name!r} is not something for sale")
        minute = re.sub(r"\D", "", at)[2:12]
        return {
            **row,
            "order": f"{customer}{minute}",
            "email": f"customer-{customer}@import.invalid",
            "name": f"Customer {customer}",
            "product": string.capwords(name),
            "sku": hyphenated(name)[:80],
            "country": "",
        }


ORDERS: Final = Preset(
    {
        "placed_at": "InvoiceDate",
        "customer": "CustomerID",
        "product": "Description",
        "quantity": "Quantity",
        "price": "UnitPrice",
        "country": "Country",
        "order": "CustomerID",
    },
    Orders,
    signs=("InvoiceDate", "CustomerID", "UnitPrice"),
    currency="GBP",
    creates_products=True,
    drops_lines=True,
    decimals=".",
    day_order="month-first",
)
