"""A file is written whole, or it stays what it was."""

from pathlib import Path

import pytest

from kit.files import drafted, write_whole


def test_the_new_text_stands_with_the_old_mode_and_its_own_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    write_whole(path, "a\r\n")
    path.chmod(0o640)
    write_whole(path, "é\r\n")
    assert path.read_bytes() == "é\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in path.parent.iterdir()] == ["a.yml"]


def test_what_fails_halfway_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, "old")

    def fails() -> None:
        with drafted(path) as draft:
            draft.write_text("ne")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_draft_that_was_not_written_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_whole(path, "old")
    with drafted(path):
        pass
    assert path.read_text() == "old"
