"""What else demo products are like: invented as all of the demo shop, and the same every time.

A kind says what all of it share; what differs from one product to the next follows from its slug
alone, so that prices, orders and stock of a seed stay as they are. The products that demo people
and documents speak of keep the values of their kind.
"""

import zlib
from collections.abc import Callable, Mapping
from typing import Final

Value = str | int | float | bool
Attributes = dict[str, Value]

# How a thing is washed, by what it is made of: a code that the replies put into words.
_MACHINE: Final = "machine_30"
_DOWN: Final = "machine_30_down"
_WOOL: Final = "wool_30"
_HAND: Final = "hand"
_WIPE: Final = "wipe"

# What every product of a kind shares, beyond what vocabulary.py says of it.
SHARED: Final[Mapping[str, Attributes]] = {
    "Rain Shell": {
        "waterproof": True,
        "windproof": True,
        "breathable": True,
        "hood": True,
        "pfas_free": True,
        "care": _MACHINE,
    },
    "Down Jacket": {
        "waterproof": False,
        "windproof": True,
        "insulated": True,
        "packable": True,
        "ethical_down": True,
        "warm_to_c": -10,
        "care": _DOWN,
    },
    "Softshell": {
        "waterproof": False,
        "windproof": True,
        "breathable": True,
        "stretchy": True,
        "care": _MACHINE,
    },
    "Insulated Parka": {
        "waterproof": True,
        "windproof": True,
        "insulated": True,
        "hood": True,
        "warm_to_c": -15,
        "care": _MACHINE,
    },
    "Fleece Jacket": {
        "waterproof": False,
        "windproof": False,
        "breathable": True,
        "quick_drying": True,
        "pockets": True,
        "care": _MACHINE,
    },
    "Grid Fleece": {
        "waterproof": False,
        "windproof": False,
        "breathable": True,
        "quick_drying": True,
        "care": _MACHINE,
    },
    "Hiking Trousers": {"waterproof": False, "stretchy": True, "pockets": True, "care": _MACHINE},
    "Zip-Off Trousers": {"waterproof": False, "quick_drying": True, "care": _MACHINE},
    "Rain Trousers": {"waterproof": True, "windproof": True, "care": _MACHINE},
    "Travel Shirt": {"waterproof": False, "breathable": True, "care": _MACHINE},
    "Flannel Shirt": {"waterproof": False, "care": _MACHINE},
    "Merino T-Shirt": {"waterproof": False, "breathable": True, "care": _WOOL},
    "Logo T-Shirt": {"waterproof": False, "care": _MACHINE},
    "Travel Dress": {
        "waterproof": False,
        "quick_drying": True,
        "stretchy": True,
        "pockets": True,
        "care": _MACHINE,
    },
    "Merino Base Layer": {"waterproof": False, "breathable": True, "care": _WOOL},
    "Thermal Tights": {"waterproof": False, "stretchy": True, "care": _MACHINE},
    "Hiking Boots": {"waterproof": True, "ankle_support": True, "grip": True, "care": _WIPE},
    "Trekking Boots": {"waterproof": True, "ankle_support": True, "grip": True, "care": _WIPE},
    "Light Hikers": {"waterproof": False, "ankle_support": False, "grip": True, "care": _WIPE},
    "Trail Running Shoes": {
        "waterproof": False,
        "ankle_support": False,
        "grip": True,
        "breathable": True,
        "quick_drying": True,
        "cushioned": True,
        "care": _HAND,
    },
    "City Sneakers": {"waterproof": False, "ankle_support": False, "care": _HAND},
    "Trekking Sandals": {"ankle_support": False, "quick_drying": True, "care": _HAND},
    "Backpack": {"waterproof": False, "rain_cover": True, "care": _HAND},
    "Daypack": {"waterproof": False, "laptop": True, "rain_cover": False, "care": _HAND},
    "Two-Person Tent": {"waterproof": True, "freestanding": True, "two_doors": True, "care": _HAND},
    "Family Tent": {"waterproof": True, "freestanding": False, "care": _HAND},
    "Down Sleeping Bag": {
        "waterproof": False,
        "ethical_down": True,
        "packable": True,
        "care": _DOWN,
    },
    "Summer Sleeping Bag": {"waterproof": False, "care": _MACHINE},
    "Inflatable Mat": {"care": _WIPE},
    "Gas Stove": {"packable": True},
    "Insulated Bottle": {"leakproof": True, "care": _HAND},
    "Headlamp": {"rechargeable": True, "red_light": True},
    "Wool Beanie": {"waterproof": False, "care": _WOOL},
    "Sun Hat": {"waterproof": False, "care": _HAND},
    "Softshell Gloves": {
        "waterproof": False,
        "windproof": True,
        "touchscreen": True,
        "care": _HAND,
    },
    "Hiking Socks": {"cushioned": True, "care": _WOOL},
    "Sunglasses": {"polarised": True},
    "Outdoor Watch": {"waterproof": True, "gps": False},
    "Trekking Poles": {"packable": True},
}
GENDERS: Final = ("women", "men", "unisex", "unisex")
WORN: Final = frozenset(
    {
        "jackets",
        "fleece",
        "trousers",
        "shirts",
        "t-shirts",
        "base-layers",
        "hiking-boots",
        "trail-shoes",
        "sneakers",
        "sandals",
    }
)


