"""Agendas are read strictly, generated tasks become agendas, every act has its wordings."""

import json
from pathlib import Path
from typing import Any

import pytest

from research.benchmarks.service import AGENDAS
from research.benchmarks.service.agendas import (
    ITEM_FIELDS,
    BadAgenda,
    Item,
    Wish,
    agendas_from,
    read_agendas,
    to_json,
)
from research.benchmarks.service.chinese import chinese_agenda
from research.benchmarks.service.generated import generated_agendas
from research.benchmarks.service.words import Words, load_wordings, needed

PERSON = "Your name is Ada Lund and your zip code is 10001. You are busy, polite. "
KEYBOARD = {"switch type": "linear", "size": "80%"}


def task(instruction: str) -> dict[str, Any]:
    return {"user_id": "ada_1", "instruction": PERSON + instruction, "actions": []}


def one(**changes: Any) -> dict[str, Any]:
    wish = {"do": "return", "order": "W1", "items": [{"product": "Lamp"}]}
    agenda = {"id": "a", "task": "0", "user": "ada_1", "wishes": [wish], **changes}
    return {"version": 1, "agendas": [agenda]}


def test_a_generated_task_becomes_an_agenda() -> None:
    text = (
        f"Cancel order #W1 because ordered by mistake. Return #W2 via gift_card_1: Lamp; Tablet "
        f"{{'size': 'M'}}; For #W3, exchange Keyboard {KEYBOARD} to {{'size': 'full size'}}; via "
        f"paypal_1. For #W4, change payment to paypal_1. For #W4, change address to "
        f"{{'order_id': '#W4', 'address1': '1 Elm', 'address2': '', 'city': 'Rye', 'state': 'NY', "
        f"'country': 'USA', 'zip': '10580'}} (same as #W2). "
    )
    (agenda,) = generated_agendas("t.json", [task(text)])
    place = {
        "address1": "1 Elm",
        "address2": "",
        "city": "Rye",
        "state": "NY",
        "country": "USA",
        "zip": "10580",
    }
    has = {"size": "M"}
    assert agenda.wishes == (
        Wish("wish 0", "cancel", "W1", reason="ordered by mistake"),
        Wish(
            "wish 1",
            "return",
            "W2",
            items=(Item("Lamp"), Item("Tablet", has, {}, has)),
            method="gift_card_1",
        ),
        Wish(
            "wish 2",
            "exchange",
            "W3",
            method="paypal_1",
            items=(
                Item(
                    "Keyboard",
                    KEYBOARD,
                    {"size": "full size"},
                    {"switch type": "linear", "size": "full size"},
                ),
            ),
        ),
        Wish("wish 3", "payment", "W4", method="paypal_1"),
        Wish("wish 4", "address", "W4", address=place, address_of="W2"),
    )
    assert agenda.facts == {"name": ("Ada Lund",), "zip": ("10001",)}
    assert agenda.manner == {"brief", "polite"}


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"instruction": PERSON}, "t.json: [0].user_id is missing or no text"),
        (task("Sing a song. "), "t.json: [0].instruction is not understood at 'Sing a song. '"),
    ],
)
def test_a_broken_task_is_named(broken: dict[str, Any], message: str) -> None:
    with pytest.raises(BadAgenda) as caught:
        generated_agendas("t.json", [broken])
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"agendas": []}, "a.json: version is missing"),
        (one(wishes=[{"order": "W1"}]), "a.json: agendas[0].wishes[0].do is missing"),
        (
            one(wishes=[{"do": "return"}]),
            "a.json: agendas[0].wishes[0].items is missing or empty, which return needs",
        ),
        (
            one(wishes=[{"do": "return", "items": [{"product": "Lamp", "colour": "red"}]}]),
            "a.json: agendas[0].wishes[0].items[0].colour is not known here; known are "
            + ", ".join(ITEM_FIELDS),
        ),
        (
            one(facts={"phone": "1"}),
            "a.json: agendas[0].facts.phone is not known here; known are name, zip, email",
        ),
        (
            one(wishes=[{"do": "person", "when": {"wish": "x"}}]),
            "a.json: agendas[0].wishes[0].when.wish names no wish: x",
        ),
    ],
)
def test_what_is_wrong_is_told_by_file_path_and_field(value: dict[str, Any], message: str) -> None:
    with pytest.raises(BadAgenda) as caught:
        agendas_from("a.json", value)
    assert str(caught.value) == message


def test_the_hand_made_agendas_are_read_and_written_back() -> None:
    agendas = [one for path in AGENDAS.glob("*.json") for one in read_agendas(path)]
    assert len({agenda.task for agenda in agendas}) == 74
    assert agendas_from("x", json.loads(json.dumps(to_json(agendas)))) == agendas


def test_no_json_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(BadAgenda, match=r"a\.json is not JSON in UTF-8"):
        read_agendas(path)


def test_every_act_has_wordings_in_both_languages() -> None:
    english, chinese = load_wordings("en"), load_wordings("zh")
    assert set(english) == set(chinese)
    for act, lines in english.items():
        wanted = {name.lower() for line in lines for name in needed(line)}
        other = {name.lower() for line in chinese[act] for name in needed(line)}
        assert other <= wanted, act


def test_the_same_seed_says_the_same() -> None:
    first, second, other = (Words("en", seed) for seed in ("a|1", "a|1", "a|2"))
    said = [[words.of("yes") for _ in range(4)] for words in (first, second, other)]
    assert said[0] == said[1]
    assert len({tuple(one) for one in said}) == 2
    assert len(set(said[0])) == 4


def test_an_agenda_speaks_of_the_chinese_catalogue() -> None:
    text = "Return #W2 via gift_card_1: Desk Lamp {'color': 'black', 'brightness': 'low'}; "
    (agenda,) = generated_agendas("t.json", [task(text)])
    (item,) = chinese_agenda(agenda).wishes[0].items
    assert (item.product, item.has) == ("台灯", {"颜色": "黑色", "亮度": "低"})
