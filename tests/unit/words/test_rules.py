"""The rules of voice notice what they forbid, and the product's own texts keep to them."""

from dataclasses import replace
from pathlib import Path

import pytest

from kit.i18n import LANGUAGES, Language
from studio.words.rules import BadVoice, differences, faults, load_voice, measure
from studio.words.texts import Kind, Text, gather

ROOT = Path(__file__).resolve().parents[3]
VOICES = {
    language: load_voice(ROOT / "nlu_data" / language / "voice.yml") for language in LANGUAGES
}


def text(words: str, language: Language = "en", kind: Kind = "answer") -> Text:
    return Text(f"nlu_data/{language}/responses/x.yml", "utter_x", kind, language, words)


def rules(words: str, language: Language = "en", kind: Kind = "answer") -> list[str]:
    return [fault.rule for fault in faults(text(words, language, kind), VOICES[language])]


@pytest.mark.parametrize(
    ("language", "words", "rule"),
    [
        ("en", "You can send it back within 30 days.", "term"),
        ("en", "Gladly. Which order is it?", "begin"),
        ("en", "It is in your confirmation mail.", "email"),
        ("en", "I am sorry, I cannot find it.", "I'm"),
        ("en", " ".join(["word"] * 22 + ["end."] + ["more"] * 22), "at most"),
        ("zh", "收到后 30 天内可以退货。", "term"),
        ("zh", "承运商已揽收。", "快递公司"),
        ("zh", "好消息：包裹今天到。", "begin"),
        ("zh", "订单(10432)已发货。", "全角"),
        ("zh", "很" * 73, "at most"),
    ],
)
def test_what_breaks_a_rule_is_named(language: Language, words: str, rule: str) -> None:
    assert any(rule in found for found in rules(words, language))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "You can send it back within {return_days} days. I've emailed you the label."),
        ("en", "I have to wait an hour before sending another."),
        ("zh", "收到后 {return_days} 天内可以退货。"),
    ],
)
def test_what_keeps_to_them_passes(language: Language, words: str) -> None:
    assert rules(words, language) == []


def test_a_button_is_short() -> None:
    assert rules("Cancel order", kind="button") == []
    assert rules("Yes, please cancel this order for me", kind="button") != []


def test_a_value_counts_as_one_word_and_long_words_make_reading_hard() -> None:
    assert measure("Order {number} is cancelled.", "words").length == 4
    easy, hard = (
        measure("The bag is red.", "words"),
        measure("Cancellations notwithstanding.", "words"),
    )
    assert easy.difficulty < 40 < hard.difficulty
    assert measure("订单 {number} 已取消，谢谢。", "characters").length == 8


def test_both_languages_name_the_same_values() -> None:
    one, other = text("Back in {return_days} days."), text("很快可以退。", "zh")
    assert [fault.found for fault in differences([one, other])] == ["{return_days}"]
    assert list(differences([one, replace(other, words="{return_days} 天")])) == []


def test_a_text_in_one_language_only_is_named() -> None:
    one, other = text("Back soon."), replace(text("很快可以退。", "zh"), key="utter_y")
    assert [(fault.text.key, fault.rule) for fault in differences([one, other])] == [
        ("utter_x", "is said in zh too"),
        ("utter_y", "is said in en too"),
    ]


def test_every_text_of_the_product_keeps_to_the_rules() -> None:
    texts = list(gather(ROOT))
    assert len(texts) > 1500
    found = [fault for one in texts for fault in faults(one, VOICES[one.language])]
    assert [str(fault) for fault in [*found, *differences(texts)]] == []


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ("unit: feet", "unit"),
        ("unit: words", "longest"),
        (
            "unit: words\nlongest: {answer: 1, sentence: 1, button: 1}\nnever: [{find: '('}]",
            "never",
        ),
        ("unit: words\nlongest: {answer: 1, sentence: 1, button: 1}\nnumbers: ['(']", "numbers"),
    ],
)
def test_a_voice_that_cannot_be_used_names_the_field(
    tmp_path: Path, content: str, field: str
) -> None:
    (tmp_path / "voice.yml").write_text(content, encoding="utf-8")
    with pytest.raises(BadVoice, match=f"voice.yml: {field}"):
        load_voice(tmp_path / "voice.yml")


@pytest.mark.parametrize(
    ("language", "words", "is_said"),
    [
        ("en", "I'm {shop}'s digital assistant – a program, not a person.", True),
        ("en", "You are writing with our shop bot.", True),
        ("en", "Hello, how can I help?", False),
        ("en", "I'm a person. Our program is off today.", False),
        ("en", "I'm not a program.", False),
        ("zh", "我是 {shop} 的智能助手，不是真人。", True),
        ("zh", "我是机器人，随时可以转人工客服。", True),
        ("zh", "您好，请问有什么可以帮您？", False),
        ("zh", "我是真人客服，不是机器人。", False),
    ],
)
def test_the_answer_to_are_you_a_robot_says_so(
    language: Language, words: str, is_said: bool
) -> None:
    answer = replace(text(words, language), key="utter_i_am_a_bot")
    found = [fault.code for fault in faults(answer, VOICES[language])]
    assert ("machine" in found) != is_said
    other = [fault.code for fault in faults(text(words, language), VOICES[language])]
    assert "machine" not in other
