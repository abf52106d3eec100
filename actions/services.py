"""What actions work with: made once per process, handed to every action."""

from dataclasses import dataclass
from pathlib import Path

from concierge.kit.clock import Clock, SystemClock
from concierge.kit.database import Database, open_database
from concierge.kit.i18n import Catalogue
from concierge.kit.settings import Settings
from knowledge.index import KnowledgeIndex


@dataclass(frozen=True)
class Services:
    """Database, knowledge, clock, words."""

    settings: Settings
    database: Database
    knowledge: KnowledgeIndex
    words: Catalogue
    clock: Clock


def load_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Open everything; raises IndexMissing when the assistant was never trained."""
    return Services(
        settings=settings,
        database=open_database(settings.database_url),
        knowledge=KnowledgeIndex.load(settings.knowledge_dir, settings.data_dir),
        words=Catalogue.load(Path(__file__).parent / "locales"),
        clock=clock or SystemClock(),
    )
