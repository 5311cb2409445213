"""Holding an issue and looking after it: the state `paused`, the arrows of a person, and which relay took a message."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BEFORE = "'approved', 'sending', 'sent', 'skipped', 'cancelled'"
_AFTER = "'approved', 'sending', 'paused', 'sent', 'skipped', 'cancelled'"
_ISSUE_ARROWS = (
    "due>composing due>skipped due>cancelled "
    "composing>draft composing>skipped composing>due composing>cancelled "
    "draft>approved draft>composing draft>cancelled "
    "approved>sending approved>cancelled "
    "sending>sent sending>paused sending>cancelled "
    "paused>sending paused>cancelled "
    "sent>sending"
)
_DELIVERY_ARROWS = (
    "pending>sending pending>suppressed pending>expired "
    "sending>sent sending>deferred sending>failed sending>uncertain sending>pending "
    "deferred>sending deferred>suppressed deferred>expired deferred>pending "
    "failed>pending uncertain>pending"
)


def upgrade() -> None:
    """Widen the check, add the columns, replace the two triggers."""
    if op.get_bind().dialect.name == "sqlite":
        _widen_check_sqlite()
    else:
        op.drop_constraint(op.f("ck_issue_state_known"), "issue", type_="check")
        op.create_check_constraint(
            op.f("ck_issue_state_known"), "issue", f"state IN ('due', 'composing', 'draft', {_AFTER})"
        )
    op.add_column("delivery", sa.Column("relay", sa.Text(), nullable=True))
    op.add_column("notice", sa.Column("relay", sa.Text(), nullable=True))
    _replace("issue", _not_in(_ISSUE_ARROWS), "an issue cannot take that step")
    _replace("delivery", _not_in(_DELIVERY_ARROWS), "a delivery cannot take that step")


def _widen_check_sqlite() -> None:
    """SQLite cannot alter a CHECK. To copy the table would mean to drop it under the triggers and foreign keys that
    name it; its text is changed instead, as sqlite.org/lang_altertable.html section 7 allows for a CHECK.
    """
    bind = op.get_bind()
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :before, :after) "
            "WHERE type = 'table' AND name = 'issue' AND instr(sql, :before) > 0"
        ),
        {"before": _BEFORE, "after": _AFTER},
    )
    if changed.rowcount != 1:
        raise RuntimeError("the table `issue` is not as revision 0001 made it")
    bind.execute(sa.text(f"PRAGMA schema_version = {int(version) + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = RESET"))


def _not_in(arrows: str) -> str:
    listed = ", ".join(f"'{arrow}'" for arrow in arrows.split())
    return f"NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({listed})"


def _replace(table: str, condition: str, message: str) -> None:
    """Give the trigger `<table>_arrow` a new condition."""
    trigger = f"{table}_arrow"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {trigger}")
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN NEW; END $$"
    )
