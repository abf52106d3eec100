"""`python -m bot.server`: serve the newest trained assistant that loads, on loopback."""

import logging
import os
import sys
from pathlib import Path
from typing import Any

from bot.light_imports import prepare_for
from bot.models import Loaded, load_newest, models
from kit.groups import MissingGroup
from kit.logs import configure_logging
from kit.settings import Settings, load_settings

log = logging.getLogger(__name__)


def main() -> None:
    """Load the model, then answer; exits with 1 and one line when there is no model."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    settings = load_settings()
    configure_logging(settings, "rasa")
    silence_structlog()
    if not models(settings.models_dir):
        print("no trained assistant; run `concierge train assistant`", file=sys.stderr)  # noqa: T201
        raise SystemExit(1)
    try:
        prepare_for(settings.root / "config.yml")
    except MissingGroup as error:
        print(error, file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from error
    hide_warnings_of_libraries()
    serve(settings)


def silence_structlog() -> None:
    """Rasa's second logger prints messages and slots at debug level unless it is told not to."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def hide_warnings_of_libraries() -> None:
    """Rasa's libraries warn of versions we have overridden, and turn the filters on themselves."""
    logging.captureWarnings(True)
    for chatty in ("py.warnings", "sanic.root"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def serve(settings: Settings) -> None:
    """Run Rasa's server with our channel only; its HTTP API stays off.

    Raises RuntimeError when no model can be loaded.
    """
    from rasa.core import run
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig
    from sanic.request import Request
    from sanic.response import HTTPResponse
    from sanic.response import json as json_response

    from bot import guards
    from bot.channel import ConciergeInput

    guards.install(f"{settings.actions_url}/webhook")
    endpoints = AvailableEndpoints(
        action=EndpointConfig(url=f"{settings.actions_url}/webhook"),
        tracker_store=EndpointConfig(type="bot.tracker_store.ConciergeTrackerStore"),
        lock_store=EndpointConfig(type="bot.lock_store.AtomicLockStore", url=settings.redis_url),
        nlg=EndpointConfig(type="bot.wording.ShopWording"),
    )
    app = run.configure_app(
        [ConciergeInput(settings)], enable_api=False, port=settings.rasa_port, use_uvloop=True
    )

    async def health(request: Request) -> HTTPResponse:
        found: Loaded | None = getattr(request.app.ctx, "loaded", None)
        if found is None:
            return json_response({"ready": False}, status=503)
        return json_response({"ready": True, "model": found.model.name, "broken": found.broken})

    async def load(app: Any, loop: Any) -> None:
        async def one(path: Path) -> Any:
            return await load_agent(model_path=str(path), endpoints=endpoints, loop=loop)

        app.ctx.loaded = await load_newest(models(settings.models_dir), one)
        if app.ctx.loaded is None:
            raise RuntimeError("no model can be loaded; run `concierge train assistant --force`")
        app.ctx.agent = app.ctx.loaded.agent
        log.info("the assistant serves", extra={"model": app.ctx.loaded.model.name})

    app.add_route(health, "/health")
    app.register_listener(load, "before_server_start")
    app.register_listener(run.close_resources, "after_server_stop")
    app.run(host="127.0.0.1", port=settings.rasa_port, access_log=False, backlog=200)


if __name__ == "__main__":
    main()
