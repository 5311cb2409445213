"""Send one batch of a frozen issue: lease it, run its lanes, give it back.

Promise: whatever happens in between, the batch is either given back or its lease ends; the sweep then finds it
again. Nothing is begun after the issue's `not_after`: what is left then expires, also where no mail can be made of the
issue any more. A database that refuses for now (full, read-only, locked) is asked again: it neither ends the lease of a
batch that is being sent, nor lets one that is done lie idle until its lease ends.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from publisher.jobs.ending import finished_in_time
from publisher.jobs.lane import BatchRun, run_lane
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.turns import Turns
from publisher.mail.compile import CompiledIssue, Contact, IssueStamp, compile_issue
from publisher.model.backoff import next_retry
from publisher.model.feedback import Pause
from publisher.model.issue import Issue, Rendition
from publisher.model.work import Priority
from publisher.store.deliveries import (
    close_batch,
    expire_deliveries,
    lease_batch,
    load_doubt_end,
    load_recipients,
    load_tries,
    renew_lease,
)
from publisher.store.issues import load_issue, load_renditions
from publisher.store.pauses import load_pauses

log = logging.getLogger(__name__)

_PAUSE = timedelta(seconds=5)
"""Between two tries to give a batch back."""


async def send_batch(room: Newsroom, issue_id: int, ordinal: int) -> None:
    """Bring every delivery of the batch as far as it can come now. Harmless where somebody else holds it, where the
    issue is paused, and while the relays are held.
    """
    room.relay.obey(await asyncio.to_thread(_load_pauses, room))  # here: the fleet belongs to the loop
    run = await asyncio.to_thread(_take, room, issue_id, ordinal)
    if run is None:
        return
    renewing = asyncio.create_task(_keep(run))
    try:
        async with finished_in_time(room), asyncio.TaskGroup() as lanes:
            for _ in range(min(room.relay.lanes, len(run.todo))):
                lanes.create_task(run_lane(run))
    finally:
        renewing.cancel()
    await _end(run)


def _load_pauses(room: Newsroom) -> tuple[Pause, ...]:
    with room.database.read() as tx:
        return load_pauses(tx, now=room.now())


def _take(room: Newsroom, issue_id: int, ordinal: int) -> BatchRun | None:
    """Lease the batch and read what is to be done; None where there is nothing to take, or it was too late and the
    batch is closed. Where no mail can be made of the issue nothing is to be done: the batch only goes back.
    """
    now = room.now()
    with room.database.write() as tx:
        issue = load_issue(tx, issue_id)
        if issue is None:
            return None
        if room.relay.held_until(now) is not None and now <= issue.not_after:
            return None
        newsletter = room.newsletter(issue.newsletter)
        # One that the settings no longer name may have held: a doubt left to a person does no harm, a copy may.
        hold = newsletter is None or newsletter.hold_ambiguous
        lease = lease_batch(tx, issue_id, ordinal, now=now, until=now + room.lease, hold=hold)
        if lease is None:
            return None
        if now > issue.not_after:
            expire_deliveries(tx, lease, now=now)
            close_batch(tx, lease, now=now, retry_at=now)
            return None
        todo = load_recipients(tx, lease, now=now)
        renditions = load_renditions(tx, issue_id)
    compiled = _compile_or_tell(room, issue, renditions)
    return BatchRun(
        room=room,
        issue=issue,
        lease=lease,
        compiled=compiled or {},
        todo=Turns(() if compiled is None else todo),
        stop=asyncio.Event(),
        hold=hold,
        priority=Priority.BREAKING if room.is_breaking(issue.newsletter) else Priority.BULK,
    )


def _compile_or_tell(
    room: Newsroom, issue: Issue, renditions: tuple[Rendition, ...]
) -> dict[str, CompiledIssue] | None:
    """None where it cannot be made into mail, with the settings or the key of now: for a person to mend. Raised, it
    would keep the lease, and the batch would never be closed.
    """
    try:
        return _compile(room, issue, renditions)
    except Exception as error:
        log.exception(
            "issue cannot be made into mail, its readers wait: mend the settings and start again",
            extra={"issue": issue.id, "newsletter": issue.newsletter, "error": str(error)},
        )
        return None


def _compile(room: Newsroom, issue: Issue, renditions: tuple[Rendition, ...]) -> dict[str, CompiledIssue]:
    """Each rendition as a message to be filled in, by variant."""
    stamps = {
        item.variant: IssueStamp(
            issue=issue.id,
            newsletter=issue.newsletter,
            date=issue.frozen_at or issue.due_at,
            language=item.variant,
            archive_url=f"{room.site.base_url}/newsletters/{issue.newsletter}",
        )
        for item in renditions
    }
    return {
        item.variant: compile_issue(
            item,
            stamp=stamps[item.variant],
            sender=room.sender,
            contact=_contact(room),
            signer=room.signer,
            dkim=room.dkim,
        )
        for item in renditions
    }


def _contact(room: Newsroom) -> Contact:
    """Whom a reader writes to for help (List-Help, RFC 2369 section 3.1): a person, where replies go to one; and where
    a mailbox provider sends her complaints, once we sign what we say (RFC 9477 section 3.1).
    """
    address = room.sender.reply_to or room.sender.address
    return Contact(
        help_url=None if address.needs_smtputf8 else f"mailto:{address}?subject=help",
        feedback_address=None if room.dkim is None else room.sender.feedback_address,
    )


async def _keep(run: BatchRun) -> None:
    """Renew the lease for as long as a lane works, also where nothing more is begun: what is under way is still ours.
    Where it is lost, stop them.
    """
    while True:
        await asyncio.sleep(run.room.lease.total_seconds() / 3)
        try:
            is_held = await asyncio.to_thread(_renew, run)
        except Exception:  # the ledger waits for the database as well; the lease holds meanwhile
            log.exception("lease not renewed", extra={"issue": run.lease.issue, "batch": run.lease.ordinal})
        else:
            if not is_held:
                run.stop.set()
                return


def _renew(run: BatchRun) -> bool:
    with run.room.database.write() as tx:
        return renew_lease(tx, run.lease, until=run.room.now() + run.room.lease)


async def _end(run: BatchRun) -> None:
    """Give the batch back, again and again for as long as a lease lasts; when the process is asked to end, once."""
    patience = asyncio.get_running_loop().time() + run.room.lease.total_seconds()
    while True:
        try:
            return await asyncio.to_thread(_give_back, run)
        except Exception:
            log.exception(
                "batch not given back", extra={"issue": run.lease.issue, "batch": run.lease.ordinal}
            )
            if run.room.is_stopping() or asyncio.get_running_loop().time() > patience:
                raise
        await asyncio.sleep(_PAUSE.total_seconds())


def _give_back(run: BatchRun) -> None:
    """Close the batch, to be taken again when there is something to be done."""
    now = run.room.now()
    with run.room.database.write() as tx:
        if now > run.issue.not_after:
            expire_deliveries(tx, run.lease, now=now)
        tries, doubt_end = load_tries(tx, run.lease), load_doubt_end(tx, run.lease)
        close_batch(tx, run.lease, now=now, retry_at=_retry_at(run, tries, doubt_end, now))


def _retry_at(run: BatchRun, tries: int, doubt_end: datetime | None, now: datetime) -> datetime:
    """What was left because the process ends may be taken again at once; because the relays are held, when they are
    free; because domains rest, when the first of them does not; what was deferred, later each time, and where only
    doubts are left, not before `doubt_end`. No delivery is taken too soon thereby: `load_recipients` looks at each.
    """
    room = run.room
    if room.is_stopping():
        return now
    held_until = room.relay.held_until(now)
    if held_until is not None:
        return held_until
    not_after = run.issue.not_after
    retry = next_retry(tries, now=now, spread=room.spread(), not_after=not_after, earliest=doubt_end)
    return min(retry, run.todo.again_at(room.relay.domains, now) or retry)
