"""Losses of fine-tuning and the adversarial step."""

import torch
from torch.nn import functional


def contrastive_loss(
    vectors: torch.Tensor, target: torch.Tensor, temperature: float = 0.1
) -> torch.Tensor:
    """Supervised contrastive loss (Khosla et al. 2020) of unit vectors, shape (texts, dimensions).

    Texts without another one of their label in the batch do not count; 0 when there are none.
    """
    scores = vectors @ vectors.T / temperature
    self_mask = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    same = (target[:, None] == target[None, :]) & ~self_mask
    log_share = scores - torch.logsumexp(scores.masked_fill(self_mask, -1e9), 1, keepdim=True)
    counted = same.any(dim=1)
    if not counted.any():
        return vectors.sum() * 0
    mean = (log_share * same).sum(dim=1)[counted] / same.sum(dim=1)[counted]
    return -mean.mean()


def token_loss(scores: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of tags per token; places of -100 do not count."""
    if not bool((tags != -100).any()):
        return scores.sum() * 0
    return functional.cross_entropy(scores.flatten(0, 1), tags.flatten(), ignore_index=-100)


def fast_gradient(gradient: torch.Tensor, length: float) -> torch.Tensor:
    """FGM (Miyato et al. 2017): for each text a step of `length` on its word embeddings in the
    direction that hurts most; shape (texts, tokens, dimensions).
    """
    size = gradient.flatten(1).norm(dim=1).clamp_min(1e-12)
    moved: torch.Tensor = length * gradient / size[:, None, None]
    return moved
