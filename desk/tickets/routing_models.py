"""Tables of teams, hours, rules and targets. Rows stay inside this package."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base


class ServiceHoursRow(Base):
    """When people are at the desk: of the house ("house") or of a team (its key)."""

    __tablename__ = "service_hours"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)


class TeamRow(Base):
    """A queue and the people who work on it; `key` is what rules name."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    overflow_key: Mapped[str | None] = mapped_column(String(60))
    overflow_minutes: Mapped[int] = mapped_column(default=5)
    is_default: Mapped[bool] = mapped_column(default=False)


class TeamMemberRow(Base):
    """Who works in which team."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True
    )
    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RoutingRuleRow(Base):
    """A rule that admins edit; tried in the order of `position`."""

    __tablename__ = "routing_rules"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    is_active: Mapped[bool] = mapped_column(default=True)
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON)
    effects: Mapped[dict[str, Any]] = mapped_column(JSON)


class SlaTargetRow(Base):
    """How soon tickets of a priority (0 is low) want a first reply and an end."""

    __tablename__ = "sla_targets"

    priority: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_reply_minutes: Mapped[int]
    resolve_minutes: Mapped[int]
