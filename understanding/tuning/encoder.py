"""The encoder to fine-tune: the packaged ones, or any Hugging Face folder; and what came of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.i18n import Language
from kit.languages import facts
from understanding.evaluation.examples import Example
from understanding.intents.similarity import Floats
from understanding.tuning.fit import Tuned, tune
from understanding.tuning.plan import TuningPlan


@dataclass(frozen=True)
class TunedEncoder:
    """A fine-tuned encoder that gives vectors as the exported ones do."""

    tuned: Tuned
    prefix: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (texts, dimensions)."""
        found: Floats = self.tuned.vectors([self.prefix + text for text in texts])
        return found

    @property
    def dimensions(self) -> int:
        """Of the hidden states."""
        size: int = self.tuned.model.config.hidden_size
        return size

    def hidden(self, texts: Sequence[str]) -> Iterator[tuple[int, Floats, list[tuple[int, int]]]]:
        """Hidden states of tokens and where they stand, as `OnnxEncoder.hidden` gives them."""
        before = len(self.prefix)
        for index, states, places in self.tuned.hidden([self.prefix + text for text in texts]):
            yield index, states, [(max(a - before, 0), max(b - before, 0)) for a, b in places]

    def save(self, folder: Path) -> None:
        """Write a Hugging Face folder, which `python -m encoders.export --source` takes."""
        self.tuned.save(folder)


def tuned_encoder(
    language: Language,
    examples: Sequence[Example],
    noisy: Sequence[tuple[int, str]],
    validation: Sequence[Example],
    plan: TuningPlan,
    report: Callable[[str], None],
) -> TunedEncoder:
    """The language's encoder after learning from `examples` and noisy copies by `plan`."""
    report("loading the encoder to tune")
    model, tokenizer, prefix = packaged(language)

    def told(epoch: int, epochs: int, accuracy: float) -> None:
        report(f"tuning: epoch {epoch} of at most {epochs}, held-out accuracy {accuracy:.3f}")

    known, held = ([_with_prefix(one, prefix) for one in part] for part in (examples, validation))
    copies = [(place, prefix + text) for place, text in noisy]
    return TunedEncoder(tune(model, tokenizer, known, copies, held, plan, told), prefix)


def packaged(language: Language) -> tuple[Any, Any, str]:
    """Model, tokenizer and query prefix of the encoder that comes with the product."""
    from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerFast
    from transformers.utils import logging

    quiet: Any = logging
    quiet.set_verbosity_error()  # a buffer of MiniLM's that this version does not keep is no news
    quiet.disable_progress_bar()
    if facts(language).encoders[0] == "minilm":
        from encoders.export import packaged_minilm

        folder = str(packaged_minilm())
        # "eager" because prefix tuning hands its states to attention itself.
        model = AutoModel.from_pretrained(folder, attn_implementation="eager")
        return model, AutoTokenizer.from_pretrained(folder), ""
    from encoders.packaged_e5 import build_model, build_tokenizer, packaged_file, read_packaged_e5

    parts = read_packaged_e5(packaged_file())
    signs = {"pad_token": "<pad>", "unk_token": "<unk>"}
    make: Any = PreTrainedTokenizerFast
    tokenizer = make(tokenizer_object=build_tokenizer(parts), **signs)
    return build_model(parts), tokenizer, "query: "


def _with_prefix(example: Example, prefix: str) -> Example:
    from understanding.entities.units import Span

    moved = tuple(
        Span(span.entity, span.start + len(prefix), span.end + len(prefix))
        for span in example.spans
    )
    return Example(prefix + example.text, example.intent, moved, example.row)
