"""What actions work with: made once per process, handed to every action."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from actions.browsing.live import LiveCatalogue
from actions.tasks.definitions import Task, load_tasks
from dialogue.interpreter import Interpreter, LearnedInterpreter
from dialogue.training import load_interpreter
from kit import deadlines
from kit.clock import Clock, SystemClock
from kit.database import Database, open_database
from kit.deadlines import Deadline
from kit.i18n import Catalogue
from kit.settings import Settings
from knowledge.live import LiveKnowledge
from recommender.serving.models import Models
from recommender.serving.words import load_words
from shop.policy import Policy
from shop.policy_file import policy_at, shop_policy
from shop.terms import terms


@dataclass(frozen=True)
class Services:
    """Database, knowledge, clock, words, trained recommenders with the words for their reasons.

    `catalogue` is the snapshot that products are searched in; `policy` are the shop's rules, which
    `database` brings along for effects.
    """

    settings: Settings
    database: Database
    knowledge: LiveKnowledge
    words: Catalogue
    clock: Clock
    models: Models
    reasons: Catalogue
    catalogue: LiveCatalogue
    random: np.random.Generator
    tasks: Mapping[str, Task] = field(default_factory=dict)
    task_of_intent: Mapping[str, Task] = field(default_factory=dict)
    interpreter: Interpreter = field(default_factory=LearnedInterpreter)
    policy: Policy = field(default_factory=shop_policy)

    def until(self, deadline: Deadline) -> "Services":
        """The same for one action, whose units of work are committed before the deadline."""
        return replace(self, database=self.database.until(deadline))


def load_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Open everything.

    Raises IndexMissing when the assistant was never trained, BadTask for a broken task file,
    PolicyError for rules that cannot be used.
    """
    tasks = load_tasks(settings.root / "nlu_data" / "tasks")
    policy = policy_at(settings.policy)
    database = open_database(settings.database_url, deadlines.WRITE).with_info(policy=policy)
    clock = clock or SystemClock()
    catalogue = LiveCatalogue(database, clock)
    catalogue.warm()
    services = Services(
        settings=settings,
        database=database,
        catalogue=catalogue,
        knowledge=LiveKnowledge.load(
            settings.knowledge_dir, settings.data_dir, settings.root / "nlu_data", database
        ),
        words=Catalogue.load("actions", terms(settings.shop_name, policy)),
        clock=clock,
        models=Models(settings.recommender_dir),
        reasons=load_words(),
        random=np.random.default_rng(),
        tasks=tasks,
        task_of_intent={intent: task for task in tasks.values() for intent in task.intents},
        interpreter=load_interpreter(settings.data_dir),
        policy=policy,
    )
    catalogue.current()
    return services
