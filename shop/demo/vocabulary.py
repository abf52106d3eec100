"""The words and numbers the demo shop is made from. All of it is invented.

A shelf's slug, a kind's noun and a series are keys here; what they are called in each language
stands in its folder (see `texts.py`).
"""

from dataclasses import dataclass
from typing import Final

COLOURS: Final = (
    "black",
    "white",
    "grey",
    "red",
    "orange",
    "yellow",
    "green",
    "olive",
    "blue",
    "navy",
    "purple",
    "pink",
    "brown",
    "beige",
)
BRANDS: Final = (
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
)
CLOTHES: Final = ("XS", "S", "M", "L", "XL", "XXL")
SHOES: Final = tuple(str(size) for size in range(36, 48))
GLOVES: Final = ("S", "M", "L", "XL")
ONE: Final = ("",)

# Series: a word on the label.
SERIES: Final = (
    "Ridge",
    "Storm",
    "Summit",
    "Meadow",
    "River",
    "Pine",
    "Glacier",
    "Dune",
    "Harbour",
    "Aurora",
    "Granite",
    "Heath",
    "Birch",
    "Falcon",
    "Ember",
    "Willow",
    "Comet",
    "Lagoon",
    "Cedar",
    "Tundra",
    "Cliff",
    "Breeze",
    "Fjord",
    "Lark",
)


@dataclass(frozen=True)
class Kind:
    """One kind of product of a shelf: its noun, price range in EUR, and what it is made like."""

    noun: str
    price: tuple[int, int]
    attributes: dict[str, str | int]


@dataclass(frozen=True)
class Shelf:
    """A category: sizes, kinds, the month (1-12) in which it sells best and how much so."""

    slug: str
    sizes: tuple[str, ...]
    peak_month: int
    season: float
    kinds: tuple[Kind, ...]


def _kind(noun: str, low: int, high: int, **attributes: str | int) -> Kind:
    return Kind(noun, (low, high), attributes)


