"""How options say which languages there are."""

from typing import Final

from kit.languages import LANGUAGES

ONE_OF: Final = " or ".join(LANGUAGES)
