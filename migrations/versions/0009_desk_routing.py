"""Teams, hours, rules, targets; what routing knows of tickets and of agents."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from kit.database import Minor, UtcDateTime

revision = "0009"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("sla_targets", "routing_rules", "team_members", "teams", "service_hours")


def agent_columns() -> tuple[sa.Column[Any], ...]:
    """Columns added to agents."""
    return (
        sa.Column("permissions", sa.JSON()),
        sa.Column("languages", sa.JSON(), nullable=False, server_default='["en", "zh"]'),
        sa.Column("skills", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("capacity", sa.Integer(), nullable=False, server_default="4"),
        sa.Column("presence", sa.String(8), nullable=False, server_default="offline"),
        sa.Column("seen_at", UtcDateTime()),
        sa.Column("assigned_at", UtcDateTime()),
    )


def ticket_columns() -> tuple[sa.Column[Any], ...]:
    """Columns added to tickets."""
    return (
        sa.Column("channel", sa.String(32), nullable=False, server_default="webchat"),
        sa.Column("team_id", sa.Integer()),
        sa.Column("skills", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("sentiment", sa.String(8)),
        sa.Column("urgency", sa.Float()),
        sa.Column("customer_value", Minor()),
        sa.Column("order_number", sa.String(40)),
        sa.Column("order_value", Minor()),
        sa.Column("first_due_at", UtcDateTime()),
        sa.Column("resolve_due_at", UtcDateTime()),
        sa.Column("breached_at", UtcDateTime()),
        sa.Column("escalated_at", UtcDateTime()),
        sa.Column("snoozed_until", UtcDateTime()),
        sa.Column("told_at", UtcDateTime()),
        sa.Column("callback_at", UtcDateTime()),
        sa.Column("merged_into_id", sa.Integer()),
        sa.Column("follows_id", sa.Integer()),
    )


def upgrade() -> None:
    """Create the tables and add the columns."""
    _create_teams()
    op.create_table(
        "routing_rules",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_routing_rules"),
    )
    op.create_table(
        "sla_targets",
        sa.Column("priority", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_reply_minutes", sa.Integer(), nullable=False),
        sa.Column("resolve_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("priority", name="pk_sla_targets"),
    )
    # Plain ADD COLUMN: a table rebuilt by SQLite's batch mode would take its children with it.
    for column in agent_columns():
        op.add_column("agents", column)
    for column in ticket_columns():
        op.add_column("tickets", column)
    op.create_index("ix_tickets_state_updated_at", "tickets", ["state", "updated_at"])


def _create_teams() -> None:
    op.create_table(
        "service_hours",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_service_hours"),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("overflow_key", sa.String(60)),
        sa.Column("overflow_minutes", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("key", name="uq_teams_key"),
    )
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "agent_id", name="pk_team_members"),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name="fk_team_members_team_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name="fk_team_members_agent_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_team_members_agent_id", "team_members", ["agent_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_tickets_state_updated_at", "tickets")
    for column in ticket_columns():
        op.drop_column("tickets", column.name)
    for column in agent_columns():
        op.drop_column("agents", column.name)
    for table in TABLES:
        op.drop_table(table)
