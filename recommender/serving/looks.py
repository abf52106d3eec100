"""What the shop's products look like, and which of them a shopper's own picture resembles.

A look is a shelf and a colour, `jackets/blue`: the demo shop draws all its products of one look
alike. Products with a photograph at another address have no look here, and are not found.
"""

import io
from collections.abc import Callable
from typing import Final

import numpy as np
from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from recommender.base import Interactions, Items
from recommender.models.pictures import MAX_PIXELS, BadPicture, Pictures
from recommender.serving.labels import Mask
from recommender.serving.models import Models
from recommender.serving.shelf import Ints, Shelf
from shop.bulk import drawn_looks

FORMATS: Final = ("JPEG", "PNG", "WEBP")
LARGEST_SIDE: Final = 512
FOUND_AT_MOST: Final = 12
# Below this a picture resembles nothing here; random pixels come to 0.63.
LEAST_ALIKE: Final = 0.7

Draw = Callable[[str, str], bytes]


def fit_looks(session: Session, draw: Draw) -> Pictures | None:
    """The looks of the shop, drawn by `draw(shelf, colour)`; None where all have photographs."""
    rows = session.execute(drawn_looks())
    pictures = {f"{shelf}/{colour}": draw(shelf, colour) for shelf, colour in rows}
    if not pictures:
        return None
    nobody = Interactions.from_rows([], [], catalogue=tuple(pictures))
    return Pictures().fit(nobody, Items(tuple(pictures), pictures=tuple(pictures.values())))


def plain_picture(raw: bytes, side: int = LARGEST_SIDE) -> bytes:
    """A stranger's bytes as a PNG of pixels only, `side` at most; BadPicture for anything else.

    Judged by content, never by name or header: JPEG, PNG or WebP. Turned as the camera says; places
    and other data in the file are gone afterwards.
    """
    try:
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise BadPicture(f"the picture has {image.width} × {image.height} pixels: too many")
        image.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    except BadPicture:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPicture(f"this is no readable JPEG, PNG or WebP picture: {error}") from error
    upright.thumbnail((side, side))
    paper = Image.new("RGBA", upright.size, "white")
    file = io.BytesIO()
    Image.alpha_composite(paper, upright).convert("RGB").save(file, "PNG")
    return file.getvalue()


def looks_like(models: Models, raw: bytes) -> tuple[str, ...] | None:
    """Looks that a shopper's picture resembles, best first; None where the shop has none to show.

    Raises BadPicture for what is no picture.
    """
    picture = plain_picture(raw)
    model = models.get("looks")
    if not isinstance(model, Pictures):
        return None
    found = model.similar_to_picture(picture, FOUND_AT_MOST)
    return tuple(one.item for one in found if one.score >= LEAST_ALIKE)


def rows_of(shelf: Shelf, look: str, allowed: Mask) -> Ints:
    """Rows of allowed products of a look that are there in its colour, the best sold first."""
    category, _, colour = look.partition("/")
    there = shelf.colour.among([colour]) & (shelf.stock > 0)
    rows = np.unique(shelf.variant_row[there])
    rows = rows[(allowed & shelf.category.among([category]))[rows]]
    best: Ints = rows[np.argsort(-shelf.trend[rows], kind="stable")]
    return best
