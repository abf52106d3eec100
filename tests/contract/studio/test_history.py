"""Content under a real git repository: commits, diff, taking back."""

import subprocess
from pathlib import Path

import pytest

from kit.files import write_whole
from studio.content.entries import add_items, change_item, delete_item
from studio.content.history import (
    BY_HAND,
    Author,
    CannotRevert,
    NoHistory,
    changes,
    commit,
    commit_hand_edits,
    diff,
    has_history,
    revert,
)

MEI, BEN = Author("Mei", "mei@shop.example"), Author("Ben", "ben@shop.example")
FILE = """nlu:
  - intent: track
    examples: |
      - where is it
      - any news
  - intent: cancel
    examples: |
      - cancel it
      - stop the order
"""


def git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project under git whose content is one of its folders."""
    git(tmp_path, "init", "-q", "-b", "main")
    content = tmp_path / "nlu_data"
    content.mkdir()
    (tmp_path / "code.py").write_text("one\n")
    (content / "a.yml").write_text(FILE)
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "first")
    return content


def edit(folder: Path, text: str, subject: str, author: Author) -> str:
    write_whole(folder / "a.yml", text)
    commit(folder, [folder / "a.yml"], subject, author)
    return git(folder, "rev-parse", "HEAD").strip()


def test_a_change_is_one_commit_of_its_author(folder: Path) -> None:
    (folder.parent / "code.py").write_text("two\n")
    git(folder.parent, "add", "code.py")
    edit(folder, change_item(FILE, "intent", "track", "any news", "news?"), "Reword", MEI)
    newest, first = changes(folder)
    assert (newest.author, newest.subject, first.subject) == (MEI, "Reword", "first")
    assert git(folder, "show", "--name-only", "--format=", "HEAD").split() == ["nlu_data/a.yml"]
    assert git(folder.parent, "diff", "--cached", "--name-only").split() == ["code.py"]
    (file,) = diff(folder, newest.id)
    assert file.path == "a.yml"
    assert [one for one in file.lines if one[0] in "+-"] == [
        ("-", "      - any news"),
        ("+", "      - news?"),
    ]


def test_edits_by_hand_are_a_commit_of_their_own(folder: Path) -> None:
    write_whole(folder / "a.yml", FILE.replace("cancel it", "cancel that"))
    commit_hand_edits(folder, [folder / "a.yml"], BEN)
    commit_hand_edits(folder, [folder / "a.yml"], BEN)
    assert [one.subject for one in changes(folder)] == [BY_HAND, "first"]


def test_a_change_is_taken_back_while_later_ones_stay(folder: Path) -> None:
    first = add_items(FILE, "intent", "track", ["mine", "yours"])
    added = edit(folder, first, "add", MEI)
    second = delete_item(first, "intent", "track", "any news")
    deleted = edit(folder, second, "delete", BEN)
    third = add_items(second, "intent", "cancel", ["no more"])
    edit(folder, third, "more", BEN)

    assert revert(folder, deleted) == [folder / "a.yml"]
    text = (folder / "a.yml").read_text()
    assert text == add_items(first, "intent", "cancel", ["no more"])
    assert revert(folder, added) == [folder / "a.yml"]
    assert (folder / "a.yml").read_text() == add_items(FILE, "intent", "cancel", ["no more"])


def test_what_was_changed_again_is_not_taken_back(folder: Path) -> None:
    once = change_item(FILE, "intent", "track", "any news", "news?")
    changed = edit(folder, once, "reword", MEI)
    twice = change_item(once, "intent", "track", "news?", "what news?")
    edit(folder, twice, "again", BEN)
    with pytest.raises(CannotRevert, match=r"a\.yml"):
        revert(folder, changed)
    assert (folder / "a.yml").read_text() == twice


def test_changes_of_other_files_go_back_by_lines(folder: Path) -> None:
    path = folder / "notes.md"
    write_whole(path, "a\nb\n")
    commit(folder, [path], "notes", MEI)
    assert revert(folder, git(folder, "rev-parse", "HEAD").strip()) == [path]
    assert not path.exists()


def test_a_folder_without_git_is_told_apart(tmp_path: Path, folder: Path) -> None:
    apart = folder.parent / "ignored"
    apart.mkdir()
    (folder.parent / ".gitignore").write_text("ignored\n")
    assert (has_history(folder), has_history(apart)) == (True, False)
    with pytest.raises(NoHistory, match="there is no change"):
        revert(folder, "0" * 40)


def test_a_merge_shows_what_came_by_it(folder: Path) -> None:
    git(folder, "switch", "-qc", "draft")
    edit(folder, add_items(FILE, "intent", "track", ["from the draft"]), "draft", MEI)
    git(folder, "switch", "-q", "main")
    who = ("-c", "user.name=x", "-c", "user.email=x@y")
    git(folder, *who, "merge", "-q", "--no-ff", "-m", "merged", "draft")
    (file,) = diff(folder, git(folder, "rev-parse", "HEAD").strip())
    assert [one for one in file.lines if one[0] in "+-"] == [("+", "      - from the draft")]
