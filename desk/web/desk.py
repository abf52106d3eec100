"""What the desk's pages work with, as one value in the application."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from concierge.kit.clock import Clock
from concierge.kit.database import Database
from concierge.kit.i18n import Catalogue
from concierge.kit.settings import Settings
from desk.conversations import LiveUpdates
from desk.tickets import DemoAccess, SignIn
from desk.web.assets import Assets
from desk.web.customer import ReadCustomer, ReadNames
from desk.web.suggesting import Articles


@dataclass
class Desk:
    """The parts; `demo` is filled at start when the demo's agents are ready."""

    settings: Settings
    database: Database
    clock: Clock
    live: LiveUpdates
    sign_in: SignIn
    catalogue: Catalogue
    assets: Assets
    read_customer: ReadCustomer
    read_names: ReadNames
    articles: Articles
    demo: DemoAccess | None = None


DESK: Final = web.AppKey("desk", Desk)
