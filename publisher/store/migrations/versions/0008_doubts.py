"""Doubts: a delivery that may have arrived ends as `uncertain`, and never as one that was not sent."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_DELIVERY_ARROWS = (
    "pending>sending pending>suppressed pending>expired pending>uncertain "
    "sending>sent sending>deferred sending>failed sending>uncertain sending>pending "
    "deferred>sending deferred>suppressed deferred>expired deferred>uncertain deferred>pending "
    "failed>pending uncertain>pending"
)
_LISTED = ", ".join(f"'{arrow}'" for arrow in _DELIVERY_ARROWS.split())
_CONDITION = (
    f"NEW.state <> OLD.state AND ((OLD.state || '>' || NEW.state) NOT IN ({_LISTED}) "
    "OR (NEW.state IN ('failed', 'suppressed', 'expired') AND NEW.ambiguous > 0) "
    "OR (NEW.state = 'uncertain' AND NEW.ambiguous = 0))"
)
_MESSAGE = "a delivery cannot take that step"


def upgrade() -> None:
    """Give the trigger `delivery_arrow` two arrows more and the rule of the doubt."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER delivery_arrow")
        op.execute(
            f"CREATE TRIGGER delivery_arrow BEFORE UPDATE ON delivery FOR EACH ROW WHEN {_CONDITION} "
            f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION delivery_arrow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_CONDITION} THEN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN NEW; END $$"
    )
