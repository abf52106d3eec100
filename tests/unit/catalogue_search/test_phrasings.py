"""What shoppers write, and what of it is understood: rows of our own in both languages."""

import pytest

from catalogue_search.catalogue import Catalogue
from catalogue_search.constraints import parse
from catalogue_search.query import Constraint, Query
from tests.unit.catalogue_search.goods import BOOTS, RAIN, TREKKERS


def _told(one: Constraint) -> str:
    wish = "" if one.is_hard else "~"
    if one.operator in {"is", "is_not"}:
        sign = "=" if one.operator == "is" else "!="
        return f"{wish}{one.attribute}{sign}{'|'.join(one.values)}"
    if one.operator in {"little", "much"}:
        return f"{wish}{one.operator} {one.attribute}"
    low = "" if one.low is None else f"{one.low:g}"
    high = "" if one.high is None else f"{one.high:g}"
    return f"{wish}{one.attribute} {low}..{high}"


def told(query: Query) -> str:
    """A query in one line: kinds, constraints in their order, superlatives, the rest."""
    parts = ["|".join(one.values) for one in query.kinds]
    parts += [_told(one) for one in query.constraints]
    parts += [f"{one.direction} {one.quantity}" for one in query.order]
    parts += (
        [f"which has {query.compares.direction} {query.compares.quantity}"]
        if query.compares
        else []
    )
    parts += [f"drops {name}" for name in query.drops]
    parts += [f"for {query.occasion}"] if query.occasion else []
    return "; ".join(parts)


