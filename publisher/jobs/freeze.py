"""Freeze an approved issue: from here on it is what it is, for whom it is.

One transaction makes the issue `sending` and writes one delivery row for each confirmed subscriber, so there is no
moment at which a reader could be forgotten or a half-written audience be mailed.
"""

from publisher.jobs.batch_works import build_batch_works
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.recompose import drop_late_issue, recompose_changed
from publisher.store.deliveries import finish_issue, freeze_issue, load_open_batches
from publisher.store.issues import load_issue


def freeze(room: Newsroom, issue_id: int) -> int | None:
    """Freeze and hand the batches to the engine; returns the frozen count, None where it was not approved.

    An article corrected since the issue was composed is corrected in it first; an issue whose time is over is
    cancelled.
    """
    if drop_late_issue(room, issue_id):
        return None
    recompose_changed(room, issue_id)
    now = room.now()
    with room.database.write() as tx:
        issue = load_issue(tx, issue_id)
        newsletter = room.newsletter(issue.newsletter) if issue else None
        fallback = newsletter.language if newsletter else room.site.language
        total = freeze_issue(tx, issue_id, fallback=fallback, batch_size=room.batch_size, now=now)
        if total is None:
            return None
        for work in build_batch_works(room, tx, load_open_batches(tx, now=now)):
            room.dispatcher.submit(tx, work)
        finish_issue(tx, issue_id, now=now)
        return total
