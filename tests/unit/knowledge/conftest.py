"""Articles, encoders without a model, and a database, all in a temporary folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from encoders.hashed import write_hashed
from encoders.shared import export_folder
from kit.database import Database, open_database, upgrade
from knowledge.articles import Article, make_article
from knowledge.building import build_index

TEXTS = {
    "delivery-times": (
        "How long delivery takes",
        "delivery",
        ["how many days until my order gets here", "what is the usual delivery time"],
        "Standard delivery takes 2–4 working days.\n\nExpress takes 1–2.",
    ),
    "return-policy": (
        "Our return policy",
        "returns",
        ["how many days do I have to send things back", "is a return free"],
        "You can return unworn items within 30 days.",
    ),
    "gift-cards": (
        "Buying gift cards",
        "gift_cards",
        ["can I buy a gift card", "do you sell vouchers"],
        "Gift cards of 10 to 500 euros come by mail.",
    ),
}


def article(slug: str = "repairs", body: str = "We repair boots for 20 euros.") -> Article:
    return make_article(
        slug,
        "en",
        title="Repairs in our workshop",
        topic="warranty",
        questions=["can you repair my boots", "do you mend broken zippers"],
        body=body,
    )


def write_article(nlu_data: Path, slug: str, body: str | None = None) -> Path:
    title, topic, questions, text = TEXTS[slug]
    asked = "\n".join(f"  - {question}" for question in questions)
    path = nlu_data / "en" / "articles" / f"{slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    front = f"title: {title}\ntopic: {topic}\nquestions:\n{asked}"
    path.write_text(f"---\n{front}\n---\n\n{body or text}\n", "utf-8")
    return path


@pytest.fixture
def nlu_data(tmp_path: Path) -> Path:
    folder = tmp_path / "nlu_data"
    for slug in TEXTS:
        write_article(folder, slug)
    return folder


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    for language in ("en", "zh"):
        write_hashed(export_folder(tmp_path / "var", language))
    return tmp_path / "var"


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database(tmp_path: Path, empty_shop: Path) -> Iterator[Database]:
    shutil.copy(empty_shop, tmp_path / "test.db")
    opened = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the articles as they are written, made once."""
    place = tmp_path_factory.mktemp("built")
    for slug in TEXTS:
        write_article(place / "nlu_data", slug)
    for language in ("en", "zh"):
        write_hashed(export_folder(place / "var", language))
    build_index(place / "nlu_data", place / "var", place / "index")
    return place / "index"


@pytest.fixture
def folder(tmp_path: Path, built: Path, nlu_data: Path, data_dir: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))
