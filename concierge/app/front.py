"""The front process: shop pages, chat, channels and desk in one application on one port.

`python -m concierge.app.front` serves it; `build` is what tests and benchmarks use.
"""

import logging
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from connectors import keys
from connectors.application import Tuning, create_app
from connectors.registry import open_channels
from conversations import get_conversation, transcript
from desk.tickets import open_ticket
from desk.web.routes import register
from kit import deadlines
from kit.clock import Clock, SystemClock
from kit.database import Database, open_database
from kit.i18n import Language, as_language
from kit.logs import configure_logging
from kit.settings import Settings, SettingsError, load_settings
from shop.demo.people import PEOPLE
from shop.pictures import picture_for
from shop.policy_file import PolicyError, policy_at
from shop.privacy import find_customers
from storefront.catalogue import ShopTables
from storefront.pages import add_storefront
from storefront.views import Person
from studio.web.routes import register as register_studio

log = logging.getLogger(__name__)

STOP_SECONDS: Final = 15.0
LAST_WORDS: Final = 3


def main() -> int:
    """Serve until told to stop; 2 when a setting or the shop's rules cannot be used."""
    try:
        settings = load_settings()
        open_channels(settings)  # says what is missing before anything starts
        policy = policy_at(settings.policy)
    except (SettingsError, PolicyError) as error:
        print(f"front: {error}", file=sys.stderr)
        return 2
    configure_logging(settings, "front")
    database = open_database(settings.database_url, deadlines.WRITE).with_info(policy=policy)
    try:
        web.run_app(
            build(settings, database),
            host=settings.host,
            port=settings.port,
            print=None,
            access_log=None,
            shutdown_timeout=STOP_SECONDS,
        )
    finally:
        database.close()
    return 0


def build(
    settings: Settings,
    database: Database,
    *,
    clock: Clock | None = None,
    tuning: Tuning | None = None,
) -> web.Application:
    """The whole front on a migrated database, which the caller closes."""
    clock = clock or SystemClock()
    app = create_app(settings, database, clock=clock, call_person=call_person, tuning=tuning)
    add_storefront(
        app,
        ShopTables(
            database,
            clock,
            draw=picture_for,
            models=app[keys.MODELS],
            nlu_data=settings.root / "nlu_data",
            list_people=demo_people,
        ),
    )
    desk = register(app, settings, database, app[keys.UPDATES], clock=clock)
    register_studio(app, desk, settings.root / "nlu_data", train=lambda: queue_training(settings))
    return app


def queue_training(settings: Settings) -> None:
    """Let the worker train what the studio's page asked for."""
    from concierge.app.candidate_job import add_training
    from concierge.app.queue import make_queue

    add_training(make_queue(settings), settings)()


def call_person(session: Session, conversation_id: str, *, now: datetime) -> None:
    """Open a ticket without the assistant's help; a waiting one is kept."""
    conversation = get_conversation(session, conversation_id)
    said = [one.text for one in transcript(session, conversation_id) if one.author == "shopper"]
    open_ticket(
        session,
        conversation_id=conversation_id,
        reason="asked_for_person",
        topic="general",
        language=conversation.language,
        summary=" · ".join(said[-LAST_WORDS:]),
        now=now,
    )


def demo_people(session: Session, language: Language) -> Sequence[Person]:
    """The demo's known people that this shop really has, with what to ask as each."""
    ids = find_customers(session, [person.email for person in PEOPLE])
    return [
        Person(
            customer_id=ids[person.email],
            name=person.name,
            language=as_language(person.language),
            story=f"“{person.to_try(language)}”",
        )
        for person in PEOPLE
        if person.email in ids
    ]


if __name__ == "__main__":
    sys.exit(main())
