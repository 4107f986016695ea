"""Operation of artisanal areas: assessment, layout, cooperatives, standards, production."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UP = "select 1"

DOWN = "select 1"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
