"""Feed ids: the one a feed began with stays with it, whatever becomes of the site's home and of its own path."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Feeds that began before get theirs at the next publication: it knows the site's home."""
    op.add_column("feed_slice", sa.Column("id", sa.Text(), nullable=True))
    op.create_index(op.f("ix_feed_slice_id"), "feed_slice", ["id"])
