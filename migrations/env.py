"""Alembic's environment: the models of every package, and the address that was asked for."""

import importlib

from alembic import context

from kit.database import Base, create_database_engine
from kit.settings import load_settings

for module in (
    "shop.models",
    "knowledge.models",
    "recommender.serving.tables",
    "conversations.models",
    "desk.tickets.models",
    "desk.tickets.routing_models",
    "forecasting.tables",
    "desk.tickets.work_models",
    "desk.tickets.audit_models",
    "forecasting.replenishment.tables",
    "insights.profiles.tables",
):
    importlib.import_module(module)


def run() -> None:
    """Run the migrations on the address in `attributes`, or on the one in the settings."""
    url = context.config.attributes.get("url") or load_settings().database_url
    engine = create_database_engine(url)
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                compare_type=True,
                render_as_batch=connection.dialect.name == "sqlite",
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        engine.dispose()


run()
