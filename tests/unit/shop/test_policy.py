"""The file of the shop's rules: what it may say, and how what is wrong in it is told."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from shop.policy import ACTS, Faults, Proof
from shop.policy_file import WORDED, PolicyError, read_policy
from tests.policies import ROOT, STRICT, demo_policy

Write = Callable[[str], Path]
LEAST = "orders:\n  cancel_order:\n    states: [placed]\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "policy.yml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_the_demo_shop_has_the_rules_it_always_had() -> None:
    policy = demo_policy()
    assert policy.proof == Proof()
    assert policy.rule("cancel_order").states == {"placed", "paid"}
    assert (policy.rule("return").days, policy.rule("return").refund_to) == (30, ("original",))
    assert policy.rule("return").person_from == Decimal(1000)
    assert {act for act in ACTS if policy.rule(act).by != "assistant"} == set()
    assert (policy.faults, policy.agent_refund) == (Faults(60, Decimal(400)), Decimal(50))


def test_another_shop_has_other_rules() -> None:
    policy = read_policy(STRICT)
    assert policy.proof.ways == ("email", "name_and_postcode")
    assert policy.rule("cancel_order").codes == ("no_longer_needed", "ordered_by_mistake")
    assert policy.rule("change_items").once is True
    assert policy.rule("change_items").closes == {"cancel_order"}
    assert policy.rule("return").days is None
    assert policy.rule("return").closes == {"exchange"}
    assert policy.rule("cancel_items").by == "nobody"


def test_what_a_file_does_not_speak_of_is_not_done(write: Write) -> None:
    policy = read_policy(write(LEAST))
    assert policy.rule("cancel_order").by == "assistant"
    assert {policy.rule(act).by for act in ACTS if act != "cancel_order"} == {"nobody"}
    assert policy.proof == Proof()


def test_a_reason_of_the_shops_own_brings_its_words(write: Write) -> None:
    reasons = "    reasons: [other, {wrong_colour: {en: wrong colour, zh: 颜色不对}}]\n"
    known, own = read_policy(write(LEAST + reasons)).rule("cancel_order").reasons
    assert (known.code, known.title("en")) == ("other", "")
    assert (own.code, own.title("en"), own.title("zh")) == (
        "wrong_colour",
        "wrong colour",
        "颜色不对",
    )


def test_every_reason_that_needs_no_words_has_them() -> None:
    for language in ("en", "zh"):
        text = (ROOT / f"nlu_data/{language}/texts/actions.json").read_text("utf-8")
        assert [code for code in sorted(WORDED) if f'"reason.{code}"' not in text] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'orders' is missing"),
        ("- a", "'orders' is missing"),
        ("orders: [", "no valid YAML"),
        ("orders: 3", "orders: must hold lines like 'name: value'"),
        (LEAST + "windows: {}", "'windows' is not known here; must be one of proof, orders"),
        ("orders:\n  cancel_ordr: {}", "orders: 'cancel_ordr' is not known here"),
        ("orders:\n  cancel_order: {}", "orders.cancel_order.states: is missing or empty"),
        ("orders:\n  cancel_order: {states: paid}", "states: must be a list like [placed]"),
        ("orders:\n  cancel_order: {states: [shipped]}", "must be one of placed, paid, packed"),
        ("orders:\n  cancel_order: {states: [[paid]]}", "must be one of placed, paid, packed"),
        ("orders:\n  cancel_order: {states: [paid]}", "add placed"),
        ("orders:\n  cancel_order: {states: [placed, placed]}", "names something twice"),
        ("orders:\n  cancel_order: {by: me}", "by: must be one of assistant, person, nobody"),
        (LEAST + "    days: 3", "orders.cancel_order: 'days' is not known here"),
        (LEAST + "    reasons: [because]", "because: {en: …, zh: …}"),
        (LEAST + "    reasons: [{because: {en: so}}]", "reasons[0].because.zh: must be"),
        (LEAST + "    reasons: [{be-cause: {en: a, zh: b}}]", "the code must be a word"),
        (LEAST + "    reasons: [other, other]", "names a reason twice"),
        (LEAST + "    person_from: dear", "person_from: must be an amount such as 1000"),
        (LEAST + "    person_from: -1", "person_from: must be an amount such as 1000"),
        (LEAST + "    person_from: .nan", "person_from: must be an amount such as 1000"),
        ("orders:\n  return: {states: [delivered], days: 1}", "a whole number from 2 to 3650"),
        ("orders:\n  return: {states: [delivered], days: true}", "a whole number from 2 to 3650"),
        ("orders:\n  return: {states: [delivered], refund_to: []}", "must name at least one"),
        ("orders:\n  return: {states: [delivered], refund_to: [cash]}", "original, gift_card"),
        ("orders:\n  return: {states: [delivered], closes: [return]}", "must be one of exchange"),
        ("orders:\n  return: {states: [delivered], times: thrice}", "one of often, once"),
        (LEAST + "proof: {ways: [guess]}", "proof.ways: must be one of mail_code, email"),
        (LEAST + "proof: {ways: []}", "proof.ways: must name at least one"),
        (LEAST + "proof: {tries: 0}", "proof.tries: must be a whole number from 1 to 10"),
        (LEAST + "promises: {label_days: soon}", "promises.label_days: must be a whole number"),
        (LEAST + "desk: {agent_refund: }", "desk.agent_refund: must be an amount"),
        (LEAST + "faults: {most: lots}", "faults.most: must be an amount"),
        (LEAST + "points: {step: 0}", "points.step: must be a whole number"),
    ],
)
def test_what_is_wrong_is_told_by_file_field_and_fix(write: Write, text: str, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy(write(text))
    assert says in str(caught.value)
    assert str(caught.value).startswith("policy.yml: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"rules\.yml: there is no such file"):
        read_policy(tmp_path / "rules.yml")


def test_points_take_off_by_whole_steps(write: Write) -> None:
    points = read_policy(write(LEAST + "points: {step: 200, worth: 7.5}")).points
    assert [points.off(one) for one in (199, 200, 399, 400)] == [0, 7.5, 7.5, 15]