SHELVES: Final = (
    Shelf(
        "jackets",
        CLOTHES,
        11,
        0.6,
        (
            _kind(
                "Rain Shell",
                119,
                289,
                material="recycled nylon",
                waterproof_mm=20000,
                weight_g=410,
                season="all year",
                fit="regular",
            ),
            _kind(
                "Down Jacket",
                159,
                349,
                material="ripstop nylon, down",
                weight_g=380,
                season="winter",
                fit="regular",
            ),
            _kind(
                "Softshell",
                89,
                179,
                material="polyester, elastane",
                weight_g=450,
                season="spring, autumn",
                fit="slim",
            ),
            _kind(
                "Insulated Parka",
                189,
                379,
                material="recycled polyester",
                waterproof_mm=10000,
                weight_g=1150,
                season="winter",
                fit="relaxed",
            ),
        ),
    ),
    Shelf(
        "fleece",
        CLOTHES,
        11,
        0.5,
        (
            _kind(
                "Fleece Jacket",
                59,
                129,
                material="recycled polyester",
                weight_g=340,
                season="autumn, winter",
                fit="regular",
            ),
            _kind(
                "Grid Fleece",
                49,
                99,
                material="polyester",
                weight_g=260,
                season="all year",
                fit="slim",
            ),
        ),
    ),
    Shelf(
        "trousers",
        CLOTHES,
        5,
        0.3,
        (
            _kind(
                "Hiking Trousers",
                69,
                149,
                material="polyamide, elastane",
                weight_g=360,
                season="all year",
                fit="regular",
            ),
            _kind(
                "Zip-Off Trousers",
                59,
                119,
                material="polyamide",
                weight_g=330,
                season="summer",
                fit="regular",
            ),
            _kind(
                "Rain Trousers",
                59,
                139,
                material="recycled nylon",
                waterproof_mm=15000,
                weight_g=270,
                season="all year",
                fit="relaxed",
            ),
        ),
    ),
    Shelf(
        "shirts",
        CLOTHES,
        6,
        0.4,
        (
            _kind(
                "Travel Shirt",
                49,
                99,
                material="cotton, polyester",
                weight_g=210,
                season="summer",
                fit="regular",
            ),
            _kind(
                "Flannel Shirt",
                49,
                89,
                material="organic cotton",
                weight_g=310,
                season="autumn, winter",
                fit="relaxed",
            ),
        ),
    ),
    Shelf(
        "t-shirts",
        CLOTHES,
        6,
        0.5,
        (
            _kind(
                "Merino T-Shirt",
                49,
                89,
                material="merino wool",
                weight_g=150,
                season="all year",
                fit="regular",
            ),
            _kind(
                "Logo T-Shirt",
                24,
                39,
                material="organic cotton",
                weight_g=190,
                season="summer",
                fit="regular",
            ),
        ),
    ),
    Shelf(
        "dresses",
        CLOTHES,
        6,
        0.7,
        (
            _kind(
                "Travel Dress",
                59,
                119,
                material="modal, elastane",
                weight_g=230,
                season="summer",
                fit="regular",
            ),
        ),
    ),
    Shelf(
        "base-layers",
        CLOTHES,
        12,
        0.7,
        (
            _kind(
                "Merino Base Layer",
                59,
                109,
                material="merino wool",
                weight_g=200,
                season="winter",
                fit="slim",
            ),
            _kind(
                "Thermal Tights",
                49,
                89,
                material="polyester, elastane",
                weight_g=190,
                season="winter",
                fit="slim",
            ),
        ),
    ),
    Shelf(
        "hiking-boots",
        SHOES,
        9,
        0.3,
        (
            _kind(
                "Hiking Boots",
                129,
                249,
                material="nubuck leather",
                waterproof_mm=15000,
                weight_g=1240,
                season="all year",
                fit="true to size, half a size up with thick socks",
            ),
            _kind(
                "Trekking Boots",
                179,
                299,
                material="full-grain leather",
                waterproof_mm=15000,
                weight_g=1480,
                season="all year",
                fit="runs small, take half a size up",
            ),
            _kind(
                "Light Hikers",
                99,
                169,
                material="suede, mesh",
                weight_g=820,
                season="spring, summer",
                fit="true to size",
            ),
        ),
    ),
    Shelf(
        "trail-shoes",
        SHOES,
        5,
        0.4,
        (
            _kind(
                "Trail Running Shoes",
                99,
                179,
                material="mesh",
                weight_g=560,
                season="all year",
                fit="true to size",
            ),
        ),
    ),
    Shelf(
        "sneakers",
        SHOES,
        4,
        0.3,
        (
            _kind(
                "City Sneakers",
                79,
                149,
                material="recycled canvas",
                weight_g=640,
                season="spring, summer",
                fit="true to size",
            ),
        ),
    ),
    Shelf(
        "sandals",
        SHOES,
        6,
        0.9,
        (
            _kind(
                "Trekking Sandals",
                59,
                119,
                material="webbing, rubber",
                weight_g=520,
                season="summer",
                fit="true to size",
            ),
        ),
    ),
    Shelf(
        "backpacks",
        ONE,
        6,
        0.4,
        (
            _kind(
                "Backpack",
                79,
                259,
                material="recycled nylon",
                volume_l=45,
                weight_g=1450,
                season="all year",
            ),
            _kind(
                "Daypack",
                49,
                119,
                material="recycled polyester",
                volume_l=22,
                weight_g=720,
                season="all year",
            ),
        ),
    ),
    Shelf(
        "tents",
        ONE,
        6,
        0.8,
        (
            _kind(
                "Two-Person Tent",
                179,
                449,
                material="ripstop nylon",
                waterproof_mm=3000,
                weight_g=2100,
                season="3 seasons",
                persons=2,
            ),
            _kind(
                "Family Tent",
                299,
                649,
                material="polyester",
                waterproof_mm=4000,
                weight_g=9800,
                season="3 seasons",
                persons=4,
            ),
        ),
    ),
    Shelf(
        "sleeping-bags",
        ONE,
        7,
        0.6,
        (
            _kind(
                "Down Sleeping Bag",
                179,
                429,
                material="down",
                comfort_c=-2,
                weight_g=890,
                season="3 seasons",
            ),
            _kind(
                "Summer Sleeping Bag",
                59,
                129,
                material="recycled polyester",
                comfort_c=11,
                weight_g=780,
                season="summer",
            ),
        ),
    ),
    Shelf(
        "sleeping-mats",
        ONE,
        7,
        0.6,
        (
            _kind(
                "Inflatable Mat",
                69,
                179,
                material="recycled polyester",
                r_value="3.2",
                weight_g=520,
                season="3 seasons",
            ),
        ),
    ),
    Shelf(
        "stoves",
        ONE,
        7,
        0.6,
        (
            _kind(
                "Gas Stove",
                29,
                119,
                material="steel, titanium",
                weight_g=95,
                season="all year",
            ),
        ),
    ),
    Shelf(
        "bottles",
        ONE,
        6,
        0.5,
        (
            _kind(
                "Insulated Bottle",
                24,
                49,
                material="stainless steel",
                volume_ml=750,
                weight_g=360,
                season="all year",
            ),
        ),
    ),
    Shelf(
        "headlamps",
        ONE,
        11,
        0.5,
        (
            _kind(
                "Headlamp",
                29,
                99,
                material="polycarbonate",
                lumens=400,
                weight_g=88,
                season="all year",
            ),
        ),
    ),
    Shelf(
        "hats",
        ("S/M", "L/XL"),
        12,
        0.4,
        (
            _kind(
                "Wool Beanie",
                19,
                45,
                material="merino wool",
                weight_g=60,
                season="winter",
            ),
            _kind(
                "Sun Hat",
                24,
                49,
                material="polyamide",
                weight_g=75,
                season="summer",
            ),
        ),
    ),
    Shelf(
        "gloves",
        GLOVES,
        12,
        0.9,
        (
            _kind(
                "Softshell Gloves",
                29,
                69,
                material="polyester",
                weight_g=70,
                season="winter",
            ),
        ),
    ),
    Shelf(
        "socks",
        ("35-38", "39-42", "43-46"),
        10,
        0.3,
        (
            _kind(
                "Hiking Socks",
                12,
                29,
                material="merino wool, polyamide",
                weight_g=70,
                season="all year",
            ),
        ),
    ),
    Shelf(
        "sunglasses",
        ONE,
        7,
        0.8,
        (
            _kind(
                "Sunglasses",
                49,
                139,
                material="bio-based nylon",
                weight_g=27,
                season="summer",
            ),
        ),
    ),
    Shelf(
        "watches",
        ONE,
        12,
        0.6,
        (
            _kind(
                "Outdoor Watch",
                99,
                329,
                material="steel, silicone",
                water_m=100,
                weight_g=62,
                season="all year",
            ),
        ),
    ),
    Shelf(
        "trekking-poles",
        ONE,
        8,
        0.4,
        (
            _kind(
                "Trekking Poles",
                49,
                149,
                material="aluminium, cork",
                weight_g=480,
                season="all year",
            ),
        ),
    ),
)

