"""Which values of a product's options a message names, beside size and colour.

Size and colour are entities of their own; all other options are known only by the shop's words.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from catalogue_search.tokens import words_of
from shop.options import Options, known_option, values_by_name
from shop.views import LineView, VariantView


def options_named(text: str, several: Sequence[Options], held: Options = ()) -> dict[str, str]:
    """By option the value that `text` names, the last of several; what is `held` is no news.

    A value that two options have counts only beside the name of one of them.
    """
    said = words_of(text)
    found: dict[str, str] = {}
    for name, values in values_by_name(several).items():
        if known_option(name) is not None:
            continue
        named = [(place, value) for value in values if (place := _place(said, words_of(value)))]
        whole = [one for one in named if not any(_is_part(one[1], other) for _, other in named)]
        wanted = [value for _, value in sorted(whole) if (name, value) not in held]
        if wanted:
            found[name] = wanted[-1]
    shared = {value for value in found.values() if list(found.values()).count(value) > 1}
    pairs = set(pairwise(said)) | {(b, a) for a, b in pairwise(said)}
    return {
        name: value
        for name, value in found.items()
        if value not in shared or (words_of(name)[0], words_of(value)[-1]) in pairs
    }


def _place(said: Sequence[str], words: Sequence[str]) -> int:
    """One more than where `words` begin in what is said; 0 where they do not stand there."""
    size = len(words)
    places = [n for n in range(len(said) - size + 1) if size and said[n : n + size] == words]
    return places[-1] + 1 if places else 0


def _is_part(value: str, other: str) -> bool:
    """Whether a value is only a piece of another that is named, too."""
    return value != other and bool(_place(words_of(other), words_of(value)))


def fitting(
    variants: Sequence[VariantView],
    base: LineView | VariantView,
    size: str | None,
    colour: str | None,
    options: Mapping[str, str] | None = None,
) -> VariantView | None:
    """The variant with what is wanted and all else as `base` has it.

    Where no other option can stay as it is, the only one with that size and colour will do.
    """
    wanted = {*(options or {}).items()}
    fits = [
        one
        for one in variants
        if one.size.upper() == (size or base.size).upper()
        and one.colour == (colour or base.colour)
        and wanted <= {*one.options}
    ]
    kept = {
        (name, held)
        for name, held in base.options
        if known_option(name) is None and name not in dict(wanted)
    }
    same = [one for one in fits if kept <= {*one.options}]
    if same or len(fits) == 1:
        return (same or fits)[0]
    return None
