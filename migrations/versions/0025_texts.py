"""Names and descriptions of the shop's things stand in tables, a row for each language.

Triggers count every change of what products and categories are called, whoever makes it: an index
of words is made again when the number is another.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# Of each table: how long a name may be, and whether it has a description beside it.
TABLES: Final = {"category": (120, False), "product": (200, True), "promotion": (200, False)}
COUNTED: Final = ("product_text", "category_text")
EVENTS: Final = ("INSERT", "UPDATE", "DELETE")
COUNT: Final = "UPDATE catalogue_change SET number = number + 1"


def upgrade() -> None:
    """Move the texts; a second language that only repeats the first needs no row."""
    for table, (longest, is_described) in TABLES.items():
        texts = [sa.Column("name", sa.String(length=longest), nullable=False)]
        if is_described:
            texts.append(sa.Column("description", sa.Text(), nullable=False))
        op.create_table(
            f"{table}_text",
            sa.Column(f"{table}_id", sa.Integer(), nullable=False),
            sa.Column("language", sa.String(length=12), nullable=False),
            *texts,
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=f"fk_{table}_text_{table}_id_{table}",
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint(f"{table}_id", "language", name=f"pk_{table}_text"),
        )
        columns = [one.name for one in texts]
        for language in ("en", "zh"):
            values = ", ".join(f"{column}_{language}" for column in columns)
            into = f"{table}_text ({table}_id, language, {', '.join(columns)})"
            statement = f"INSERT INTO {into} SELECT id, '{language}', {values} FROM {table}"  # noqa: S608
            if language == "zh":
                other = [f"{one}_zh NOT IN ('', {one}_en)" for one in columns]
                statement += f" WHERE {' OR '.join(other)}"
            op.execute(statement)
    op.create_index("ix_product_text_name", "product_text", ["name"])
    op.drop_index("ix_product_name_en", table_name="product")
    for table, (_, is_described) in TABLES.items():
        for column in ("name", "description") if is_described else ("name",):
            # Not as a batch: made again, the table would take its children with it on SQLite.
            op.drop_column(table, f"{column}_en")
            op.drop_column(table, f"{column}_zh")
    op.create_table(
        "catalogue_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_change"),
    )
    op.execute("INSERT INTO catalogue_change (id, number) VALUES (1, 0)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION count_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {COUNT}; RETURN NULL; END $$"
        )
        for table in COUNTED:
            op.execute(
                f"CREATE TRIGGER {table}_counts AFTER {' OR '.join(EVENTS)} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION count_catalogue_change()"
            )
        return
    for table in COUNTED:
        for event in EVENTS:
            name = f"{table}_{event.lower()}_counts"
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {COUNT}; END")


def downgrade() -> None:
    """Move English and Chinese back, else what there is; texts in further languages are lost."""
    for table, (longest, is_described) in TABLES.items():
        kinds: dict[str, sa.types.TypeEngine[str]] = {"name": sa.String(length=longest)}
        if is_described:
            kinds["description"] = sa.Text()
        for column, kind in kinds.items():
            for language in ("en", "zh"):
                place = sa.Column(f"{column}_{language}", kind, nullable=False, server_default="")
                op.add_column(table, place)
                order = "CASE language WHEN '{}' THEN 0 WHEN 'en' THEN 1 ELSE 2 END, language"
                op.execute(
                    f"UPDATE {table} SET {column}_{language} = COALESCE(("  # noqa: S608
                    f"SELECT one.{column} FROM {table}_text AS one "
                    f"WHERE one.{table}_id = {table}.id AND one.{column} <> '' "
                    f"ORDER BY {order.format(language)} LIMIT 1), '')"
                )
    op.create_index("ix_product_name_en", "product", ["name_en"])
    for table in reversed(TABLES):
        op.drop_table(f"{table}_text")  # and its triggers
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION count_catalogue_change()")
    op.drop_table("catalogue_change")
