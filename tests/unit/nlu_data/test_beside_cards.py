"""What stands beside a card is short: the card has the rest."""

from pathlib import Path

import pytest
import yaml

from kit.i18n import LANGUAGES, Language
from studio.words.rules import load_voice, measure

ROOT = Path(__file__).resolve().parents[3]
MOST: dict[Language, int] = {"en": 25, "zh": 50}
BESIDE = (
    "utter_status_",
    "utter_ask_which_order",
    "utter_compare_",
    "utter_ask_cancel",
    "utter_ask_change_",
    "utter_ask_return",
    "utter_ask_exchange",
    "utter_ask_replacement",
    "utter_ask_report_lost",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_beside_a_card_few_words_stand(language: Language) -> None:
    folder = ROOT / "nlu_data" / language
    unit = load_voice(folder / "voice.yml").unit
    texts = {
        name: one["text"]
        for path in sorted((folder / "responses").glob("*.yml"))
        for name, responses in yaml.safe_load(path.read_text("utf-8"))["responses"].items()
        for one in responses
        if name.startswith(BESIDE)
    }
    assert len(texts) > 25
    long = {name: measure(text, unit).length for name, text in texts.items()}
    assert {name: size for name, size in long.items() if size > MOST[language]} == {}
