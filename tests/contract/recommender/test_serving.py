"""Recommendations on a small shop: what must never come, reasons, feedback, refits that fail."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, update

from kit.database import Database, open_database, upgrade
from recommender import artefacts
from recommender.artefacts import current_version
from recommender.serving import bandit, feedback
from recommender.serving.models import Models
from recommender.serving.offers import recommend_for
from recommender.serving.refit import RefitRefused, refit
from recommender.serving.report import make_report
from recommender.serving.rules import RuleProblem, add_rule, list_rules, remove_rule
from recommender.serving.shopper import read_shopper
from recommender.serving.snapshots import forget_snapshots
from recommender.serving.tables import RecommendationRequest
from recommender.serving.told import tell_reasons, tell_why
from recommender.serving.wishes import Offering, Wish
from recommender.serving.words import load_words
from shop.catalogue import ProductFilter, get_product
from shop.demo import make_demo
from shop.events import Behaviour, record_events
from shop.ids import CustomerId, ProductId
from shop.models import BehaviourEvent, Variant
from shop.privacy import find_customer, set_personal
from tests.databases import KINDS, fresh_url

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
STOCK = ProductFilter(in_stock=True)
BOOTS = "alpenrot-summit-hiking-boots"


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path) as url:
        upgrade(url)
        database = open_database(url)
        make_demo(database, now=NOW, customers=60, products=120, days=130)
        forget_snapshots()
        yield database
        database.close()


@pytest.fixture
def models(shop: Database, tmp_path: Path) -> Models:
    refit(shop, tmp_path / "models", now=NOW)
    return Models(tmp_path / "models")


def offered(
    shop: Database, models: Models, wish: Wish, who: str | None = None, visit: str = "v", k: int = 4
) -> Offering:
    with shop.reading() as session:
        customer = find_customer(session, f"{who}@fernweg.example") if who else None
        shopper = read_shopper(session, customer, visit, now=NOW)
        return recommend_for(
            session, shopper, wish, k, models=models, now=NOW, random=np.random.default_rng(3)
        )


def key_of(shop: Database, slug: str) -> ProductId:
    with shop.reading() as session:
        found = get_product(session, slug, now=NOW)
    assert found is not None
    return found.product_id


def did(shop: Database, kind: str, product: ProductId, visit: str = "v") -> None:
    with shop.session() as session:
        event = Behaviour(kind, NOW - timedelta(minutes=5), visit, product_id=product)  # type: ignore[arg-type]
        record_events(session, [event])


def test_what_was_bought_refused_or_lies_in_the_cart_never_comes(
    shop: Database, models: Models
) -> None:
    wish = Wish(STOCK)
    boots = key_of(shop, BOOTS)
    everything = {o.product.product_id for o in offered(shop, models, wish, "mia", k=50).offers}
    assert boots not in everything
    first, second = [o.product.product_id for o in offered(shop, models, wish).offers[:2]]
    did(shop, "recommendation_refused", first)
    did(shop, "cart", second)
    left = {o.product.product_id for o in offered(shop, models, wish, k=50).offers}
    assert not {first, second} & left
    assert {first, second} <= {
        o.product.product_id for o in offered(shop, models, wish, visit="other", k=50).offers
    }


def test_filters_hold_together_and_the_softer_go_first(shop: Database, models: Models) -> None:
    with shop.reading() as session:
        variant = session.scalars(
            select(Variant).where(Variant.stock > 0, Variant.size != "")
        ).first()
        assert variant is not None
        colour, size, price = variant.colour, variant.size, variant.price
    wish = Wish(replace(STOCK, colours=(colour,), sizes=(size,), price_max=price))
    found = offered(shop, models, wish)
    assert found.offers
    assert found.given_up == ()
    for offer in found.offers:
        assert any(
            v.colour == colour and v.size == size and v.price.amount <= price and v.stock
            for v in offer.product.variants
        )
    none = Wish(replace(STOCK, categories=("tents",), colours=("pink",), price_max=Decimal(1)))
    softened = offered(shop, models, none)
    assert {o.product.category for o in softened.offers} == {"tents"}
    assert "price_max" in softened.given_up


def test_sold_out_is_not_offered_though_the_snapshot_is_old(shop: Database, models: Models) -> None:
    first = offered(shop, models, Wish(STOCK)).offers[0].product.product_id
    with shop.session() as session:
        session.execute(update(Variant).where(Variant.product_id == first).values(stock=0))
    left = {o.product.product_id for o in offered(shop, models, Wish(STOCK)).offers}
    assert first not in left


def test_complements_are_of_other_kinds(shop: Database, models: Models) -> None:
    wish = Wish(STOCK, strategy="complements", with_categories=("hiking-boots",))
    found = offered(shop, models, wish)
    assert found.offers
    assert "hiking-boots" not in {o.product.category for o in found.offers}


def test_a_reason_names_what_the_score_would_lose_without_it(
    shop: Database, models: Models
) -> None:
    model = models.get("personal")
    assert model is not None
    with shop.reading() as session:
        mia = find_customer(session, "mia@fernweg.example")
        shopper = read_shopper(session, mia, "v", now=NOW)
        words = load_words()
        history = {str(key): weight for key, weight in shopper.history.items()}
        found = model.fold_in([history], 5)[0]
        checked = [one for one in found if one.reason.because]
        for one in checked:
            lost = {}
            for seed in history:
                without = {k: v for k, v in history.items() if k != seed}
                rest = {r.item: r.score for r in model.fold_in([without], 200)[0]}
                lost[seed] = one.score - rest.get(one.item, 0.0)
            assert max(lost, key=lost.__getitem__) == one.reason.because[0][0]
        offering = recommend_for(
            session,
            shopper,
            Wish(STOCK, strategy="personal"),
            4,
            models=models,
            now=NOW,
            random=np.random.default_rng(1),
        )
        reasons = [o.reason for o in offering.offers]
        told = {lang: tell_reasons(session, reasons, lang, words, now=NOW) for lang in ("en", "zh")}
        personal = [r for r in reasons if r.kind in {"bought", "viewed"}]
        for reason in personal:
            assert reason.seed in shopper.history
            assert "%" in tell_why(session, reason, "It", "en", words, now=NOW)
    assert all(told["en"])
    assert all(any("\u4e00" <= c <= "\u9fff" for c in line) for line in told["zh"])


def test_first_clicks_count_on_the_next_request(shop: Database, models: Models) -> None:
    before = offered(shop, models, Wish(STOCK), visit="new")
    assert {o.strategy for o in before.offers} <= {"trend", "explore"}
    did(shop, "view", key_of(shop, BOOTS), visit="new")
    after = offered(shop, models, Wish(STOCK, strategy="content"), visit="new")
    assert after.offers[0].reason.seed == key_of(shop, BOOTS)


def test_shown_opened_and_rewarded_once(shop: Database, models: Models) -> None:
    found = offered(shop, models, Wish(STOCK, slot="home"))
    product = found.offers[0].product.product_id
    with shop.session() as session:
        shopper = read_shopper(session, None, "v", now=NOW)
        for _ in range(2):
            feedback.note_shown(session, shopper, found, now=NOW)
        opened = [
            feedback.note_opened(
                session, found.request_id, product, session_key="v", customer_id=None, now=NOW
            )
            for _ in range(2)
        ]
        strange = feedback.note_opened(
            session, "made-up", product, session_key="v", customer_id=None, now=NOW
        )
    assert (opened, strange) == ([True, False], False)
    with shop.reading() as session:
        row = session.scalars(select(RecommendationRequest)).one()
        assert (row.reward, row.propensity, row.strategy) == (1.0, found.propensity, found.strategy)
        shown = session.scalars(
            select(BehaviourEvent).where(BehaviourEvent.kind == "recommendation_shown")
        ).all()
        assert len(shown) == len(found.offers)
        assert all(0 < (event.propensity or 0) <= 1 for event in shown)
        report = make_report(session, now=NOW, trained_on={})
    assert report.slots["home"].share == 1.0


def test_who_refused_personal_suggestions_sees_what_all_see(shop: Database, models: Models) -> None:
    with shop.session() as session:
        mia = find_customer(session, "mia@fernweg.example")
        assert mia is not None
        set_personal(session, mia, granted=False, now=NOW)
    found = offered(shop, models, Wish(STOCK), "mia")
    assert {o.reason.kind for o in found.offers} <= {"popular", "new"}


def test_merchants_pin_boost_and_hide(shop: Database, models: Models) -> None:
    tent = "nordlicht-aurora-two-person-tent"
    with shop.session() as session:
        rule = add_rule(session, "pin", tent, now=NOW)
        for kind, slug, category, factor in (
            ("pin", "no-such-thing", None, 1.0),
            ("pin", tent, "no-shelf", 1.0),
            ("boost", tent, None, 0.0),
        ):
            with pytest.raises(RuleProblem):
                add_rule(session, kind, slug, now=NOW, category=category, factor=factor)  # type: ignore[arg-type]
    first = offered(shop, models, Wish(STOCK)).offers[0]
    assert (first.product.slug, first.reason.kind) == (tent, "pinned")
    with shop.session() as session:
        assert remove_rule(session, rule)
        add_rule(session, "hide", tent, now=NOW, ends_at=NOW + timedelta(days=1))
        assert [one.kind for one in list_rules(session, now=NOW)] == ["hide"]
        assert list_rules(session, now=NOW + timedelta(days=2)) == []
    assert tent not in {o.product.slug for o in offered(shop, models, Wish(STOCK), k=50).offers}


def test_without_any_model_the_trend_answers(shop: Database, tmp_path: Path) -> None:
    found = offered(shop, Models(tmp_path / "nothing"), Wish(STOCK), "mia")
    assert len(found.offers) == 4


def test_a_damaged_new_model_leaves_the_old_one_serving(
    shop: Database, models: Models, tmp_path: Path
) -> None:
    old = models.get("personal")
    root = tmp_path / "models" / "personal"
    (root / "broken").mkdir()
    (root / "broken" / "card.json").write_text("{")
    (root / "current").write_text("broken")
    assert old is not None
    assert models.get("personal") is old


def _killed_in_the_middle(url: str, root: str, moment: str) -> None:
    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def tell(share: float, step: str) -> None:
        if step.startswith(moment):
            die()

    if moment == "writing":  # the arrays are there, their card is not
        artefacts._card = die  # type: ignore[assignment]
    refit(open_database(url), Path(root), now=NOW, tell=tell, force=True)


@pytest.mark.parametrize("moment", ["fitting", "publishing", "writing"])
def test_a_worker_killed_in_a_refit_leaves_the_old_model(
    shop: Database, models: Models, tmp_path: Path, moment: str
) -> None:
    root = tmp_path / "models"
    before = current_version(root / "personal")
    old = offered(shop, models, Wish(STOCK, strategy="personal"), "mia")
    url = shop.engine.url.render_as_string(hide_password=False)
    worker = multiprocessing.get_context("spawn").Process(
        target=_killed_in_the_middle, args=(url, str(root), moment)
    )
    worker.start()
    worker.join(600)
    assert worker.exitcode == -signal.SIGKILL
    assert current_version(root / "personal") == before
    again = offered(shop, Models(root), Wish(STOCK, strategy="personal"), "mia")
    assert [one.product.slug for one in again.offers] == [one.product.slug for one in old.offers]


def test_a_clearly_worse_model_is_refused(
    shop: Database, models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "models"
    before = current_version(root / "personal")
    monkeypatch.setattr("recommender.serving.refit.read_card", lambda _folder: {"hit_rate": 1.0})
    with pytest.raises(RefitRefused, match="held-out"):
        refit(shop, root, now=NOW)
    assert current_version(root / "personal") == before


def test_the_bandit_learns_which_strategy_pays_and_its_propensities_are_true() -> None:
    random = np.random.default_rng(5)
    context = np.ones(len(bandit.FEATURES))
    rows = [("personal", context.tolist(), 1.0)] * 200 + [("trend", context.tolist(), 0.0)] * 200
    choices = bandit.probabilities(bandit.learn(rows), context, ("personal", "trend"), random)
    assert choices["personal"] > 0.9
    assert sum(choices.values()) == pytest.approx(1.0)
    drawn = [bandit.draw(choices, random) for _ in range(4000)]
    assert drawn.count("personal") / 4000 == pytest.approx(choices["personal"], abs=0.02)


def test_the_split_is_steady_and_of_the_stated_size() -> None:
    from recommender.serving.shopper import Shopper

    groups = [
        bandit.group_of(Shopper("", customer_id=CustomerId(number))) for number in range(4000)
    ]
    assert groups == [
        bandit.group_of(Shopper("", customer_id=CustomerId(number))) for number in range(4000)
    ]
    assert groups.count(bandit.CONTROL) / 4000 == pytest.approx(bandit.CONTROL_SHARE, abs=0.015)
