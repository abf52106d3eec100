"""Fine-tune an encoder on labelled texts: cross-entropy beside a supervised contrastive loss.

The batch's vectors are scored against one learned unit vector per intent; tokens, where examples
have spans, against tags (joint training as in JointBERT, Chen et al. 2019). A tenth of the texts
is held out; the run stops when their loss has not fallen for `patience` epochs and goes back to the
best weights. Same seed, same weights.
"""

import copy
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch.nn import functional

from understanding.evaluation.examples import Example
from understanding.tuning.gears import after_step, merged, with_gear
from understanding.tuning.logs import Scalars, TrainingLog
from understanding.tuning.losses import contrastive_loss, fast_gradient, token_loss
from understanding.tuning.plan import TuningPlan
from understanding.tuning.texts import Batch, Texts

log = logging.getLogger(__name__)
HELD_OUT: Final = 0.1
SHARPNESS: Final = 16.0
WARM_UP: Final = 0.1


@dataclass(frozen=True)
class Tuned:
    """An encoder that has learned, its tokenizer, and what happened on the way.

    `held_out` are the places of the examples that it was stopped by and has not learned from.
    """

    model: Any
    tokenizer: Any
    held_out: list[int]
    held_out_accuracy: float
    losses: list[float]

    def vectors(self, texts: Sequence[str]) -> Any:
        """Unit vectors, shape (texts, dimensions)."""
        return encode(self.model, Texts(self.tokenizer), texts)

    def hidden(self, texts: Sequence[str]) -> Iterator[tuple[int, Any, list[tuple[int, int]]]]:
        """For each text, in any order: its place, the states of its tokens in the middle and at the
        end of the model, shape (tokens, 2, dimensions), and where each token begins and ends."""
        return hidden_states(self.model, Texts(self.tokenizer), texts)

    def save(self, folder: Path) -> None:
        """Write a Hugging Face folder; for prefix tuning the additions only."""
        self.model.save_pretrained(str(folder))
        self.tokenizer.save_pretrained(str(folder))


class _Heads(torch.nn.Module):
    """A unit vector per intent; a linear layer from token states to tags."""

    def __init__(self, size: int, intents: int, tags: int) -> None:
        super().__init__()
        self.intents = torch.nn.Parameter(torch.zeros(intents, size))
        self.tags = torch.nn.Linear(size, max(tags, 1))

    def scores(self, vectors: torch.Tensor) -> torch.Tensor:
        return SHARPNESS * vectors @ functional.normalize(self.intents, dim=1).T


