"""Links out of mails: reading their token, and the one page for every link that does not work."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response

from publisher.mail.token import Purpose, TokenContent
from publisher.web.context import context_of
from publisher.web.errors import render_busy
from publisher.web.guesses import Guesses
from publisher.web.network import network_of
from publisher.web.pages import render_page

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLinkPage:
    """A link that does not work (any more). `purpose` is what it was for; the page says what to do instead."""

    template: ClassVar[str] = "web/dead_link.html"
    purpose: Purpose


def read_link(request: Request, purpose: Purpose) -> TokenContent | None:
    """What the token in the address says; None for one that is forged, bent, expired or made for something else."""
    context = context_of(request)
    content = context.signer.read(request.path_params["token"], purpose, now=context.now())
    if isinstance(content, TokenContent):
        return content
    log.info("link.dead", extra={"purpose": purpose, "fault": content})
    return None


def render_dead_link(request: Request, purpose: Purpose) -> Response:
    """The same page for every kind of link that does not work."""
    context = context_of(request)
    guesses: Guesses = request.app.state.guesses
    if guesses.are_too_many(network_of(request, context), context.now()):
        return render_busy(request)
    return render_page(request, DeadLinkPage(purpose=purpose), status=404)
