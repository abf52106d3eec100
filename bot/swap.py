"""Another model for the running assistant: loaded beside the one that serves, then put there.

Turns that are under way end with the model that they began with; tracker store and locks stay, so
no message is lost or answered twice.
"""

import asyncio
import logging
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor

from bot.models import CANDIDATE, Loaded, is_readable_model, make_newest, put_in_place
from kit.settings import Settings

log = logging.getLogger(__name__)
HEARD = "hello"  # what a model must be able to read before it serves


class CannotLoad(RuntimeError):
    """A model that cannot be used; the message is what Rasa said, in one line."""


class Swap:
    """Swaps models one at a time; a candidate moves among the models when it has loaded."""

    def __init__(self, settings: Settings) -> None:
        self._candidates = settings.data_dir / CANDIDATE
        self._models = settings.models_dir
        self._one = asyncio.Lock()

    async def to(self, now: Loaded, name: str) -> Loaded:
        """What serves from now on. Raises CannotLoad, and the model before goes on serving."""
        async with self._one:
            places = (self._candidates / name, self._models / name)
            path = next((one for one in places if one.is_file()), None)
            if path is None or not is_readable_model(path):
                raise CannotLoad("the archive is missing or damaged")
            processor = await _load(now.agent, path)
            try:
                target = _keep(path, self._models)
            except OSError as error:
                raise CannotLoad(error.strerror or str(error)) from error
            _use(now.agent, processor)
            log.info("another model serves", extra={"model": name})
            return Loaded(now.agent, target, ())


def _keep(path: Path, folder: Path) -> Path:
    """The archive as the newest of the models, so that it also serves after a restart."""
    if path.parent != folder:
        return put_in_place(path, folder)
    make_newest(path, folder)
    return path


async def _load(agent: Any, path: Path) -> Any:
    def load() -> Any:
        return MessageProcessor(
            model_path=str(path),
            tracker_store=agent.tracker_store,
            lock_store=agent.lock_store,
            action_endpoint=agent.action_endpoint,
            generator=agent.nlg,
        )

    try:
        processor = await asyncio.to_thread(load)
        heard = await processor.parse_message(UserMessage(HEARD))
    except Exception as error:  # Rasa raises whatever its components raise
        log.exception("a model cannot be loaded", extra={"model": path.name})
        raise CannotLoad(f"{type(error).__name__}: {error}".splitlines()[0][:200]) from error
    if not (heard.get("intent") or {}).get("name"):
        raise CannotLoad("it understands nothing")
    return processor


def _use(agent: Any, processor: Any) -> None:
    """As Rasa's `Agent.load_model` does, with what is loaded already."""
    agent.processor = processor
    agent.domain = processor.domain
    agent.tracker_store.domain = processor.domain
    agent.nlg.responses = processor.domain.responses
