"""What people are told stands in the documents: settings, commands, links."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from concierge.cli.main import COMMANDS
from kit.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
NOT_SETTABLE = {"root", "channel_values"}  # the latter are each channel's own, see its page
VARIABLE_OF = {"default_language": "LANGUAGE", "encoders": "ENCODER_EN"}


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/how-to/run-and-configure.md").read_text(encoding="utf-8")
    names = {field.name for field in fields(Settings)} - NOT_SETTABLE
    wanted = {f"CONCIERGE_{VARIABLE_OF.get(name, name.upper())}" for name in names}
    assert wanted - set(re.findall(r"CONCIERGE_[A-Z_]+", page)) == set()


def test_every_command_is_documented() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    missing = [name for name in COMMANDS if f"concierge {name}" not in text]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", prose)
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_no_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(work|home|root|Users)/", text)
