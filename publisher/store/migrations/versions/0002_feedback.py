"""Feedback: bounces and complaints, the webhook calls that were answered, and pauses that were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, then the trigger that keeps what was taken as it was taken."""
    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subscriber", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('hard', 'soft', 'policy', 'complaint', 'delayed', 'delivered', 'unknown', 'auto-reply', "
            "'ordinary')",
            name=op.f("ck_feedback_kind_known"),
        ),
        sa.CheckConstraint("certainty IN ('stated', 'guessed')", name=op.f("ck_feedback_certainty_known")),
        sa.CheckConstraint(
            "source IN ('rcpt', 'session', 'dsn', 'prose', 'arf', 'webhook', 'mail')",
            name=op.f("ck_feedback_source_known"),
        ),
        sa.CheckConstraint(
            "proof IN ('verp', 'link', 'session', 'provider', 'named', 'none')",
            name=op.f("ck_feedback_proof_known"),
        ),
        sa.CheckConstraint(
            "verdict IN ('none', 'counted', 'suppress', 'suspend', 'leave', 'alarm', 'review')",
            name=op.f("ck_feedback_verdict_known"),
        ),
        sa.ForeignKeyConstraint(["issue"], ["issue.id"], name=op.f("fk_feedback_issue")),
        sa.ForeignKeyConstraint(["subscriber"], ["subscriber.id"], name=op.f("fk_feedback_subscriber")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("report", "delivery", name=op.f("uq_feedback_report_delivery")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_subscriber"), ["subscriber"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_kind_at"), ["kind", "at"], unique=False)

    op.create_table(
        "hook_call",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_hook_call")),
    )
    with op.batch_alter_table("hook_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hook_call_at"), ["at"], unique=False)

    op.create_table(
        "pause",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reason IN ('policy-domain', 'policy-relay')", name=op.f("ck_pause_reason_known")),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_pause")),
    )
    _refuse_change("feedback", "what was reported is only added to")


def _refuse_change(table: str, message: str) -> None:
    """Make the database refuse every UPDATE of `table`."""
    trigger = f"{table}_changed"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()")
