"""Whose scan it is while it runs, and its plan, so that a scan that was broken off can be taken up again."""

import sqlalchemy as sa
from alembic import op

revision = "0002_scan_lease"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scan", sa.Column("owner", sa.String(length=200), nullable=True))
    op.add_column("scan", sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_scan_state_started_at", "scan", ["state", "started_at"])
    op.create_table(
        "scan_plan",
        sa.Column("scan_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["scan_key"], ["scan.key"], name="fk_scan_plan_scan_key_scan", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scan_key", name="pk_scan_plan"),
    )
