"""The how-to "Add an intent", followed block by block: five files, and the new intent answers."""

import re
from pathlib import Path

import pytest

from bot.importer import merged_responses
from kit.intents import FILE, load_intents
from tests.contract.content.copying import CONTENT, copy_project, hold
from tests.dialogues import ROOT

PAGE = (ROOT / "docs/how-to/add-an-intent.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml (\S+)\n(.*?)```", PAGE, re.DOTALL)
SCRIPT = re.findall(r"```\n(> .*?)```", PAGE, re.DOTALL)[0].strip().splitlines()
# What else a shopper says, so that there is something to tell it from.
OTHERS = [
    f"{CONTENT}/{language}/nlu/{name}.yml"
    for language in ("en", "zh")
    for name in ("out_of_scope", "conversation")
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy with the page's blocks in their files, at the end of those that there are."""
    root = copy_project(tmp_path, "en", "zh")
    for file in OTHERS:
        (root / file).parent.mkdir(exist_ok=True)
        (root / file).symlink_to(ROOT / file)
    for file, block in BLOCKS:
        path = root / file
        if path.exists():
            path.write_text(path.read_text("utf-8") + block, "utf-8")
        else:
            path.write_text(block, "utf-8")
    return root


def test_five_files_are_touched_and_all_that_is_declared_is_there(root: Path) -> None:
    assert len({file for file, _ in BLOCKS}) == 5
    assert not [file for file, _ in BLOCKS if file.endswith((".py", ".json"))]
    assert load_intents(root / CONTENT / FILE)["ask_sponsoring"].says == "utter_sponsoring"
    assert len(merged_responses(root / CONTENT)["utter_sponsoring"]) == 2


def test_the_new_intent_answers_as_the_page_says(root: Path) -> None:
    said = [line.removeprefix("> ") for line in SCRIPT[::2]]
    told = hold(root, language="en", said=said, afresh=True)["turns"]
    assert [one["text"] for one in told] == [line.removeprefix("< ") for line in SCRIPT[1::2]]
    assert [one["language"] for one in told] == ["en", "zh"]
