"""The audit log: rows that the database itself refuses to change or delete."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import DDL, JSON, String, event
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, UtcDateTime


class AuditRow(Base):
    """One act; `chain` is a hash over it and over the row before, so that a gap shows."""

    __tablename__ = "desk_audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    agent_id: Mapped[int | None]
    agent_name: Mapped[str] = mapped_column(String(120))
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    chain: Mapped[str] = mapped_column(String(64))


SQLITE: Final = tuple(
    f"CREATE TRIGGER desk_audit_no_{verb} BEFORE {verb.upper()} ON desk_audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is final'); END"
    for verb in ("update", "delete")
)
_REFUSE: Final = (
    "CREATE FUNCTION desk_audit_is_final() RETURNS trigger AS $$ "
    "BEGIN RAISE EXCEPTION 'the audit log is final'; END $$ LANGUAGE plpgsql"
)
_GUARD: Final = (
    "CREATE TRIGGER desk_audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON desk_audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION desk_audit_is_final()"
)
POSTGRES: Final = (_REFUSE, _GUARD)

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRES)):
    for _statement in _statements:
        event.listen(
            AuditRow.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
