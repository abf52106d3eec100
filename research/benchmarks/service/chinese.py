"""The benchmark's shop and agendas with Chinese names of products, options and values."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import yaml

from research.benchmarks.service.agendas import Agenda, Item, Wish
from research.benchmarks.service.words import FOLDER


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        (FOLDER / "names_zh.yml").read_text(encoding="utf-8")
    )
    return found


def _options(options: Mapping[str, str]) -> dict[str, str]:
    names, values = _names()["options"], _names()["values"]
    return {names.get(name, name): values.get(value, value) for name, value in options.items()}


def _product(name: str) -> str:
    return _names()["products"].get(name, name)


def chinese_shop(db: Mapping[str, Any]) -> dict[str, Any]:
    """The shop of db.json with a Chinese catalogue; people, numbers and addresses stay."""
    found = copy.deepcopy(dict(db))
    for product in found["products"].values():
        product["name"] = _product(product["name"])
        for variant in product["variants"].values():
            variant["options"] = _options(variant["options"])
    for order in found["orders"].values():
        for item in order["items"]:
            item["name"] = _product(item["name"])
            item["options"] = _options(item.get("options") or {})
    return found


def chinese_agenda(agenda: Agenda) -> Agenda:
    """An agenda without wordings of its own, in Chinese."""
    return replace(agenda, language="zh", wishes=tuple(_wish(one) for one in agenda.wishes))


def _wish(wish: Wish) -> Wish:
    return replace(
        wish,
        items=tuple(_item(one) for one in wish.items),
        instead=tuple(_wish(one) for one in wish.instead),
    )


def _item(item: Item) -> Item:
    return replace(
        item,
        product=_product(item.product),
        has=_options(item.has),
        wants=_options(item.wants),
        gets=_options(item.gets),
    )