def attributes_of(
    noun: str, shelf: str, base: Mapping[str, str | int], slug: str, *, is_known: bool
) -> Attributes:
    """All attributes of a product of the kind `noun`; `base` are those of vocabulary.py."""
    found: Attributes = {**base, **SHARED.get(noun, {})}
    if shelf in WORN:
        found["gender"] = "unisex" if is_known else _pick(GENDERS, slug, "gender")
    if shelf == "dresses":
        found["gender"] = "women"
    if is_known:
        return found
    found["weight_g"] = _near(int(base["weight_g"]), slug, 20)
    if noun in _OWN:
        _OWN[noun](found, slug)
    return found


def _pick(values: tuple[Value, ...], slug: str, name: str) -> Value:
    """One of `values`, by the slug."""
    return values[zlib.crc32(f"{slug}/{name}".encode()) % len(values)]


def _near(value: int, slug: str, percent: int) -> int:
    """`value` up to so many percent more or less; full tens from 200 on."""
    share = zlib.crc32(f"{slug}/weight".encode()) % (2 * percent + 1) - percent
    exact = value * (100 + share) / 100
    return int(round(exact / 10) * 10 if value >= 200 else round(exact))


def _light_hikers(found: Attributes, slug: str) -> None:
    """A third has a membrane, a third no leather; some have both."""
    if _pick((True, False, False), slug, "membrane"):
        found |= {"waterproof": True, "waterproof_mm": 10000}
    found["material"] = _pick(("suede, mesh", "suede, mesh", "polyester mesh"), slug, "material")


def _wide(found: Attributes, slug: str) -> None:
    found["wide_fit"] = _pick((True, False, False), slug, "wide")


def _family_tent(found: Attributes, slug: str) -> None:
    persons = int(_pick((3, 4, 4, 5, 6), slug, "persons"))
    found |= {"persons": persons, "weight_g": _near(1100 * persons + 2400, slug, 20)}


def _two_person_tent(found: Attributes, slug: str) -> None:
    found["weight_g"] = int(_pick((1360, 1490, 1720, 1950, 2100, 2380, 2650), slug, "weight"))


def _down_bag(found: Attributes, slug: str) -> None:
    comfort = int(_pick((-12, -8, -5, -2, 0, 2), slug, "comfort"))
    found |= {"comfort_c": comfort, "weight_g": _near(790 - 50 * comfort, slug, 8)}
    found["season"] = "winter" if comfort <= -8 else "3 seasons"


def _summer_bag(found: Attributes, slug: str) -> None:
    found["comfort_c"] = int(_pick((8, 10, 11, 13), slug, "comfort"))


def _mat(found: Attributes, slug: str) -> None:
    found["r_value"] = str(_pick(("2.1", "3.2", "3.8", "4.5", "5.4"), slug, "r_value"))


def _bottle(found: Attributes, slug: str) -> None:
    volume = int(_pick((500, 750, 750, 1000), slug, "volume"))
    found |= {"volume_ml": volume, "weight_g": _near(120 + volume * 8 // 25, slug, 8)}


def _headlamp(found: Attributes, slug: str) -> None:
    found["lumens"] = int(_pick((250, 400, 400, 500, 650), slug, "lumens"))


def _parka(found: Attributes, slug: str) -> None:
    found["warm_to_c"] = int(_pick((-10, -15, -20, -25), slug, "warm"))


def _watch(found: Attributes, slug: str) -> None:
    found["gps"] = _pick((True, False), slug, "gps")


def _shell(found: Attributes, slug: str) -> None:
    found["waterproof_mm"] = int(_pick((15000, 20000, 20000, 28000), slug, "column"))


_OWN: Final[Mapping[str, Callable[[Attributes, str], None]]] = {
    "Rain Shell": _shell,
    "Insulated Parka": _parka,
    "Light Hikers": _light_hikers,
    "Hiking Boots": _wide,
    "Trekking Boots": _wide,
    "Trail Running Shoes": _wide,
    "Family Tent": _family_tent,
    "Two-Person Tent": _two_person_tent,
    "Down Sleeping Bag": _down_bag,
    "Summer Sleeping Bag": _summer_bag,
    "Inflatable Mat": _mat,
    "Insulated Bottle": _bottle,
    "Headlamp": _headlamp,
    "Outdoor Watch": _watch,
}


def scaled_by_volume(weight_g: int, litres: int, usual: int) -> int:
    """What a backpack of so many litres weighs when one of the usual volume weighs `weight_g`."""
    return round(weight_g * (0.5 + 0.5 * litres / usual) / 10) * 10
