"""Responses said with the shop's terms, whoever utters them: an action, a rule or a story."""

from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from kit.i18n import well_spaced
from kit.settings import load_settings
from shop.policy_file import policy_at
from shop.terms import terms


class ShopWording(TemplatedNaturalLanguageGenerator):  # type: ignore[misc]
    """Rasa's generator; `{shop}`, `{return_days}` and the like are filled in beside the values."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        """Called by Rasa for the class named in endpoints.yml."""
        super().__init__(domain.responses)
        settings = load_settings()
        self._terms = terms(settings.shop_name, policy_at(settings.policy))

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **values: Any,
    ) -> dict[str, Any] | None:
        """The response in the shopper's language."""
        said: dict[str, Any] | None = await super().generate(
            utter_action, tracker, output_channel, **{**self._terms, **values}
        )
        if said and said.get("text"):
            said["text"] = well_spaced(said["text"])
        return said
