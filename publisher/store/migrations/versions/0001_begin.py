"""Begin: articles, issues, subscribers, deliveries, and the triggers that guard what a CHECK cannot say.

Written out in full and never changed: a migration that called today's code would mean something else tomorrow.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, then the triggers."""
    op.create_table(
        "article",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="live", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("revised_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('live', 'withdrawn')", name=op.f("ck_article_state_known")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_article")),
        sa.UniqueConstraint("id", name=op.f("uq_article_id")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_article_source_key")),
        sa.UniqueConstraint("url", name=op.f("uq_article_url")),
    )
    op.create_table(
        "newsletter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter")),
        sa.UniqueConstraint("slug", name=op.f("uq_newsletter_slug")),
    )
    op.create_table(
        "quarantine",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "key", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "rate",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window", name=op.f("pk_rate")),
    )
    op.create_table(
        "subscriber",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("address_key", name=op.f("uq_subscriber_address_key")),
    )
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscriber_address_hash"), ["address_hash"], unique=False)

    op.create_table(
        "suppression",
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name=op.f("pk_suppression")),
    )
    op.create_table(
        "article_revision",
        sa.Column("article", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("parsed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["article.number"], name=op.f("fk_article_revision_article")),
        sa.PrimaryKeyConstraint("article", "revision", name=op.f("pk_article_revision")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscriber", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("newsletter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("network", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('requested', 'confirmed', 'unsubscribed', 'one-click', 'imported')",
            name=op.f("ck_consent_kind_known"),
        ),
        sa.ForeignKeyConstraint(["newsletter"], ["newsletter.id"], name=op.f("fk_consent_newsletter")),
        sa.ForeignKeyConstraint(["subscriber"], ["subscriber.id"], name=op.f("fk_consent_subscriber")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_subscriber"), ["subscriber"], unique=False)

    op.create_table(
        "issue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("newsletter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="due", nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("composed_at", sa.BigInteger(), nullable=True),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('due', 'composing', 'draft', 'approved', 'sending', 'sent', 'skipped', 'cancelled')",
            name=op.f("ck_issue_state_known"),
        ),
        sa.ForeignKeyConstraint(["newsletter"], ["newsletter.id"], name=op.f("fk_issue_newsletter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("newsletter", "number", name=op.f("uq_issue_newsletter_number")),
        sa.UniqueConstraint("newsletter", "slot", name=op.f("uq_issue_newsletter_slot")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subscriber", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("newsletters", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ambiguous", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('confirm', 'welcome')", name=op.f("ck_notice_kind_known")),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'deferred', 'sent', 'failed', 'suppressed', 'expired', 'uncertain')",
            name=op.f("ck_notice_state_known"),
        ),
        sa.ForeignKeyConstraint(["subscriber"], ["subscriber.id"], name=op.f("fk_notice_subscriber")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("subscriber", "kind", "day", name=op.f("uq_notice_subscriber_kind_day")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_state"), ["state"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("newsletter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscriber", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'confirmed', 'unsubscribed')", name=op.f("ck_subscription_status_known")
        ),
        sa.ForeignKeyConstraint(["newsletter"], ["newsletter.id"], name=op.f("fk_subscription_newsletter")),
        sa.ForeignKeyConstraint(["subscriber"], ["subscriber.id"], name=op.f("fk_subscription_subscriber")),
        sa.PrimaryKeyConstraint("newsletter", "subscriber", name=op.f("pk_subscription")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_subscriber"), ["subscriber"], unique=False)

    op.create_table(
        "batch",
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("state IN ('open', 'leased', 'done')", name=op.f("ck_batch_state_known")),
        sa.ForeignKeyConstraint(["issue"], ["issue.id"], name=op.f("fk_batch_issue")),
        sa.PrimaryKeyConstraint("issue", "ordinal", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_state_retry_at"), ["state", "retry_at"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscriber", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ambiguous", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'deferred', 'sent', 'failed', 'suppressed', 'expired', 'uncertain')",
            name=op.f("ck_delivery_state_known"),
        ),
        sa.CheckConstraint("ambiguous BETWEEN 0 AND 2", name=op.f("ck_delivery_ambiguous_bounded")),
        sa.ForeignKeyConstraint(["issue"], ["issue.id"], name=op.f("fk_delivery_issue")),
        sa.ForeignKeyConstraint(["subscriber"], ["subscriber.id"], name=op.f("fk_delivery_subscriber")),
        sa.PrimaryKeyConstraint("issue", "subscriber", name=op.f("pk_delivery")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_subscriber"), ["subscriber"], unique=False)

    op.create_table(
        "issue_article",
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("included", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("included IN (0, 1)", name=op.f("ck_issue_article_included_known")),
        sa.ForeignKeyConstraint(["article"], ["article.number"], name=op.f("fk_issue_article_article")),
        sa.ForeignKeyConstraint(["issue"], ["issue.id"], name=op.f("fk_issue_article_issue")),
        sa.PrimaryKeyConstraint("issue", "article", name=op.f("pk_issue_article")),
    )
    with op.batch_alter_table("issue_article", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_article_article"), ["article"], unique=False)

    op.create_table(
        "rendition",
        sa.Column("issue", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("preheader", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["issue"], ["issue.id"], name=op.f("fk_rendition_issue")),
        sa.PrimaryKeyConstraint("issue", "variant", name=op.f("pk_rendition")),
    )
    _guard()


_ISSUE_ARROWS = (
    "due>composing due>skipped due>cancelled "
    "composing>draft composing>skipped composing>due composing>cancelled "
    "draft>approved draft>composing draft>cancelled "
    "approved>sending approved>cancelled "
    "sending>sent"
)
_DELIVERY_ARROWS = (
    "pending>sending pending>suppressed pending>expired "
    "sending>sent sending>deferred sending>failed sending>uncertain sending>pending "
    "deferred>sending deferred>suppressed deferred>expired deferred>pending"
)
_FROZEN = "EXISTS (SELECT 1 FROM issue WHERE issue.id = OLD.issue AND issue.frozen_at IS NOT NULL)"


def _guard() -> None:
    _refuse("article", "UPDATE", "id_moved", "NEW.id <> OLD.id", "an article keeps its id")
    _refuse("article", "DELETE", "deleted", "TRUE", "an article is withdrawn, not deleted")
    _refuse("article_revision", "UPDATE", "changed", "TRUE", "a stored revision never changes")
    _refuse("issue", "UPDATE", "arrow", _not_in(_ISSUE_ARROWS), "an issue cannot take that step")
    _refuse("issue", "DELETE", "deleted", "TRUE", "an issue is never deleted")
    _refuse("rendition", "UPDATE", "thawed", _FROZEN, "a frozen rendition never changes")
    _refuse("rendition", "DELETE", "dropped", _FROZEN, "a frozen rendition never changes")
    _refuse("delivery", "UPDATE", "arrow", _not_in(_DELIVERY_ARROWS), "a delivery cannot take that step")
    _refuse("delivery", "DELETE", "deleted", "TRUE", "a delivery row never disappears")
    _refuse(
        "delivery",
        "UPDATE",
        "moved",
        "NEW.issue <> OLD.issue OR NEW.subscriber <> OLD.subscriber",
        "a delivery keeps its issue and its reader",
    )
    _refuse("consent", "UPDATE", "changed", "TRUE", "the record of consent is only added to")
    _refuse("consent", "DELETE", "deleted", "TRUE", "the record of consent is only added to")


def _not_in(arrows: str) -> str:
    listed = ", ".join(f"'{arrow}'" for arrow in arrows.split())
    return f"NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({listed})"


def _refuse(table: str, event: str, name: str, condition: str, message: str) -> None:
    """Make the database refuse `event` on `table` where `condition` holds."""
    trigger = f"{table}_{name}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    kept = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {kept}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )
