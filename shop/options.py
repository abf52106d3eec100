"""Options: what tells the variants of a product apart, by the shop's own names.

Two of them we know in many languages: size and colour.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal

Options = tuple[tuple[str, str], ...]
OptionKind = Literal["size", "colour"]
_WORDS: Final = re.compile(r"[^\W\d_]+")
_SIZE: Final = frozenset(
    {
        "size",
        "sizes",
        "grösse",
        "größe",
        "groesse",
        "grossen",
        "größen",
        "taille",
        "tailles",
        "pointure",
        "talla",
        "tallas",
        "tamaño",
        "tamanho",
        "tamanhos",
        "taglia",
        "misura",
        "maat",
        "storlek",
        "størrelse",
        "koko",
        "rozmiar",
        "velikost",
        "veľkosť",
        "méret",
        "mărime",
        "размер",
        "розмір",
        "μέγεθος",
        "beden",
        "גודל",
        "מידה",
        "尺码",
        "尺寸",
        "尺碼",
        "大小",
        "サイズ",
        "사이즈",
        "ukuran",
    }
)
_COLOUR: Final = frozenset(
    {
        "color",
        "colour",
        "colors",
        "colours",
        "farbe",
        "farben",
        "couleur",
        "couleurs",
        "colore",
        "cor",
        "cores",
        "kleur",
        "färg",
        "farve",
        "farge",
        "väri",
        "kolor",
        "barva",
        "farba",
        "szín",
        "culoare",
        "цвет",
        "колір",
        "χρώμα",
        "renk",
        "צבע",
        "颜色",
        "顏色",
        "色",
        "カラー",
        "색상",
        "warna",
    }
)
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


def size_of(options: Options) -> str:
    """The value of the option that is a size in one of many languages; "" without."""
    return _value(options, _SIZE)


def colour_of(options: Options) -> str:
    """The colour as the assistant names it, or in small letters as the shop writes it."""
    return colour_word(_value(options, _COLOUR))


def colour_word(value: str) -> str:
    """A colour as the assistant names it, or in small letters as the shop writes it."""
    return _COLOURS.get(value.lower(), value.lower())


def known_option(name: str) -> OptionKind | None:
    """Whether an option is called size or colour and nothing more; a screen size is its own."""
    folded = name.strip().casefold()
    if folded in _SIZE:
        return "size"
    return "colour" if folded in _COLOUR else None


def values_by_name(several: Iterable[Options]) -> dict[str, tuple[str, ...]]:
    """Every option of some variants with the values that they have, in their order."""
    found: dict[str, dict[str, None]] = {}
    for options in several:
        for name, value in options:
            found.setdefault(name, {})[value] = None
    return {name: tuple(values) for name, values in found.items()}


def _value(options: Options, words: frozenset[str]) -> str:
    """The value of the option whose name is one of `words`, else has one of them in it."""
    named = [pair for pair in options if _is_one_of(pair[0], words)]
    named.sort(key=lambda pair: pair[0].casefold() not in words)
    return named[0][1] if named else ""


def _is_one_of(name: str, words: frozenset[str]) -> bool:
    folded = name.casefold()
    return any(word in words for word in _WORDS.findall(folded)) or any(
        not word.isascii() and word in folded
        for word in words
        if not word[0].isalpha() or ord(word[0]) > 0x2E80
    )
