"""`/confirm/{token}`: GET shows a button, POST confirms. Programs that follow every link in a mail confirm nothing.

The button's form says which newsletters the page showed; only those are confirmed. A form without them confirms
nothing and shows the question again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.concurrency import run_in_threadpool
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from publisher.jobs.confirm import Confirmation, confirm, load_confirmation
from publisher.mail.token import Purpose
from publisher.model.schedule import next_due
from publisher.text.house_date import format_datetime
from publisher.web.context import WebContext, context_of
from publisher.web.forms import fields, read_form
from publisher.web.links import read_link, render_dead_link
from publisher.web.network import network_of
from publisher.web.pages import page_language, render_page, words_of
from publisher.web.subscribe_form import NEWSLETTER, consent_wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A newsletter that waits for confirmation."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPage:
    """The question. `newsletters` are those that wait; none: there is nothing to confirm."""

    template: ClassVar[str] = "web/confirm.html"
    address_masked: str
    newsletters: tuple[Asked, ...]
    token: str
    field: str = NEWSLETTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A newsletter the reader now gets, and when its next issue comes (empty: it has left the settings)."""

    slug: str
    title: str
    next_issue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomePage:
    """What was confirmed."""

    template: ClassVar[str] = "web/welcome.html"
    address_masked: str
    newsletters: tuple[Expected, ...]


class Confirm(HTTPEndpoint):
    """The question and its answer."""

    def get(self, request: Request) -> Response:
        """The question, or what came of it if it was answered already."""
        link = read_link(request, Purpose.CONFIRM)
        if link is None:
            return render_dead_link(request, Purpose.CONFIRM)
        database = context_of(request).database
        return _render(request, load_confirmation(database, subscriber=link.subscriber, notice=link.subject))

    async def post(self, request: Request) -> Response:
        """Confirm what the page showed, and welcome the reader; or ask for what was not on it."""
        context, link = context_of(request), read_link(request, Purpose.CONFIRM)
        if link is None:
            return render_dead_link(request, Purpose.CONFIRM)
        shown = fields(await read_form(request), NEWSLETTER)
        done = await run_in_threadpool(
            confirm,
            context.database,
            subscriber=link.subscriber,
            notice=link.subject,
            shown=shown,
            network=network_of(request, context),
            evidence=f"confirmation page {consent_wording(words_of(request))}",
            now=context.now(),
            submit=context.submit,
        )
        return _render(request, done)


def _render(request: Request, found: Confirmation | None) -> Response:
    if found is None:
        return render_dead_link(request, Purpose.CONFIRM)
    context = context_of(request)
    if found.confirmed and not found.waiting:
        language = page_language(request, found.language)
        expected = _expect(context, found.confirmed, language)
        welcome = WelcomePage(address_masked=found.address_masked, newsletters=expected)
        return render_page(request, welcome, language=language)
    page = ConfirmPage(
        address_masked=found.address_masked,
        newsletters=tuple(Asked(slug=slug, title=context.title_of(slug)) for slug in found.waiting),
        token=request.path_params["token"],
    )
    return render_page(request, page, language=found.language)


def _expect(context: WebContext, slugs: Sequence[str], language: str) -> tuple[Expected, ...]:
    return tuple(
        Expected(slug=slug, title=context.title_of(slug), next_issue=_next_issue(context, slug, language))
        for slug in slugs
    )


def _next_issue(context: WebContext, slug: str, language: str) -> str:
    newsletter, site = context.newsletter(slug), context.site
    if newsletter is None:
        return ""
    due_at = next_due(newsletter.recurrence, context.now(), site.timezone).due_at
    return format_datetime(due_at, language=language, style=site.style, zone=site.timezone)