ENGLISH = [
    ("boots not heavier than 600g", "hiking_boot; weight ..600"),
    ("boots, dont wanna spend over 200", "hiking_boot; price ..200"),
    ("I won't pay more than 120 for boots", "hiking_boot; price ..120"),
    ("boots, not leather, over 50 euros", "hiking_boot; material!=leather; price 50.."),
    ("a tent, womens, small", "tent; gender=women; size=S"),
    ("which one is easier to carry", "which has least weight"),
    ("sleeping bag for scotland", "sleeping_bag"),
    (
        "hi, do you sell waterproof boots that aren't leather?",
        "hiking_boot; feature=waterproof; material!=leather",
    ),
    (
        "waterproof boots, no leather, no suede, uk 8",
        "hiking_boot; feature=waterproof; material!=leather|suede; size=42",
    ),
    ("leather-free walking shoes size 39 please", "hiking_boot; material!=leather; size=39"),
    (
        "looking for a mens rain jacket in L, blue or black",
        "rain_jacket; gender=men; size=L; colour=blue|black",
    ),
    ("women's puffer, red, medium", "down_jacket; gender=women; colour=red; size=M"),
    ("a tent for me and my son, under 300", "tent; persons 2..; price ..300"),
    ("tent for me, my wife and 2 kids", "tent; persons 4.."),
    ("socks for me and my son", "socks"),
    ("sleeping bag for a 6 year old", "sleeping_bag; gender=children"),
    ("sleeping bag, I am 60 years old", "sleeping_bag"),
    ("carbon fibre trekking poles", "trekking_poles; material=carbon"),
    ("do you have crampons", "crampons"),
    ("a pack with a hip belt", "backpack"),
    ("tent for 4 ppl under 400", "tent; persons 4..; price ..400"),
    ("3 person tent under 2.5 kg", "tent; persons 3..; weight ..2500"),
    ("tent, max 2kg, max 300 euro", "tent; weight ..2000; price ..300"),
    ("two-man tent, less than 1,500 g", "tent; persons 2..; weight ..1500"),
    ("a tent that sleeps five", "tent; persons 5.."),
    ("lightest tent you've got", "tent; least weight"),
    ("whats your cheapest backpack", "backpack; least price"),
    ("warmest sleeping bag under €300", "sleeping_bag; price ..300; most warmth"),
    ("best rated hiking boots?", "hiking_boot; most rating"),
    ("the biggest pack you have in olive", "backpack; colour=olive; most capacity"),
    ("45 l backpack around 150 euros", "backpack; volume 39.6..50.4; price 127.5..172.5"),
    ("40-50 litre rucksack", "backpack; volume 40..50"),
    ("between 80 and 120 euros, running shoes 43", "trail_shoe; price 80..120; size=43"),
    ("sleeping bag good to -10c", "sleeping_bag; comfort ..-10"),
    (
        "sleeping bag for minus 5 degrees, synthetic not down",
        "sleeping_bag; comfort ..-5; material=synthetic; material!=down",
    ),
    (
        "I'm allergic to down, need a warm sleeping bag",
        "sleeping_bag; material!=down; ~much warmth",
    ),
    ("anything but pink", "colour!=pink"),
    ("any colour but black", "colour!=black; drops colour"),
    ("not the red one, something in blue", "colour!=red; colour=blue"),
    ("jacket without a hood", "jacket; feature!=hood"),
    (
        "non-slip soles aren't important, but they must be waterproof",
        "feature=waterproof; drops feature:grip",
    ),
    ("don't you have it in navy?", "colour=navy"),
    ("daypack with laptop sleeve, not too heavy", "daypack; feature=laptop; ~little weight"),
    ("ideally brown, definitely size 42", "~colour=brown; size=42"),
    ("preferably under 200", "~price ..200"),
    (
        "my budget is 250, a winter jacket for my husband",
        "jacket; price ..250; season=winter; gender=men",
    ),
    ("a jacket for my wife", "jacket; gender=women"),
    ("a tent, mine is from 2012", "tent"),
    ("something for cold hands", "gloves"),
    ("my wife says I need a jacket", "jacket"),
    ("cool. a 3 person tent", "tent; persons 3.."),
    ("Cool, and jackets?", "jacket"),
    ("doesn't need to be waterproof", "drops feature:waterproof"),
    ("brand doesn't matter", "drops brand"),
    ("any size is fine, any brand", "drops size; drops brand"),
    ("forget the colour", "drops colour"),
    ("a wateproof jaket in grey", "jacket; feature=waterproof; colour=grey"),
    ("pfas free shell, breathable", "rain_jacket; feature=pfas_free; feature=breathable"),
    ("4 stars or more, trekking boots", "trekking_boot; rating 4.."),
    ("socks to go with my hiking boots", "socks"),
    ("merino socks", "socks; material=merino"),
    ("boots or trail shoes?", "hiking_boot|trail_shoe"),
    ("percolator in silverish", "noun:percolator; colour=silverish"),
    ("which is lighter?", "which has least weight"),
    ("which one has the better reviews", "which has most rating"),
    ("something dark, nothing too expensive", "colour=black|navy|grey|brown|olive; ~little price"),
    ("at least 20000 mm water column", "water_column 20000.."),
    ("free shipping and no worries please", ""),
    ("750 ml bottle", "bottle; volume 0.66..0.84"),
    ("up to a hundred euros", "price ..100"),
    ("is the storm rain shell in stock in M?", "rain_jacket; size=M"),
    ("need a 2p tent that weighs less than two kilos", "tent; persons 2..; weight ..2000"),
    ("red backpack 30 to 40L", "backpack; colour=red; volume 30..40"),
    ("tent that costs less than 500", "tent; price ..500"),
    ("rain jacket with at least 10k water column", "rain_jacket; water_column 10000.."),
    ("nothing over 120 euros", "price ..120"),
    ("vegan boots, €50 to €80", "hiking_boot; feature=vegan; price 50..80"),
    ("everything except the family tents", "kind!=family_tent"),
    ("from alpenrot, not karst", "brand=alpenrot; brand!=karst"),
    ("a hat thats not wool, wool itches", "hat; material!=wool"),
    ("my feet r wide, boots please", "hiking_boot; feature=wide_fit"),
]
CHINESE = [
    ("不想花超过200", "price ..200"),
    ("防紫外线吗", ""),
    ("防紫外线的紫色太阳镜", "sunglasses; colour=purple"),
    ("有没有防水但不是皮的登山鞋", "hiking_boot; feature=waterproof; material!=leather"),
    ("徒步鞋 女款 38码 不要皮的", "hiking_boot; gender=women; size=38; material!=leather"),
    ("不要磨砂皮也不要翻毛皮", "material!=nubuck|suede"),
    ("想要一件蓝色或者黑色的冲锋衣 L码", "rain_jacket; colour=blue|black; size=L"),
    ("男款羽绒服，两百以内", "down_jacket; gender=men; price ..200"),
    ("三个人睡的帐篷 5斤以内", "tent; persons 3..; weight ..2500"),
    ("双人帐篷，不超过两公斤半", "tent; persons 2..; weight ..2500"),
    ("我和女朋友用的帐篷", "tent; persons 2.."),
    ("给6岁的买睡袋", "sleeping_bag; gender=children"),
    ("有没有冰爪", "crampons"),
    ("能碰手机屏幕的手套", "gloves; feature=touchscreen"),
    ("一家四口用的帐篷", "tent; persons 4.."),
    ("最轻的帐篷", "tent; least weight"),
    ("帐篷哪款最轻", "tent; least weight"),
    ("哪款背包最便宜", "backpack; least price"),
    ("最暖和的睡袋 300以内", "sleeping_bag; price ..300; most warmth"),
    ("评价最好的登山鞋", "hiking_boot; most rating"),
    ("容量最大的背包", "backpack; most capacity"),
    ("45升左右的登山包", "backpack; volume 39.6..50.4"),
    ("40到50升的背包", "backpack; volume 40..50"),
    ("100-150欧的跑鞋 43码", "trail_shoe; price 100..150; size=43"),
    ("零下十度能用的睡袋", "sleeping_bag; comfort ..-10"),
    ("睡袋，-5度，不要羽绒的", "sleeping_bag; comfort ..-5; material!=down"),
    ("对羽绒过敏 有没有化纤的睡袋", "sleeping_bag; material!=down; material=synthetic"),
    ("除了粉色都行", "colour!=pink"),
    ("不要红色的，要蓝色的", "colour!=red; colour=blue"),
    ("没有黑色吗", "colour=black"),
    ("背包他已经有了", "kind!=backpack"),
    ("袜子也不要", "kind!=socks"),
    ("登山鞋不要太贵的", "hiking_boot; ~little price"),
    ("红色的不要", "colour!=red"),
    ("不带帽子的外套", "jacket; feature!=hood"),
    ("防水不闷的登山鞋", "hiking_boot; feature=waterproof; feature=breathable"),
    ("外套别太贵", "jacket; ~little price"),
    ("背包不要太重，能放电脑", "backpack; ~little weight; feature=laptop"),
    ("最好是棕色，一定要42码", "~colour=brown; size=42"),
    ("预算250 给老公买件外套", "jacket; price ..250; gender=men"),
    ("不需要防水", "drops feature:waterproof"),
    ("牌子无所谓", "drops brand"),
    ("随便什么颜色都行", "drops colour"),
    ("颜色不限，尺码42", "size=42; drops colour"),
    ("200多块的登山鞋", "hiking_boot; price 200..300"),
    ("评分4星以上的登山鞋", "hiking_boot; rating 4.."),
    ("羊毛袜子", "socks; material=wool"),
    ("登山鞋或者跑鞋", "hiking_boot|trail_shoe"),
    ("哪个轻", "which has least weight"),
    ("哪双评分更高", "which has most rating"),
    ("要轻一点的", "~little weight"),
    ("深色的，耐磨", "colour=black|navy|grey|brown|olive; ~feature=durable"),
    ("防水两万毫米以上的冲锋衣", "rain_jacket; feature=waterproof; water_column 20000.."),
    ("包邮吗亲", ""),
    ("零下十几度用的睡袋", "sleeping_bag; comfort ..-10"),
    ("羽绒服 女款 m", "down_jacket; gender=women; size=M"),
    ("最便宜和最贵的帐篷", "tent; least price; most price"),
    ("黑色 不要太薄", "colour=black; ~much warmth"),
    ("预算80欧，两三样都行", "price ..80"),
    ("两三个人睡的帐篷", "tent; persons 3.."),
    ("他袜子多得很 别推荐袜子", "kind!=socks"),
    ("去苏格兰穿的冲锋衣", "rain_jacket; ~feature=waterproof; ~much waterproofness; for rain"),
    ("750毫升的水壶", "bottle; volume 0.66..0.84"),
    ("要Alpenrot的，不要Karst", "brand=alpenrot; brand!=karst"),
    ("非皮质的鞋", "shoe; material!=leather"),
    ("一千五以下的", "price ..1500"),
    ("能住4个大人的帐篷 500以内", "tent; persons 4..; price ..500"),
    ("大于60升的包", "backpack; volume 60.."),
    ("不带绒的鞋", "shoe"),
    ("舒适温标0度以下的睡袋", "sleeping_bag; comfort ..0"),
    ("除了Karst别的牌子都可以", "brand!=karst; drops brand"),
    ("女生穿的防风外套 M", "jacket; gender=women; feature=windproof; size=M"),
]


