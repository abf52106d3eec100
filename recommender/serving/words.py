"""Reasons in words, in both languages. Every fact in them is in the reason."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from kit.i18n import Catalogue, Language, join_words
from recommender.serving.wishes import Reason
from shop.ids import ProductId

HERE: Final = Path(__file__).parent
NAMED_AT_MOST: Final = 2


def load_words() -> Catalogue:
    """The texts of reasons."""
    return Catalogue.load("recommender")


def seeds_of(reason: Reason) -> tuple[ProductId, ...]:
    """Products that a reason names."""
    named = tuple(key for key, _ in reason.because[:NAMED_AT_MOST])
    return named or (() if reason.seed is None else (reason.seed,))


def short_reason(
    words: Catalogue,
    language: Language,
    reason: Reason,
    names: Mapping[ProductId, str],
    categories: Mapping[str, str],
) -> str:
    """One line for a card; `names` and `categories` are those of the shop, in `language`."""
    seed = names.get(reason.seed, "") if reason.seed is not None else ""
    category = categories.get(reason.category or "", "")
    kind: str = reason.kind
    if kind == "looks" and not seed:
        kind = "looks_picture"
    elif kind in {"bought", "viewed", "liked", "similar"} and not seed:
        kind = "popular"  # the product that spoke for it is not in the shop any more
    elif kind == "complement":
        kind = "complement" if seed else "complement_category" if category else "popular"
    elif kind in {"taste", "popular_in"} and not category:
        kind = "popular"
    elif kind == "similar" and reason.shared:
        shared = _shared(words, language, reason.shared)
        if shared:
            return words.text(language, "reason.similar_shared", seed=seed, shared=shared)
    return words.text(language, f"reason.{kind}", seed=seed, category=category)


def long_reason(
    words: Catalogue,
    language: Language,
    reason: Reason,
    product: str,
    names: Mapping[ProductId, str],
    categories: Mapping[str, str],
) -> str:
    """The answer to "why this?": the short reason, and how much each product speaks for it."""
    because = [
        words.text(language, "why.part", product=names[key], share=f"{100 * share:.0f}")
        for key, share in reason.because
        if key in names and share >= 0.005
    ]
    parts = [
        words.text(
            language,
            "why.main",
            product=product,
            reason=short_reason(words, language, reason, names, categories),
        )
    ]
    if len(because) > 1 or (because and reason.kind in {"bought", "viewed", "liked"}):
        parts.append(words.text(language, "why.because", parts=join_words(because, language)))
    return words.text(language, "why.between").join(parts)


def _shared(words: Catalogue, language: Language, shared: tuple[str, ...]) -> str:
    """`material and brand`: what two products have in common, the most telling first."""
    order = ("material", "brand", "fit", "season", "volume_l", "persons", "category")
    named = [words.text(language, f"shared.{name}") for name in order if name in shared]
    return join_words(named[:2], language)
