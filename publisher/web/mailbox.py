"""`/mailbox`: what the demonstration's mail server got, exactly as delivered. Only there when a mailbox is.

The HTML part is shown in a sandboxed frame with an origin of its own: it runs nothing, loads nothing and reads nothing
of ours; its links open beside it, so that a person can press the button in a confirmation mail.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from publisher.mail.mailbox import Mailbox
from publisher.mail.stored import StoredMessage
from publisher.model.direction import Direction
from publisher.text.direction import direction_of
from publisher.text.house_date import format_datetime
from publisher.web.context import context_of
from publisher.web.pages import NO_STORE, page_language, render_page
from publisher.web.security import FRAME_POLICY, MAIL_POLICY

SHOWN = 100
VIEWS = ("html", "text", "headers")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message in the list. `came` is when it arrived, as the house writes it."""

    id: str
    to: str
    sender: str
    subject: str
    direction: Direction
    came: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPage:
    """The list, newest first. `hidden` counts older messages that are not shown."""

    template: ClassVar[str] = "web/mailbox.html"
    messages: tuple[MessageRow, ...]
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """One message in one of `views`."""

    template: ClassVar[str] = "web/message.html"
    message: StoredMessage
    direction: Direction
    came: str
    view: str
    views: tuple[str, ...]


def mailbox_routes() -> list[Route]:
    """The routes of the mailbox."""
    return [
        Route("/mailbox", show_mailbox),
        Route("/mailbox/{id}", show_message),
        Route("/mailbox/{id}/html", show_html),
        Route("/mailbox/{id}/raw.eml", show_raw),
    ]


def show_mailbox(request: Request) -> Response:
    """The list."""
    mailbox = _mailbox(request)
    rows = tuple(
        MessageRow(
            id=entry.id,
            to=entry.to,
            sender=entry.sender,
            subject=entry.subject,
            direction=direction_of(entry.subject, default=Direction.LTR),
            came=_came(request, entry.at),
        )
        for entry in mailbox.list_messages(SHOWN)
    )
    page = MailboxPage(messages=rows, hidden=mailbox.count() - len(rows))
    return render_page(request, page)


def show_message(request: Request) -> Response:
    """One message, its HTML first; `?view=` chooses."""
    message = _load(request)
    views = tuple(view for view in VIEWS if getattr(message, view) is not None)
    asked = request.query_params.get("view")
    page = MessagePage(
        message=message,
        direction=direction_of(message.subject, default=Direction.LTR),
        came=_came(request, message.at),
        view=asked if asked in views else views[0],
        views=views,
    )
    response = render_page(request, page)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


def show_html(request: Request) -> Response:
    """The HTML part for the frame. The one thing added makes its links open beside the frame, not in it."""
    message = _load(request)
    if message.html is None:
        raise HTTPException(404)
    html = message.html.replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY, "Cache-Control": NO_STORE})


def show_raw(request: Request) -> Response:
    """The very bytes, to keep."""
    message = _load(request)
    headers = {"Content-Disposition": f'attachment; filename="{message.id}.eml"', "Cache-Control": NO_STORE}
    return Response(message.raw, media_type="message/rfc822", headers=headers)


def _mailbox(request: Request) -> Mailbox:
    mailbox: Mailbox = request.app.state.mailbox
    return mailbox


def _load(request: Request) -> StoredMessage:
    found = _mailbox(request).read(request.path_params["id"])
    if found is None:
        raise HTTPException(404)
    return found


def _came(request: Request, at: datetime) -> str:
    site = context_of(request).site
    return format_datetime(at, language=page_language(request), style=site.style, zone=site.timezone)
