"""The migrations build the schema the code believes in, on both databases, and the database guards its invariants."""

from itertools import permutations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from publisher.model.delivery import DeliveryState
from publisher.model.issue import ISSUE_ARROWS, IssueState
from publisher.store.articles import save_parsed
from publisher.store.database import Database
from publisher.store.deliveries import freeze_issue
from publisher.store.migrate import load_revision, migrate
from publisher.store.schema import article, article_revision, consent, delivery, issue, metadata, rendition
from tests.store import rows


def test_migrations_build_the_declared_schema(database: Database) -> None:
    """Nothing is left that a new migration would have to do."""
    with database.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    revision, head = load_revision(database)
    assert revision == head
    assert migrate(database) == (head, head)


def test_issue_arrows_of_the_database_are_those_of_the_model(database: Database) -> None:
    """Every pair of states is tried: the trigger and the model agree on each."""
    with database.write() as tx:
        newsletter_id = rows.newsletter(tx)
    for n, (before, after) in enumerate(permutations(IssueState, 2)):
        with database.write() as tx:
            tx.execute(
                sa.insert(issue).values(
                    id=n + 1, newsletter=newsletter_id, slot=f"slot {n}", due_at=0, not_after=0, state=before
                )
            )
        legal = after in ISSUE_ARROWS[before]
        assert _is_allowed(database, sa.update(issue).where(issue.c.id == n + 1).values(state=after)) == legal


@pytest.mark.parametrize("doubts", [0, 1])
def test_delivery_leaves_a_final_state_only_to_be_tried_again(database: Database, doubts: int) -> None:
    """Every pair of states is tried; the open states move only as DESIGN draws them, two final ones by a person. What
    carries a doubt cannot end as unsent, what carries none not as uncertain.
    """
    with database.write() as tx:
        newsletter_id = rows.newsletter(tx)
        issue_id = rows.approved_issue(tx, newsletter_id)
        readers = rows.readers(tx, newsletter_id, len(list(permutations(DeliveryState, 2))))
    arrows = {
        DeliveryState.PENDING: {"sending", "suppressed", "expired"}
        if not doubts
        else {"sending", "uncertain"},
        DeliveryState.SENDING: {"sent", "deferred", "pending", "uncertain" if doubts else "failed"},
        DeliveryState.DEFERRED: {
            "sending",
            "pending",
            *({"uncertain"} if doubts else {"suppressed", "expired"}),
        },
        DeliveryState.FAILED: {"pending"},
        DeliveryState.UNCERTAIN: {"pending"},
    }
    for reader, (before, after) in zip(readers, permutations(DeliveryState, 2), strict=True):
        with database.write() as tx:
            tx.execute(
                sa.insert(delivery).values(
                    issue=issue_id,
                    subscriber=reader,
                    batch=0,
                    state=before,
                    variant="ar",
                    ambiguous=doubts,
                    at=0,
                )
            )
        statement = sa.update(delivery).where(delivery.c.subscriber == reader).values(state=after)
        legal = after in arrows.get(before, set())
        assert _is_allowed(database, statement) == legal, (before, after)


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(article).values(id="tag:other,2025:x"),
        sa.delete(article),
        sa.update(article_revision).values(parsed="{}"),
        sa.delete(issue),
        sa.update(rendition).values(html="other"),
        sa.delete(rendition),
        sa.delete(delivery),
        sa.update(delivery).values(subscriber=delivery.c.subscriber + 1000),
        sa.update(consent).values(evidence="other"),
        sa.delete(consent),
    ],
    ids=lambda statement: f"{type(statement).__name__} {statement.table.name}",
)
def test_database_refuses_what_must_never_happen(
    database: Database, statement: sa.Update | sa.Delete
) -> None:
    """Ids that move, history that changes, rows that vanish: refused whoever writes."""
    with database.write() as tx:
        save_parsed(tx, rows.parsed(), home=rows.HOME, present={"a.txt"}, now=rows.NOW)
        newsletter_id = rows.newsletter(tx)
        reader = rows.readers(tx, newsletter_id, 1)[0]
        issue_id = rows.approved_issue(tx, newsletter_id)
        freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=rows.NOW)
        tx.execute(
            sa.insert(consent).values(
                subscriber=reader, newsletter=newsletter_id, kind="confirmed", at=0, evidence="test"
            )
        )
    assert not _is_allowed(database, statement)


def _is_allowed(database: Database, statement: sa.Update | sa.Delete) -> bool:
    try:
        with database.write() as tx:
            assert tx.execute(statement).rowcount >= 1
    except IntegrityError:
        return False
    return True
