"""From the batches that may be leased to works: breaking news first, then the oldest issue.

What is breaking news is asked of the settings each time, so a start with other settings, and every sweep, knows it.
"""

from publisher.jobs.newsroom import Newsroom
from publisher.model.issue import IssueState
from publisher.model.work import Work, WorkKind
from publisher.store.database import Transaction
from publisher.store.issues import load_issues


def build_batch_works(room: Newsroom, tx: Transaction, batches: tuple[tuple[int, int], ...]) -> list[Work]:
    """One work for each (issue, ordinal) of sending issues; those of one priority keep their order."""
    sending = load_issues(tx, states=(IssueState.SENDING,)) if batches else ()
    breaking = {issue.id for issue in sending if room.is_breaking(issue.newsletter)}
    works = [
        Work(WorkKind.BREAKING if issue in breaking else WorkKind.SEND, f"{issue}:{ordinal}")
        for issue, ordinal in batches
    ]
    return sorted(works, key=lambda work: work.priority)
