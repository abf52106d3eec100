"""Fine-tuning in every gear, on an encoder of two small layers made here."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from understanding.entities.units import Span
from understanding.evaluation.examples import Example
from understanding.tuning.encoder import TunedEncoder
from understanding.tuning.fit import Tuned, tune
from understanding.tuning.losses import contrastive_loss, fast_gradient
from understanding.tuning.plan import GEARS, BadPlan, TuningPlan
from understanding.tuning.texts import IGNORED, Texts

WORDS = {
    "track": ("where", "parcel", "arrive", "late"),
    "refund": ("money", "back", "refund", "paid"),
    "greet": ("hello", "morning", "hi", "evening"),
}


def examples(count: int = 12, seed: int = 0) -> list[Example]:
    rng = np.random.default_rng(seed)
    return [
        Example(" ".join(rng.choice(words, 3)), intent)
        for intent, words in WORDS.items()
        for _ in range(count)
    ]


def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", *(word for group in WORDS.values() for word in group)]
    made = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]")


def encoder() -> Any:
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=14,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        attn_implementation="eager",
    )
    return BertModel(config, add_pooling_layer=False)


def tuned(gear: str, noisy: list[tuple[int, str]] | None = None, **options: Any) -> Tuned:
    plan = TuningPlan(gear=gear, epochs=4, batch=12, **options)  # type: ignore[arg-type]
    return tune(encoder(), tokenizer(), examples(), noisy or [], examples(6, 1), plan)


@pytest.mark.parametrize("gear", [gear for gear in GEARS if gear != "frozen"])
def test_every_gear_learns_and_gives_unit_vectors(gear: str) -> None:
    found = tuned(gear)
    assert min(found.losses) < found.losses[0] or found.held_out_accuracy == 1.0
    vectors = found.vectors(["where parcel", "hello hi", "money back late"])
    assert vectors.shape == (3, 32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_tuned_encoder_shows_its_tokens_where_they_stand() -> None:
    found = TunedEncoder(tuned("full", entities=1.0), prefix="hello ")
    texts = ["where parcel", "money back late refund"]
    shown = {place: (states, where) for place, states, where in found.hidden(texts)}
    assert sorted(shown) == [0, 1]
    for place, text in enumerate(texts):
        states, where = shown[place]
        words = text.split()
        assert states.shape == (len(words) + 1, 2, found.dimensions)
        assert [text[a:b] for a, b in where] == ["", *words]  # the prefix stands nowhere
        whole = states[:, 1].mean(axis=0)
        assert whole / np.linalg.norm(whole) == pytest.approx(found.encode([text])[0], abs=1e-5)


def test_the_same_seed_gives_the_same_vectors() -> None:
    first, second = (tuned("full", adversarial=0.5).vectors(["where parcel"]) for _ in range(2))
    assert first == pytest.approx(second, abs=1e-6)
    assert tuned("full").vectors(["where parcel"]) != pytest.approx(first, abs=1e-6)


def test_noisy_copies_of_held_out_texts_are_not_learned() -> None:
    plan = TuningPlan(gear="full", epochs=1, batch=12)
    known = examples()
    plain = tune(encoder(), tokenizer(), known, [], [], plan)
    assert plain.held_out
    copies = [(place, "late late late") for place in plain.held_out]
    with_copies = tune(encoder(), tokenizer(), known, copies, [], plan)
    text = ["where parcel"]
    assert plain.vectors(text) == pytest.approx(with_copies.vectors(text), abs=1e-6)


def test_curves_and_vectors_are_logged(tmp_path: Path) -> None:
    tuned("full", logs=tmp_path)
    assert list(tmp_path.glob("events.out.tfevents.*"))
    assert list(tmp_path.rglob("metadata.tsv"))


def test_what_a_run_stops_by_has_not_been_learned_from() -> None:
    texts = Texts(tokenizer(), [Example("hello parcel", "x", (Span("thing", 6, 12),))], joint=True)
    batch = texts.batch([Example("hello parcel", "x", (Span("thing", 6, 12),))])
    assert batch.tags is not None
    assert [texts.tags[tag] for tag in batch.tags[0].tolist() if tag != IGNORED] == ["O", "B-thing"]


def test_texts_of_one_intent_are_drawn_together() -> None:
    near = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    together, apart = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 0, 1])
    assert contrastive_loss(near, together) < contrastive_loss(near, apart)
    assert contrastive_loss(near, torch.arange(4)) == 0


def test_the_adversarial_step_has_its_length() -> None:
    gradient = torch.randn(3, 4, 5)
    moved = fast_gradient(gradient, 0.7)
    assert moved.flatten(1).norm(dim=1) == pytest.approx(torch.full((3,), 0.7), abs=1e-5)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"gear": "half"}, "tuning must be one of frozen, lora"),
        ({"epochs": -1}, "epochs must not be negative"),
        ({"dropout": 1.0}, "dropout must be from 0"),
        ({"adversarial": -0.1}, "adversarial must not be negative"),
        ({"speed": 3}, "speed is no option of tuning"),
    ],
)
def test_bad_plans_are_named(options: dict[str, Any], says: str) -> None:
    with pytest.raises(BadPlan, match=says):
        TuningPlan.from_config(options)
