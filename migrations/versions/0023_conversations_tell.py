"""PostgreSQL tells who listens which conversation changed; SQLite has nobody to tell."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trigger."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        """
        CREATE FUNCTION tell_of_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('conversations', NEW.id);
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER conversations_tell
        AFTER INSERT OR UPDATE OF revision ON conversations
        FOR EACH ROW EXECUTE FUNCTION tell_of_conversation()
        """
    )


def downgrade() -> None:
    """Take the trigger away."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER conversations_tell ON conversations")
    op.execute("DROP FUNCTION tell_of_conversation()")
