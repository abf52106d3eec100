"""What tells the variants of a product apart: options of any name, two of which we know."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from shop.imports.cells import fold, plain
from shop.imports.keys import Options

PREFIX: Final = "option:"
_WORDS: Final = re.compile(r"[^\W\d_]+")
_SIZE: Final = frozenset({
    "size", "sizes", "grösse", "größe", "groesse", "grossen", "größen", "taille", "tailles",
    "pointure", "talla",
    "tallas", "tamaño", "tamanho", "tamanhos", "taglia", "misura", "maat", "storlek", "størrelse",
    "koko", "rozmiar", "velikost", "veľkosť", "méret", "mărime", "размер", "розмір", "μέγεθος",
    "beden", "גודל", "מידה", "尺码", "尺寸", "尺碼", "大小", "サイズ", "사이즈", "ukuran",
})  # fmt: skip
_COLOUR: Final = frozenset({
    "color", "colour", "colors", "colours", "farbe", "farben", "couleur", "couleurs", "colore",
    "cor", "cores",
    "kleur", "färg", "farve", "farge", "väri", "kolor", "barva", "farba", "szín", "culoare", "цвет",
    "колір", "χρώμα", "renk", "צבע", "颜色", "顏色", "色", "カラー", "색상", "warna",
})  # fmt: skip
# Colours as the assistant names them; what is not here stays as the shop writes it.
_COLOURS: Final[Mapping[str, str]] = {
    word: colour
    for colour, words in {
        "black": "schwarz noir negro nero preto zwart czarny 黑色 黑",
        "white": "weiß weiss blanc blanco bianco branco wit biały 白色 白",
        "grey": "gray grau gris grigio cinza grijs szary 灰色 灰",
        "red": "rot rouge rojo rosso vermelho rood czerwony 红色 红",
        "orange": "naranja arancione laranja oranje 橙色",
        "yellow": "gelb jaune amarillo giallo amarelo geel żółty 黄色 黄",
        "green": "grün gruen vert verde groen zielony 绿色 绿",
        "blue": "blau bleu azul blu blauw niebieski 蓝色 蓝",
        "navy": "marine dunkelblau 藏青色 藏青",
        "purple": "lila violett violet morado viola roxo paars 紫色",
        "pink": "rosa rose roze różowy 粉色 粉红色",
        "brown": "braun marron marrón marrone marrom bruin brązowy 棕色 褐色",
        "beige": "米色",
    }.items()
    for word in (colour, *words.split())
}
_NO_OPTION: Final = frozenset({("title", "defaulttitle"), ("title", "default")})


def options_of(row: Mapping[str, str]) -> Options:
    """The options of a row by name and value, `size` and `colour` columns among them."""
    own = ((name, plain(row.get(name, ""))) for name in ("size", "colour"))
    found = [(name, value) for name, value in own if value]
    for column, text in row.items():
        if column.startswith(PREFIX) and (value := plain(text)):
            name = plain(column.removeprefix(PREFIX)) or "option"
            if (fold(name), fold(value)) not in _NO_OPTION:
                found.append((name, value))
    return tuple(found)


def size_of(options: Options) -> str:
    """The value of the option that is a size in one of many languages; "" without."""
    return next((value for name, value in options if _is_one_of(name, _SIZE)), "")


def colour_of(options: Options) -> str:
    """The colour as the assistant names it, or in small letters as the shop writes it."""
    value = next((value for name, value in options if _is_one_of(name, _COLOUR)), "").lower()
    return _COLOURS.get(value, value)


def _is_one_of(name: str, words: frozenset[str]) -> bool:
    folded = name.casefold()
    return any(word in words for word in _WORDS.findall(folded)) or any(
        not word.isascii() and word in folded for word in words if not word[0].isalpha()
        or ord(word[0]) > 0x2E80
    )  # fmt: skip


def written_options(text: str) -> dict[str, str]:
    """`Size:M,Color:Red` or `[Color:Red,Size:M]` as columns of a row."""
    parts = re.split(r"[,;|]\s*(?=[^,;|:]+:)", text.strip(" []"))
    pairs = (part.partition(":") for part in parts if ":" in part)
    return {f"{PREFIX}{name.strip()}": value.strip() for name, _, value in pairs if value.strip()}


def titles(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """(product name, option values in small letters) that a line's title may mean, longest first.

    `Shirt - M / Red`, `Notebook - Red, Big` and `Shirt (M, Red)` are how shops name a variant.
    """
    yield text, frozenset()
    found = [match.span() for match in re.finditer(r"\s+[-–—|]\s+", text)]
    for start, end in reversed(found):
        yield from ((text[:start], values) for values in _value_sets(text[end:]))
    if bracketed := re.fullmatch(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]", text):
        yield from ((bracketed[1], values) for values in _value_sets(bracketed[2]))


def _value_sets(text: str) -> Iterator[frozenset[str]]:
    seen = set()
    for pattern in (r"\s*$", r"\s+/\s+", r",\s+", r"\s*[,/]\s*"):
        parts = [part for part in re.split(pattern, text.casefold().strip()) if part]
        # "Size: M" names the option as well.
        values = frozenset(part.rpartition(": ")[2].strip() for part in parts)
        if values and values not in seen:
            seen.add(values)
            yield values
