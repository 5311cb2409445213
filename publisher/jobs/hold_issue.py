"""Pause an issue in mid-send, let it go on, or cancel it. Works beside a running Nashra: it sees the rows at once."""

from publisher.jobs.batch_works import build_batch_works
from publisher.jobs.newsroom import Newsroom
from publisher.store.deliveries import load_open_batches
from publisher.store.holding import cancel_sending, pause_issue, resume_issue


def pause_sending(room: Newsroom, issue_id: int) -> bool:
    """Begin nothing more of it; False where it is not sending. What is in flight is finished."""
    with room.database.write() as tx:
        return pause_issue(tx, issue_id)


def resume_sending(room: Newsroom, issue_id: int) -> bool:
    """Go on with it; False where it is not paused."""
    now = room.now()
    with room.database.write() as tx:
        if not resume_issue(tx, issue_id, now=now):
            return False
        batches = tuple(key for key in load_open_batches(tx, now=now) if key[0] == issue_id)
        for work in build_batch_works(room, tx, batches):
            room.dispatcher.submit(tx, work)
    return True


def cancel_rest(room: Newsroom, issue_id: int) -> int | None:
    """Stop it for good; returns how many readers will not get it, None where it is neither sending nor paused. Its
    articles are weighed again for the next issue: readers who had this one may see them twice.
    """
    with room.database.write() as tx:
        return cancel_sending(tx, issue_id, now=room.now())
