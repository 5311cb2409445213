"""One lane: a relay connection that works through a batch, one message in flight.

Promise, with `store.ledger`: a message is begun only after its intent is durable and the reader was found still
subscribed; it is `sent` only by the relay's 2xx to the final dot; what it came to is handed to the ledger before the
lane's next intent. So a crash leaves at most one ambiguous delivery per lane. A lane that learns its lease is lost
makes all lanes of the batch stop; their late writes change nothing.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from publisher.jobs.newsroom import Newsroom
from publisher.jobs.refused import note_refused
from publisher.jobs.turns import Turns
from publisher.mail.compile import CompiledIssue
from publisher.mail.fleet import FleetLane
from publisher.mail.gate import GateError
from publisher.mail.header import HeaderError
from publisher.mail.leave_address import build_leave_address
from publisher.mail.message import Message
from publisher.mail.token import Purpose
from publisher.model.address import EmailAddress
from publisher.model.blame import is_unreachable
from publisher.model.delivery import (
    DeliveryState,
    Lease,
    Outcome,
    Recipient,
    Refused,
    Reply,
    Uncertain,
    end_unsent,
    explain_doubt,
    next_state,
)
from publisher.model.issue import Issue
from publisher.model.work import Priority
from publisher.store.ledger import Grant, Settlement
from publisher.store.promise import Promise

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRun:
    """One holding of one batch: what its lanes share. `todo` shrinks as they go; a lane that finds the lease lost, the
    issue paused or the relays gone sets `stop` for all. `hold` is the newsletter's `on_ambiguous = hold`; of
    breaking news the `priority` is such that its lanes overtake those of other issues.
    """

    room: Newsroom
    issue: Issue
    lease: Lease
    compiled: Mapping[str, CompiledIssue]
    todo: Turns
    stop: asyncio.Event
    hold: bool
    priority: Priority

    @property
    def goes_on(self) -> bool:
        """Whether a lane may take the next delivery."""
        is_in_time = self.room.now() <= self.issue.not_after
        return bool(self.todo) and is_in_time and not self.stop.is_set() and not self.room.is_stopping()


async def run_lane(run: BatchRun) -> None:
    """Work until the batch is empty, the lease is lost, the relay is gone, or the process is asked to end."""
    async with run.room.relay.lane(run.priority) as lane:
        settled: Promise[bool] | None = None
        while await lane.turn(lambda: run.goes_on):
            recipient = run.todo.take(run.room.relay.domains, run.room.now())
            if recipient is None:
                break  # the domains of all that are left rest: they come again with the batch
            begun = run.room.ledger.begin(run.lease, recipient)
            message = await _build(run, recipient)  # while the intent is being written
            grant = await begun
            if settled is not None:
                settled.result()
                settled = None
            if grant is Grant.LOST:
                log.warning(
                    "lease lost or issue held", extra={"issue": run.lease.issue, "batch": run.lease.ordinal}
                )
                run.stop.set()
            elif grant is Grant.GRANTED:
                outcome, settlement = await _attempt(run, lane, recipient, message)
                settled = run.room.ledger.settle(run.lease, recipient, settlement)
                if isinstance(outcome, Refused):
                    await note_refused(run.room, recipient, outcome)
        if settled is not None:
            await settled


async def _attempt(
    run: BatchRun, lane: FleetLane, recipient: Recipient, message: Message | Settlement
) -> tuple[Outcome | None, Settlement]:
    """Send one message, after its intent; what it came to (None: nothing left), and what to write down of it."""
    if isinstance(message, Settlement):
        return None, message
    outcome = await lane.deliver(message)
    if is_unreachable(outcome) and run.room.relay.is_away:
        run.stop.set()
    return outcome, _settle(outcome, recipient, hold=run.hold, relay=lane.relay)


def _settle(outcome: Outcome, recipient: Recipient, *, hold: bool, relay: str | None) -> Settlement:
    state = next_state(outcome, ambiguous=recipient.ambiguous, hold=hold)
    return Settlement(
        state=state,
        ambiguous=recipient.ambiguous + isinstance(outcome, Uncertain),
        reply=describe_outcome(outcome, state),
        relay=relay,
    )


def describe_outcome(outcome: Outcome, state: DeliveryState) -> str:
    """The reply as it is kept; of a refusal that could not end an earlier doubt, with that doubt."""
    reply = describe(outcome.reply)
    is_doubted = isinstance(outcome, Refused) and state is DeliveryState.UNCERTAIN
    return explain_doubt(f"refused: {reply}") if is_doubted else reply


def describe(reply: Reply) -> str:
    """A reply as it is kept: code, enhanced code, text; the text carries no address."""
    return " ".join(part for part in (str(reply.code), reply.enhanced or "", reply.text) if part)


async def _build(run: BatchRun, recipient: Recipient) -> Message | Settlement:
    """The reader's message, or what to write down instead: one that fails the gate never leaves."""
    try:
        return await _fill_in(run, recipient)
    except (GateError, HeaderError) as error:
        log.exception("message refused by the gate", extra={"issue": run.issue.id})
        state = end_unsent(DeliveryState.FAILED, recipient.ambiguous)
        why = explain_doubt(f"not sent again: {error}") if recipient.ambiguous else f"not sent: {error}"
    except Exception as error:
        # Ours to mend, and nothing was sent. Raised, it would call off the lanes beside this one with messages under
        # way, each a copy. Only the kind is kept: the words may hold her address.
        log.exception("message could not be built", extra={"issue": run.issue.id})
        state, why = DeliveryState.DEFERRED, f"not built: {type(error).__name__}"
    return Settlement(state=state, ambiguous=recipient.ambiguous, reply=why)


async def _fill_in(run: BatchRun, recipient: Recipient) -> Message:
    newsletter = run.room.newsletter_ids[run.issue.newsletter]
    token = run.room.signer.mint(
        Purpose.UNSUBSCRIBE,
        subscriber=recipient.subscriber,
        subject=newsletter,
        issued_at=run.issue.frozen_at or run.issue.due_at,
    )
    return await run.compiled[recipient.variant].build_beside(
        recipient,
        unsubscribe_url=f"{run.room.site.base_url}/u/{token}",
        unsubscribe_mailbox=_leave_address(run.room, recipient, newsletter),
    )


def _leave_address(room: Newsroom, recipient: Recipient, newsletter: int) -> EmailAddress | None:
    """Where she may leave by mail; None where no mail comes in to us."""
    domain = room.sender.bounce_domain
    if domain is None or not room.sender.takes_mail:
        return None
    return build_leave_address(
        room.signer, newsletter=newsletter, subscriber=recipient.subscriber, domain=domain
    )
