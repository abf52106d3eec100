"""Items that look alike: colour and shape of their pictures, or an image encoder's vectors."""

import io
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from recommender.base import Reason, ReasonKind, Recommendation, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Mask, Places
from recommender.drawings import drawn
from recommender.models.products import power
from recommender.ranking import filled

SIZE: Final = 96
CELLS: Final = 4
TURNS: Final = 8
MAX_PIXELS: Final = 40_000_000


class BadPicture(ValueError):
    """Bytes that are no picture; the message says why."""


@dataclass(eq=False)
class Pictures(Recommender):
    """Items whose pictures are near those of what a person chose.

    Without `encoder` by colours (Swain, Ballard: Color Indexing, IJCV 1991) and shape (Dalal,
    Triggs: Histograms of Oriented Gradients, CVPR 2005) of what stands out from the background;
    with it by the vectors of an ONNX image encoder at that path. `colour` is the colours' share of
    the similarity. Items without a picture are never found.
    """

    colour: float = 0.5
    encoder: str | None = None

    alias: ClassVar = "pictures"
    paper: ClassVar = "Swain, Ballard 1991, Color Indexing; Dalal, Triggs 2005, HOG"
    kind: ClassVar[ReasonKind] = "looks_similar"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        pictures = items.pictures if items is not None and items.pictures else ()
        given = list(pictures) or [None] * len(data.item_ids)
        look = self._look()
        rows = [None if one is None else look(one) for one in given]
        width = next((len(row) for row in rows if row is not None), 1)
        nothing = np.zeros(width, dtype=np.float32)
        self._vectors = np.stack([nothing if row is None else row for row in rows])

    def _look(self) -> Callable[[bytes], Floats]:
        if self.encoder is None:
            return lambda picture: described(picture, self.colour)
        return OnnxImages(Path(self.encoder))

    def similar_to_picture(
        self, picture: bytes, k: int = 10, *, allowed: Collection[str] | Mask | None = None
    ) -> list[Recommendation]:
        """Items that look like a picture (PNG, JPEG, WebP, SVG …); raises BadPicture otherwise."""
        scores = (self._vectors @ self._look()(picture))[None, :]
        ok = self._allowed((), allowed) & self._vectors.any(axis=1)
        places, values = filled(scores, self.popularity, k, ok[None, :])
        reason = Reason(self.kind, model=self.alias)
        return [
            Recommendation(self.item_ids[place], float(score), reason)
            for place, score in zip(places[0], values[0], strict=True)
            if place >= 0
        ]

    def _scores(self, histories: Histories) -> Floats:
        lengths = np.asarray(histories.matrix.sum(axis=1)).ravel()
        profiles = (histories.matrix @ self._vectors) * power(lengths, -1)[:, None]
        scores: Floats = (profiles @ self._vectors.T).astype(np.float32)
        return scores

    def _contributions(self, history: Histories, items: Places) -> Floats:
        parts: Floats = self._vectors[history.item] @ self._vectors[items].T
        return parts * history.weight[:, None] / max(float(history.weight.sum()), 1e-9)

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {"vectors": self._vectors}

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._vectors = state["vectors"]


class OnnxImages:
    """An image encoder: an ONNX file that maps (1, 3, height, width) pixels to a vector.

    Pixels are scaled to mean and deviation of ImageNet, as such encoders expect.
    """

    def __init__(self, path: Path) -> None:
        """Load it; raises FileNotFoundError when it is not there."""
        if not path.exists():
            raise FileNotFoundError(
                f"{path}: no image encoder there; give the path of an ONNX file"
            )
        import onnxruntime

        self._session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0]
        sizes = self._input.shape[2:]
        self._size = tuple(size if isinstance(size, int) else 224 for size in sizes)

    def __call__(self, picture: bytes) -> Floats:
        """(dimensions,) of length one."""
        image = opened(picture).resize((self._size[1], self._size[0]), Image.Resampling.BICUBIC)
        pixels = np.asarray(image, dtype=np.float32) / 255
        pixels = (pixels - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
        given = {self._input.name: pixels.transpose(2, 0, 1)[None].astype(np.float32)}
        return _unit(np.asarray(self._session.run(None, given)[0]).reshape(-1))


def opened(picture: bytes) -> Image.Image:
    """The picture as RGB; raises BadPicture for what cannot be read or is too large."""
    head = picture[:400].lstrip()
    try:
        if head.startswith((b"<svg", b"<?xml")):
            return drawn(picture.decode("utf-8"), 2 * SIZE)
        image = Image.open(io.BytesIO(picture))
        if image.width * image.height > MAX_PIXELS:
            raise BadPicture(f"the picture has {image.width} × {image.height} pixels: too many")
        image.draft("RGB", (4 * SIZE, 4 * SIZE))
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, KeyError, SyntaxError) as error:
        if isinstance(error, BadPicture):
            raise
        raise BadPicture(f"the picture cannot be read: {error}") from error


