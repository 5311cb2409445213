"""Send one notice: a confirmation or a welcome.

Promise: marked `sending` in its row before it is begun, recorded after; after a crash it is sent once more at most.
Likewise where the record could not be written for half an hour: the sweep finds it once its lease has ended. What must
no longer be sent (the reader left, was suppressed, or too much time went by) ends when it is claimed.
"""

import asyncio
import logging
from datetime import timedelta

from publisher.jobs.ending import finished_in_time
from publisher.jobs.lane import describe_outcome
from publisher.jobs.newsroom import Newsroom
from publisher.mail.fleet import FleetLane
from publisher.mail.gate import GateError
from publisher.mail.header import HeaderError
from publisher.mail.message import Message
from publisher.mail.notice import NoticeLetter, build_notice
from publisher.mail.return_path import build_notice_path
from publisher.mail.token import Purpose
from publisher.model.address import EmailAddress
from publisher.model.backoff import DOUBT_RETRY
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Reply, Uncertain, next_state
from publisher.model.subscriber import Notice, NoticeKind
from publisher.store.notices import LEASE, LIFETIME, claim_notice, record_notice

log = logging.getLogger(__name__)

_FIRST_RETRY = timedelta(minutes=1)
_PAUSE = timedelta(seconds=5)
"""Between two tries to write down what became of one."""
_PATIENCE = LEASE / 2
_ALL_NEWSLETTERS = 0
"""An unsubscribe token with this subject leaves everything the reader has (`mail.token`)."""


async def send_notice(room: Newsroom, notice_id: int) -> None:
    """Send the notice if it is due; harmless where it was sent already. It is claimed only when it has its turn."""
    async with finished_in_time(room), room.notice_relay.lane() as lane:
        if not await lane.turn(lambda: not room.is_stopping()):
            return
        notice = await asyncio.to_thread(_claim, room, notice_id)
        if notice is None:
            return
        outcome = await _attempt(room, lane, notice)
        await _write_down(room, notice, outcome, lane.relay)


async def _attempt(room: Newsroom, lane: FleetLane, notice: Notice) -> Outcome:
    now = room.now()
    if room.relay.domains.paused_until(notice.address.domain, now) > now:
        held = Reply(code=0, text="held: a pause of this domain was asked for after policy refusals")
        return Deferred(phase=Phase.CONNECT, reply=held)
    try:
        message = _build(room, notice)
    except (GateError, HeaderError) as error:
        log.exception("message refused by the gate", extra={"notice": notice.id})
        return Refused(phase=Phase.DATA, reply=Reply(code=0, text=f"not sent: {error}"))
    except Exception as error:
        # Ours to mend, and nothing was sent: the reader is not lost for it. Only the kind is kept: the words of an
        # exception we do not know may hold her address.
        log.exception("message could not be built", extra={"notice": notice.id})
        return Deferred(phase=Phase.CONNECT, reply=Reply(code=0, text=f"not built: {type(error).__name__}"))
    return await lane.deliver(message)


def _build(room: Newsroom, notice: Notice) -> Message:
    language = notice.language if notice.language in room.words else room.site.language
    titles = [found.title for slug in notice.newsletters if (found := room.newsletter(slug))]
    due_at = notice.expires_at - LIFETIME
    confirms = notice.kind is NoticeKind.CONFIRM
    token = room.signer.mint(
        Purpose.CONFIRM if confirms else Purpose.UNSUBSCRIBE,
        subscriber=notice.subscriber,
        subject=notice.id if confirms else _ALL_NEWSLETTERS,
        issued_at=due_at,
    )
    letter = NoticeLetter(
        kind=notice.kind,
        notice=notice.id,
        address=notice.address,
        newsletters=tuple(titles),
        url=f"{room.site.base_url}/{'confirm' if confirms else 'u'}/{token}",
        date=due_at,
        return_path=_return_path(room, notice),
    )
    return build_notice(
        letter,
        site=room.site,
        sender=room.sender,
        words=room.words[language],
        env=room.templates[language],
        dkim=room.dkim,
    )


def _return_path(room: Newsroom, notice: Notice) -> EmailAddress | None:
    """Its own, where there is a domain for what comes back."""
    domain = room.sender.bounce_domain
    if domain is None:
        return None
    return build_notice_path(room.signer, notice=notice.id, subscriber=notice.subscriber, domain=domain)


def _claim(room: Newsroom, notice_id: int) -> Notice | None:
    with room.database.write() as tx:
        return claim_notice(tx, notice_id, room.now())


async def _write_down(room: Newsroom, notice: Notice, outcome: Outcome, relay: str | None) -> None:
    """Again and again while the database refuses: a record that is given up is a copy. When the process ends, once."""
    patience = asyncio.get_running_loop().time() + _PATIENCE.total_seconds()
    while True:
        try:
            return await asyncio.to_thread(_record, room, notice, outcome, relay)
        except Exception:
            log.exception("notice not written down", extra={"notice": notice.id})
            if room.is_stopping() or asyncio.get_running_loop().time() >= patience:
                raise
        await asyncio.sleep(_PAUSE.total_seconds())


def _record(room: Newsroom, notice: Notice, outcome: Outcome, relay: str | None) -> None:
    state = next_state(outcome, ambiguous=notice.ambiguous, hold=False)
    now, is_doubted = room.now(), isinstance(outcome, Uncertain)
    wait = _FIRST_RETRY * (1 << min(notice.attempt - 1, 8))
    with room.database.write() as tx:
        record_notice(
            tx,
            notice.id,
            notice.attempt,
            state,
            reply=describe_outcome(outcome, state),
            ambiguous=notice.ambiguous + is_doubted,
            retry_at=now + (max(wait, DOUBT_RETRY) if is_doubted else wait),
            now=now,
            relay=relay,
        )