def tune(
    model: Any,
    tokenizer: Any,
    examples: Sequence[Example],
    noisy: Sequence[tuple[int, str]],
    validation: Sequence[Example],
    plan: TuningPlan,
    progress: Callable[[int, int, float], None] = lambda *_: None,
    *,
    device: torch.device | None = None,
) -> Tuned:
    """An encoder that tells the intents of `examples` apart.

    `noisy` are places of examples with noisy copies of their texts to learn from as well;
    `validation`, where there is some, replaces the held-out tenth.
    `progress` is called with the epoch done, how many there are at most and held-out accuracy.
    It learns on `device`, by default a GPU where PyTorch sees one, and comes back on the CPU.
    Raises ValueError for a plan that leaves all weights frozen.
    """
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    texts = Texts(tokenizer, examples, joint=plan.entities > 0)
    seen, unseen, held_out = _split(examples, validation, rng)
    unread = set(held_out)
    seen += [Example(text, examples[at].intent) for at, text in noisy if at not in unread]
    epochs = plan.rounds(len(seen))
    steps = max(1, -(-len(seen) // plan.batch)) * epochs
    _set_dropout(model, plan.dropout)
    device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = with_gear(model, plan.gear, steps).to(device)
    heads = _Heads(model.config.hidden_size, len(texts.intents), len(texts.tags))
    with torch.no_grad():  # start from the middle of each intent's texts
        found = torch.from_numpy(encode(model, texts, [one.text for one in seen]))
        places = torch.tensor([texts.intents.index(one.intent) for one in seen])
        heads.intents.index_add_(0, places, found)
    heads.to(device)
    learning = [p for p in (*model.parameters(), *heads.parameters()) if p.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=plan.rate, weight_decay=plan.weight_decay)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    run = _Run(model, heads, texts, plan, optimiser, rate)
    book = TrainingLog(plan.logs)
    best, best_loss, waited, losses = _weights(model), float("inf"), 0, []
    accuracy = 0.0
    for epoch in range(epochs):
        trained = run.epoch(seen, rng)
        held_loss, held_accuracy = run.measure(unseen)
        losses.append(held_loss)
        book.write(epoch, Scalars(trained, held_loss, held_accuracy, float(rate.get_last_lr()[0])))
        log.info("tuned", extra={"epoch": epoch + 1, "loss": held_loss, "accuracy": held_accuracy})
        progress(epoch + 1, epochs, held_accuracy)
        waited = 0 if held_loss < best_loss else waited + 1
        if waited == 0:
            best, best_loss, accuracy = _weights(model), held_loss, held_accuracy
        elif waited >= plan.patience:
            break
    _restore(model, best)
    model.eval()
    finished = merged(model) or model
    finished.eval()
    book.close(encode(finished, texts, [one.text for one in seen]), seen)
    finished.to("cpu")  # what asks it later is not written for a GPU
    return Tuned(finished, tokenizer, held_out, accuracy, losses)


@dataclass
class _Run:
    model: Any
    heads: _Heads
    texts: Texts
    plan: TuningPlan
    optimiser: torch.optim.Optimizer
    rate: Any
    step: int = 0

    def epoch(self, examples: Sequence[Example], rng: np.random.Generator) -> float:
        """One pass; the mean loss."""
        self.model.train()
        total = 0.0
        for rows in _batches(examples, self.plan.batch, rng):
            batch = self.texts.batch([examples[at] for at in rows]).to(self.model.device)
            embeddings = self.model.get_input_embeddings()(batch.ids)
            attacked = self.plan.adversarial > 0
            if attacked:
                embeddings = embeddings.requires_grad_() if embeddings.is_leaf else embeddings
                embeddings.retain_grad()
            loss = self.loss(batch, embeddings)
            loss.backward()  # type: ignore[no-untyped-call]
            if attacked and embeddings.grad is not None:
                moved = fast_gradient(embeddings.grad, self.plan.adversarial)
                again = self.model.get_input_embeddings()(batch.ids) + moved
                self.loss(batch, again).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimiser.step()
            after_step(self.model, self.step)
            self.rate.step()
            self.optimiser.zero_grad()
            self.step += 1
            total += float(loss.detach()) * len(batch.intents)
        return total / len(examples)

    def loss(self, batch: Batch, embeddings: torch.Tensor) -> torch.Tensor:
        states = self.model(inputs_embeds=embeddings, attention_mask=batch.mask).last_hidden_state
        vectors = pooled(states, batch.mask)
        loss = functional.cross_entropy(
            self.heads.scores(vectors), batch.intents, label_smoothing=0.05
        )
        if self.plan.contrast:
            loss = loss + self.plan.contrast * contrastive_loss(vectors, batch.intents)
        if batch.tags is not None:
            loss = loss + self.plan.entities * token_loss(self.heads.tags(states), batch.tags)
        return loss

    @torch.inference_mode()
    def measure(self, examples: Sequence[Example]) -> tuple[float, float]:
        """Mean cross-entropy and accuracy of texts that were not learned from."""
        self.model.eval()
        loss = right = 0.0
        for start in range(0, len(examples), 64):
            batch = self.texts.batch(examples[start : start + 64]).to(self.model.device)
            states = self.model(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
            scores = self.heads.scores(pooled(states, batch.mask))
            loss += float(functional.cross_entropy(scores, batch.intents, reduction="sum"))
            right += float((scores.argmax(dim=1) == batch.intents).sum())
        return loss / len(examples), right / len(examples)


def pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Unit vectors from token states: their mean, shape (texts, dimensions)."""
    # Prefix tuning and its like add states before those of the text.
    weights = mask[:, :, None].to(states.dtype)
    mean = (states[:, -mask.shape[1] :] * weights).sum(dim=1) / weights.sum(dim=1).clamp_min(1)
    return functional.normalize(mean, dim=1)


@torch.inference_mode()
def encode(model: Any, texts: Texts, given: Sequence[str]) -> Any:
    """Unit vectors, shape (texts, dimensions), in the model's present state."""
    was_training = model.training
    model.eval()
    found = np.zeros((len(given), model.config.hidden_size), np.float32)
    for rows in _by_length(given):
        ids, mask = (one.to(model.device) for one in texts.tokens([given[row] for row in rows]))
        states = model(input_ids=ids, attention_mask=mask).last_hidden_state
        found[rows] = pooled(states, mask).cpu()
    model.train(was_training)
    return found


@torch.inference_mode()
def hidden_states(
    model: Any, texts: Texts, given: Sequence[str]
) -> Iterator[tuple[int, Any, list[tuple[int, int]]]]:
    """What `Tuned.hidden` says."""
    for rows in _by_length(given):
        ids, mask, places = texts.placed([given[row] for row in rows])
        layers = model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        both = torch.stack([layers[len(layers) // 2], layers[-1]], dim=2)[:, -mask.shape[1] :]
        for row, states, where, length in zip(rows, both, places, mask.sum(dim=1), strict=True):
            yield row, states[:length].numpy(), [(a, b) for a, b in where[:length].tolist()]


def _by_length(given: Sequence[str], size: int = 64) -> Iterator[list[int]]:
    """Places of texts of like length, a batch at a time."""
    order = sorted(range(len(given)), key=lambda place: len(given[place]))
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _split(
    examples: Sequence[Example], validation: Sequence[Example], rng: np.random.Generator
) -> tuple[list[Example], list[Example], list[int]]:
    """Texts to learn from, texts to stop by and their places among `examples`.

    Of each intent at least two examples are learned from.
    """
    known = {one.intent for one in examples}
    if inside := [one for one in validation if one.intent in known]:
        return list(examples), inside, []
    held: set[int] = set()
    left = {intent: sum(one.intent == intent for one in examples) for intent in known}
    for place in rng.permutation(len(examples)).tolist():
        if len(held) >= max(2, round(HELD_OUT * len(examples))):
            break
        if left[examples[place].intent] > 2:
            held.add(place)
            left[examples[place].intent] -= 1
    seen = [one for place, one in enumerate(examples) if place not in held]
    return seen, [examples[place] for place in sorted(held)] or seen, sorted(held)


def _batches(
    examples: Sequence[Example], size: int, rng: np.random.Generator
) -> Iterator[list[int]]:
    """Places of texts of like length, in random order: less padding, more than twice the speed."""
    noisy = [len(one.text) * rng.uniform(0.8, 1.25) for one in examples]
    order = np.argsort(noisy, kind="stable").tolist()
    for start in rng.permutation(range(0, len(order), size)).tolist():
        yield order[start : start + size]


def _rate(step: int, steps: int) -> float:
    warm = max(1, round(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return max(0.0, (steps - step) / max(1, steps - warm))


def _set_dropout(model: Any, share: float) -> None:
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share


def _weights(model: Any) -> dict[str, torch.Tensor]:
    """Copies of the weights that learn."""
    return {n: copy.deepcopy(p.detach()) for n, p in model.named_parameters() if p.requires_grad}


@torch.no_grad()
def _restore(model: Any, weights: dict[str, torch.Tensor]) -> None:
    named = dict(model.named_parameters())
    for name, values in weights.items():
        named[name].copy_(values)
