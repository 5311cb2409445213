"""The sweep: what is outstanding, read from rows.

It is the only recovery path, on every engine: whatever was lost with a process, a queue or a missed signal is found
here and submitted again. Submitting what is already under way is harmless.
"""

from publisher.jobs.announce_feeds import submit_due
from publisher.jobs.batch_works import build_batch_works
from publisher.jobs.newsroom import Newsroom
from publisher.model.issue import IssueState
from publisher.model.work import Work, WorkKind
from publisher.store.deliveries import finish_issue, load_open_batches, release_leases
from publisher.store.followers import prune_followers
from publisher.store.holding import close_cancelled
from publisher.store.issues import has_changed_articles, load_issues
from publisher.store.notices import load_due_notices, reopen_sending_notices


def submit_outstanding(room: Newsroom) -> int:
    """Submit every work that rows say is to be done now, what is more urgent first; returns how many."""
    now = room.now()
    with room.database.write() as tx:
        works = [Work(WorkKind.NOTICE, str(notice)) for notice in load_due_notices(tx, now)]
        for issue in load_issues(tx, states=(IssueState.DUE, IssueState.APPROVED)):
            kind = WorkKind.COMPOSE if issue.state is IssueState.DUE else WorkKind.FREEZE
            works.append(Work(kind, str(issue.id)))
        works += [
            Work(WorkKind.COMPOSE, str(issue.id))
            for issue in load_issues(tx, states=(IssueState.DRAFT,))
            if now > issue.not_after or has_changed_articles(tx, issue.id)
        ]
        works += build_batch_works(room, tx, load_open_batches(tx, now=now))
        for issue in load_issues(tx, states=(IssueState.SENDING,)):
            finish_issue(tx, issue.id, now=now)
        close_cancelled(tx, now=now)
        for work in sorted(works, key=lambda work: work.priority):
            room.dispatcher.submit(tx, work)
        prune_followers(tx, now=now)
        return len(works) + submit_due(room, tx)


def recover(room: Newsroom) -> None:
    """After a start under the data folder's exclusive lock: whoever held leases and notices before is dead."""
    now = room.now()
    with room.database.write() as tx:
        release_leases(tx, now=now)
        reopen_sending_notices(tx, now)
