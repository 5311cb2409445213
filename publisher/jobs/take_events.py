"""Take what a mail provider's webhook says: one call, several events.

Promise: the call is noted in the transaction that does what its events ask for, so a recorded call played again does
nothing, and one that failed half-way may come again. Who complained is suppressed even where we do not know the
address.
"""

from collections.abc import Sequence

from publisher.jobs.note_feedback import note_feedback
from publisher.jobs.take_report import Intake
from publisher.mail.hooks.event import ProviderEvent
from publisher.model.feedback import Feedback, FeedbackKind, Proof
from publisher.store.audience import find_subscriber
from publisher.store.database import Transaction
from publisher.store.feedback import is_begun
from publisher.store.hook_calls import save_call
from publisher.store.subscriptions import load_subscriber
from publisher.store.suppressions import add_suppression, hash_address


def take_events(intake: Intake, events: Sequence[ProviderEvent], *, call: str) -> bool:
    """Take the events of one call. `call` is what makes it unique; False, and nothing done, where it was made
    before.
    """
    with intake.database.write() as tx:
        if not save_call(tx, call, now=intake.now()):
            return False
        for event in events:
            _take(tx, intake, event)
    return True


def _take(tx: Transaction, intake: Intake, event: ProviderEvent) -> None:
    now = intake.now()
    issue, subscriber = _resolve(tx, event, intake.marks.message_domain)
    new = Feedback(finding=event.finding, proof=Proof.PROVIDER, issue=issue, at=now)
    note_feedback(tx, new, report=event.key, subscriber=subscriber)
    is_complaint = event.finding.kind is FeedbackKind.COMPLAINT
    if is_complaint and subscriber is None and event.address is not None:
        add_suppression(tx, hash_address(intake.hash_key, event.address), reason="complaint", now=now)


def _resolve(tx: Transaction, event: ProviderEvent, message_domain: str) -> tuple[int | None, int | None]:
    """(issue, subscriber): by our Message-ID where it fits the address, else by the address alone."""
    known = None if event.address is None else find_subscriber(tx, event.address)
    named = event.read_message_id(message_domain)
    if named is None:
        return None, known
    issue, subscriber = named
    if not is_begun(tx, issue, subscriber) or load_subscriber(tx, subscriber) is None:
        return None, known
    if event.address is not None and known != subscriber:
        return None, known
    return issue, subscriber
