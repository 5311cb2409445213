"""Issues brought to a point of their life, for tests."""

from publisher.jobs.compose import compose_issue
from publisher.jobs.freeze import freeze
from publisher.jobs.ingest import ingest
from publisher.jobs.open_slots import open_due_slots
from publisher.model.delivery import DeliveryState
from publisher.model.issue import Issue
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.deliveries import count_deliveries
from publisher.store.issues import load_issue
from tests.jobs.rooms import Scene
from tests.store.rows import readers


def subscribe(scene: Scene, count: int, *, prefix: str = "reader", language: str = "ar") -> list[int]:
    """Confirmed readers of the first newsletter."""
    with scene.room.database.write() as tx:
        newsletter = scene.room.newsletter_ids[scene.room.newsletters[0].slug]
        return readers(
            tx, newsletter, count, status=SubscriptionStatus.CONFIRMED, prefix=prefix, language=language
        )


def composed(scene: Scene, *, title: str = "Alpha") -> int:
    """An approved issue with one article, at its slot."""
    scene.write(title.lower(), title=title)
    ingest(scene.room)
    scene.time.pass_(hours=1)
    (issue_id,) = open_due_slots(scene.room)
    compose_issue(scene.room, issue_id)
    return issue_id


def frozen(scene: Scene, *, readers: int = 3) -> int:
    """An issue that is ready to be sent to some readers."""
    subscribe(scene, readers)
    issue_id = composed(scene)
    assert freeze(scene.room, issue_id) == readers
    scene.taken()
    return issue_id


def counts(scene: Scene, issue_id: int) -> dict[DeliveryState, int]:
    with scene.room.database.read() as tx:
        return dict(count_deliveries(tx, issue_id))


def issue_of(scene: Scene, issue_id: int) -> Issue:
    with scene.room.database.read() as tx:
        found = load_issue(tx, issue_id)
    assert found is not None
    return found
