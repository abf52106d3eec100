"""Words by language: what one lacks is said in the default one, patterns are read together."""

from pathlib import Path

import pytest

from kit.phrases import has_manner, phrase, spoken


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kit import languages

    for language, text in (
        ("en", "size: {short: 5, hello: hi}\nfirst: 'top (?P<count>two|three)'"),
        ("zh", "size: {short: 8}\nsigns: true\nfirst:\n- 前(?P<count>[两三])个"),
    ):
        path = tmp_path / language / "words" / "house.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    monkeypatch.setattr(languages, "FOLDERS", tmp_path)


def test_what_a_language_lacks_is_said_in_the_default_one() -> None:
    assert [phrase(one, "house", "size.short") for one in ("en", "zh", "de")] == [5, 8, 5]
    assert phrase("zh", "house", "size.hello") == "hi"
    with pytest.raises(KeyError, match=r"size\.long is missing"):
        phrase("zh", "house", "size.long")


@pytest.mark.parametrize(
    ("text", "count"),
    [("the Top three", "three"), ("看前两个", "两"), ("前两个, the top three", "两"), ("all", "")],
)
def test_the_first_match_counts_whatever_the_language(text: str, count: str) -> None:
    found = spoken("house", "first").search(text)
    assert (found["count"] if found else "") == count
    assert spoken("house", "first").fullmatch(text) is None
    assert spoken("house", "first", "en").search("看前两个") is None


def test_a_manner_that_is_not_said_is_none() -> None:
    assert [has_manner(one, "house", "signs") for one in ("en", "zh", "de")] == [False, True, False]
