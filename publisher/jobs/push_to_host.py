"""Tell one host what is due there: pings to a hub, feeds to followers, questions to callbacks.

Promise: what is due is claimed in its row before it is told and settled after, so two workers do not tell it twice, and
after a crash it is told again once the claim has run out, which is harmless. A host that does not answer is left alone
for a minute with all that is due there; each of it then goes on by its own back-off. It keeps nobody else waiting.
"""

import asyncio
import hmac
import logging
from datetime import timedelta
from functools import partial

from publisher.fetch.client import Answer, Failure, Fault
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.push_messages import build_denial, build_ping, build_share, build_verification
from publisher.jobs.pushing import Push
from publisher.jobs.verified import take_verified
from publisher.model.push import ASKED_FOR, Ask, HubRequest, Ping, Share, next_push
from publisher.store.followers import claim_shares, end_follower, postpone_share, settle_share
from publisher.store.hub_requests import claim_requests, finish_request, postpone_request
from publisher.store.pings import claim_pings, postpone_ping, settle_ping
from publisher.store.push_hosts import leave_alone

log = logging.getLogger(__name__)

AT_ONCE = 4
"""How many requests go to one host at the same time."""
REST = timedelta(minutes=1)
"""How long a host that did not answer is left alone."""
_SILENT = (Fault.UNREACHABLE, Fault.UNKNOWN_HOST, Fault.TIMEOUT, Fault.BUSY)
"""There was no word from it, and later there may be."""
_GONE = 410

Due = Ping | Share | HubRequest


async def push_to_host(room: Newsroom, host: str) -> None:
    """Tell the host all that is due there; returns when nothing is, or when it does not answer."""
    if room.push is not None:
        await room.push.turns.take(host, partial(_tell_all, room, room.push, host))


async def _tell_all(room: Newsroom, push: Push, host: str) -> None:
    while not room.is_stopping():
        due = await asyncio.to_thread(_claim, room, push, host)
        if not due:
            return
        answers = await asyncio.gather(*(_tell(room, push, one) for one in due))
        if any(isinstance(answer, Failure) and answer.fault in _SILENT for answer in answers):
            await asyncio.to_thread(_leave_alone, room, host)
            return


def _claim(room: Newsroom, push: Push, host: str) -> list[Due]:
    """What people wait for first: requests, then feeds and pings."""
    due: list[Due] = []
    now = room.now()
    with room.database.write() as tx:
        if push.settings.own_hub:
            due += claim_requests(tx, host, now=now, limit=AT_ONCE)
            due += claim_shares(tx, host, now=now, limit=AT_ONCE - len(due))
        due += claim_pings(tx, host, now=now, limit=AT_ONCE - len(due))
    return due


async def _tell(room: Newsroom, push: Push, due: Due) -> Answer | Failure | None:
    """Tell one thing and write down what came of it; the answer, or None where there was nothing to tell."""
    match due:
        case Ping():
            return await _ping(room, push, due)
        case Share():
            return await _share(room, push, due)
        case HubRequest():
            return await _ask(room, push, due)


async def _ping(room: Newsroom, push: Push, ping: Ping) -> Answer | Failure:
    answer = await push.to_hubs.fetch(build_ping(room.site, ping))
    await asyncio.to_thread(_note_ping, room, ping, answer)
    return answer


def _note_ping(room: Newsroom, ping: Ping, answer: Answer | Failure) -> None:
    now, status = room.now(), describe(answer)
    retry_at = next_push(ping.tries, now=now, since=ping.since, spread=room.spread())
    with room.database.write() as tx:
        if is_taken(answer):
            settle_ping(tx, ping, status=status, now=now)
            return
        postpone_ping(tx, ping, status=status, retry_at=retry_at)
    log.warning(
        "push.ping_failed", extra={"feed": ping.topic, "error": status, "until": retry_at or "given up"}
    )


async def _share(room: Newsroom, push: Push, share: Share) -> Answer | Failure | None:
    try:
        data = await asyncio.to_thread((room.feeds_folder / share.topic).read_bytes)
    except (
        FileNotFoundError
    ):  # it ends, which its followers are told, or is written again: then it is still owed
        return None
    answer = await push.to_followers.fetch(build_share(room.site, push.settings, share, data))
    await asyncio.to_thread(_note_share, room, share, answer)
    return answer


def _note_share(room: Newsroom, share: Share, answer: Answer | Failure) -> None:
    now, status = room.now(), describe(answer)
    retry_at = next_push(share.tries, now=now, since=share.since, spread=room.spread())
    with room.database.write() as tx:
        if is_taken(answer):
            settle_share(tx, share, status=status, now=now)
        elif isinstance(answer, Answer) and answer.status == _GONE:
            end_follower(tx, share.topic, share.callback)
        else:
            postpone_share(tx, share, status=status, retry_at=retry_at)
    if not is_taken(answer):
        log.info(
            "push.share_failed", extra={"feed": share.topic, "key": str(share.follower), "error": status}
        )


async def _ask(room: Newsroom, push: Push, request: HubRequest) -> Answer | Failure:
    """Ask a callback, or tell it that it is denied."""
    if request.ask is Ask.DENIED:
        answer = await push.to_followers.fetch(build_denial(room.site, request))
        confirmed = False
    else:
        challenge = push.challenge()
        answer = await push.to_followers.fetch(build_verification(room.site, request, challenge))
        confirmed = (
            isinstance(answer, Answer)
            and answer.is_success
            and hmac.compare_digest(answer.body, challenge.encode())
        )
    await asyncio.to_thread(_note_answer, room, push, request, answer, confirmed)
    return answer


def _note_answer(
    room: Newsroom, push: Push, request: HubRequest, answer: Answer | Failure, confirmed: bool
) -> None:
    """A word is a word: only a callback that could not be asked is asked again, for half an hour."""
    now = room.now()
    retry_at = None
    if isinstance(answer, Failure) and answer.fault in _SILENT:
        retry_at = next_push(
            request.tries, now=now, since=request.asked_at, spread=room.spread(), for_long=ASKED_FOR
        )
    with room.database.write() as tx:
        if retry_at is not None:
            postpone_request(tx, request, retry_at=retry_at)
        elif finish_request(tx, request) and confirmed:
            take_verified(tx, request, most=push.settings.max_followers, now=now)
    log.info(
        "hub.asked",
        extra={
            "kind": request.ask.value,
            "feed": request.topic,
            "status": describe(answer),
            "verdict": confirmed,
        },
    )


def _leave_alone(room: Newsroom, host: str) -> None:
    now = room.now()
    with room.database.write() as tx:
        leave_alone(tx, host, now=now, until=now + REST)


def is_taken(answer: Answer | Failure) -> bool:
    """Whether it was told: any 2xx (WebSub section 7)."""
    return isinstance(answer, Answer) and answer.is_success


def describe(answer: Answer | Failure) -> str:
    """What a try came to, for operators: a status, or why there was none."""
    return f"HTTP {answer.status}" if isinstance(answer, Answer) else f"{answer.fault}: {answer.detail}"[:200]
