"""Ground inside ground: allocations, portions, work areas, leases; the acts that they rest on."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UP = "select 1"

DOWN = "select 1"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
