"""How far each channel is, said in the same words by all."""

from pathlib import Path

import pytest
import yaml

from connectors.registry import CHANNELS

CONNECTORS = Path(__file__).resolve().parents[3] / "connectors"
DOCS = CONNECTORS.parent / "docs" / "how-to"
RULES = {
    "proof_of_origin",
    "replayed_events",
    "bad_bodies",
    "unknown_events_recorded",
    "one_message_one_answer",
    "order_per_contact",
    "retries_and_retry_after",
    "dead_letters_at_the_desk",
    "text",
    "buttons",
    "cards",
    "pictures_in",
    "pictures_out",
    "voice_and_files_in",
    "files_out",
    "edits",
    "deletions",
    "reactions",
    "typing",
    "read_state",
    "groups",
    "disclosure",
    "windows",
    "agents_replies",
    "setup_check",
}
NEVER_EXEMPT = {"proof_of_origin", "one_message_one_answer", "disclosure", "bad_bodies"}


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_channel_says_how_far_it_is(name: str) -> None:
    path = CONNECTORS / name / "quality.yml"
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(found) == RULES
    assert set(found.values()) <= {"done", "todo", "exempt"}
    assert {found[rule] for rule in NEVER_EXEMPT} == {"done"}
    for line in path.read_text(encoding="utf-8").splitlines():
        rule, _, rest = line.partition(": ")
        if rest.startswith(("exempt", "todo")):
            assert "#" in rest or rest.startswith("todo"), f"{rule}: exempt says why"


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_channel_has_a_page_that_names_its_values(name: str) -> None:
    page = (DOCS / f"open-{name}.md").read_text(encoding="utf-8")
    text = "".join(path.read_text(encoding="utf-8") for path in (CONNECTORS / name).glob("*.py"))
    for value in ("TOKEN", "SECRET"):
        variable = f"CONCIERGE_{name.upper()}_{value}"
        assert variable in page or f'"{value}"' not in text
    assert f"concierge channels check {name}" in page
