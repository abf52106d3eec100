"""Merchants' rules: two of each, and each for its own product, kind, list and time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kit.database import Database, open_database
from recommender.serving.rules import RuleProblem, add_rule, holding, list_rules, remove_rule
from tests.dialogues import make_template

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SHIRT, BOOTS = "talwind-breeze-merino-t-shirt", "alpenrot-summit-hiking-boots"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{make_template(tmp_path)}")
    yield database
    database.close()


def test_an_equal_rule_is_replaced_and_no_other(shop: Database) -> None:
    with shop.session() as session:
        first = add_rule(session, "pin", SHIRT, now=NOW)
        others = [
            add_rule(session, "pin", BOOTS, now=NOW),
            add_rule(session, "boost", SHIRT, now=NOW, factor=10),
            add_rule(session, "pin", SHIRT, now=NOW, category="backpacks"),
            add_rule(session, "pin", SHIRT, now=NOW, category="t-shirts"),
        ]
        again = add_rule(session, "pin", SHIRT, now=NOW, factor=2)
        kept = {one.rule_id: one for one in list_rules(session)}
        assert set(kept) == {*others, again}
        assert first not in kept
        assert (kept[again].slug, kept[again].kind, kept[again].factor) == (SHIRT, "pin", 2)
        newest = add_rule(session, "pin", SHIRT, now=NOW, category="t-shirts")
        kept = {one.rule_id: one for one in list_rules(session)}
        assert set(kept) == {*others[:3], again, newest}
        assert (kept[newest].category, kept[newest].product_id) == ("t-shirts", 1)
        assert list(kept) == sorted(kept)
        assert remove_rule(session, newest) is True
        assert remove_rule(session, newest) is False
        assert len(list_rules(session)) == 4


@pytest.mark.parametrize(
    ("kind", "more", "problem"),
    [
        ("promote", {}, "kind"),
        ("pin", {"slug": "nothing"}, "no product"),
        ("pin", {"category": "nothing"}, "backpacks, fleece-jackets, hiking-boots, t-shirts"),
        ("boost", {"factor": 0}, "factor"),
        ("boost", {"factor": 10.01}, "factor"),
        ("pin", {"starts_at": NOW, "ends_at": NOW}, "end before"),
    ],
)
def test_what_is_no_rule_is_refused(
    shop: Database, kind: Any, more: dict[str, Any], problem: str
) -> None:
    with shop.session() as session:
        with pytest.raises(RuleProblem, match=problem):
            add_rule(session, kind, more.pop("slug", SHIRT), now=NOW, **more)
        assert list_rules(session) == []


def test_a_rule_holds_from_its_first_moment_to_its_last(shop: Database) -> None:
    moment, later = timedelta(microseconds=1), NOW + timedelta(days=1)
    with shop.session() as session:
        add_rule(session, "pin", SHIRT, now=NOW, starts_at=NOW, ends_at=later)
        add_rule(session, "hide", BOOTS, now=NOW)
        held = {
            at: [one.kind for one in list_rules(session, now=at)]
            for at in (NOW - moment, NOW, later - moment, later)
        }
        [pinned, _] = list_rules(session)
    assert list(held.values()) == [["hide"], ["pin", "hide"], ["pin", "hide"], ["hide"]]
    assert (pinned.starts_at, pinned.ends_at) == (NOW, later)


def test_a_categorys_rule_is_for_its_own_list(shop: Database) -> None:
    with shop.session() as session:
        everywhere = add_rule(session, "hide", SHIRT, now=NOW)
        boots = add_rule(session, "pin", BOOTS, now=NOW, category="hiking-boots")
        rules = list_rules(session)
    held = [
        [one.rule_id for one in holding(rules, some)]
        for some in (
            [],
            ["t-shirts"],
            ["t-shirts", "hiking-boots"],
        )
    ]
    assert held == [[everywhere], [everywhere], [everywhere, boots]]
