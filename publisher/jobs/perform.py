"""From a work to its job: the table every engine uses."""

import asyncio

from publisher.jobs.compose import compose_issue
from publisher.jobs.freeze import freeze
from publisher.jobs.newsroom import Newsroom
from publisher.jobs.push_to_host import push_to_host
from publisher.jobs.recompose import keep_up
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.jobs.send_batch import send_batch
from publisher.jobs.send_notice import send_notice
from publisher.model.work import Work, WorkKind


async def perform(room: Newsroom, work: Work) -> None:
    """Do one work. Everything that reads or writes the database runs in a thread; mail runs on the loop."""
    match work.kind:
        case WorkKind.NOTICE:
            await send_notice(room, int(work.key))
        case WorkKind.COMPOSE:
            await asyncio.to_thread(compose_issue, room, int(work.key))
            await asyncio.to_thread(keep_up, room, int(work.key))
        case WorkKind.FREEZE:
            await asyncio.to_thread(freeze, room, int(work.key))
        case WorkKind.SEND | WorkKind.BREAKING:
            issue, _, ordinal = work.key.partition(":")
            await send_batch(room, int(issue), int(ordinal))
        case WorkKind.PUBLISH_FEEDS:
            await asyncio.to_thread(refresh_feeds, room)
        case WorkKind.PUSH:
            await push_to_host(room, work.key)
