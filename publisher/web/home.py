"""`/`: the front page. What newsletters there are and when they come, the form, the latest issues, the feeds."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from publisher.web.context import WebContext, context_of
from publisher.web.issue_links import IssueLink, load_issue_links
from publisher.web.pages import SHORT, page_language, render_page
from publisher.web.subscribe import form_for
from publisher.web.subscribe_form import SubscribeForm

LATEST = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The front page."""

    template: ClassVar[str] = "web/home.html"
    form: SubscribeForm
    issues: tuple[IssueLink, ...]


def show_home(request: Request) -> Response:
    """The front page."""
    context = context_of(request)
    issues = _load_latest(context, page_language(request))
    return render_page(request, HomePage(form=form_for(request), issues=issues), cache=SHORT)


def _load_latest(context: WebContext, language: str) -> tuple[IssueLink, ...]:
    with context.database.read() as tx:
        found = [
            link
            for newsletter in context.newsletters
            for link in load_issue_links(tx, context, newsletter, language=language, limit=LATEST)
        ]
    return tuple(sorted(found, key=lambda link: link.due_at, reverse=True)[:LATEST])
