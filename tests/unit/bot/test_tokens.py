"""Units, spans and tags; chains; what a tagger learns and keeps."""

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding.entities.crf import Chain, allowed, best_path, marginals
from understanding.entities.encoder_states import EncoderStates
from understanding.entities.features import Names
from understanding.entities.fit import fit
from understanding.entities.tagger import Tagger
from understanding.entities.units import (
    Annotated,
    BadSpans,
    Span,
    Unit,
    checked,
    spans_of,
    tags_of,
    units_of,
)
from understanding.evaluation.spans import entity_metrics, f1_by_entity

COLOURS = ("red", "blue", "green", "teal", "ochre", "pink")
THINGS = ("tent", "rain jacket", "boots", "sleeping bag", "stove", "lamp")


def marked(text: str, **names: str) -> Annotated:
    return checked(
        text,
        [
            Span(name, text.index(said), text.index(said) + len(said))
            for name, said in names.items()
        ],
    )


EXAMPLES = [
    marked(frame.format(colour, thing), colour=colour, thing=thing)
    for colour, thing in itertools.product(COLOURS, THINGS)
    for frame in ("do you have a {} {} for me", "i want the {} {} please", "{} {} is broken")
]


class Letters:
    """Stands in for the encoder: a unit's state says how it begins and ends."""

    def states(self, texts: Sequence[str], units: Sequence[Sequence[Unit]]) -> list[np.ndarray]:
        found = []
        for text, row in zip(texts, units, strict=True):
            assert all(text[one.start : one.end] == one.text for one in row)
            states = np.zeros((len(row), 64), np.float32)
            for place, unit in enumerate(row):
                states[place, ord(unit.text[0]) % 32] = 1
                states[place, 32 + ord(unit.text[-1]) % 32] = 1
            found.append(states)
        return found


def test_units_are_words_numbers_and_chinese_characters() -> None:
    assert [one.text for one in units_of("2 Tents, size XL5 红色42码！")] == [
        "2",
        "Tents",
        ",",
        "size",
        "XL",
        "5",
        "红",
        "色",
        "42",
        "码",
        "！",
    ]


@given(st.text(max_size=60), st.data())
def test_spans_on_units_come_back_from_their_tags(text: str, data: st.DataObject) -> None:
    units = units_of(text)
    assert "".join(one.text for one in units) == "".join(text.split())
    edges = sorted(data.draw(st.sets(st.integers(0, len(units)), max_size=6)))
    spans = [
        Span(data.draw(st.sampled_from(["a", "b"])), units[first].start, units[last - 1].end)
        for first, last in itertools.pairwise(edges)
        if data.draw(st.booleans())
    ]
    assert spans_of(units, tags_of(units, spans)) == spans


@pytest.mark.parametrize(
    ("spans", "what"),
    [
        ([Span("size", 3, 9)], "not within the text"),
        ([Span("size", 2, 2)], "not within the text"),
        ([Span("size", 0, 4), Span("colour", 3, 6)], "overlaps"),
        ([Span("", 0, 4)], "has no name"),
        ([Span("size", 4, 5)], "only spaces"),
    ],
)
def test_spans_that_do_not_fit_are_refused(spans: list[Span], what: str) -> None:
    with pytest.raises(BadSpans, match=what):
        checked("size 42", spans)


TAGS = ["B-a", "I-a", "L-a", "O", "U-a"]


def scored(path: Sequence[int], emissions: np.ndarray, chain: Chain) -> float:
    steps = sum(chain.between[a, b] for a, b in itertools.pairwise(path))
    ends = chain.first[path[0]] + chain.last[path[-1]]
    return float(emissions[np.arange(len(path)), path].sum() + steps + ends)


def test_best_path_and_marginals_are_those_of_all_paths_counted() -> None:
    random = np.random.default_rng(5)
    limits = allowed(TAGS)
    for _ in range(5):
        noise = [
            random.normal(size=part.shape) for part in (limits.between, limits.first, limits.last)
        ]
        chain = Chain(limits.between + noise[0], limits.first + noise[1], limits.last + noise[2])
        emissions = random.normal(size=(4, 5)) * 2
        paths = list(itertools.product(range(5), repeat=4))
        scores = np.array([scored(path, emissions, chain) for path in paths])
        assert tuple(best_path(emissions, chain)) == paths[int(scores.argmax())]
        weights = np.exp(scores - scores.max())
        share = np.zeros((4, 5))
        for path, weight in zip(paths, weights / weights.sum(), strict=True):
            share[np.arange(4), path] += weight
        assert marginals(emissions, chain) == pytest.approx(share, abs=1e-6)
    assert best_path(np.zeros((0, 5), np.float32), limits) == []


