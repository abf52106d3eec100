"""Articles that are added, changed and withdrawn while the assistant answers."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.database import Database
from knowledge.building import build_index
from knowledge.live import LiveKnowledge
from knowledge.snapshot import IndexMissing, current_name, publish, read
from knowledge.store import put_article, restore_article, withdraw_article
from tests.unit.knowledge.conftest import article, write_article

NOW = datetime(2026, 11, 25, tzinfo=UTC)
REPAIR = "do you mend broken zippers"

Open = Callable[[], LiveKnowledge]


@pytest.fixture
def opened(folder: Path, data_dir: Path, nlu_data: Path, database: Database) -> Iterator[Open]:
    started: list[LiveKnowledge] = []

    def open_one() -> LiveKnowledge:
        started.append(LiveKnowledge.load(folder, data_dir, nlu_data, database))
        return started[-1]

    yield open_one
    for one in started:
        one.stop()


def best(knowledge: LiveKnowledge, text: str) -> str:
    return knowledge.search(text, "en")[0].article.slug


def soon(question: Callable[[], bool]) -> bool:
    """Whether it becomes true within the second that is promised."""
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.01)
    return False


def test_an_added_article_answers_within_a_second(opened: Open, database: Database) -> None:
    knowledge = opened()
    assert best(knowledge, REPAIR) != "repairs"
    with database.session() as session:
        put_article(session, article(), now=NOW, by="test")
    assert soon(lambda: best(knowledge, REPAIR) == "repairs")


def test_the_very_question_of_an_article_is_surely_answered_by_it(
    opened: Open, database: Database
) -> None:
    """Another that answers nearly the same makes nothing doubtful."""
    knowledge = opened()
    with database.session() as session:
        put_article(session, article(), now=NOW, by="test")
        put_article(session, article(slug="zips", body="A new zip is 9 euros."), now=NOW, by="test")
    question = article().questions[0]
    assert soon(
        lambda: (
            {one.article.slug for one in knowledge.search(question, "en")[:2]}
            == {"repairs", "zips"}
        )
    )
    hits = knowledge.search(f"  {question.upper()}??", "en")[:2]
    assert [one.is_confident for one in hits] == [True, True]


def test_a_changed_file_answers_within_a_second(opened: Open, nlu_data: Path) -> None:
    knowledge = opened()
    write_article(nlu_data, "gift-cards", "They never expire.")
    assert soon(lambda: "never expire" in knowledge.search("gift card", "en")[0].article.answer)


def test_a_withdrawn_article_is_silent_within_a_second(opened: Open, database: Database) -> None:
    knowledge = opened()
    with database.session() as session:
        withdraw_article(session, "gift-cards", "en", now=NOW, by="test")
    assert soon(lambda: knowledge.article("gift-cards", "en") is None)
    assert best(knowledge, "can I buy a gift card") != "gift-cards"


def test_a_removed_file_is_silent_within_a_second(opened: Open, nlu_data: Path) -> None:
    knowledge = opened()
    (nlu_data / "en" / "articles" / "gift-cards.md").unlink()
    assert soon(lambda: knowledge.article("gift-cards", "en") is None)


def test_changes_survive_a_restart_without_reading_them_again(
    opened: Open, database: Database, folder: Path
) -> None:
    with database.session() as session:
        put_article(session, article(), now=NOW, by="test")
        withdraw_article(session, "gift-cards", "en", now=NOW, by="test")
    opened().stop()
    _, snapshot = read(folder)
    assert {one.slug for one in snapshot.articles["en"]} == {
        "delivery-times",
        "return-policy",
        "repairs",
    }
    again = opened()
    assert best(again, REPAIR) == "repairs"
    assert again.article("gift-cards", "en") is None
    assert again.refresh() == 0


def test_a_restored_article_says_what_its_file_says(opened: Open, database: Database) -> None:
    knowledge = opened()
    with database.session() as session:
        put_article(session, article("gift-cards"), now=NOW, by="test")
    knowledge.refresh()
    assert "repair" in knowledge.article("gift-cards", "en").answer
    with database.session() as session:
        restore_article(session, "gift-cards", "en", now=NOW, by="test")
    knowledge.refresh()
    assert "500 euros" in knowledge.article("gift-cards", "en").answer


def test_a_file_that_breaks_changes_nothing(
    opened: Open, nlu_data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    knowledge = opened()
    path = nlu_data / "en" / "articles" / "gift-cards.md"
    path.write_text("---\ntitle: Broken\n---\n\nNo topic.\n", "utf-8")
    knowledge.refresh()
    knowledge.refresh()
    assert "500 euros" in knowledge.article("gift-cards", "en").answer
    assert [r.reason for r in caplog.records if r.name == "knowledge.sources"] == [
        "en/gift-cards.md: gift-cards: topic is missing"
    ]


def test_without_its_database_it_answers_as_before(
    opened: Open, database: Database, folder: Path, data_dir: Path, nlu_data: Path, tmp_path: Path
) -> None:
    with database.session() as session:
        withdraw_article(session, "gift-cards", "en", now=NOW, by="test")
    opened().stop()
    from kit.database import open_database

    elsewhere = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    knowledge = LiveKnowledge.load(folder, data_dir, nlu_data, elsewhere)
    try:
        assert knowledge.article("gift-cards", "en") is None
        assert knowledge.article("delivery-times", "en") is not None
    finally:
        knowledge.stop()
        elsewhere.close()


def test_a_newly_trained_index_takes_over(
    opened: Open, folder: Path, nlu_data: Path, data_dir: Path, database: Database
) -> None:
    knowledge = opened()
    before = current_name(folder)
    write_article(nlu_data, "return-policy", "Within 60 days.")
    build_index(nlu_data, data_dir, folder, database)
    assert current_name(folder) != before
    assert soon(lambda: "60 days" in knowledge.article("return-policy", "en").answer)


def test_who_knows_less_does_not_overwrite(folder: Path) -> None:
    name, snapshot = read(folder)
    newer = publish(folder, snapshot, instead_of=name)
    assert newer is not None
    assert publish(folder, snapshot, instead_of=name) is None
    assert current_name(folder) == newer


def test_an_index_of_another_encoder_is_refused(
    folder: Path, data_dir: Path, nlu_data: Path, database: Database
) -> None:
    from encoders.shared import Encoders

    card = data_dir / "encoders" / "en" / "card.json"
    card.write_text(card.read_text("utf-8").replace("none", "int4"), "utf-8")
    with pytest.raises(IndexMissing, match="another encoder"):
        LiveKnowledge(folder, nlu_data, database, Encoders(data_dir))


def test_an_index_that_is_not_whole_is_refused(folder: Path, data_dir: Path) -> None:
    name = current_name(folder)
    os.truncate(folder / str(name) / "vectors.npz", 100)
    with pytest.raises(IndexMissing, match="cannot be read"):
        read(folder)
    with pytest.raises(IndexMissing, match="train the assistant"):
        read(data_dir)
