"""Saved models: a folder with arrays and a card, put in place in one step, checked when loaded.

`publish` keeps versions beside each other and turns a pointer over last, so that a refit which
fails or is killed leaves the old model serving.
"""

import hashlib
import importlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from kit.clock import SystemClock
from recommender.base import Recommender
from recommender.data import Histories

SCHEMA: Final = 1
KEPT: Final = 2
POINTER: Final = "current"
# alias → "module:class". Loaded only when asked for.
MODELS: Final[dict[str, str]] = {
    "popular": "recommender.models.popularity:Popularity",
    "item-knn": "recommender.models.neighbours:ItemKnn",
    "user-knn": "recommender.models.neighbours:UserKnn",
    "ease": "recommender.models.linear:Ease",
    "graph-filter": "recommender.models.graph:GraphFilter",
    "content": "recommender.models.content:Content",
    "pictures": "recommender.models.pictures:Pictures",
    "svd": "recommender.models.factors:PureSvd",
    "als": "recommender.models.factors:Als",
    "bpr": "recommender.models.factors:Bpr",
    "blend": "recommender.models.blend:Blend",
    "habits": "recommender.models.habits:Habits",
    "next-basket": "recommender.models.baskets:NextBasket",
    "session-knn": "recommender.models.sessions:SessionKnn",
    "rules": "recommender.models.sessions:SequentialRules",
    "self-attention": "recommender.models.sequence:SelfAttention",
    "complements": "recommender.models.complements:Complements",
}


class ArtefactError(RuntimeError):
    """A saved model is missing, damaged or of another schema; the message names the file."""


def model_class(alias: str) -> type[Recommender]:
    """The class behind a model's name; raises KeyError for names that are not known."""
    module, name = MODELS[alias].split(":")
    found: type[Recommender] = getattr(importlib.import_module(module), name)
    return found


def save(model: Recommender, folder: Path, facts: Mapping[str, Any] | None = None) -> Path:
    """Write a fitted model to `folder`, whole or not at all; `facts` go into its card."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        arrays = {f"model.{name}": value for name, value in model._state().items()}
        histories = model.histories
        arrays |= {
            "item_ids": np.asarray(model.item_ids, dtype=np.str_),
            "user_ids": np.asarray(model.user_ids, dtype=np.str_),
            "popularity": model.popularity,
            "start": histories.start,
            "item": histories.item,
            "weight": histories.weight,
            "time": histories.time,
        }
        np.savez(draft / "arrays.npz", **arrays)
        card = _card(model, _digest(draft / "arrays.npz"), facts or {})
        (draft / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        _replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def load(folder: Path) -> Recommender:
    """The model saved in `folder`; raises ArtefactError naming what is wrong."""
    card = read_card(folder)
    arrays_file = folder / "arrays.npz"
    try:
        if _digest(arrays_file) != card["digest"]:
            raise ArtefactError(f"{arrays_file} is damaged: train the recommender again")
        with np.load(arrays_file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        model = model_class(card["alias"])(**card["parameters"])
        model.item_ids = tuple(arrays["item_ids"].tolist())
        model.user_ids = tuple(arrays["user_ids"].tolist())
        model._place_ids()
        model.popularity = arrays["popularity"]
        model.histories = Histories(
            arrays["start"],
            arrays["item"],
            arrays["weight"],
            arrays["time"],
            len(model.item_ids),
            np.arange(len(model.user_ids), dtype=np.int32),
        )
        model._restore(
            {k.removeprefix("model."): v for k, v in arrays.items() if k.startswith("model.")}
        )
    except (OSError, KeyError, TypeError, ValueError, BadZipFile) as error:
        raise ArtefactError(f"{arrays_file} cannot be loaded ({error}): train again") from error
    return model


def read_card(folder: Path) -> dict[str, Any]:
    """The card beside a saved model; raises ArtefactError when missing, damaged or too new."""
    path = folder / "card.json"
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ArtefactError(f"{path} is missing: train the recommender first") from error
    except (OSError, ValueError) as error:
        raise ArtefactError(f"{path} is damaged: train the recommender again") from error
    if not isinstance(card, dict) or card.get("schema") != SCHEMA:
        raise ArtefactError(f"{path} has another schema than {SCHEMA}: train again")
    return card


def publish(model: Recommender, root: Path, facts: Mapping[str, Any] | None = None) -> Path:
    """Save a new version under `root` and make it the current one; keeps the one before."""
    root.mkdir(parents=True, exist_ok=True)
    name = f"{SystemClock().now():%Y%m%dT%H%M%S%f}-{model.alias}"
    saved = save(model, root / name, facts)
    pointer = root / f".{POINTER}.new"
    pointer.write_text(name, encoding="utf-8")
    os.replace(pointer, root / POINTER)
    versions = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    for old in [path for path in versions if path != saved][: -KEPT + 1 or None]:
        shutil.rmtree(old, ignore_errors=True)
    return saved


def load_current(root: Path) -> Recommender:
    """The model that `publish` made current; raises ArtefactError when there is none."""
    try:
        name = (root / POINTER).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ArtefactError(f"{root / POINTER} is missing: train the recommender first") from error
    return load(root / name)


def current_version(root: Path) -> str | None:
    """The name of the current version, to see cheaply whether a new one is there."""
    try:
        return (root / POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        return None


def _card(model: Recommender, digest: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "alias": model.alias,
        "parameters": model.parameters(),
        "paper": model.paper,
        "users": len(model.user_ids),
        "items": len(model.item_ids),
        "events": len(model.histories.item),
        "digest": digest,
        "made_at": SystemClock().now().isoformat(timespec="seconds"),
        "python": sys.version.split()[0],
        "libraries": {name: version(name) for name in ("numpy", "scipy")},
        **facts,
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(draft: Path, folder: Path) -> None:
    """Put `draft` where `folder` is; the old one goes away only after the new one is complete."""
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
        os.replace(folder, old / "model")
        os.replace(draft, folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(draft, folder)
