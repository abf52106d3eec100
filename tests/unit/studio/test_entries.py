"""Files read and edited by entry; what is not edited stays byte for byte."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.content.entries import (
    BrokenFile,
    Entry,
    ItemGone,
    add_items,
    change_item,
    delete_item,
    is_one_line,
    read_entries,
)
from studio.content.undoing import steps_between, undo

ROOT = Path(__file__).resolve().parents[3] / "nlu_data"
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_bytes().decode()
    for path in sorted(ROOT.rglob("*.yml"))
}
EDITABLE = [name for name, text in FILES.items() if read_entries(text)]
WORDS = (
    st.text(
        st.characters(blacklist_categories=("Cc", "Cs", "Cn"), blacklist_characters="\ufeff"),
        min_size=1,
        max_size=60,
    )
    .map(str.strip)
    .filter(lambda text: bool(text) and is_one_line(text) and text.isprintable())
)
INTENTS = """# Kept by hand.
nlu:
  - intent: track   # where is it
    examples: |
      - where is [10482](order_number)
      -   two  spaces
      no dash, left alone
      - last one

  - lookup: colour
    examples: |
      - red
# the end
"""
RESPONSES = """responses:
  utter_hi:
    # the first
    - text: "Hi {name}!"
      buttons:
        - title: Help
          payload: /help
    - text: plain   # said late
    # the block
    - text: |
        Two
        lines
  utter_bye:
  - text: 'It''s over'
"""


def _items(text: str) -> dict[tuple[str, str], list[str]]:
    return {(one.kind, one.name): [item.text for item in one.items] for one in read_entries(text)}


def _entry(name: str, number: int) -> Entry:
    entries = read_entries(FILES[name])
    return entries[number % len(entries)]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(EDITABLE), st.integers(0, 10**6), st.integers(0, 10**6), WORDS)
def test_no_byte_outside_the_edit_is_lost(name: str, number: int, place: int, words: str) -> None:
    text, entry = FILES[name], _entry(name, number)
    item = entry.items[place % len(entry.items)]
    said = [one.text for one in entry.items]
    first = said.index(item.text)
    item = entry.items[first]
    before = _items(text)
    key = (entry.kind, entry.name)

    changed = change_item(text, entry.kind, entry.name, item.text, words)
    assert _items(changed) == {**before, key: [*said[:first], words, *said[first + 1 :]]}
    assert changed.startswith(text[: item.value_start])
    assert changed.endswith(text[item.value_end :])
    rest = len(text) - (item.value_end - item.value_start)
    assert len(changed) - rest > 0
    assert change_item(changed, entry.kind, entry.name, words, item.text) == text or (
        words in said  # the other one of the same words was meant
        or entry.kind == "response"  # quotes may have been others
    )

    added = add_items(text, entry.kind, entry.name, [words, words])
    assert _items(added) == {**before, key: [*said, words, words]}
    end = entry.items[-1].end
    assert (added[:end], added[len(added) - len(text) + end :]) == (text[:end], text[end:])
    if words not in said:
        once = delete_item(added, entry.kind, entry.name, words)
        assert delete_item(once, entry.kind, entry.name, words) == text

    if len(said) > 1:
        deleted = delete_item(text, entry.kind, entry.name, item.text)
        assert deleted == text[: item.start] + text[item.end :]
        assert _items(deleted) == {**before, key: [*said[:first], *said[first + 1 :]]}


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(EDITABLE), st.integers(0, 10**6), st.integers(0, 10**6), WORDS)
def test_a_change_is_taken_back_by_entry(name: str, number: int, place: int, words: str) -> None:
    text, entry = FILES[name], _entry(name, number)
    item = entry.items[place % len(entry.items)]
    added = add_items(text, entry.kind, entry.name, [words])
    later = add_items(added, entry.kind, entry.name, ["something said later"])
    steps = steps_between(text, added)
    assert steps is not None
    if words in [one.text for one in entry.items]:
        return  # two of the same words: either one goes
    assert undo(later, steps) == add_items(text, entry.kind, entry.name, ["something said later"])

    changed = change_item(text, entry.kind, entry.name, item.text, words)
    steps = steps_between(text, changed)
    assert steps is not None
    assert _items(undo(changed, steps)) == _items(text)


@pytest.mark.parametrize("name", sorted(FILES.keys() - set(EDITABLE)))
def test_files_of_another_kind_have_no_entries(name: str) -> None:
    body = yaml.safe_load(FILES[name])
    assert read_entries(FILES[name]) == ()
    assert not isinstance(body, dict) or not {"nlu", "responses"} & body.keys()


def test_what_stands_between_items_stays() -> None:
    assert _items(INTENTS) == {
        ("intent", "track"): ["where is [10482](order_number)", "two  spaces", "last one"],
        ("lookup", "colour"): ["red"],
    }
    changed = change_item(INTENTS, "intent", "track", "two  spaces", "one space")
    assert changed == INTENTS.replace("-   two  spaces", "-   one space")
    added = add_items(INTENTS, "intent", "track", ["a", "b"], after="two  spaces")
    assert added == INTENTS.replace("two  spaces\n", "two  spaces\n      - a\n      - b\n")
    assert delete_item(added, "intent", "track", "a") == added.replace("      - a\n", "")


def test_variations_keep_their_buttons_and_comments() -> None:
    assert _items(RESPONSES) == {
        ("response", "utter_hi"): ["Hi {name}!", "plain", "Two\nlines\n"],
        ("response", "utter_bye"): ["It's over"],
    }
    changed = change_item(RESPONSES, "response", "utter_hi", "plain", 'He said "no": #1')
    assert changed == RESPONSES.replace("text: plain", 'text: "He said \\"no\\": #1"')
    block = change_item(RESPONSES, "response", "utter_hi", "Two\nlines\n", "One")
    assert block == RESPONSES.replace("|\n        Two\n        lines\n", '"One"\n')
    without = delete_item(RESPONSES, "response", "utter_hi", "Hi {name}!")
    assert _items(without)["response", "utter_hi"] == ["plain", "Two\nlines\n"]
    longer = add_items(RESPONSES, "response", "utter_bye", ["So long"])
    assert longer == RESPONSES + '  - text: "So long"\n'


def test_line_ends_of_windows_and_a_last_line_without_one() -> None:
    windows = INTENTS.replace("\n", "\r\n")
    added = add_items(windows, "intent", "track", ["new"])
    assert added == windows.replace("- last one\r\n", "- last one\r\n      - new\r\n")
    assert _items(added)["intent", "track"][-1] == "new"
    bare = 'responses:\n  utter_a:\n    - text: "a"'
    assert add_items(bare, "response", "utter_a", ["b"]) == bare + '\n    - text: "b"'


def test_what_cannot_be_done_says_so() -> None:
    with pytest.raises(ItemGone):
        change_item(INTENTS, "intent", "track", "never said", "x")
    with pytest.raises(ItemGone):
        add_items(INTENTS, "intent", "cancel", ["x"])
    with pytest.raises(ValueError, match="last one"):
        delete_item(INTENTS, "lookup", "colour", "red")
    with pytest.raises(BrokenFile) as broken:
        read_entries('responses:\n  utter_a:\n    - text: "never ended\n')
    assert broken.value.line == 4
    listed = "nlu:\n  - intent: a\n    examples:\n      - text: |\n          hello\n"
    (entry,) = read_entries(listed)
    assert (entry.name, entry.is_editable, entry.items) == ("a", False, ())