def described(picture: bytes, colour: float) -> Floats:
    """(dimensions,) colours and shape of what stands out from the background, of length one."""
    pixels = np.asarray(opened(picture).resize((SIZE, SIZE)), dtype=np.float32) / 255
    mask = _foreground(pixels)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) < 4 or len(columns) < 4:
        mask, rows, columns = np.ones_like(mask), np.arange(SIZE), np.arange(SIZE)
    window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    colours, shape = _colours(pixels[mask]), _shape(mask[window])
    both = np.concatenate([colour**0.5 * _unit(colours), (1 - colour) ** 0.5 * _unit(shape)])
    return _unit(both)


def _foreground(pixels: npt.NDArray[np.float32]) -> Mask:
    """(height, width) True where a pixel differs from the border's usual colour."""
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    usual = np.median(border, axis=0)
    noise = float(np.quantile(np.abs(border - usual), 0.9))
    mask: Mask = np.abs(pixels - usual).max(axis=2) > max(0.12, 1.5 * noise)
    return mask


def _colours(pixels: npt.NDArray[np.float32]) -> Floats:
    """A soft histogram: 12 hues in 2 strengths, and 5 greys."""
    high, low = pixels.max(axis=1), pixels.min(axis=1)
    chroma = high - low
    red, green, blue = pixels.T
    with np.errstate(invalid="ignore", divide="ignore"):
        hue = np.select(
            [high == red, high == green],
            [(green - blue) / chroma % 6, (blue - red) / chroma + 2],
            (red - green) / chroma + 4,
        )
    hue = np.where(chroma > 0, hue, 0) * 2
    vivid = np.clip((chroma - 0.08) / 0.12, 0, 1)
    first = np.floor(hue).astype(int)
    share = hue - first
    bright = (high > 0.55).astype(int)
    table = np.zeros(29)
    np.add.at(table, (first % 12) + 12 * bright, vivid * (1 - share))
    np.add.at(table, ((first + 1) % 12) + 12 * bright, vivid * share)
    np.add.at(table, 24 + np.minimum((high * 5).astype(int), 4), 1 - vivid)
    found: Floats = np.sqrt(table / max(table.sum(), 1e-9)).astype(np.float32)
    return found


def _shape(mask: Mask) -> Floats:
    """The outline in its own box: how full each of 8 × 8 parts is, edges by direction in 4 × 4."""
    image = Image.fromarray((mask * 255).astype(np.uint8)).resize((32, 32))
    table = np.asarray(image, dtype=np.float32) / 255
    full = table.reshape(8, 4, 8, 4).mean(axis=(1, 3))
    down, across = np.gradient(table)
    strength, turn = np.hypot(down, across), np.arctan2(down, across) % np.pi
    which = np.minimum((turn / np.pi * TURNS).astype(int), TURNS - 1)
    edges = np.zeros((CELLS, CELLS, TURNS))
    row, column = np.indices(table.shape) // (32 // CELLS)
    np.add.at(edges, (row, column, which), strength)
    tall = np.asarray([mask.shape[0], mask.shape[1]]) / max(mask.shape)
    parts = (_unit(full.ravel()), _unit(edges.ravel()), 0.5 * tall)
    shape: Floats = np.concatenate(parts).astype(np.float32)
    return shape


def _unit(vector: npt.NDArray[Any]) -> Floats:
    unit: Floats = (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
    return unit
