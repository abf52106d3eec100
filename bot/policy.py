"""The policy that gives every message to the dialogue, unless an admin's rule or story wants it.

Rules and stories predict with certainty where they know what comes next; this one always has an
answer and is never certain. After the dialogue has answered it always listens, so that no turn
answers twice.
"""

from typing import Any, Final

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

RESPOND: Final = "action_respond"
# Below a rule's and a story's certainty, above everything that is unsure.
CONFIDENCE: Final = 0.9


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class DialoguePolicy(Policy):  # type: ignore[misc]
    """Predicts `action_respond` for a message and `action_listen` for everything else."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Below rules and stories."""
        return {"priority": 0}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: TrackerFeaturizer | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer)

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Nothing to learn."""
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "policy.txt").write_text("nothing is learned\n", "utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "DialoguePolicy":
        """The policy as configured."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Respond to a message that nothing has answered yet; else listen."""
        waits = tracker.latest_action_name == ACTION_LISTEN_NAME
        name = RESPOND if waits else ACTION_LISTEN_NAME
        probabilities = [0.0] * domain.num_actions
        probabilities[domain.index_for_action(name)] = CONFIDENCE
        return self._prediction(probabilities)
