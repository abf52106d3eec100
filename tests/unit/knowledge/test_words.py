"""BM25 that texts join and leave."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.words import Bm25, words_of

TEXT = st.text(alphabet="ab 退货", min_size=1, max_size=12)


def test_words_of_both_languages() -> None:
    assert words_of("Boots, glass 退货吗") == ["boot", "glass", "退", "货", "吗", "退货", "货吗"]


def test_the_text_with_the_rare_word_wins() -> None:
    index = Bm25(["return a parcel", "send a parcel", "a parcel a parcel"])
    scores = index.scores("return the parcel")
    assert int(np.argmax(scores)) == 0
    assert 0 < float(scores[1]) < float(scores[0]) <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6), st.lists(TEXT, max_size=6), TEXT)
def test_removed_texts_leave_no_trace(kept: list[str], gone: list[str], query: str) -> None:
    changed = Bm25(gone)
    numbers = [changed.add(text) for text in kept]
    for number, text in enumerate(gone):
        changed.remove(number, text)
    expected = Bm25(kept).scores(query)
    np.testing.assert_allclose(changed.scores(query)[numbers], expected, rtol=1e-5)
    assert not changed.scores(query)[: len(gone)].any()
