"""Whole files of other systems: what is sold, for how much, and what became of each order."""

from pathlib import Path
from typing import Any

import pytest

from kit.database import Database
from shop.imports import ImportProblem, Kind, Report, Wanted
from tests.contract.shop import importing as shop

SHOPIFY_GOODS = (
    "Handle,Title,Type,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,"
    "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,"
    "Status\n"
)
SHOPIFY_SALES = (
    "Name,Email,Financial Status,Fulfillment Status,Currency,Shipping,Taxes,Total,Discount Amount,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Phone,"
    "Refunded Amount\n"
)
AT = "2024-05-02 10:11:12 +0200"
PLAIN_SALES = "order,placed_at,email,sku,product,quantity,price\n"


class Importing:
    """A shop on each kind of database, and files for it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self._folder = database, folder

    def __call__(self, kind: Kind, content: str | bytes, **options: Any) -> Report:
        """Import `content`."""
        path = self._folder / options.pop("name", "file.csv")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return shop.bring(self.database, kind, path, self._folder / "rejects.csv", **options)


@pytest.fixture
def bring(empty: Database, tmp_path: Path) -> Importing:
    return Importing(empty, tmp_path)


def test_shopify_variants_stand_under_the_options_of_their_first_row(bring: Importing) -> None:
    report = bring(
        "products",
        SHOPIFY_GOODS
        + (
            "shirt,Shirt,Tops,Size,S,Color,Red,,shopify,5,deny,20,active\n"
            "shirt,,,,M,,Red,,shopify,-2,continue,20,\n"
            "shirt,,,,M,,Blue,SH-MB,,,,21,\n"
            "shirt,,,,,,,,,,,,\n"
            "secret,Secret,,Title,Default Title,,,SE,shopify,1,deny,9,draft\n"
        ),
    )
    assert (report.read, report.kept, report.repaired) == (5, 4, 1)
    assert shop.variants(bring.database) == {
        "shirt/S/Red": ("S", "red", 5),
        "shirt/M/Red": ("M", "red", 0),
        "SH-MB": ("M", "blue", 100),
        "SE": ("", "", 1),
    }
    assert shop.supplies(bring.database) == {
        "shirt/S/Red": ("counted", True),
        "shirt/M/Red": ("backorder", False),
        "SH-MB": ("uncounted", True),
        "SE": ("counted", True),
    }
    assert shop.for_sale(bring.database) == {"shirt": True, "secret": False}
    again = bring(
        "products", SHOPIFY_GOODS + "shirt,Shirt,Tops,Size,S,Color,Red,,shopify,5,deny,20,active\n"
    )
    assert again.changed == 0


def test_orders_and_stock_find_variants_by_the_key_of_the_products(bring: Importing) -> None:
    bring(
        "products",
        SHOPIFY_GOODS
        + (
            "scarf,Wool Scarf,,Color,Rust,Size,S,SCARF,shopify,4,deny,45,active\n"
            "scarf,,,,Navy,,S,SCARF,shopify,9,deny,45,\n"
            "mug,Mug,,Title,Default Title,,,,shopify,3,deny,9,active\n"
        ),
    )
    bring(
        "orders",
        SHOPIFY_SALES
        + (
            f"#1,a@example.org,paid,fulfilled,USD,0,0,99,0,{AT},2,"
            "Wool Scarf - Navy / S,45,SCARF,A,,\n"
            f"#1,a@example.org,,,,,,,,{AT},1,Mug,9,,,,\n"
        ),
    )
    assert shop.lines(bring.database) == {"1": [("scarf/Navy/S", 2), ("mug", 1)]}
    assert shop.orders(bring.database) == {"1": ("delivered", "99.00", "0")}
    report = bring(
        "stock",
        (
            "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,SKU,Location,"
            "Available\n"
            "scarf,Wool Scarf,Color,Rust,Size,S,SCARF,North,1\n"
            "scarf,,Color,Rust,Size,S,SCARF,South,2\n"
            "scarf,,Color,Navy,Size,S,SCARF,North,not stocked\n"
            "mug,Mug,,,,,,North,-4\n"
            "ghost,Ghost,,,,,,North,4\n"
        ),
    )
    assert (report.kept, report.repaired, report.refused) == (2, 2, 1)
    assert {sku: row[2] for sku, row in shop.variants(bring.database).items()} == {
        "scarf/Rust/S": 3,
        "scarf/Navy/S": 0,
        "mug": 0,
    }


def test_an_unknown_sku_is_not_taken_for_a_product_of_the_same_name(bring: Importing) -> None:
    bring("products", "sku,name,price\nS-1,Cup,5\n")
    report = bring("orders", f"{PLAIN_SALES}1,2024-03-01,a@example.org,S-9,Cup,1,5\n")
    assert report.rules == {"unknown_product": 1}
    assert shop.orders(bring.database) == {}


def test_shopify_money_goes_back_and_totals_are_the_files_own(bring: Importing) -> None:
    report = bring(
        "orders",
        SHOPIFY_SALES
        + (
            f"#1,a@example.org,refunded,,USD,5,2,27,0,{AT},1,Mug,20,M,A,,27\n"
            f"#2,b@example.org,partially_refunded,fulfilled,USD,5,2,27,0,{AT},1,Mug,20,M,B,,10\n"
            f"#3,,paid,partial,USD,5,2,27,0,{AT},1,Mug,20,M,C,'+491511234567,\n"
            f"#4,,pending,,USD,5,2,27,0,{AT},1,Mug,20,M,D,,\n"
            f"#5,b@example.org,paid,fulfilled,USD,5,0,99,0,{AT},1,Mug,20,M,B,,\n"
        ),
    )
    assert shop.orders(bring.database) == {
        "1": ("cancelled", "27.00", "27.00"),
        "2": ("delivered", "27.00", "10.00"),
        "3": ("packed", "27.00", "0"),
        "4": ("placed", "27.00", "0"),
        "5": ("delivered", "99.00", "0"),
    }
    assert report.rules == {"guest": 2, "total_differs": 1}
    told = report.examples["total_differs", "total"][0]
    assert (told.line, told.text) == (
        6,
        "the file says 99.00, its lines come to 25.00; the file's is kept",
    )
    assert sorted(row[:2] for row in shop.people(bring.database).values()) == [
        ("A", None),
        ("B", None),
        ("C", "+491511234567"),
        ("D", None),
    ]
    later = bring(
        "orders",
        SHOPIFY_SALES
        + (f"#2,b@example.org,partially_refunded,fulfilled,USD,5,2,27,0,{AT},1,Mug,20,M,B,,12\n"),
    )
    assert later.counts == {"orders updated": 1}
    assert shop.orders(bring.database)["2"] == ("delivered", "27.00", "12.00")


def test_woocommerce_variations_before_their_parent_and_prices_of_today(bring: Importing) -> None:
    bring(
        "products",
        (
            "ID,Type,SKU,Name,Published,Date sale price starts,Date sale price ends,"
            "In stock?,Stock,"
            "Sale price,Regular price,Categories,Parent,Attribute 1 name,Attribute 1 value(s)\n"
            "3,variation,,Notebook - Rot,1,,2099-01-31,1,,15,20,,id:9,Farbe,Rot\n"
            "4,variation,N-B,Notebook - Blau,1,2018-01-01,2018-01-31,1,-3,15,20,,VB,Farbe,Blau\n"
            '9,variable,VB,Notebook,1,,,1,,,,"Paper\\, Pens > Books, Sale",,Farbe,"Rot, Blau"\n'
            "10,simple,,Lamp,-1,2099-01-01,,0,,5,9,Home,,,\n"
        ),
    )
    assert shop.prices(bring.database) == {"VB/Rot": "15.00", "N-B": "20.00", "10": "9.00"}
    assert shop.variants(bring.database) == {
        "VB/Rot": ("", "red", 100),
        "N-B": ("", "blue", 0),
        "10": ("", "", 0),
    }
    assert shop.shelves(bring.database) == {"VB": "Paper, Pens", "10": "Home"}
    assert shop.for_sale(bring.database) == {"VB": True, "10": False}


def test_woocommerce_orders_have_tax_on_top(bring: Importing) -> None:
    report = bring(
        "orders",
        (
            "Order Number,Order Status,Order Date,Email (Billing),"
            "SKU,Item Name,Quantity (- Refund),"
            "Item Cost,Order Shipping Amount,Cart Discount Amount,Order Total Amount,"
            "Order Total Tax Amount,Order Refund Amount\n"
            "1,wc-completed,2024-03-01 10:00,a@example.org,S,Cup,1,10.00,4.90,0,17.73,2.83,0\n"
            "2,On hold,2024-03-01 10:00,a@example.org,S,Cup,2,10.00,4.90,2,,1.10,\n"
            "3,checkout-draft,2024-03-01 10:00,a@example.org,S,Cup,2,10.00,4.90,2,,1.10,\n"
        ),
    )
    assert shop.orders(bring.database) == {
        "1": ("delivered", "17.73", "0"),
        "2": ("placed", "24.00", "0"),
    }
    assert report.rules == {"not_an_order": 1}


def test_returns_and_discounts_stand_in_lines_of_their_own(bring: Importing) -> None:
    report = bring(
        "orders",
        PLAIN_SALES
        + (
            "1,2024-03-01,a@example.org,S-1,Cup,3,10\n"
            "1,2024-03-01,a@example.org,S-2,Jug,1,25\n"
            "1,2024-03-05,a@example.org,S-1,Cup,-1,10\n"
            "1,2024-03-01,a@example.org,D,Discount,1,-5\n"
            "2,2024-03-01,b@example.org,S-1,Cup,2,10\n"
            "2,2024-03-05,b@example.org,S-1,Cup,-2,10\n"
            "3,2024-03-01,c@example.org,S-1,Cup,1,10\n"
            "3,2024-03-05,c@example.org,S-2,Jug,-1,25\n"
        ),
        creates_products=True,
    )
    assert shop.lines(bring.database) == {
        "1": [("S-1", 2), ("S-2", 1)],
        "2": [("S-1", 2)],
        "3": [("S-1", 1)],
    }
    assert shop.orders(bring.database) == {
        "1": ("delivered", "40.00", "0"),
        "2": ("cancelled", "20.00", "20.00"),
        "3": ("delivered", "10.00", "0"),
    }
    assert report.rules == {"discount_line": 1, "returned_pieces": 2, "negative_quantity": 1}
    assert report.examples["negative_quantity", "quantity"][0].line == 9


def test_amazon_prices_are_of_lines_and_cancelled_lines_have_none(bring: Importing) -> None:
    report = bring(
        "orders",
        (
            "amazon-order-id\tpurchase-date\torder-status\tproduct-name\tsku\tquantity\tcurrency\t"
            "item-price\tshipping-price\titem-promotion-discount\tbuyer-email\n"
            '1\t2023-11-01T10:00:00+00:00\tShipped\t"Clock 24\tC\t3\tEUR\t10.00\t1.50\t0.50\t'
            "a@example.org\n"
            "1\t2023-11-01T10:00:00+00:00\tShipped\tLamp\tL\t1\tEUR\t5.00\t1.50\t\ta@example.org\n"
            "2\t2023-11-01T10:00:00+00:00\tCancelled\tRadio\tR\t0\t\t\t\t\tb@example.org\n"
        ),
        name="orders.txt",
    )
    assert report.system == "amazon"
    assert shop.orders(bring.database) == {
        "1": ("shipped", "17.50", "0"),
        "2": ("cancelled", "0.00", "0"),
    }
    assert shop.prices(bring.database) == {"C": "3.33", "L": "5.00", "R": "0.00"}
    assert shop.for_sale(bring.database) == {"C": True, "L": True, "R": False}


def test_etsy_and_ebay_files_are_told_by_their_columns(bring: Importing) -> None:
    etsy = bring(
        "orders",
        (
            "Sale Date,Item Name,Buyer,Quantity,Price,Order Shipping,"
            "Currency,Order ID,SKU,Variations,"
            "Ship Country,Date Paid,Date Shipped\n"
            '01/02/24,Star,ada,2,4.50,3.00,GBP,31,FS,"Size:M,Color:Red",United Kingdom,01/02/24,\n'
        ),
    )
    ebay = bring(
        "orders",
        (
            '\n"Order Number","Buyer Email","Item Title","Custom Label","Quantity","Sold For",'
            '"Shipping And Handling","Sale Date"\n\n'
            '"01-1","a@example.org","Clock","OC","1","US $120.00","US $9.50","Dec-31-23"\n\n'
            '"1 record(s) downloaded,from , Dec-01-23, to , Dec-31-23"\n'
        ),
    )
    assert (etsy.system, ebay.system) == ("etsy", "ebay")
    assert shop.orders(bring.database) == {
        "31": ("paid", "12.00", "0"),
        "01-1": ("delivered", "129.50", "0"),
    }
    assert shop.days(bring.database)["31"] == "2024-01-02 00:00:00"
    assert shop.options(bring.database) == {"FS": {"Size": "M", "Color": "Red"}, "OC": {}}


def test_magento_and_shopware_products(bring: Importing) -> None:
    bring(
        "products",
        (
            "sku,store_view_code,attribute_set_code,product_type,categories,name,price,special_price,"
            "qty,additional_attributes,configurable_variations\n"
            'H-S,,Top,simple,"Default Category/Men/Tops",Hoodie-S,52.0000,,100.0000,'
            '"color=Black,size=S",\n'
            "H-S,de,,,,Kapuzenpulli,,,,,\n"
            'H,,Top,configurable,"Default Category/Men/Tops",Hoodie,'
            ',,0,,"sku=H-S,size=S,color=Black"\n'
        ),
    )
    bring(
        "products",
        (
            "product_number;name;price_gross;stock;active;manufacturer;categories\n"
            'SW-1;Teekanne;"1.249,90";12;1;Atelier;Küche|Tee\nSW-2;Tasse;9,90;0;0;Atelier;Küche\n'
        ),
    )
    assert shop.variants(bring.database) == {
        "H-S": ("S", "black", 100),
        "SW-1": ("", "", 12),
        "SW-2": ("", "", 0),
    }
    assert shop.names(bring.database)["H"] == ("Hoodie", "")
    assert shop.shelves(bring.database) == {"H": "Men", "SW-1": "Küche", "SW-2": "Küche"}
    assert shop.prices(bring.database) == {"H-S": "52.00", "SW-1": "1249.90", "SW-2": "9.90"}
    assert shop.for_sale(bring.database) == {"H": True, "SW-1": True, "SW-2": False}


def test_keys_that_look_alike_in_latin_letters_stay_apart(bring: Importing) -> None:
    report = bring(
        "products",
        "sku,name,price,category\n茶杯,杯,8,A 服装\n茶壶,壶,9,A 鞋\nC-3,Hat,9,C++\nC-4,Cap,9,C\n",
    )
    assert report.counts == {"products new": 4}
    assert shop.shelves(bring.database) == {
        "茶杯": "A 服装",
        "茶壶": "A 鞋",
        "C-3": "C++",
        "C-4": "C",
    }
    sales = (
        "order,placed_at,customer,sku,product,quantity,price\n"
        "1,2024-01-01,张三,茶杯,杯,1,8\n2,2024-01-01,李四,茶壶,壶,1,9\n"
    )
    assert bring("orders", sales).counts["customers new"] == 2
    assert bring("orders", sales).changed == 0


def test_what_only_a_person_can_decide_stops_before_anything_is_written(bring: Importing) -> None:
    for kind, content, says in (
        ("products", 'sku,name,price\nA,Cup,5\nB,Jug,"1,250"\n', "price: '1,250' in line 3"),
        (
            "orders",
            f"{PLAIN_SALES}1,01/02/2024,a@example.org,S,Cup,1,5\n",
            "placed_at: '01/02/2024' in line 2",
        ),
        ("products", "sku,name,price\n1.23E+12,Cup,5\n", "sku: '1.23E\\+12' in line 2"),
    ):
        with pytest.raises(ImportProblem, match=says):
            bring(kind, content, creates_products=True)  # type: ignore[arg-type]
    assert shop.variants(bring.database) == {}
    told = bring("products", 'sku,name,price\nB,Jug,"1,250"\n', wanted=Wanted(decimals=","))
    assert (told.changed, shop.prices(bring.database)) == (1, {"B": "1.25"})


def test_a_dry_run_tells_all_and_changes_nothing(bring: Importing) -> None:
    content = (
        "SKU,Name,Price,Colour,Shelf\nA,Cup,5,red,x\nA,Cup,5,red,y\nB,Jug,free,,\n" + "C,Mug,5,,\n"
    )
    dry = bring("products", content, dry_run=True)
    assert shop.variants(bring.database) == {}
    assert (dry.is_dry_run, dry.unused, dry.kept, dry.refused) == (True, ["Shelf"], 2, 2)
    assert {key: [one.line for one in shown] for key, shown in dry.examples.items()} == {
        ("duplicate", "sku"): [3],
        ("not_a_number", "price"): [4],
    }
    real = bring("products", content)
    assert (real.counts, real.rules) == (dry.counts, dry.rules)


def test_a_row_that_the_database_refuses_costs_no_other(bring: Importing) -> None:
    bring("customers", "customer,email,name\nc1,a@example.org,Ada\nc2,b@example.org,Bo\n")
    report = bring(
        "customers",
        ("customer,email,name\nc3,c@example.org,Cy\nc1,b@example.org,Ada\nc2,d@example.org,Bo\n"),
    )
    assert (report.kept, report.refused) == (2, 1)
    assert sorted(shop.people(bring.database)) == [
        "a@example.org",
        "c@example.org",
        "d@example.org",
    ]
