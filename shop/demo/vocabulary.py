"""The words and numbers the demo shop is made from. All of it is invented."""

from dataclasses import dataclass
from typing import Final

COLOURS: Final = (
    "black", "white", "grey", "red", "orange", "yellow", "green", "olive", "blue", "navy",
    "purple", "pink", "brown", "beige",
)  # fmt: skip
BRANDS: Final = (
    "Fernweg", "Nordlicht", "Karst", "Talwind", "Moorhuhn", "Alpenrot", "Seidenweg", "Kiesel",
    "Lumen & Lark", "Basalt",
)  # fmt: skip
CLOTHES: Final = ("XS", "S", "M", "L", "XL", "XXL")
SHOES: Final = tuple(str(size) for size in range(36, 48))
GLOVES: Final = ("S", "M", "L", "XL")
ONE: Final = ("",)

# Series: a word on the label, in both languages.
SERIES: Final = (
    ("Ridge", "山脊"), ("Storm", "风暴"), ("Summit", "巅峰"), ("Meadow", "草甸"), ("River", "溪流"),
    ("Pine", "松林"), ("Glacier", "冰川"), ("Dune", "沙丘"), ("Harbour", "港湾"), ("Aurora", "极光"),
    ("Granite", "花岗"), ("Heath", "荒原"), ("Birch", "白桦"), ("Falcon", "猎鹰"), ("Ember", "余烬"),
    ("Willow", "柳林"), ("Comet", "彗星"), ("Lagoon", "泻湖"), ("Cedar", "雪松"), ("Tundra", "苔原"),
    ("Cliff", "峭壁"), ("Breeze", "清风"), ("Fjord", "峡湾"), ("Lark", "云雀"),
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of product of a shelf: its noun, price range in EUR, and what it is made like."""

    noun_en: str
    noun_zh: str
    price: tuple[int, int]
    detail_en: str
    detail_zh: str
    attributes: dict[str, str | int]


@dataclass(frozen=True)
class Shelf:
    """A category: names, sizes, kinds, the month (1-12) in which it sells best and how much so."""

    slug: str
    name_en: str
    name_zh: str
    sizes: tuple[str, ...]
    peak_month: int
    season: float
    kinds: tuple[Kind, ...]


def _kind(
    noun_en: str, noun_zh: str, low: int, high: int, detail_en: str, detail_zh: str,
    **attributes: str | int,
) -> Kind:  # fmt: skip
    return Kind(noun_en, noun_zh, (low, high), detail_en, detail_zh, attributes)


SHELVES: Final = (
    Shelf("jackets", "Jackets", "外套", CLOTHES, 11, 0.6, (
        _kind("Rain Shell", "防雨冲锋衣", 119, 289, "Three layers, sealed seams and a helmet-size hood keep rain out on long days.", "三层面料、全压胶接缝，兜帽可罩住头盔，长途雨天也能保持干爽。", material="recycled nylon", waterproof_mm=20000, weight_g=410, season="all year", fit="regular"),
        _kind("Down Jacket", "羽绒服", 159, 349, "Light 750-fill down that packs into its own pocket; warm to about minus ten.", "750 蓬松度轻量羽绒，可收进自带口袋，约零下十度依然保暖。", material="ripstop nylon, down", weight_g=380, season="winter", fit="regular"),
        _kind("Softshell", "软壳夹克", 89, 179, "Stretchy, windproof and breathable, for fast walks and cool evenings.", "弹力防风又透气，适合快走和微凉的傍晚。", material="polyester, elastane", weight_g=450, season="spring, autumn", fit="slim"),
        _kind("Insulated Parka", "保暖派克大衣", 189, 379, "Long cut with synthetic fill that stays warm when it is damp.", "长款剪裁，合成填充物受潮后依然保暖。", material="recycled polyester", waterproof_mm=10000, weight_g=1150, season="winter", fit="relaxed"))),
    Shelf("fleece", "Fleece", "抓绒衣", CLOTHES, 11, 0.5, (
        _kind("Fleece Jacket", "抓绒夹克", 59, 129, "Soft on both sides, quick to dry, with two zipped pockets.", "双面柔软、快干，带两个拉链口袋。", material="recycled polyester", weight_g=340, season="autumn, winter", fit="regular"),
        _kind("Grid Fleece", "网格抓绒衣", 49, 99, "A grid inside lets warm air stay and moisture leave.", "内侧网格结构，锁住暖空气、排出湿气。", material="polyester", weight_g=260, season="all year", fit="slim"))),
    Shelf("trousers", "Trousers", "长裤", CLOTHES, 5, 0.3, (
        _kind("Hiking Trousers", "登山长裤", 69, 149, "Four-way stretch, reinforced knees and a pocket that takes a map.", "四面弹力、膝部加固，口袋可放地图。", material="polyamide, elastane", weight_g=360, season="all year", fit="regular"),
        _kind("Zip-Off Trousers", "两截式速干裤", 59, 119, "Shorts by noon, trousers by evening; dries within an hour.", "中午变短裤，傍晚变长裤，一小时内即可晾干。", material="polyamide", weight_g=330, season="summer", fit="regular"),
        _kind("Rain Trousers", "防雨裤", 59, 139, "Full-length side zips, worn over boots in seconds.", "侧边全开拉链，几秒即可套在登山靴外。", material="recycled nylon", waterproof_mm=15000, weight_g=270, season="all year", fit="relaxed"))),
    Shelf("shirts", "Shirts", "衬衫", CLOTHES, 6, 0.4, (
        _kind("Travel Shirt", "旅行衬衫", 49, 99, "Creases fall out overnight; sleeves roll up and button.", "褶皱一夜即平，袖子可卷起扣住。", material="cotton, polyester", weight_g=210, season="summer", fit="regular"),
        _kind("Flannel Shirt", "法兰绒衬衫", 49, 89, "Brushed organic cotton, softer with every wash.", "磨毛有机棉，越洗越柔软。", material="organic cotton", weight_g=310, season="autumn, winter", fit="relaxed"))),
    Shelf("t-shirts", "T-shirts", "T恤", CLOTHES, 6, 0.5, (
        _kind("Merino T-Shirt", "美利奴T恤", 49, 89, "Fine merino that stays fresh for days and never scratches.", "细支美利奴羊毛，多日清爽，亲肤不扎。", material="merino wool", weight_g=150, season="all year", fit="regular"),
        _kind("Logo T-Shirt", "图案T恤", 24, 39, "Heavy organic cotton with a small print on the chest.", "厚实有机棉，胸前小印花。", material="organic cotton", weight_g=190, season="summer", fit="regular"))),
    Shelf("dresses", "Dresses", "连衣裙", CLOTHES, 6, 0.7, (
        _kind("Travel Dress", "旅行连衣裙", 59, 119, "Light, quick to dry, with pockets that really hold something.", "轻盈快干，口袋真的能装东西。", material="modal, elastane", weight_g=230, season="summer", fit="regular"),)),
    Shelf("base-layers", "Base layers", "打底衫", CLOTHES, 12, 0.7, (
        _kind("Merino Base Layer", "美利奴打底衫", 59, 109, "Warm without bulk, for under a fleece or on its own.", "保暖不臃肿，可单穿或搭配抓绒。", material="merino wool", weight_g=200, season="winter", fit="slim"),
        _kind("Thermal Tights", "保暖打底裤", 49, 89, "Flat seams and a soft waistband for long days in the cold.", "平缝走线、柔软腰头，寒冷长途也舒适。", material="polyester, elastane", weight_g=190, season="winter", fit="slim"))),
    Shelf("hiking-boots", "Hiking boots", "登山鞋", SHOES, 9, 0.3, (
        _kind("Hiking Boots", "登山鞋", 129, 249, "Ankle support, a grippy sole and a membrane that keeps water out.", "护踝设计、抓地大底，防水膜隔绝雨水。", material="nubuck leather", waterproof_mm=15000, weight_g=1240, season="all year", fit="true to size, half a size up with thick socks"),
        _kind("Trekking Boots", "重装徒步靴", 179, 299, "Stiff enough for a heavy pack and many days.", "鞋底硬挺，适合负重与多日行程。", material="full-grain leather", waterproof_mm=15000, weight_g=1480, season="all year", fit="runs small, take half a size up"),
        _kind("Light Hikers", "轻量徒步鞋", 99, 169, "As light as a sneaker, with the sole of a boot.", "像运动鞋一样轻，却有登山鞋的大底。", material="suede, mesh", weight_g=820, season="spring, summer", fit="true to size"))),
    Shelf("trail-shoes", "Trail shoes", "越野跑鞋", SHOES, 5, 0.4, (
        _kind("Trail Running Shoes", "越野跑鞋", 99, 179, "Five-millimetre lugs, soft landing, drains quickly.", "五毫米抓地齿，缓震柔软，排水迅速。", material="mesh", weight_g=560, season="all year", fit="true to size"),)),
    Shelf("sneakers", "Sneakers", "休闲鞋", SHOES, 4, 0.3, (
        _kind("City Sneakers", "城市休闲鞋", 79, 149, "Recycled canvas and a sole made for all-day walking.", "再生帆布鞋面，鞋底适合整日行走。", material="recycled canvas", weight_g=640, season="spring, summer", fit="true to size"),)),
    Shelf("sandals", "Sandals", "凉鞋", SHOES, 6, 0.9, (
        _kind("Trekking Sandals", "徒步凉鞋", 59, 119, "Three straps to adjust, at home on rock and in rivers.", "三处可调绑带，岩石与溪流皆可。", material="webbing, rubber", weight_g=520, season="summer", fit="true to size"),)),
    Shelf("backpacks", "Backpacks", "背包", ONE, 6, 0.4, (
        _kind("Backpack", "背包", 79, 259, "Ventilated back, rain cover in the bottom, hip belt with pockets.", "透气背板，底部自带防雨罩，腰带带口袋。", material="recycled nylon", volume_l=45, weight_g=1450, season="all year"),
        _kind("Daypack", "日用双肩包", 49, 119, "Laptop sleeve, bottle pockets and room for a jacket.", "电脑隔层、水壶侧袋，还放得下一件外套。", material="recycled polyester", volume_l=22, weight_g=720, season="all year"))),
    Shelf("tents", "Tents", "帐篷", ONE, 6, 0.8, (
        _kind("Two-Person Tent", "双人帐篷", 179, 449, "Stands in five minutes, two doors, two vestibules.", "五分钟搭好，双门双前厅。", material="ripstop nylon", waterproof_mm=3000, weight_g=2100, season="3 seasons", persons=2),
        _kind("Family Tent", "家庭帐篷", 299, 649, "Room to stand, a dark sleeping cabin and a wide porch.", "可站立的空间、遮光卧室和宽敞前厅。", material="polyester", waterproof_mm=4000, weight_g=9800, season="3 seasons", persons=4))),
    Shelf("sleeping-bags", "Sleeping bags", "睡袋", ONE, 7, 0.6, (
        _kind("Down Sleeping Bag", "羽绒睡袋", 179, 429, "Comfort to {comfort_c} °C, packs to the size of a melon.", "舒适温标 {comfort_c} °C，收纳后如一只甜瓜大小。", material="down", comfort_c=-2, weight_g=890, season="3 seasons"),
        _kind("Summer Sleeping Bag", "夏季睡袋", 59, 129, "Opens into a blanket for warm nights.", "可展开成毯子，适合温暖夜晚。", material="recycled polyester", comfort_c=11, weight_g=780, season="summer"))),
    Shelf("sleeping-mats", "Sleeping mats", "防潮垫", ONE, 7, 0.6, (
        _kind("Inflatable Mat", "充气防潮垫", 69, 179, "Seven centimetres thick, filled with the pump sack that comes with it.", "七厘米厚，配充气袋，几下即可充满。", material="recycled polyester", r_value="3.2", weight_g=520, season="3 seasons"),)),
    Shelf("stoves", "Stoves", "炉具", ONE, 7, 0.6, (
        _kind("Gas Stove", "气炉", 29, 119, "Boils half a litre in three minutes, folds into a cup.", "三分钟烧开半升水，可折叠收进杯中。", material="steel, titanium", weight_g=95, season="all year"),)),
    Shelf("bottles", "Bottles", "水壶", ONE, 6, 0.5, (
        _kind("Insulated Bottle", "保温水壶", 24, 49, "Twelve hours hot, a day cold, and never a drop in the bag.", "保温十二小时、保冷一整天，绝不漏水。", material="stainless steel", volume_ml=750, weight_g=360, season="all year"),)),
    Shelf("headlamps", "Headlamps", "头灯", ONE, 11, 0.5, (
        _kind("Headlamp", "头灯", 29, 99, "{lumens} lumens, red light for the hut, charges by USB-C.", "{lumens} 流明，带红光模式，USB-C 充电。", material="polycarbonate", lumens=400, weight_g=88, season="all year"),)),
    Shelf("hats", "Hats", "帽子", ("S/M", "L/XL"), 12, 0.4, (
        _kind("Wool Beanie", "羊毛帽", 19, 45, "Fine merino that never scratches the forehead.", "细羊毛，不扎额头。", material="merino wool", weight_g=60, season="winter"),
        _kind("Sun Hat", "遮阳帽", 24, 49, "A brim all round and a cord for windy ridges.", "全檐设计，带防风绳。", material="polyamide", weight_g=75, season="summer"))),
    Shelf("gloves", "Gloves", "手套", GLOVES, 12, 0.9, (
        _kind("Softshell Gloves", "软壳手套", 29, 69, "Windproof back, fingertips that work on a phone.", "防风手背，指尖可触屏。", material="polyester", weight_g=70, season="winter"),)),
    Shelf("socks", "Socks", "袜子", ("35-38", "39-42", "43-46"), 10, 0.3, (
        _kind("Hiking Socks", "徒步袜", 12, 29, "Cushioned heel and toe, no seam where it would rub.", "脚跟脚趾加厚，易摩擦处无缝。", material="merino wool, polyamide", weight_g=70, season="all year"),)),
    Shelf("sunglasses", "Sunglasses", "太阳镜", ONE, 7, 0.8, (
        _kind("Sunglasses", "太阳镜", 49, 139, "Polarised lenses, category 3, with a case made of cork.", "偏光三类镜片，配软木镜盒。", material="bio-based nylon", weight_g=27, season="summer"),)),
    Shelf("watches", "Watches", "手表", ONE, 12, 0.6, (
        _kind("Outdoor Watch", "户外手表", 99, 329, "Altimeter, compass and a week of battery.", "高度计、指南针，续航一周。", material="steel, silicone", water_m=100, weight_g=62, season="all year"),)),
    Shelf("trekking-poles", "Trekking poles", "登山杖", ONE, 8, 0.4, (
        _kind("Trekking Poles", "登山杖", 49, 149, "A pair, folds in three, cork grips.", "一对，三折收纳，软木握把。", material="aluminium, cork", weight_g=480, season="all year"),)),
)  # fmt: skip

# Tastes: how strongly groups of shelves and which brands attract a customer.
TASTES: Final = (
    ("hut walker", ("hiking-boots", "backpacks", "jackets", "socks", "trekking-poles", "base-layers"), ("Karst", "Alpenrot", "Fernweg")),
    ("camper", ("tents", "sleeping-bags", "sleeping-mats", "stoves", "headlamps", "bottles"), ("Nordlicht", "Basalt", "Karst")),
    ("runner", ("trail-shoes", "t-shirts", "trousers", "sunglasses", "socks", "watches"), ("Talwind", "Kiesel", "Fernweg")),
    ("city", ("sneakers", "dresses", "shirts", "sunglasses", "bottles", "hats"), ("Seidenweg", "Lumen & Lark", "Moorhuhn")),
    ("winter", ("jackets", "fleece", "base-layers", "gloves", "hats", "socks"), ("Alpenrot", "Nordlicht", "Moorhuhn")),
    ("traveller", ("shirts", "trousers", "sandals", "backpacks", "dresses", "t-shirts"), ("Seidenweg", "Fernweg", "Talwind")),
)  # fmt: skip

FIRST_NAMES: Final = (
    "Anna", "Ben", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ida", "Jakob", "Karla",
    "Leon", "Maja", "Nils", "Olga", "Paul", "Rosa", "Samir", "Tilda", "Viktor", "Wanda", "Yusuf",
    "Zoe", "Marta", "Igor", "Lotte", "Omar", "Petra", "Ravi", "Selma",
)  # fmt: skip
LAST_NAMES: Final = (
    "Adler", "Bauer", "Costa", "Dahl", "Eriksen", "Fontaine", "Graf", "Hansen", "Ivanova", "Jung",
    "Keller", "Lindner", "Moreau", "Novak", "Olsen", "Peeters", "Quandt", "Richter", "Silva",
    "Thomsen", "Ulrich", "Vogel", "Winter", "Yilmaz", "Zimmer", "Becker", "Larsen", "Rossi",
)  # fmt: skip
ZH_FAMILY: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
ZH_GIVEN: Final = (
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "杰", "娟", "涛", "明", "超",
    "秀英", "霞", "平", "刚", "桂英", "宇轩", "子涵", "欣怡", "浩然", "诗雨",
)  # fmt: skip
CITIES: Final = (
    ("Hamburg", "20095", "DE"), ("Berlin", "10115", "DE"), ("Munich", "80331", "DE"),
    ("Leipzig", "04109", "DE"), ("Vienna", "1010", "AT"), ("Graz", "8010", "AT"),
    ("Amsterdam", "1012", "NL"), ("Utrecht", "3511", "NL"), ("Copenhagen", "1050", "DK"),
    ("Lyon", "69001", "FR"), ("Milan", "20121", "IT"), ("Zurich", "8001", "CH"),
    ("Oslo", "0150", "NO"), ("Bristol", "BS1", "GB"),
)  # fmt: skip
STREETS: Final = (
    "Lindenweg", "Hafenstraße", "Mühlgasse", "Parkallee", "Birkenhain", "Am Markt", "Seeblick",
    "Kirchplatz", "Rosengarten", "Bergstraße",
)  # fmt: skip
ZH_PLACES: Final = (
    ("上海市徐汇区漕溪路", "200030"), ("上海市静安区南京西路", "200040"), ("北京市朝阳区工体北路", "100027"),
    ("杭州市西湖区文三路", "310012"), ("成都市武侯区科华路", "610041"), ("深圳市南山区科技园路", "518057"),
)  # fmt: skip
