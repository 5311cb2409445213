"""Feeds that follow what changed: corrections, which articles stand in which feed, and what is still to be placed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables. Every article is placed anew at the next publication: there is no fingerprint of rules yet."""
    op.add_column("article", sa.Column("withdrawn_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE article SET withdrawn_at = revised_at WHERE state = 'withdrawn'")
    op.create_table(
        "correction",
        sa.Column("article", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("announce", sa.Integer(), nullable=False),
        sa.CheckConstraint("announce IN (0, 1)", name=op.f("ck_correction_announce_known")),
        sa.ForeignKeyConstraint(["article"], ["article.number"], name=op.f("fk_correction_article")),
        sa.PrimaryKeyConstraint("article", "number", name=op.f("pk_correction")),
    )
    op.create_table(
        "feed_change",
        sa.Column("id", _ID, nullable=False),
        sa.Column("article", _ID, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["article.number"], name=op.f("fk_feed_change_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_change")),
    )
    op.create_index(op.f("ix_feed_change_due_at"), "feed_change", ["due_at"])
    op.create_table(
        "feed_member",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("article", _ID, nullable=False),
        sa.Column("correction", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["article"], ["article.number"], name=op.f("fk_feed_member_article")),
        sa.PrimaryKeyConstraint("path", "article", "correction", name=op.f("pk_feed_member")),
    )
    op.create_index(
        op.f("ix_feed_member_path_shown_at_article_correction"),
        "feed_member",
        ["path", "shown_at", "article", "correction"],
    )
    op.create_index(op.f("ix_feed_member_article"), "feed_member", ["article"])
    op.create_table(
        "feed_slice",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_feed_slice")),
    )
    op.create_table(
        "feed_rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_feed_rules_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_rules")),
    )
    op.create_table(
        "unwritten_entry",
        sa.Column("article", _ID, autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["article.number"], name=op.f("fk_unwritten_entry_article")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_unwritten_entry")),
    )
    for event, name in (("UPDATE", "changed"), ("DELETE", "deleted")):
        _refuse("correction", event, name, "a correction that was published is never taken back")


def _refuse(table: str, event: str, name: str, message: str) -> None:
    """Make the database refuse `event` on `table`."""
    trigger = f"{table}_{name}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )
