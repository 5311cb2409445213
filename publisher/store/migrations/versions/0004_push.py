"""Push (WebSub): which feed files hubs and followers were told of, what each is still owed, and requests to our hub."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "announced",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("modified_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_announced")),
    )
    op.create_table(
        "ping",
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        *_owing(),
        sa.CheckConstraint("told <= owed", name=op.f("ck_ping_told_bounded")),
        sa.PrimaryKeyConstraint("hub", "topic", name=op.f("pk_ping")),
    )
    op.create_index(op.f("ix_ping_host_retry_at"), "ping", ["host", "retry_at"], unique=False)
    op.create_table(
        "follower",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        *_owing(),
        sa.CheckConstraint("told <= owed", name=op.f("ck_follower_told_bounded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
        sa.UniqueConstraint("topic", "callback", name=op.f("uq_follower_topic_callback")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_follower_host_retry_at"), "follower", ["host", "retry_at"], unique=False)
    op.create_table(
        "hub_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("lease_seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "ask IN ('subscribe', 'unsubscribe', 'denied')", name=op.f("ck_hub_request_ask_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_request")),
        sa.UniqueConstraint("topic", "callback", name=op.f("uq_hub_request_topic_callback")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_hub_request_host_retry_at"), "hub_request", ["host", "retry_at"], unique=False)


def _owing() -> list[sa.Column[int] | sa.Column[str]]:
    return [
        sa.Column("owed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
    ]
