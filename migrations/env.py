"""Runs migrations on the connection handed over, or on the address given with ``-x url=``."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=None, version_table_schema="public")
    with context.begin_transaction():
        context.run_migrations()


def address() -> str:
    given = context.get_x_argument(as_dictionary=True).get("url")
    if not given:
        raise SystemExit(
            "Give the owner's address: alembic -x url=postgresql+psycopg://… upgrade head"
        )
    return given


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    migrate(handed_over)
else:
    engine = create_engine(address(), poolclass=NullPool)
    with engine.connect() as opened:
        migrate(opened)
        opened.commit()