@pytest.mark.parametrize(("text", "expected"), [*ENGLISH, *CHINESE])
def test_a_message_is_understood(text: str, expected: str, catalogue: Catalogue) -> None:
    assert told(parse(text, catalogue)) == expected


def test_what_is_done_says_more_than_the_weather_there(catalogue: Catalogue) -> None:
    assert parse("去西藏徒步一周的背包", catalogue).occasion == "trek"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cheaper please", "price ..149.95"),
        ("anything less expensive?", "price ..149.95"),
        ("expensive... anything cheaper?", "price ..149.95"),
        ("lighter", "weight ..1240"),
        ("too expensive", "price ..149.95"),
        ("便宜点的有吗", "price ..149.95"),
        ("再轻一点", "weight ..1240"),
        ("太重了", "weight ..1240"),
        ("not that brand", "brand!=alpenrot|karst"),
        ("换个牌子", "brand!=alpenrot|karst"),
        ("不要这个牌子", "brand!=alpenrot|karst"),
    ],
)
def test_a_comparison_is_bound_by_what_is_shown(
    text: str, expected: str, catalogue: Catalogue
) -> None:
    assert told(parse(text, catalogue, [BOOTS.product_id, TREKKERS.product_id])) == expected


def test_of_several_shelves_the_middle_is_the_bound(catalogue: Catalogue) -> None:
    shown = [BOOTS.product_id, RAIN.product_id, TREKKERS.product_id]
    assert told(parse("cheaper", catalogue, shown)) == "price ..199.95"


@pytest.mark.parametrize(
    ("text", "source"),
    [("boots, not leather", "leather"), ("under 2.5 kg", "under 2.5 kg"), ("两斤以内", "两斤以内")],
)
def test_a_constraint_knows_its_words(text: str, source: str, catalogue: Catalogue) -> None:
    one = parse(text, catalogue).constraints[0]
    assert (one.source, text[one.start : one.end]) == (source, source)


@pytest.mark.parametrize(
    ("text", "is_season"),
    [
        ("现在下单，12月21日之前能送到吗", False),
        ("if I order now, will they arrive before 21 December?", False),
        ("will it be here by December 21st", False),
        ("12月爬山能穿吗", True),
        ("are they warm enough for Scotland in October", True),
    ],
)
def test_a_day_is_no_season(text: str, is_season: bool, catalogue: Catalogue) -> None:
    seasons = [one for one in parse(text, catalogue).constraints if one.attribute == "season"]
    assert bool(seasons) is is_season
