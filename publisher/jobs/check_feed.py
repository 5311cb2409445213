"""Check a feed, ours or anybody's: the document, and how it is served.

Promise: it only asks. The operator may name a server in her own network; nothing else in there is reached, wherever the
server she named leads on to.
"""

from dataclasses import replace
from datetime import datetime

from publisher.feeds.validate.document import validate
from publisher.feeds.validate.http import Exchange, Reply, check_exchange
from publisher.feeds.validate.report import Report
from publisher.fetch.address import WebAddress, parse_web_address
from publisher.fetch.client import Answer, Failure, Fetcher, Request
from publisher.fetch.guard import Resolve
from publisher.fetch.resolver import Resolver
from publisher.jobs.named_server import guard_for

_MOST_BYTES = 20 * 1024 * 1024
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"


def check_bytes(data: bytes, *, url: str | None, now: datetime) -> Report:
    """Check a document. `url` is where it is served, if known."""
    return validate(data, url=url, now=now)


async def check_address(text: str, *, now: datetime, resolve: Resolve | None = None) -> Report | Failure:
    """Fetch and check what is served there. Raises ValueError where `text` is no web address."""
    address = parse_web_address(text)
    resolve = resolve or Resolver().resolve
    fetcher = Fetcher(await guard_for(address, resolve), resolve=resolve)
    try:
        answer = await fetcher.fetch(_question(address, ("Accept", _ACCEPT), redirects=5))
        if isinstance(answer, Failure):
            return answer
        report = validate(answer.body, url=str(answer.address), now=now)
        exchange = await _ask_as_readers_do(fetcher, address, answer)
    finally:
        await fetcher.close()
    if not answer.is_success:
        report = Report(kind=None, ids=(), findings=())
    return replace(report, findings=(*check_exchange(exchange, report.kind), *report.findings))


async def _ask_as_readers_do(fetcher: Fetcher, asked: WebAddress, answer: Answer) -> Exchange:
    """The other questions, one after the other, at the place where the feed was found."""
    at, headers = answer.address, answer.headers
    plain = _reply(answer)
    exchange = Exchange(plain=plain, found_at=str(at) if at != asked else None)
    if not answer.is_success:
        return exchange
    by_etag = by_date = None
    if etag := headers.get("etag"):
        by_etag = await fetcher.fetch(_question(at, ("If-None-Match", etag)))
    if date := headers.get("last-modified"):
        by_date = await fetcher.fetch(_question(at, ("If-Modified-Since", date)))
    head = await fetcher.fetch(replace(_question(at), method="HEAD"))
    page = await fetcher.fetch(_question(at, ("Accept", _PAGE)))
    return replace(
        exchange,
        by_etag=_reply_or_none(by_etag),
        by_date=_reply_or_none(by_date),
        head=_reply_or_none(head),
        as_page=_reply_or_none(page),
    )


def _question(address: WebAddress, *headers: tuple[str, str], redirects: int = 0) -> Request:
    return Request(address=address, headers=headers, redirects=redirects, most_bytes=_MOST_BYTES)


def _reply(answer: Answer) -> Reply:
    return Reply(status=answer.status, headers=answer.headers, size=len(answer.body))


def _reply_or_none(answer: Answer | Failure | None) -> Reply | None:
    return _reply(answer) if isinstance(answer, Answer) else None
