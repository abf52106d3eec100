"""The worker process: proactive messages and housekeeping, as huey tasks on a schedule."""

import logging
import signal
from datetime import timedelta
from typing import Any

from huey import crontab

from concierge.app.candidate_job import add_training
from concierge.app.queue import make_queue
from kit.clock import SystemClock
from kit.database import Database, open_database
from kit.logs import configure_logging
from kit.settings import Settings, load_settings
from shop.policy_file import policy_at

log = logging.getLogger(__name__)
CLAIM_DAYS = 30


def add_tasks(queue: Any, database: Database, settings: Settings) -> None:
    """Register every periodic task on `queue`; each may run twice without harm."""

    add_training(queue, settings)

    @queue.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]
    def send_back_in_stock_notices() -> None:
        from shop.stock import send_due_notices

        with database.session() as session:
            sent = send_due_notices(session, now=SystemClock().now())
        if sent:
            log.info("back-in-stock notices sent", extra={"count": sent})

    @queue.periodic_task(crontab(minute="*/2"))  # type: ignore[untyped-decorator]
    @queue.lock_task("tell-news")  # type: ignore[untyped-decorator]
    def tell_those_who_asked() -> None:
        """Parcels that left or are late, goods that are back: in connected chats."""
        if not settings.channels:
            return
        from concierge.app.telling import tell_news
        from connectors.registry import open_channels
        from connectors.rendering import load_catalogue
        from shop.terms import terms

        catalogue = load_catalogue(terms(settings.shop_name, policy_at(settings.policy)))
        opened = {one.name: one for one in open_channels(settings)}
        with database.session() as session:
            told = tell_news(session, opened, catalogue, now=SystemClock().now())
        if told:
            log.info("news told in chats", extra={"count": told})

    @queue.periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
    def plan_stock() -> None:
        """Once a day, soon after midnight; a worker that was down then catches up."""
        from forecasting.replenishment import make_plan, plan_is_due

        now = SystemClock().now()
        with database.reading() as session:
            is_due = plan_is_due(session, now=now)
        if is_due:
            make_plan(database, now=now)

    @queue.periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
    @queue.lock_task("customer-profiles")  # type: ignore[untyped-decorator]
    def make_profiles() -> None:
        """Once a day; in between, of those who ordered or cancelled."""
        from insights.profiles.job import profiles_are_due, refresh, refresh_changed

        now = SystemClock().now()
        with database.reading() as session:
            is_due = profiles_are_due(session, now=now)
        if is_due:
            refresh(database, now=now)
        else:
            refresh_changed(database, now=now)

    @queue.periodic_task(crontab(minute="*/5"))  # type: ignore[untyped-decorator]
    def learn_for_the_desk() -> None:
        """When examples have changed, and every day; a worker that was down then catches up."""
        from concierge.app.desk_learning import learning_is_due, run_beside

        if learning_is_due(settings, now=SystemClock().now()) and run_beside(
            settings, "desk", "train"
        ):
            log.info("the desk has learned")

    @queue.periodic_task(crontab(minute="*/2"))  # type: ignore[untyped-decorator]
    @queue.lock_task("check-examples")  # type: ignore[untyped-decorator]
    def check_examples() -> None:
        """When examples have changed, for the studio's pages."""
        from concierge.app.content_check import check, check_is_due

        if check_is_due(settings) and check(settings):
            log.info("the examples are checked")

    @queue.periodic_task(crontab(minute="*/10"))  # type: ignore[untyped-decorator]
    def forget_old_codes() -> None:
        from shop.verification import delete_expired_codes

        with database.session() as session:
            delete_expired_codes(session, before=SystemClock().now() - timedelta(days=1))

    @queue.periodic_task(crontab(hour="3", minute="30"))  # type: ignore[untyped-decorator]
    @queue.lock_task("refit-recommender")  # type: ignore[untyped-decorator]
    def refit_recommender_nightly() -> None:
        from recommender.serving.feedback import credit_purchases
        from recommender.serving.refit import run_refit

        now = SystemClock().now()
        with database.session() as session:
            credited = credit_purchases(session, now=now)
        report = run_refit(database, settings.recommender_dir, now=now)
        log.info("recommender learned", extra={"count": report.events, "credited": credited})

    @queue.periodic_task(crontab(hour="2", minute="10"))  # type: ignore[untyped-decorator]
    def forecast_demand_nightly() -> None:
        from forecasting.distributed import forecaster_at
        from forecasting.job import forecast_demand

        forecaster = forecaster_at(settings.spark_master)
        result = forecast_demand(database, now=SystemClock().now(), forecaster=forecaster)
        log.info("demand forecast", extra={"count": result.rows.get("variant", 0)})


def main() -> None:
    """Work until told to stop."""
    settings = load_settings()
    configure_logging(settings, "worker")
    policy = policy_at(settings.policy)
    database = open_database(settings.database_url).with_info(policy=policy)
    queue = make_queue(settings)
    add_tasks(queue, database, settings)
    # Checks and learning by itself take two at most: a training that somebody waits for has one.
    consumer = queue.create_consumer(workers=3, periodic=True, check_worker_health=True)
    signal.signal(signal.SIGTERM, lambda *_: consumer.stop(graceful=True))
    log.info("worker started")
    consumer.run()


if __name__ == "__main__":
    main()
