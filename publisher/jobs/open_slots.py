"""The tick: open every slot that has come due, exactly once each.

The clock says when to look, the database says whether: a slot is a row, unique by newsletter and local wall time, so
two nodes, a second start or a clock that rings twice cannot open it twice. Slots missed while nothing ran are
decided by the newsletter's catch-up rule; a skipped one is a row with its reason.
"""

from datetime import datetime

from publisher.jobs.newsroom import Newsroom
from publisher.model.schedule import next_due, plan_catch_up, slots_between
from publisher.model.site import Newsletter
from publisher.model.work import Work, WorkKind
from publisher.store.issues import load_watermark, open_slot


def open_due_slots(room: Newsroom) -> tuple[int, ...]:
    """Write the rows of all slots since the watermark; returns the ids of the issues now due."""
    opened: list[int] = []
    for newsletter in room.newsletters:
        opened += _open(room, newsletter)
    return tuple(opened)


def next_due_at(room: Newsroom) -> datetime | None:
    """The next instant at which any newsletter is due; None without newsletters."""
    now = room.now()
    due = [next_due(item.recurrence, now, room.site.timezone).due_at for item in room.newsletters]
    return min(due, default=None)


def _open(room: Newsroom, newsletter: Newsletter) -> list[int]:
    newsletter_id = room.newsletter_ids[newsletter.slug]
    now = room.now()
    opened: list[int] = []
    with room.database.write() as tx:
        after = load_watermark(tx, newsletter_id)
        slots = slots_between(newsletter.recurrence, after=after, until=now, zone=room.site.timezone)
        planned = plan_catch_up(
            slots, policy=newsletter.catch_up, now=now, max_lateness=newsletter.max_lateness
        )
        for slot, skipped in planned:
            issue_id = open_slot(
                tx,
                newsletter_id,
                slot=slot.text,
                due_at=slot.due_at,
                not_after=slot.due_at + newsletter.not_after,
                skipped=skipped,
            )
            if issue_id is not None and skipped is None:
                opened.append(issue_id)
                room.dispatcher.submit(tx, Work(WorkKind.COMPOSE, str(issue_id)))
    return opened
