"""Archives (RFC 5005): which archive of its feed an entry stands in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty: archives are closed by the next publications."""
    op.add_column("feed_member", sa.Column("archive", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_feed_member_path_archive"), "feed_member", ["path", "archive"])
    is_open = sa.text("archive IS NULL AND gone_at IS NULL")
    op.create_index(
        "ix_feed_member_open",
        "feed_member",
        ["path", "shown_at", "article", "correction"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
