"""Another model takes the place of the one that serves, or nothing changes."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot import swap
from bot.models import CANDIDATE, Loaded, models
from bot.swap import CannotLoad, Swap
from kit.settings import Settings, load_settings
from tests.unit.bot.test_models import make_model


class FakeProcessor:
    """Rasa's processor: broken models raise, dumb ones understand nothing."""

    def __init__(self, model_path: str, **given: Any) -> None:
        self.name = Path(model_path).name
        self.given = given
        if "broken" in self.name:
            raise ValueError("bad weights\nat line 3")
        self.domain = SimpleNamespace(responses={"utter_new": []})

    async def parse_message(self, _message: Any) -> dict[str, Any]:
        return {"intent": {"name": None if "dumb" in self.name else "greet"}}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(swap, "MessageProcessor", FakeProcessor)
    environment = {"CONCIERGE_SECRET_KEY": "k" * 40, "CONCIERGE_DATA_DIR": str(tmp_path)}
    return load_settings(environment, tmp_path)


def serving(settings: Settings) -> Loaded:
    agent = SimpleNamespace(
        processor="old",
        domain="old",
        tracker_store=SimpleNamespace(domain="old"),
        lock_store="locks",
        action_endpoint=None,
        nlg=SimpleNamespace(responses={}),
    )
    return Loaded(agent, make_model(settings.models_dir, "old", 5), ())


async def test_a_candidate_serves_with_the_same_trackers_and_locks_and_is_the_newest(
    settings: Settings,
) -> None:
    now = serving(settings)
    make_model(settings.data_dir / CANDIDATE, "new", 1)
    loaded = await Swap(settings).to(now, "new.tar.gz")
    agent = loaded.agent
    assert agent.processor.name == "new.tar.gz"
    assert agent.processor.given["lock_store"] == "locks"
    assert agent.processor.given["tracker_store"] is agent.tracker_store
    assert agent.tracker_store.domain is agent.domain is agent.processor.domain
    assert agent.nlg.responses == {"utter_new": []}
    assert [one.name for one in models(settings.models_dir)] == ["new.tar.gz", "old.tar.gz"]
    back = await Swap(settings).to(loaded, "old.tar.gz")
    assert back.model == models(settings.models_dir)[0] == settings.models_dir / "old.tar.gz"


@pytest.mark.parametrize("name", ["broken", "dumb", "missing"])
async def test_what_cannot_serve_changes_nothing(name: str, settings: Settings) -> None:
    now = serving(settings)
    if name != "missing":
        make_model(settings.data_dir / CANDIDATE, name, 9)
    with pytest.raises(CannotLoad) as told:
        await Swap(settings).to(now, f"{name}.tar.gz")
    assert "\n" not in str(told.value)
    assert (now.agent.processor, now.agent.tracker_store.domain) == ("old", "old")
    assert [one.name for one in models(settings.models_dir)] == ["old.tar.gz"]
