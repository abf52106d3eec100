"""Whoever utters a response, the shop's terms are filled in."""

import asyncio
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.wording import ShopWording

DOMAIN = """
version: "3.1"
slots:
  language: {type: text, mappings: [{type: custom}]}
responses:
  utter_window:
    - text: "{shop}: {product} can come back within {return_days} days."
    - text: "{shop}：{product} {return_days} 天内可退。"
      condition: [{type: slot, name: language, value: zh}]
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Bergladen: the tent can come back within 30 days."),
        ("zh", "Bergladen：the tent 30 天内可退。"),
    ],
)
def test_terms_stand_beside_the_values(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, language: str, said: str
) -> None:
    monkeypatch.setenv("CONCIERGE_SHOP_NAME", "Bergladen")
    monkeypatch.setenv("CONCIERGE_DATA_DIR", str(tmp_path))
    domain = Domain.from_yaml(DOMAIN)
    tracker = DialogueStateTracker("a", domain.slots)
    tracker.slots["language"].value = language
    wording = ShopWording(EndpointConfig(), domain)
    answer = asyncio.run(wording.generate("utter_window", tracker, "x", product="the tent"))
    assert answer is not None
    assert answer["text"] == said
