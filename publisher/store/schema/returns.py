"""What came back from mail that was sent, and what follows from it."""

import sqlalchemy as sa

from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, PauseReason, Proof, Verdict
from publisher.store.schema.columns import ID, instant, metadata, one_of, text

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", ID, primary_key=True),
    text("report"),
    text("delivery"),
    sa.Column("issue", sa.ForeignKey("issue.id")),
    sa.Column("subscriber", sa.ForeignKey("subscriber.id")),
    text("kind"),
    text("certainty"),
    text("source"),
    text("proof"),
    text("verdict"),
    text("status", required=False),
    text("detail"),
    instant("at"),
    sa.UniqueConstraint("report", "delivery"),
    one_of("kind", FeedbackKind),
    one_of("certainty", Certainty),
    one_of("source", FeedbackSource),
    one_of("proof", Proof),
    one_of("verdict", Verdict),
    sa.Index(None, "subscriber"),
    sa.Index(None, "kind", "at"),
)

hook_call = sa.Table(
    "hook_call",
    metadata,
    text("key", primary_key=True),
    instant("at"),
    sa.Index(None, "at"),
)

pause = sa.Table(
    "pause",
    metadata,
    text("scope", primary_key=True),
    instant("until"),
    text("reason"),
    instant("at"),
    one_of("reason", PauseReason),
)
