"""The shop's understanding and moods without any encoder's wheel: trained, kept, loaded, answering;
and the card that says so."""

import json
import tarfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.importer import NluDataImporter
from bot.model_card import card_files, write_model_card
from bot.sentiment_component import ShopSentiment
from bot.understanding_component import ShopUnderstanding
from encoders import sources as encoder_sources
from kit.settings import load_settings

ROOT = Path(__file__).resolve().parents[3]
INTENTS = {"track_order", "return_item", "greet", "ask_delivery", "thank", "cancel_order"}
KINDS = (ShopUnderstanding, ShopSentiment)
pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Both components, trained on our examples in a data folder where no wheel was found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCIERGE_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setattr(encoder_sources, "version", not_installed)
        storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
        data = NluDataImporter(domain_path=str(ROOT / "domain.yml")).get_nlu_data()
        data = data.filter_training_examples(lambda one: one.get("intent") in INTENTS)
        for kind in KINDS:
            kind.create({}, storage, Resource(kind.__name__), context(kind)).train(data)
        yield storage


def not_installed(name: str) -> str:
    raise PackageNotFoundError(name)


def context(kind: type) -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), node_name=kind.__name__)


@pytest.mark.parametrize(
    ("text", "intent", "language"),
    [
        ("where is my order?", "track_order", "en"),
        ("I want to return these boots", "return_item", "en"),
        ("我的订单到哪了", "track_order", "zh"),
        ("我想退货", "return_item", "zh"),
    ],
)
def test_messages_are_understood_by_their_spelling(
    storage: Any, text: str, intent: str, language: str
) -> None:
    message = Message({"text": text})
    for kind in KINDS:
        kind.load({}, storage, Resource(kind.__name__), context(kind)).process([message])
    assert message.get("intent")["name"] == intent
    assert {one["value"] for one in message.get("entities") if one["entity"] == "language"} == {
        language
    }
    assert message.get("sentiment")["score"] > 0


def test_the_card_names_parts_encoders_and_figures(storage: Any, tmp_path: Path) -> None:
    model = tmp_path / "20261129.tar.gz"
    with tarfile.open(model, "w:gz") as archive:
        for kind in KINDS:
            with storage.read_from(Resource(kind.__name__)) as folder:
                archive.add(folder, f"components/train_{kind.__name__}0")
    index = {"metrics": {"en": {"answered": 0.75}}}
    data_dir = load_settings().data_dir
    target = write_model_card(model, ROOT / "nlu_data", data_dir, index, 12.34)
    assert [target, target.with_suffix(".md")] == list(card_files(model))
    card = json.loads(target.read_text("utf-8"))
    assert card["seconds"] == 12.3
    assert {name: one["weights"] for name, one in card["encoders"].items()} == {
        "en": "none",
        "zh": "none",
    }
    understood = card["parts"]["ShopUnderstanding0"]["metrics"]
    for language in ("en", "zh"):
        assert understood[language]["examples"] > 40
        assert 0.5 < understood[language]["cross_validated_accuracy"] < 1
        assert card["parts"]["ShopSentiment0"]["metrics"][language]["mood_examples"] > 300
    text = target.with_suffix(".md").read_text("utf-8")
    assert "| knowledge | en | answered | 0.75 |" in text
    assert "| ShopUnderstanding0 | zh | cross validated accuracy | 0." in text
