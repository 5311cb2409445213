"""After the send: a person lets what failed, or what nobody knows the fate of, be tried again, or leaves it.

Promise: nothing comes back by itself. What comes back passes every check again: a reader who left or is suppressed
meanwhile gets nothing.
"""

from enum import StrEnum

from publisher.jobs.batch_works import build_batch_works
from publisher.jobs.newsroom import Newsroom
from publisher.model.errors import NashraError
from publisher.model.issue import Issue, IssueState
from publisher.store.aftermath import leave_uncertain, reopen_failed, reopen_uncertain
from publisher.store.database import Transaction
from publisher.store.deliveries import load_open_batches

_OPEN = (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)


class Resolution(StrEnum):
    """What a person decides about uncertain deliveries."""

    RESEND = "resend"
    """One more copy, with the same Message-ID."""
    LEAVE = "leave"
    """Nothing is sent; the decision is noted."""


def retry_failed(room: Newsroom, issue: Issue) -> int:
    """Let every failed delivery be tried again; returns how many. Raises NashraError where it is too late."""
    _require_open(room, issue)
    with room.database.write() as tx:
        reopened = reopen_failed(tx, issue.id, now=room.now())
        _submit(room, tx, issue.id)
    return reopened


def resolve_uncertain(room: Newsroom, issue: Issue, resolution: Resolution) -> int:
    """Settle every uncertain delivery; returns how many. Raises NashraError where it is too late to send."""
    if resolution is Resolution.LEAVE:
        with room.database.write() as tx:
            return leave_uncertain(tx, issue.id)
    _require_open(room, issue)
    with room.database.write() as tx:
        reopened = reopen_uncertain(tx, issue.id, now=room.now())
        _submit(room, tx, issue.id)
    return reopened


def _require_open(room: Newsroom, issue: Issue) -> None:
    if issue.state not in _OPEN:
        why = (
            "nothing of it is sent any more"
            if issue.state is IssueState.CANCELLED
            else "nothing of it was sent"
        )
        raise NashraError(f"issue {issue.id} is {issue.state}: {why}", next_step="nashra issue list")
    if room.now() > issue.not_after:
        raise NashraError(
            f"issue {issue.id} is not sent after {issue.not_after:%Y-%m-%d %H:%M} UTC",
            next_step=f"nashra issue missed {issue.id} --csv",
        )


def _submit(room: Newsroom, tx: Transaction, issue_id: int) -> None:
    batches = tuple(key for key in load_open_batches(tx, now=room.now()) if key[0] == issue_id)
    for work in build_batch_works(room, tx, batches):
        room.dispatcher.submit(tx, work)
