"""A small shop with two of everything, as the shop's own views."""

from decimal import Decimal

from catalogue_search.catalogue import Catalogue, build_catalogue
from kit.i18n import Texts
from kit.money import Money
from shop.catalogue import CategoryView
from shop.ids import ProductId, VariantId
from shop.views import ProductView, VariantView

SHELVES = (
    ("jackets", "Jackets", "外套"),
    ("hiking-boots", "Hiking boots", "登山鞋"),
    ("trail-shoes", "Trail shoes", "越野跑鞋"),
    ("backpacks", "Backpacks", "背包"),
    ("tents", "Tents", "帐篷"),
    ("sleeping-bags", "Sleeping bags", "睡袋"),
    ("bottles", "Bottles", "水壶"),
    ("socks", "Socks", "袜子"),
    ("espresso-machines", "Espresso machines", "咖啡机"),
)


def money(amount: str) -> Money:
    """Euros."""
    return Money(Decimal(amount), "EUR")


def product(
    number: int,
    names: str,
    category: str,
    price: str,
    *,
    sizes: str = "",
    colours: str = "black",
    sold_out: str = "",
    rating: float | None = None,
    descriptions: str = "|",
    **attributes: str | int | float | bool,
) -> ProductView:
    """A product; `names` and `descriptions` are English|Chinese, `sold_out` is colour/size."""
    name_en, name_zh = names.split("|")
    description_en, description_zh = descriptions.split("|")
    variants = tuple(
        VariantView(
            variant_id=VariantId(number * 100 + place),
            sku=f"T-{number}-{place}",
            size=size,
            colour=colour,
            price=money(price),
            stock=0 if f"{colour}/{size}" == sold_out else 3,
            expected_on=None,
        )
        for place, (colour, size) in enumerate(
            (colour, size) for colour in colours.split() for size in (sizes.split() or [""])
        )
    )
    return ProductView(
        product_id=ProductId(number),
        slug=name_en.lower().replace(" ", "-"),
        names=Texts.of({"en": name_en, "zh": name_zh}),
        descriptions=Texts.of({"en": description_en, "zh": description_zh}),
        category=category,
        brand=name_en.split()[0],
        attributes=attributes,
        price=money(price),
        lowest_price_30_days=money(price),
        old_price=None,
        rating=rating,
        rating_count=12 if rating else 0,
        variants=variants,
    )


