"""A change of content is kept whole or not at all."""

from pathlib import Path

import pytest

from kit.files import write_whole
from studio.content.history import Author
from studio.content.store import Content, NewIntent, NotKept

MEI = Author("Mei", "mei@shop.example")
WORKSHOPS = NewIntent(
    "own_workshops", "orders", {"en": ["do you run a workshop"]}, {"en": "On Saturdays."}
)
ORDERS = 'version: "3.1"\nnlu:\n  - intent: track\n    examples: |\n      - where is it\n'


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "nlu_data" / "en" / "nlu" / "orders.yml"
    path.parent.mkdir(parents=True)
    path.write_text(ORDERS, "utf-8")
    return path


def test_a_disk_that_fills_up_leaves_no_half_of_an_intent(
    orders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = Content(tmp_path / "nlu_data", tmp_path)
    write, is_full = write_whole, iter([False, True, False])

    def fill(path: Path, text: str) -> None:
        if next(is_full):
            raise OSError(28, "No space left on device")
        write(path, text)

    monkeypatch.setattr("studio.content.store.write_whole", fill)
    with pytest.raises(NotKept, match="No space left"):
        content.add_intent(WORKSHOPS, MEI)
    assert orders.read_text("utf-8") == ORDERS
    assert [one.name for one in (tmp_path / "nlu_data" / "en").rglob("*.yml")] == ["orders.yml"]


def test_what_was_not_changed_is_not_written_again(
    orders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk would make the file an empty one."""
    content = Content(tmp_path / "nlu_data", tmp_path)
    asked: list[Path] = []

    def refuse(path: Path, _text: str) -> None:
        asked.append(path)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studio.content.store.write_whole", refuse)
    with pytest.raises(NotKept):
        content.edit("en", "intent", "track", lambda text: text + "      - any news\n", "+", MEI)
    assert asked == [orders]
    assert orders.read_text("utf-8") == ORDERS
