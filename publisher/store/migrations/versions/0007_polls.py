"""Polls: what the polls of the feeds came to, by the day."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _create("feed_day", ("day", "feed"), (
        "polls", "not_modified", "sent_bytes", "saved_by_304", "saved_by_coding", "readers",
    ))  # fmt: skip
    _create("feed_service", ("day", "feed", "service"), ("subscribers",))
    _create("poller", ("day", "name"), ("polls", "not_modified", "sent_bytes"))


def _create(table: str, key: tuple[str, ...], counts: tuple[str, ...]) -> None:
    """A table of counts by day."""
    op.create_table(
        table,
        *(sa.Column(name, sa.Text(), nullable=False) for name in key),
        *(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in counts),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )
