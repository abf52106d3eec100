"""The widget's files become a script for every page and one that is fetched when it is needed."""

import re

from connectors.rendering import load_catalogue
from connectors.webchat.bundle import MODULES, make_scripts
from connectors.webchat.widget import PREFIX

MOST_BYTES = 30_000


def modules_of(text: str) -> dict[str, str]:
    return dict(re.findall(r"^const from_([a-z]+) = (.*?)^}\)\(\);", text, re.S | re.M))


def test_every_module_is_in_one_script_behind_what_it_needs() -> None:
    scripts = make_scripts({"en": {}}, "Fernweg")
    at_once = modules_of(scripts.start.plain.decode())
    later = modules_of(scripts.later.plain.decode())
    assert sorted([*at_once, *later]) == sorted(path.stem for path in MODULES.glob("*.js"))
    assert [*at_once][-1] == "start"
    assert [*later][-1] == "later"
    given = re.findall(r"from_[a-z]+", scripts.later.plain.decode().split(")", 1)[0])
    there: list[str] = []
    for name, source in at_once.items():
        assert set(re.findall(r"= from_([a-z]+);", source)) <= set(there), name
        there.append(name)
    assert {name.removeprefix("from_") for name in given} <= set(there)
    for name, source in later.items():
        assert set(re.findall(r"= from_([a-z]+);", source)) <= set(there), name
        there.append(name)
    for script in (scripts.start, scripts.later):
        assert not re.search(r"^import |^export (?!const make)", script.plain.decode(), re.M)


def test_what_every_page_gets_is_small() -> None:
    messages = load_catalogue().messages
    words = {
        language: {
            key.removeprefix(PREFIX): text
            for key, text in messages[language].items()
            if key.startswith(PREFIX)
        }
        for language in messages
    }
    assert len(make_scripts(words, "Fernweg").start.packed) <= MOST_BYTES


def test_words_cannot_end_the_script_of_a_page() -> None:
    words = {"en": {"welcome": "</script><b>"}}
    text = make_scripts(words, "A </script> shop").start.plain.decode()
    assert "</script" not in text
