"""What the desk learns: topics from wordings, need from courses; saved and read again alike."""

from pathlib import Path

import numpy as np
import pytest

from desk.tickets.need import NeedModel, Said, course, train_need
from desk.tickets.topics import TopicModel, train_topics

WISHES = {
    "late_parcel": ("my parcel is late", "where is the parcel", "the parcel did not come"),
    "broken_zip": ("the zip is broken", "my zip broke", "a zip that tore"),
    "money_back": ("i want my money back", "refund me please", "give the money back"),
}
TOPICS = {"late_parcel": "delivery", "broken_zip": "warranty", "money_back": "refunds"}


def vectors(texts: list[str]) -> np.ndarray:
    random = np.random.default_rng(1)
    table = {word: random.normal(size=16) for text in texts for word in text.split()}
    return np.array([sum(table[w] for w in text.split()) for text in texts], np.float32)


def test_topics_are_sums_of_wishes_and_survive_saving(tmp_path: Path) -> None:
    texts = [f"{text} {extra}" for said in WISHES.values() for text in said for extra in "ab"]
    wishes = [wish for wish, said in WISHES.items() for _ in range(2 * len(said))]
    known = vectors(texts)
    model = train_topics(texts, wishes, known, topics=TOPICS)
    assert model.labels == ["delivery", "refunds", "warranty"]
    probability = model.probabilities(texts, known)
    assert probability.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    guess = [model.labels[place] for place in probability.argmax(axis=1)]
    assert guess == [TOPICS[wish] for wish in wishes]
    model.save(tmp_path)
    again = TopicModel.load(tmp_path)
    assert again.probabilities(texts, known) == pytest.approx(probability, abs=2e-3)
    with pytest.raises(FileNotFoundError):
        TopicModel.load(tmp_path / "nowhere")


def dialogue(number: int, upset: bool) -> list[Said]:
    turns = [Said(True, ("hello", f"order{number}")), Said(False, ("how", "can", "i", "help"))]
    turns.append(Said(True, ("this", "is", "terrible") if upset else ("where", "is", "it")))
    return [*turns, Said(False, ("one", "moment"))]


def test_the_need_for_a_person_is_learned_and_looks_only_back(tmp_path: Path) -> None:
    dialogues = [dialogue(number, number % 2 == 0) for number in range(80)]
    needs = [[0, 0, int(number % 2 == 0), 0] for number in range(80)]
    model = train_need(dialogues, needs)
    angry, calm = model.probabilities(dialogue(99, True)), model.probabilities(dialogue(99, False))
    assert angry[2] > model.threshold > calm[2]
    assert model.probabilities(dialogue(99, True)[:3])[2] == pytest.approx(angry[2])
    model.save(tmp_path)
    assert NeedModel.load(tmp_path).probabilities(dialogue(99, True)) == pytest.approx(angry)
    with pytest.raises(ValueError, match="needs"):
        train_need(dialogues, [[0, 0, 0, 0]] * 80)


def test_a_turn_knows_nothing_of_later_ones() -> None:
    whole = dialogue(1, True)
    scores = np.array([0.1, 0.2, 0.3, 0.4])
    assert course(whole, scores, scores)[:2] == pytest.approx(
        course(whole[:2], scores[:2], scores[:2])
    )
