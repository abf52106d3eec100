"""Learning the shop's models again from its own events: as a job, with progress, all or nothing.

A model is published by turning a pointer over after it is complete on disk, so a refit that fails,
is refused, or is killed leaves the old one serving. No customer's key gets into an artefact.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from kit.database import Database
from kit.i18n import Texts
from recommender.artefacts import ArtefactError, current_version, model_class, publish, read_card
from recommender.base import Interactions, Items, Recommender
from recommender.models.complements import CATEGORY
from recommender.serving.looks import fit_looks
from recommender.serving.models import Part
from recommender.serving.shopper import GOOD_STARS, WEIGHTS, rebuy_days
from shop.bulk import event_rows, product_texts
from shop.events import EventKind
from shop.pictures import drawing_of

STATUS: Final = "refit.json"
KINDS: Final[tuple[EventKind, ...]] = (
    "view",
    "cart",
    "purchase",
    "rating",
    "recommendation_clicked",
)
ALIASES: Final[Mapping[Part, str]] = {
    "personal": "item-knn",
    "content": "content",
    "complements": "complements",
}
HELD_OUT: Final = 2000
K: Final = 10
# A new model that finds less than this part of what the old one found is not put in its place.
ACCEPTED: Final = 0.7

Tell = Callable[[float, str], None]


class RefitRefused(RuntimeError):
    """The new model is clearly worse than the one that serves; the old one stays."""


@dataclass(frozen=True)
class RefitReport:
    """What a refit has found: its data and how often the next purchase is among ten offers."""

    events: int
    users: int
    items: int
    hit_rate: float
    hit_rate_popular: float
    versions: Mapping[str, str]


def refit(
    database: Database,
    root: Path,
    *,
    now: datetime,
    tell: Tell = lambda _share, _step: None,
    force: bool = False,
) -> RefitReport:
    """Fit every part and publish it under `root`; `tell` hears the share done and the step.

    Raises RefitRefused when the held-out hit rate falls below ACCEPTED of the serving model's
    (`force` publishes all the same), NothingToLearn for an empty catalogue.
    """
    tell(0.0, "reading events")
    with database.reading() as session:
        items = read_items(session)
        liked = read_interactions(session, items)
        bought = read_interactions(session, items, kinds=("purchase",))
        again = rebuy_days(session)
    tell(0.2, "judging")
    fitted: dict[Part, Recommender] = {}
    hits, popular = held_out_hits(ALIASES["personal"], bought, now)
    _judge(root, hits, force=force)
    for place, (part, alias) in enumerate(ALIASES.items()):
        tell(0.4 + 0.15 * place, f"fitting {part}")
        data = bought if part == "complements" else liked
        fitted[part] = model_class(alias)().fit(data, items)
    with database.reading() as session:
        looks = fit_looks(session, drawing_of)
    if looks is not None:
        fitted["looks"] = looks
    facts = {
        "fitted_at": now.isoformat(),
        "hit_rate": hits,
        "hit_rate_popular": popular,
        "categories": category_shares(bought, items),
    }
    versions: dict[str, str] = {}
    for place, (part, model) in enumerate(fitted.items()):
        tell(0.85 + 0.03 * place, f"publishing {part}")
        more = {"rebuy_days": again} if part == "complements" else {}
        versions[part] = publish(model, root / part, {**facts, **more}).name
    tell(1.0, "done")
    return RefitReport(
        events=len(liked.user),
        users=len(liked.user_ids),
        items=len(items.ids),
        hit_rate=hits,
        hit_rate_popular=popular,
        versions=versions,
    )


def run_refit(database: Database, root: Path, *, now: datetime, force: bool = False) -> RefitReport:
    """`refit` as a job: its progress, its end or its error stand in refit.json under `root`."""
    root.mkdir(parents=True, exist_ok=True)
    state: dict[str, Any] = {"started_at": now.isoformat(), "share": 0.0, "step": "", "error": None}

    def tell(share: float, step: str) -> None:
        state.update(share=share, step=step)
        _write(root / STATUS, state)

    try:
        report = refit(database, root, now=now, tell=tell, force=force)
    except Exception as error:
        state["error"] = f"{type(error).__name__}: {error}"
        _write(root / STATUS, state)
        raise
    state["report"] = asdict(report)
    _write(root / STATUS, state)
    return report


def read_status(root: Path) -> dict[str, Any] | None:
    """What the last refit said of itself; None when there was none."""
    try:
        found: dict[str, Any] = json.loads((root / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def read_items(session: Session) -> Items:
    """Every active product: its texts in every language and its attributes as `name:value`."""
    ids, texts, attributes = [], [], []
    for key, category, brand, held, names, told in session.execute(product_texts()):
        ids.append(str(key))
        texts.append(" ".join((*Texts.of(names).all, *Texts.of(told).all)))
        facts = {f"{CATEGORY}{category}", f"brand:{brand.lower()}"}
        for name, value in (held or {}).items():
            facts |= {f"{name}:{part.strip().lower()}" for part in str(value).split(",")}
        attributes.append(frozenset(facts))
    return Items(tuple(ids), tuple(texts), tuple(attributes))


def read_interactions(
    session: Session, items: Items, *, kinds: tuple[EventKind, ...] = KINDS
) -> Interactions:
    """Events as (shopper, product, weight, time), shoppers numbered without their keys."""
    known = set(items.ids)
    people: dict[tuple[str, object], int] = {}
    users, products, weights, times = [], [], [], []
    for customer, visit, product, kind, value, at in session.execute(event_rows(kinds)):
        if str(product) not in known or visit == "erased":
            continue
        if kind == "rating" and (value is None or value < GOOD_STARS):
            continue
        who = ("c", customer) if customer is not None else ("s", visit)
        users.append(people.setdefault(who, len(people)))
        products.append(product)
        weights.append(WEIGHTS.get(kind, 1.0))
        times.append(at.timestamp())
    return Interactions.from_rows(users, products, weights, times, catalogue=items.ids)


def held_out_hits(alias: str, bought: Interactions, now: datetime) -> tuple[float, float]:
    """How often the newest purchase is among ten offers: of the model, and of popularity.

    Fitted without every shopper's newest purchase, on up to HELD_OUT shoppers with two or more.
    """
    histories = bought.histories
    last = histories.start[1:] - 1
    long = np.flatnonzero(np.diff(histories.start) > 1)[-HELD_OUT:]
    if not len(long):
        return 0.0, 0.0
    newest = dict(zip(long.tolist(), last[long].tolist(), strict=True))
    order = np.lexsort((bought.time, bought.user))
    kept = np.ones(len(order), dtype=bool)
    kept[order[list(newest.values())]] = False
    train = bought.where(kept)
    wanted = [str(bought.item_ids[histories.item[place]]) for place in newest.values()]
    people = [bought.user_ids[user] for user in newest]
    rates = []
    for name in (alias, "popular"):
        model = model_class(name)().fit(train)
        goals = np.array([model.place(one) for one in wanted], dtype=object)
        places, _ = model.top(model.histories_for(people), K, repeats=True)
        rates.append(round(float(np.mean((places == goals[:, None]).any(axis=1))), 4))
    return rates[0], rates[1]


def category_shares(bought: Interactions, items: Items) -> dict[str, float]:
    """Which part of the purchases each category has; what drift is measured against."""
    of = {
        key: next(iter(sorted(a for a in facts if a.startswith(CATEGORY))), "")
        for key, facts in zip(items.ids, items.attributes, strict=True)
    }
    counts: dict[str, int] = {}
    for place in bought.item.tolist():
        name = of.get(bought.item_ids[place], "").removeprefix(CATEGORY)
        counts[name] = counts.get(name, 0) + 1
    whole = max(1, sum(counts.values()))
    return {name: round(count / whole, 6) for name, count in sorted(counts.items())}


def _judge(root: Path, hits: float, *, force: bool) -> None:
    version = current_version(root / "personal")
    if force or version is None:
        return
    try:
        before = float(read_card(root / "personal" / version).get("hit_rate", 0.0))
    except ArtefactError:
        return
    if hits < ACCEPTED * before:
        raise RefitRefused(
            f"the new model finds {hits:.1%} of the held-out purchases, the serving one "
            f"{before:.1%}; look at the newest events, or publish it all the same with --force"
        )


def _write(path: Path, state: Mapping[str, Any]) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
    os.replace(draft, path)
