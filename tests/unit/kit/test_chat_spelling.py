"""Short words of a chat are read in full, names and addresses as they stand."""

import pytest

from kit.chat_spelling import in_full


@pytest.mark.parametrize(
    ("text", "full"),
    [
        (
            "the fleece wasnt in there, can u check pls",
            "the fleece wasn't in there, can you check please",
        ),
        ("send it w/o the box, w/ express", "send it without the box, with express"),
        ("w/express", "with express"),
        ("dont know, its ur turn", "don't know, its your turn"),
        ("size U, Plan U 5, u.s. store", "size U, Plan U 5, u.s. store"),
        ("im@mail.example and wk-3", "im@mail.example and wk-3"),
        ("Wont Street 5", "Wont Street 5"),
        ("这个u盘", "这个u盘"),
    ],
)
def test_short_words_in_full(text: str, full: str) -> None:
    assert in_full(text) == full
