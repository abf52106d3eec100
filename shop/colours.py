"""How the colours that we know by name look, where a dot stands for one."""

from collections.abc import Mapping
from typing import Final

PAINTS: Final[Mapping[str, str]] = {
    "black": "#1c1c1e",
    "white": "#ffffff",
    "grey": "#8b8f92",
    "red": "#c0392b",
    "orange": "#e07a1f",
    "yellow": "#eec643",
    "green": "#3c8d57",
    "olive": "#6e7440",
    "blue": "#2f72b5",
    "navy": "#1f2f55",
    "purple": "#70478f",
    "pink": "#de8fae",
    "brown": "#7a5236",
    "beige": "#d9c7a3",
}
