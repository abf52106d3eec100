"""The trained models that the shop serves, each loaded once and again when a refit published it."""

import logging
import threading
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from recommender.artefacts import ArtefactError, current_version, load, read_card
from recommender.base import Recommender
from recommender.serving.labels import Mask
from recommender.serving.shelf import Ints, Shelf
from recommender.serving.snapshots import settle

log = logging.getLogger(__name__)
Part = Literal["personal", "session", "content", "complements", "looks"]
PARTS: Final[tuple[Part, ...]] = ("personal", "session", "content", "complements", "looks")


class Models:
    """What `concierge train recommender` wrote under `root`; a part that is missing is None.

    A version is looked up at every request (one small file), so a new one serves at once; when a
    new one cannot be read, the old one goes on serving.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._loaded: dict[Part, tuple[str, Recommender, dict[str, Any]]] = {}
        self._broken: dict[Part, str] = {}
        self._rows: dict[Part, tuple[Recommender, Ints, Ints]] = {}

    def get(self, part: Part) -> Recommender | None:
        """The current model of a part."""
        version = current_version(self.root / part)
        held = self._loaded.get(part)
        if version is None or (held is not None and held[0] == version):
            return None if held is None else held[1]
        if self._broken.get(part) == version:
            return None if held is None else held[1]
        with self._lock:
            held = self._loaded.get(part)
            if held is None or held[0] != version:
                try:
                    folder = self.root / part / version
                    held = (version, load(folder), read_card(folder))
                    self._loaded[part] = held
                    settle()
                except ArtefactError:
                    log.exception("a recommender cannot be loaded", extra={"part": part})
                    self._broken[part] = version
        return None if held is None else held[1]

    def facts(self, part: Part) -> dict[str, Any]:
        """The card of the model that `get` gives."""
        self.get(part)
        held = self._loaded.get(part)
        return {} if held is None else held[2]

    def mask(self, part: Part, model: Recommender, shelf: Shelf, allowed: Mask) -> Mask:
        """`allowed` (products of the shelf,) as a mask over the model's items."""
        places = self._places(part, model, shelf)
        mask = np.zeros(len(model.item_ids), dtype=bool)
        known = places[np.flatnonzero(allowed)]
        mask[known[known >= 0]] = True
        return mask

    def _places(self, part: Part, model: Recommender, shelf: Shelf) -> Ints:
        """(products of the shelf,) the model's place of each, -1 for what it never saw."""
        kept = self._rows.get(part)
        if kept is not None and kept[0] is model:
            if kept[1] is shelf.ids:
                return kept[2]
            if np.array_equal(kept[1], shelf.ids):  # a new snapshot of the same products
                self._rows[part] = (model, shelf.ids, kept[2])
                return kept[2]
        places = model.places([str(key) for key in shelf.ids.tolist()])
        self._rows[part] = (model, shelf.ids, places)
        return places
