"""`python -m actions.server`: the action server, on loopback, small and quick to start.

It speaks the protocol of Rasa's action endpoint: POST /webhook with `next_action` and `tracker`.
"""

import asyncio
import importlib
import logging
import pkgutil
import sys
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web
from sqlalchemy.exc import OperationalError

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
from kit import deadlines
from kit.deadlines import Deadline, DeadlinePassed
from kit.logs import configure_logging
from kit.settings import load_settings
from kit.threads import Crowded, Threads
from knowledge.snapshot import IndexMissing

log = logging.getLogger(__name__)
FAILURES_TO_OPEN: Final = 5
OPEN_SECONDS: Final = 10.0
TROUBLES_TO_CALL: Final = 2
ACTIONS_AT_ONCE: Final = 16
APOLOGIES_AT_ONCE: Final = 4
LAST_MOMENT: Final = 0.2  # for a commit that runs when the time is over
MARGIN: Final = 0.1  # of the call's time, for the way back
# Too little time is no fault of the assistant's: whoever wants a person has the button.
NO_TIME: Final = (TimeoutError, DeadlinePassed, Crowded, OperationalError)


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


@dataclass
class Runner:
    """Runs actions in time: each ends with what it says or with an apology.

    Apologies have threads of their own, so that actions that hang do not keep them.
    """

    services: Services
    limit: float = deadlines.ACTION
    breaker: Breaker = field(default_factory=Breaker)
    at_work: Threads = field(
        default_factory=lambda: Threads("actions", ACTIONS_AT_ONCE, deadlines.WRITE)
    )
    apologies: Threads = field(
        default_factory=lambda: Threads("apologies", APOLOGIES_AT_ONCE, MARGIN)
    )
    _hanging: set[asyncio.Future[None]] = field(default_factory=set)

    @property
    def is_well(self) -> bool:
        """Whether there is a thread that can take another action."""
        return len(self._hanging) < ACTIONS_AT_ONCE

    async def answer(self, action: Action, turn: Turn) -> dict[str, Any]:
        """What the action says; an apology with a way to a person where it fails or is too slow."""
        clock = asyncio.get_running_loop().time
        call = Deadline(self.limit + deadlines.ACTION_CALL - deadlines.ACTION - MARGIN)
        if self.breaker.is_open(clock()):
            return await self._apologise(turn, call, is_fault=False)
        try:
            talk = await self._perform(action, turn)
        except Exception as error:  # (whatever went wrong, the shopper gets an answer)
            log.exception("action failed", extra={"action": action.name})
            self.breaker.note(failed=True, now=clock())
            return await self._apologise(turn, call, is_fault=not isinstance(error, NO_TIME))
        self.breaker.note(failed=False, now=clock())
        return talk.as_answer()

    async def _perform(self, action: Action, turn: Turn) -> Talk:
        """Run the action; raises TimeoutError, and then nothing of it is kept any more."""
        talk, deadline = Talk(), Deadline(self.limit)
        services = self.services.until(deadline)
        running = asyncio.ensure_future(self.at_work.run(action.run, turn, talk, services))
        done, _ = await asyncio.wait([running], timeout=self.limit)
        if not done and not deadline.give_up():
            done, _ = await asyncio.wait([running], timeout=LAST_MOMENT)
        if not done:
            self._hanging.add(running)
            running.add_done_callback(self._hangs_no_more)
            raise TimeoutError(f"no answer within {self.limit:g} s")
        running.result()
        return talk

    def _hangs_no_more(self, running: asyncio.Future[None]) -> None:
        self._hanging.discard(running)
        if not running.cancelled():
            running.exception()  # (it was answered for long ago)

    async def _apologise(self, turn: Turn, call: Deadline, *, is_fault: bool) -> dict[str, Any]:
        """An apology with a way to a person; after the second fault in a row one is called."""
        troubles = state_from_json(turn.slots.get(STATE)).troubles + is_fault
        is_called = (
            is_fault and troubles >= TROUBLES_TO_CALL and await self._call_person(turn, call)
        )
        return apology(turn, self.services, 0 if is_called else troubles, is_called=is_called)

    async def _call_person(self, turn: Turn, call: Deadline) -> bool:
        services = self.services.until(call)
        chat = Chat(turn, state_from_json(turn.slots.get(STATE)), Talk(), services)
        try:
            async with asyncio.timeout(call.seconds_left):
                return await self.apologies.run(hand_over, chat, reason="assistant_down")
        except Exception:  # (the database may be what is down)
            log.exception("no person could be called")
            return False


RUNNER: Final = web.AppKey("runner", Runner)


def apology(turn: Turn, services: Services, troubles: int, *, is_called: bool) -> dict[str, Any]:
    """What is said when something does not work; `troubles` are the faults in a row.

    The dialogue's state stays as it was, so that the message can be said again.
    """
    talk = Talk()
    state = state_from_json(turn.slots.get(STATE))
    chat = Chat(turn, state, talk, services)
    state.troubles = troubles
    state.person_wanted = state.person_wanted or is_called
    if is_called:
        chat.say("utter_trouble_person")
    else:
        chat.say("utter_system_trouble", buttons=[chat.words.person()])
    talk.remember(STATE, state.to_json())
    return talk.as_answer()


def create_app(services: Services) -> web.Application:
    """The application; every action is registered."""
    import_actions()
    for task in services.tasks.values():
        check_names(task)
    app = web.Application(client_max_size=2**20)
    app[RUNNER] = Runner(services)
    app.router.add_get("/health", _health)
    app.router.add_post("/webhook", _webhook)
    return app


async def _health(request: web.Request) -> web.Response:
    is_well = request.app[RUNNER].is_well
    return web.json_response({"actions": len(REGISTER)}, status=200 if is_well else 503)


async def _webhook(request: web.Request) -> web.Response:
    runner = request.app[RUNNER]
    try:
        body: dict[str, Any] = await request.json()
        action = REGISTER[body["next_action"]]
        turn = read_turn(body["tracker"], runner.services.clock.now())
    except (ValueError, KeyError, TypeError) as error:
        return web.json_response({"error": f"not a valid call: {error!r}"}, status=400)
    return web.json_response(await runner.answer(action, turn))


def main() -> None:
    """Serve until told to stop."""
    settings = load_settings()
    configure_logging(settings, "actions")
    try:
        services = load_services(settings)
    except IndexMissing as error:
        sys.stderr.write(f"actions: {error}; run `concierge train assistant --force`\n")
        raise SystemExit(1) from error
    app = create_app(services)
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
