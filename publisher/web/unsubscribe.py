"""`/u/{token}`: GET shows a button, POST ends the subscription.

RFC 8058: a mail program posts `List-Unsubscribe=One-Click` (section 3.1), urlencoded or multipart, without cookies, and
gets 200 with no redirect (section 3.2). Promise: that 200 is sent after the end of the subscription is on disk. Any
POST with a working token acts, whatever its body says: nobody who said no is mailed because she said it oddly.
"""

import logging
from dataclasses import dataclass
from typing import ClassVar

from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from publisher.jobs.unsubscribe import Leaving, load_leaving, unsubscribe
from publisher.mail.token import Purpose
from publisher.model.subscriber import ConsentKind
from publisher.web.context import context_of
from publisher.web.forms import field, read_form
from publisher.web.links import read_link, render_dead_link
from publisher.web.network import network_of
from publisher.web.pages import NO_STORE, render_page

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavePage:
    """The question. `titles` are the newsletters she leaves, `others` those she keeps."""

    template: ClassVar[str] = "web/leave.html"
    address_masked: str
    titles: tuple[str, ...]
    others: tuple[str, ...]
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftPage:
    """She has left. `slugs` are what she may want back; `others` she still gets."""

    template: ClassVar[str] = "web/left.html"
    address_masked: str
    titles: tuple[str, ...]
    slugs: tuple[str, ...]
    others: tuple[str, ...]


class Unsubscribe(HTTPEndpoint):
    """The question and its answer."""

    def get(self, request: Request) -> Response:
        """The question, or that it was answered already."""
        link = read_link(request, Purpose.UNSUBSCRIBE)
        if link is None:
            return render_dead_link(request, Purpose.UNSUBSCRIBE)
        database, newsletter = context_of(request).database, _newsletter(link.subject)
        return _render(request, load_leaving(database, subscriber=link.subscriber, newsletter=newsletter))

    async def post(self, request: Request) -> Response:
        """End the subscription; 200 in plain text for a mail program, a page for a person."""
        context, link = context_of(request), read_link(request, Purpose.UNSUBSCRIBE)
        how = ConsentKind.ONE_CLICK if await _is_one_click(request) else ConsentKind.UNSUBSCRIBED
        if link is None:
            return render_dead_link(request, Purpose.UNSUBSCRIBE)
        done = await run_in_threadpool(
            unsubscribe,
            context.database,
            subscriber=link.subscriber,
            newsletter=_newsletter(link.subject),
            how=how,
            network=network_of(request, context),
            evidence="one-click" if how is ConsentKind.ONE_CLICK else "unsubscribe page",
            now=context.now(),
        )
        if how is ConsentKind.ONE_CLICK:
            headers = {"Cache-Control": NO_STORE, "X-Robots-Tag": "noindex"}
            return PlainTextResponse("Unsubscribed.\n", headers=headers)
        return _render(request, done)


def _newsletter(subject: int) -> int | None:
    """Which newsletter a token means: 0 stands for all of them."""
    return subject or None


async def _is_one_click(request: Request) -> bool:
    try:
        return field(await read_form(request), "List-Unsubscribe").lower() == "one-click"
    except HTTPException:
        log.info("unsubscribe.odd_body")
        return False


def _render(request: Request, found: Leaving | None) -> Response:
    if found is None:
        return render_dead_link(request, Purpose.UNSUBSCRIBE)
    context = context_of(request)
    titles = tuple(context.title_of(slug) for slug in found.newsletters)
    others = tuple(context.title_of(slug) for slug in found.others)
    page: LeavePage | LeftPage
    if found.has_left:
        page = LeftPage(
            address_masked=found.address_masked, titles=titles, slugs=found.newsletters, others=others
        )
    else:
        page = LeavePage(
            address_masked=found.address_masked,
            titles=titles,
            others=others,
            token=request.path_params["token"],
        )
    return render_page(request, page, language=found.language)