def test_a_training_text_does_not_know_its_own_names() -> None:
    once, twice = marked("the Karst stove", brand="Karst"), marked("a lamp of Karst", brand="Karst")
    assert Names.learn([once]).matches(units_of(once.text), once.text, once) == ["", "", ""]
    assert Names.learn([once, twice]).matches(units_of(once.text), once.text, once) == [
        "",
        "U-brand",
        "",
    ]


def test_a_linear_tagger_finds_what_it_never_saw_together() -> None:
    seen = [one for place, one in enumerate(EXAMPLES) if place % 7]
    unseen = [one for place, one in enumerate(EXAMPLES) if not place % 7]
    tagger = fit(seen)
    found = tagger.predict([one.text for one in unseen])
    assert entity_metrics([one.spans for one in unseen], found)["entity_f1"] == 1.0
    assert tagger.predict(["", "   "]) == [[], []]


def test_networks_learn_and_a_saved_tagger_says_the_same(tmp_path: Path) -> None:
    tagger = fit(EXAMPLES, Letters(), networks=1)
    texts = [one.text for one in EXAMPLES[:20]] + ["the purple rain coat\nis torn", ""]
    found = tagger.scored(texts)
    assert [[span for span, _ in one] for one in found[:20]] == [
        list(e.spans) for e in EXAMPLES[:20]
    ]
    assert all(0.5 < sure <= 1.0 for one in found[:20] for _, sure in one)
    tagger.save(tmp_path / "model")
    again = Tagger.load(tmp_path / "model", Letters())
    assert again.predict(texts) == tagger.predict(texts)
    with pytest.raises(ValueError, match="needs the encoder"):
        Tagger.load(tmp_path / "model").predict(["red tent"])


def test_a_tagger_of_another_schema_is_refused(tmp_path: Path) -> None:
    fit(EXAMPLES).save(tmp_path)
    facts = json.loads((tmp_path / "tagger.json").read_text("utf-8"))
    (tmp_path / "tagger.json").write_text(json.dumps({**facts, "schema": 1}), "utf-8")
    with pytest.raises(ValueError, match="another schema"):
        Tagger.load(tmp_path)


class Pieces:
    """Stands in for an exported encoder: pieces of three signs of `abcdef gh`, the last cut off."""

    dimensions = 4

    def hidden(self, texts: Sequence[str]) -> Iterator[tuple[int, np.ndarray, list]]:
        for place in reversed(range(len(texts))):
            states = np.arange(16, dtype=np.float32).reshape(2, 2, 4) ** 2
            yield place, states, [(0, 3), (3, 6)]


def test_states_of_a_unit_are_the_level_means_of_its_pieces() -> None:
    texts = ["abcdef gh", "abc"]
    found = EncoderStates(Pieces()).states(texts, [units_of(text) for text in texts])
    mean = (np.arange(16).reshape(2, 2, 4) ** 2.0).mean(axis=0)
    level = (mean - mean.mean(axis=1, keepdims=True)) / mean.std(axis=1, keepdims=True)
    assert found[0] == pytest.approx(np.stack([level.ravel(), np.zeros(8)]), abs=1e-4)
    assert found[1].shape == (1, 8)
    assert found[1].mean() == pytest.approx(0, abs=1e-5)


def test_nothing_to_learn_is_said() -> None:
    with pytest.raises(BadSpans, match="annotate some"):
        fit([Annotated("hello"), Annotated("bye")])


def test_entity_figures() -> None:
    gold = [[Span("a", 0, 2), Span("b", 3, 5)], [Span("a", 0, 1)], []]
    said = [[Span("a", 0, 2), Span("a", 3, 5)], [], []]
    figures = entity_metrics(gold, said)
    assert figures["entity_precision"] == 0.5
    assert figures["entity_recall"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["entity_f1"] == 0.4
    assert figures["entity_f1_low"] <= 0.4 <= figures["entity_f1_high"]
    assert figures["whole_sentences"] == pytest.approx(1 / 3, abs=1e-4)
    assert f1_by_entity(gold, said) == {"a": 0.5, "b": 0.0}
    assert entity_metrics([[]], [[]])["entity_f1"] == 1.0
