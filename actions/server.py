"""`python -m actions.server`: the action server, on loopback, small and quick to start.

It speaks the protocol of Rasa's action endpoint: POST /webhook with `next_action` and `tracker`.
"""

import asyncio
import importlib
import logging
import pkgutil
from typing import Any, Final

from aiohttp import web

import actions
from actions.base import REGISTER, Action
from actions.chat import Chat
from actions.handover import hand_over
from actions.learned import need_model
from actions.respond import STATE
from actions.services import Services, load_services
from actions.tasks.registry import check_names
from actions.turn import Talk, Turn, read_turn
from dialogue.state import state_from_json
from kit.logs import configure_logging
from kit.settings import load_settings

log = logging.getLogger(__name__)
LIMIT_SECONDS: Final = 4.0
FAILURES_TO_OPEN: Final = 5
OPEN_SECONDS: Final = 10.0
TROUBLES_TO_CALL: Final = 2
SERVICES: Final = web.AppKey("services", Services)
BREAKER: Final[web.AppKey["Breaker"]] = web.AppKey("breaker")


class Breaker:
    """After several failures in a row, actions answer with an apology at once for a while."""

    def __init__(self) -> None:
        self._failures = 0
        self._closed_again_at = 0.0

    def is_open(self, now: float) -> bool:
        """Whether not to try now."""
        return self._failures >= FAILURES_TO_OPEN and now < self._closed_again_at

    def note(self, *, failed: bool, now: float) -> None:
        """Count an outcome."""
        self._failures = self._failures + 1 if failed else 0
        if self._failures >= FAILURES_TO_OPEN:
            self._closed_again_at = now + OPEN_SECONDS


def import_actions() -> None:
    """Import every module of this package, which registers its actions."""
    for module in pkgutil.walk_packages(actions.__path__, "actions."):
        if module.name != __name__:
            importlib.import_module(module.name)


def create_app(services: Services) -> web.Application:
    """The application; every action is registered."""
    import_actions()
    for task in services.tasks.values():
        check_names(task)
    app = web.Application(client_max_size=2**20)
    app[SERVICES] = services
    app[BREAKER] = Breaker()
    app.router.add_get("/health", _health)
    app.router.add_post("/webhook", _webhook)
    return app


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"actions": len(REGISTER)})


async def _webhook(request: web.Request) -> web.Response:
    try:
        body: dict[str, Any] = await request.json()
        action = REGISTER[body["next_action"]]
        turn = read_turn(body["tracker"], request.app[SERVICES].clock.now())
    except (ValueError, KeyError, TypeError) as error:
        return web.json_response({"error": f"not a valid call: {error!r}"}, status=400)
    answer = await _answer(action, turn, request.app[SERVICES], request.app[BREAKER])
    return web.json_response(answer)


async def _answer(
    action: Action, turn: Turn, services: Services, breaker: Breaker
) -> dict[str, Any]:
    """What the action says; an apology with a way to a person when it fails or takes too long."""
    clock = asyncio.get_running_loop().time
    if breaker.is_open(clock()):
        return await asyncio.to_thread(_trouble, turn, services)
    talk = Talk()
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            await asyncio.to_thread(action.run, turn, talk, services)
    except Exception:  # (whatever went wrong, the shopper gets an answer)
        log.exception("action failed", extra={"action": action.name})
        breaker.note(failed=True, now=clock())
        return await asyncio.to_thread(_trouble, turn, services)
    breaker.note(failed=False, now=clock())
    return talk.as_answer()


def _trouble(turn: Turn, services: Services) -> dict[str, Any]:
    """An apology with a way to a person; the second time in a row the person is called.

    The dialogue's state stays as it was, so that the message can be said again.
    """
    talk = Talk()
    state = state_from_json(turn.slots.get(STATE))
    chat = Chat(turn, state, talk, services)
    state.troubles += 1
    is_called = False
    if state.troubles >= TROUBLES_TO_CALL:
        try:
            is_called = hand_over(chat, reason="assistant_down")
        except Exception:  # (the database may be what is down)
            log.exception("no person could be called")
    if is_called:
        chat.say("utter_trouble_person")
        state.troubles, state.person_wanted = 0, True
    else:
        chat.say("utter_system_trouble", buttons=[chat.words.person()])
    talk.remember(STATE, state.to_json())
    return talk.as_answer()


def main() -> None:
    """Serve until told to stop."""
    settings = load_settings()
    configure_logging(settings, "actions")
    app = create_app(load_services(settings))
    need_model(settings.data_dir)  # now, not in the first shopper's message
    web.run_app(
        app,
        host="127.0.0.1",
        port=settings.actions_port,
        print=None,
        access_log=None,
        handler_cancellation=False,
    )


if __name__ == "__main__":
    main()
