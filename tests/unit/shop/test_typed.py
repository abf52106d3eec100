"""Whatever is typed, a database can take it."""

from hypothesis import given
from hypothesis import strategies as st

from shop.typed import KEY_LENGTH, lookup_key, storable

anything = st.text(st.characters(), max_size=60)


@given(anything)
def test_keys_fit_every_database(text: str) -> None:
    key = lookup_key(text)
    assert len(key) <= KEY_LENGTH
    assert "\x00" not in key
    assert key.encode().decode() == key
    assert key in {"", text.strip()}


@given(anything)
def test_stored_text_fits_every_database(text: str) -> None:
    assert "\x00" not in storable(text)
    assert storable(text).encode().decode() == storable(text)


def test_ordinary_text_stays_what_it_is() -> None:
    assert lookup_key(" 10482 ") == "10482"
    assert storable("Weg 3\n20095 Köln 上海") == "Weg 3\n20095 Köln 上海"
    assert storable("a\x00b\ud800c") == "abc"
