"""Carried corrections: an issue remembers how many corrections of each article its text told."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give `issue_article` its `corrections`. No issue written before told any: 0 is the truth for all of them."""
    op.add_column("issue_article", sa.Column("corrections", sa.Integer, nullable=False, server_default="0"))
