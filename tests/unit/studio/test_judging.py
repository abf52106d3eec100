"""Comparing a candidate with what serves, and the gates before it."""

import json

from studio.content.masking import masked
from studio.training.judging import Asked, Gate, compare, from_json, gates, without_reply


def asked(truth: str, live: str, candidate: str, language: str = "en") -> Asked:
    text = f"{truth} {live} {candidate}"
    return Asked(language, text, truth, live, candidate, live == truth, candidate == truth)


def shut(
    rows: list[Asked], real: list[Asked] | None = None, uncovered: tuple[str, ...] = ()
) -> set[str]:
    found = gates(compare("old", rows, real or [], "nlu_fallback", uncovered))
    return {one.code for one in found if not one.holds}


SAME = [asked("greet", "greet", "greet")] * 990


def test_what_got_better_and_worse_is_counted_by_language_and_intent() -> None:
    rows = [
        asked("refund", "order", "refund"),
        asked("refund", "refund", "refund"),
        asked("order", "order", "refund", "zh"),
    ]
    real = [asked("", "refund", "order"), asked("", "order", "order")]
    found = compare("old", rows, real, "nlu_fallback", ())
    totals = {one.language: (one.asked, one.live, one.candidate) for one in found.totals}
    assert totals == {"en": (2, 1, 2), "zh": (1, 1, 0)}
    assert [(one.name, one.gain) for one in found.intents] == [("order", -1.0), ("refund", 0.5)]
    assert [one.truth for one in (*found.better, *found.worse)] == ["refund", "order"]
    assert [(one.live, one.candidate) for one in found.changed] == [("refund", "order")]
    assert from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_point_of_all_and_ten_of_an_intent_may_be_lost() -> None:
    ten = [asked("refund", "refund", "refund")] * 9 + [asked("refund", "refund", "order")]
    assert shut([*SAME, *ten]) == set()  # a tenth of the intent, a thousandth of all
    two = [asked("refund", "refund", "refund")] * 8 + [asked("refund", "refund", "order")] * 2
    assert shut([*SAME, *two]) == {"intent"}
    assert shut([*SAME[:100], asked("refund", "refund", "order")]) == set()
    assert shut([*SAME[:100], *[asked("refund", "refund", "order")] * 2]) == {"held_out"}


def test_many_more_real_messages_not_understood_shut_a_gate() -> None:
    same = [asked("", "greet", "greet")] * 95
    lost = [asked("", "greet", "nlu_fallback")]
    assert shut(SAME, [*same, *lost * 5]) == set()
    assert shut(SAME, [*same[1:], *lost * 6]) == {"fallback"}
    assert shut(SAME, lost * 19) == set()  # too few to tell


def test_a_missing_reply_is_found_and_hard() -> None:
    replies = {"en": frozenset({"utter_a", "utter_own_x"}), "zh": frozenset({"utter_a"})}
    missing = without_reply(replies, {"own_x", "own_y"})
    assert missing == ["utter_own_y (en)", "utter_own_x (zh)", "utter_own_y (zh)"]
    assert shut(SAME, uncovered=tuple(missing)) == {"coverage"}
    assert Gate("coverage", holds=False).is_hard
    assert not Gate("held_out", holds=False).is_hard


def test_what_is_personal_is_masked() -> None:
    said = "I'm Mia Berg, order 10482, mail mia@shop.example, call +49 170 1234567, for 120 euros"
    assert masked(said) == (
        "I'm [name], order [number], mail [email], call [number], for 120 euros"
    )
    assert masked("订单10482什么时候到") == "订单[number]什么时候到"
