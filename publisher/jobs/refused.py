"""Hand a refusal over to the room that decides what follows from it, and obey what it asks for at once."""

import asyncio
import logging

from publisher.jobs.newsroom import Newsroom
from publisher.jobs.take_refusal import take_refusal
from publisher.model.delivery import Recipient, Refused
from publisher.model.feedback import Pause
from publisher.store.pauses import load_pauses

log = logging.getLogger(__name__)


async def note_refused(room: Newsroom, recipient: Recipient, refused: Refused) -> None:
    """Note a relay's refusal of one attempt. Our own (code 0) say nothing of the reader.

    Never raises: the delivery is settled, and a lane that ended here would leave others in doubt.
    """
    if refused.reply.code == 0:
        return
    try:
        pauses = await asyncio.to_thread(_take, room, recipient, refused)
    except Exception:  # losing it costs nothing: the next issue is refused too
        log.exception(
            "refusal not noted", extra={"issue": recipient.issue, "subscriber": recipient.subscriber}
        )
        return
    if pauses is not None:
        room.relay.obey(pauses)


def _take(room: Newsroom, recipient: Recipient, refused: Refused) -> tuple[Pause, ...] | None:
    """The pauses that hold now, where one was asked for just now."""
    now = room.now()
    if take_refusal(room.database, recipient, refused, now=now).pause is None:
        return None
    with room.database.read() as tx:
        return load_pauses(tx, now=now)
