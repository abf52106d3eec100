"""Rasa starts without its heavy packages, and only where none of them is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.light_imports import needs_the_real_ones, prepare_for
from kit.groups import MissingGroup

ROOT = Path(__file__).resolve().parents[3]


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_rasa_is_imported_without_tensorflow() -> None:
    done = run(
        "from bot.light_imports import stand_in; stand_in()\n"
        "import rasa.core.run, rasa.core.agent, rasa.model_training, sys\n"
        "assert 'tensorflow.python' not in sys.modules\n"
        "print('imported')"
    )
    assert done.stdout.strip().endswith("imported"), done.stderr[-2000:]


def test_using_a_stand_in_says_what_is_missing() -> None:
    done = run(
        "from bot.light_imports import stand_in; stand_in()\n"
        "import tensorflow as tf\n"
        "class Layer(tf.keras.layers.Layer): ...\n"
        "@tf.function\n"
        "def doubled(x): return 2 * x\n"
        "print(doubled(3))\n"
        "Layer()"
    )
    assert done.stdout.strip() == "6"
    assert "StandInError: Layer: this process runs without" in done.stderr


def test_other_packages_are_found_as_ever() -> None:
    done = run(
        "from bot.light_imports import stand_in; stand_in()\n"
        "import numpy, aiohttp\n"
        "print(numpy.arange(3).sum())"
    )
    assert done.stdout.strip() == "3"


@pytest.mark.parametrize(
    ("config", "needed"),
    [
        (
            "pipeline: [{name: bot.nlu.X}]\npolicies: [{name: RulePolicy}]\n",
            False,
        ),
        ("pipeline: [{name: DIETClassifier}]\npolicies: [{name: RulePolicy}]\n", True),
        (
            "pipeline: [{name: bot.nlu.X}]\npolicies: [{name: TEDPolicy}]\n",
            True,
        ),
        ("language: en\n", True),
    ],
)
def test_learning_components_of_rasa_get_the_real_packages(
    tmp_path: Path, config: str, needed: bool
) -> None:
    (tmp_path / "config.yml").write_text(config)
    assert needs_the_real_ones(tmp_path / "config.yml") is needed


def test_a_learning_component_needs_the_group_with_tensorflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.yml"
    config.write_text("pipeline: [{name: DIETClassifier}]\npolicies: [{name: RulePolicy}]\n")
    monkeypatch.setattr("kit.groups.is_installed", lambda _: False)
    with pytest.raises(MissingGroup, match=r"config\.yml needs tensorflow, .* `peers`"):
        prepare_for(config)


def test_rasa_finds_stand_ins_for_what_the_lock_leaves_out() -> None:
    done = run(
        "import bot\n"
        "import rasa.core.channels, rasa.core.tracker_store, rasa.utils.log_utils, rasa.__main__\n"
        "import google.protobuf, randomname, structlog_sentry\n"
        "event = {'event': 'x'}\n"
        "assert structlog_sentry.SentryProcessor(event_level=50)(None, 'info', event) is event\n"
        "print(len(randomname.get_name()))"
    )
    assert done.stdout.strip() == "8", done.stderr[-2000:]


def test_headers_of_requests_are_read_with_the_newer_multidict() -> None:
    done = run(
        "from sanic.compat import Header\n"
        "headers = Header([('Accept', 'a'), ('accept', 'b'), ('Host', 'c')])\n"
        "print(headers.get_all('ACCEPT'), headers.get('host'), isinstance(headers, Header))"
    )
    assert done.stdout.strip() == "['a', 'b'] c True", done.stderr[-2000:]


def test_the_assistants_components_need_no_optional_group() -> None:
    done = run(
        "import sys\n"
        "from kit.groups import GROUP_OF\n"
        "import bot\n"
        "from bot.light_imports import stand_in; stand_in()\n"
        "sys.modules.update(dict.fromkeys(set(GROUP_OF) - {'tensorflow'}))\n"
        "import bot.understanding_component, bot.sentiment_component, bot.channel, bot.training\n"
        "import encoders.export\n"
        "print('imported')"
    )
    assert done.stdout.strip() == "imported", done.stderr[-2000:]
