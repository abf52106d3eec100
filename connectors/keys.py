"""What the application carries, by typed keys."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from connectors.arrivals import Arrivals
from connectors.assistant import Assistant
from connectors.limits import RateLimiter
from connectors.messenger import Messenger
from connectors.metrics import Metrics
from connectors.rendering import Pages
from connectors.sender import OutboxSender
from connectors.webchat.service import Chat
from connectors.worker import InboxWorker
from conversations import LiveUpdates
from kit.clock import Clock
from kit.database import Database
from kit.i18n import Catalogue
from kit.settings import Settings
from recommender.serving.models import Models

SETTINGS: Final = web.AppKey("settings", Settings)
DATABASE: Final = web.AppKey("database", Database)
CLOCK: Final = web.AppKey("clock", Clock)
CATALOGUE: Final = web.AppKey("catalogue", Catalogue)
METRICS: Final = web.AppKey("metrics", Metrics)
LIMITER: Final = web.AppKey("limiter", RateLimiter)
UPDATES: Final = web.AppKey("updates", LiveUpdates)
ASSISTANT: Final = web.AppKey("assistant", Assistant)
SENDER: Final = web.AppKey("sender", OutboxSender)
WORKER: Final = web.AppKey("worker", InboxWorker)
MESSENGERS: Final = web.AppKey("messengers", Mapping[str, Messenger])
ARRIVALS: Final = web.AppKey("arrivals", Arrivals)
CHAT: Final = web.AppKey("chat", Chat)
MODELS: Final = web.AppKey("models", Models)
PAGES: Final = web.AppKey("pages", Pages)
SOCKETS: Final = web.AppKey("sockets", set[web.WebSocketResponse])
REQUEST_ID: Final = web.RequestKey("request_id", str)
VISIT: Final = web.RequestKey("visit", str)
