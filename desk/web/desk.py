"""What the desk's pages work with, as one value in the application."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from conversations import LiveUpdates
from desk.tickets import DemoAccess, SignIn
from desk.web.assets import Assets
from desk.web.customer import ReadCustomer, ReadNames
from desk.web.suggesting import Articles
from kit.clock import Clock
from kit.database import Database
from kit.i18n import Catalogue
from kit.settings import Settings


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
