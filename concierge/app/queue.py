"""The queue between the front and the worker."""

from typing import Any

from kit.settings import Settings


def make_queue(settings: Settings) -> Any:
    """The queue: on Redis where CONCIERGE_REDIS_URL is set, else in a file of its own."""
    if settings.redis_url:
        from huey import RedisHuey

        return RedisHuey("concierge", url=settings.redis_url)
    from huey import SqliteHuey

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("concierge", filename=str(settings.data_dir / "queue.db"))