RAIN = product(
    1,
    "Nordlicht Storm Rain Shell|Nordlicht 风暴防雨冲锋衣",
    "jackets",
    "199.95",
    sizes="S M L",
    colours="blue black",
    sold_out="black/M",
    rating=4.2,
    descriptions="Sealed seams and a hood.|全压胶接缝，兜帽。",
    material="recycled nylon",
    waterproof_mm=20000,
    weight_g=410,
    season="all year",
    gender="unisex",
    fit="regular",
)
DOWN = product(
    2,
    "Alpenrot River Down Jacket|Alpenrot 溪流羽绒服",
    "jackets",
    "249.95",
    sizes="S M L",
    colours="red navy",
    rating=4.7,
    material="ripstop nylon, down",
    waterproof=False,
    weight_g=380,
    season="winter",
    gender="women",
    warm_to_c=-10,
    fit="regular",
)
PARKA = product(
    3,
    "Moorhuhn Tundra Insulated Parka|Moorhuhn 苔原保暖派克大衣",
    "jackets",
    "289.95",
    sizes="M L XL",
    colours="olive",
    material="recycled polyester",
    waterproof_mm=10000,
    weight_g=1150,
    season="winter",
    gender="men",
    warm_to_c=-20,
    fit="relaxed",
)
BOOTS = product(
    4,
    "Alpenrot Summit Hiking Boots|Alpenrot 巅峰登山鞋",
    "hiking-boots",
    "149.95",
    sizes="40 41 42 43",
    colours="brown grey",
    rating=4.4,
    material="nubuck leather",
    waterproof_mm=15000,
    weight_g=1240,
    gender="unisex",
    fit="true to size",
)
TREKKERS = product(
    5,
    "Karst Granite Trekking Boots|Karst 花岗重装徒步靴",
    "hiking-boots",
    "219.95",
    sizes="41 42 43",
    colours="brown",
    material="full-grain leather",
    waterproof_mm=15000,
    weight_g=1480,
    gender="men",
    fit="runs small, take half a size up",
)
HIKERS = product(
    6,
    "Seidenweg Cliff Light Hikers|Seidenweg 峭壁轻量徒步鞋",
    "hiking-boots",
    "128.95",
    sizes="38 39 40",
    colours="pink grey",
    material="polyester mesh",
    waterproof=False,
    weight_g=820,
    gender="women",
    fit="true to size",
)
RUNNERS = product(
    7,
    "Talwind Comet Trail Running Shoes|Talwind 彗星越野跑鞋",
    "trail-shoes",
    "119.95",
    sizes="41 42 43",
    colours="yellow",
    material="mesh",
    weight_g=560,
    gender="men",
)
RIDGE = product(
    8,
    "Karst Ridge 45 Backpack|Karst 山脊 45 背包",
    "backpacks",
    "149.95",
    colours="olive blue",
    rating=4.6,
    material="recycled nylon",
    volume_l=45,
    weight_g=1450,
)
LAGOON = product(
    9,
    "Nordlicht Lagoon 55 Backpack|Nordlicht 泻湖 55 背包",
    "backpacks",
    "118.95",
    colours="blue",
    rating=4.1,
    material="recycled nylon",
    volume_l=55,
    weight_g=1930,
)
DAYPACK = product(
    10,
    "Fernweg Harbour 22 Daypack|Fernweg 港湾 22 日用双肩包",
    "backpacks",
    "69.95",
    colours="black navy",
    material="recycled polyester",
    volume_l=22,
    weight_g=720,
    laptop=True,
)
TENT = product(
    11,
    "Nordlicht Aurora Two-Person Tent|Nordlicht 极光双人帐篷",
    "tents",
    "299.00",
    colours="green",
    material="ripstop nylon",
    waterproof_mm=3000,
    weight_g=2100,
    persons=2,
)
BIG_TENT = product(
    12,
    "Seidenweg Cliff Family Tent|Seidenweg 峭壁家庭帐篷",
    "tents",
    "334.95",
    colours="orange",
    material="polyester",
    waterproof_mm=4000,
    weight_g=9800,
    persons=4,
)
COLD_BAG = product(
    13,
    "Basalt Glacier Down Sleeping Bag|Basalt 冰川羽绒睡袋",
    "sleeping-bags",
    "249.00",
    colours="blue",
    rating=4.8,
    material="down",
    comfort_c=-2,
    weight_g=890,
    season="3 seasons",
)
WARM_BAG = product(
    14,
    "Kiesel Dune Summer Sleeping Bag|Kiesel 沙丘夏季睡袋",
    "sleeping-bags",
    "79.95",
    colours="grey",
    material="recycled polyester",
    comfort_c=11,
    weight_g=780,
    season="summer",
)
BOTTLE = product(
    15,
    "Basalt Ember Insulated Bottle|Basalt 余烬保温水壶",
    "bottles",
    "29.95",
    colours="red",
    volume_ml=750,
    weight_g=360,
)
SOCKS = product(
    16,
    "Fernweg Ridge Hiking Socks|Fernweg 山脊徒步袜",
    "socks",
    "14.95",
    sizes="35-38 39-42 43-46",
    material="merino wool, polyamide",
    weight_g=70,
)
COFFEE = [
    product(
        17 + place,
        f"Baristo {name} Percolator|Baristo {name} 摩卡壶",
        "espresso-machines",
        f"{59 + place}.00",
        colours="silverish",
    )
    for place, name in enumerate(("Uno", "Duo", "Trio"))
]
GOODS = [
    RAIN,
    DOWN,
    PARKA,
    BOOTS,
    TREKKERS,
    HIKERS,
    RUNNERS,
    RIDGE,
    LAGOON,
    DAYPACK,
    TENT,
    BIG_TENT,
    COLD_BAG,
    WARM_BAG,
    BOTTLE,
    SOCKS,
    *COFFEE,
]


def small_shop() -> Catalogue:
    """The catalogue of these goods."""
    return build_catalogue(
        GOODS, [CategoryView(slug, Texts.of({"en": en, "zh": zh}), 1) for slug, en, zh in SHELVES]
    )
