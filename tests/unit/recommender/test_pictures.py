"""Pictures of the demo shop and a shopper's own, by colour and shape."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from recommender.data import Interactions, Items
from recommender.drawings import drawn
from recommender.models.pictures import BadPicture, OnnxImages, Pictures, described
from shop.demo.pictures import DRAWINGS, product_picture_svg

SHELVES = sorted(DRAWINGS)[:6]
COLOURS = ("red", "blue", "green", "black")


def shop() -> Items:
    ids = [f"{shelf}-{colour}" for shelf in SHELVES for colour in COLOURS]
    pictures = [product_picture_svg(*one.rsplit("-", 1), one).encode() for one in ids]
    return Items((*ids, "no-picture"), pictures=(*pictures, None))


@pytest.fixture(scope="module")
def model() -> Pictures:
    nobody = Interactions.from_rows([], [], catalogue=shop().ids)
    return Pictures().fit(nobody, shop())


def photograph(colour: str, kind: str = "JPEG") -> bytes:
    """A plain photograph: a coloured box on a light table."""
    image = Image.new("RGB", (300, 200), "#e8e6e0")
    ImageDraw.Draw(image).rectangle((60, 40, 240, 160), fill=colour)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def test_the_same_drawing_in_the_same_colour_comes_first(model: Pictures) -> None:
    for shelf in SHELVES:
        wanted = product_picture_svg(shelf, "red", "another seed").encode()
        assert model.similar_to_picture(wanted, 1)[0].item == f"{shelf}-red"


def test_looks_alike_are_of_the_shelf_or_the_colour(model: Pictures) -> None:
    for shelf in SHELVES:
        found = [one.item for one in model.similar(f"{shelf}-blue", 3)]
        assert all(one.startswith(shelf) or one.endswith("-blue") for one in found)
        assert model.similar(f"{shelf}-blue", 3)[0].reason.kind == "looks_similar"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("colour", ["red", "blue", "green"])
def test_a_shoppers_photograph_finds_its_colour(model: Pictures, colour: str, kind: str) -> None:
    tints = {"red": "#b93a32", "blue": "#3a6ea5", "green": "#3f7d55"}
    found = (
        Pictures(colour=0.9)
        .fit(Interactions.from_rows([], [], catalogue=shop().ids), shop())
        .similar_to_picture(photograph(tints[colour], kind), 3)
    )
    assert {one.item.rsplit("-", 1)[1] for one in found} == {colour}


def test_items_without_a_picture_are_not_found_and_filters_hold(model: Pictures) -> None:
    picture = product_picture_svg(SHELVES[0], "red", "x").encode()
    found = model.similar_to_picture(picture, 100)
    assert len(found) == len(SHELVES) * len(COLOURS)
    only = model.similar_to_picture(picture, 5, allowed=[f"{SHELVES[1]}-black", "no-picture"])
    assert [one.item for one in only] == [f"{SHELVES[1]}-black"]


@pytest.mark.parametrize("bad", [b"", b"not a picture", b"<svg>no box</svg>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(model: Pictures, bad: bytes) -> None:
    with pytest.raises(BadPicture, match="cannot be read"):
        model.similar_to_picture(bad)


def test_a_missing_encoder_says_so() -> None:
    from pathlib import Path

    with pytest.raises(FileNotFoundError, match="no image encoder there"):
        OnnxImages(Path("/nowhere/encoder.onnx"))


def test_drawings_have_their_colours_where_they_should() -> None:
    svg = (
        '<svg viewBox="0 0 100 100"><rect x="10" y="10" width="30" height="30" fill="#ff0000"/>'
        '<path d="M60 60 h30 v30 h-30 Z" fill="#0000ff" opacity=".5"/></svg>'
    )
    pixels = np.asarray(drawn(svg, 100))
    assert pixels[20, 20].tolist() == [255, 0, 0]
    assert pixels[75, 75].tolist() == [128, 128, 255]
    assert pixels[5, 5].tolist() == [255, 255, 255]


def test_a_description_has_length_one() -> None:
    assert np.linalg.norm(described(photograph("#808080"), 0.5)) == pytest.approx(1, abs=1e-5)