# Tastes: how strongly groups of shelves and which brands attract a customer.
TASTES: Final = (
    (
        "hut walker",
        ("hiking-boots", "backpacks", "jackets", "socks", "trekking-poles", "base-layers"),
        ("Karst", "Alpenrot", "Fernweg"),
    ),
    (
        "camper",
        ("tents", "sleeping-bags", "sleeping-mats", "stoves", "headlamps", "bottles"),
        ("Nordlicht", "Basalt", "Karst"),
    ),
    (
        "runner",
        ("trail-shoes", "t-shirts", "trousers", "sunglasses", "socks", "watches"),
        ("Talwind", "Kiesel", "Fernweg"),
    ),
    (
        "city",
        ("sneakers", "dresses", "shirts", "sunglasses", "bottles", "hats"),
        ("Seidenweg", "Lumen & Lark", "Moorhuhn"),
    ),
    (
        "winter",
        ("jackets", "fleece", "base-layers", "gloves", "hats", "socks"),
        ("Alpenrot", "Nordlicht", "Moorhuhn"),
    ),
    (
        "traveller",
        ("shirts", "trousers", "sandals", "backpacks", "dresses", "t-shirts"),
        ("Seidenweg", "Fernweg", "Talwind"),
    ),
)

FIRST_NAMES: Final = (
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Elena",
    "Felix",
    "Greta",
    "Hugo",
    "Ida",
    "Jakob",
    "Karla",
    "Leon",
    "Maja",
    "Nils",
    "Olga",
    "Paul",
    "Rosa",
    "Samir",
    "Tilda",
    "Viktor",
    "Wanda",
    "Yusuf",
    "Zoe",
    "Marta",
    "Igor",
    "Lotte",
    "Omar",
    "Petra",
    "Ravi",
    "Selma",
)
LAST_NAMES: Final = (
    "Adler",
    "Bauer",
    "Costa",
    "Dahl",
    "Eriksen",
    "Fontaine",
    "Graf",
    "Hansen",
    "Ivanova",
    "Jung",
    "Keller",
    "Lindner",
    "Moreau",
    "Novak",
    "Olsen",
    "Peeters",
    "Quandt",
    "Richter",
    "Silva",
    "Thomsen",
    "Ulrich",
    "Vogel",
    "Winter",
    "Yilmaz",
    "Zimmer",
    "Becker",
    "Larsen",
    "Rossi",
)
ZH_FAMILY: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
ZH_GIVEN: Final = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀英",
    "霞",
    "平",
    "刚",
    "桂英",
    "宇轩",
    "子涵",
    "欣怡",
    "浩然",
    "诗雨",
)
CITIES: Final = (
    ("Hamburg", "20095", "DE"),
    ("Berlin", "10115", "DE"),
    ("Munich", "80331", "DE"),
    ("Leipzig", "04109", "DE"),
    ("Vienna", "1010", "AT"),
    ("Graz", "8010", "AT"),
    ("Amsterdam", "1012", "NL"),
    ("Utrecht", "3511", "NL"),
    ("Copenhagen", "1050", "DK"),
    ("Lyon", "69001", "FR"),
    ("Milan", "20121", "IT"),
    ("Zurich", "8001", "CH"),
    ("Oslo", "0150", "NO"),
    ("Bristol", "BS1", "GB"),
)
STREETS: Final = (
    "Lindenweg",
    "Hafenstraße",
    "Mühlgasse",
    "Parkallee",
    "Birkenhain",
    "Am Markt",
    "Seeblick",
    "Kirchplatz",
    "Rosengarten",
    "Bergstraße",
)
ZH_PLACES: Final = (
    ("上海市徐汇区漕溪路", "200030"),
    ("上海市静安区南京西路", "200040"),
    ("北京市朝阳区工体北路", "100027"),
    ("杭州市西湖区文三路", "310012"),
    ("成都市武侯区科华路", "610041"),
    ("深圳市南山区科技园路", "518057"),
)
