"""`POST /hooks/<provider>`: what mail providers tell of bounces and complaints.

Promise: nothing happens before the signature holds; a call played again happens once; 200 is answered after what
it asks for is on disk. A route exists only for a provider that has been set up. Callers learn a status and nothing
more.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from publisher.mail.hooks.event import HookFault, SignedCall
from publisher.mail.hooks.mailgun import read_mailgun
from publisher.mail.hooks.postmark import read_postmark
from publisher.mail.hooks.sendgrid import read_sendgrid
from publisher.mail.hooks.ses import SnsMessage, is_signed, is_subscribe_url, parse_sns
from publisher.mail.hooks.ses_events import read_ses
from publisher.mail.intake import TakeEvents

log = logging.getLogger(__name__)

MAX_CALL_BYTES = 1024 * 1024
"""SNS sends at most 256 KB, SendGrid some hundred events at once."""
_STATUS = {HookFault.MALFORMED: 400, HookFault.FORGED: 403, HookFault.STALE: 403}
_MOST_CERTIFICATES = 16


Fetch = Callable[[str], Awaitable[bytes]]
"""Fetches an https address that was checked; follows no redirect, raises OSError where it cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """The providers that are set up, by their secrets; None (or no topic) for the others.

    `mailgun_key` is the webhook signing key; `postmark` a user name and password of our choice, given to Postmark
    in the address; `sendgrid_key` the verification key; `ses_topics` the ARNs of the SNS topics. `fetch` gets SNS
    certificates.
    """

    take: TakeEvents
    now: Callable[[], datetime]
    mailgun_key: bytes | None = field(default=None, repr=False)
    postmark: tuple[str, str] | None = field(default=None, repr=False)
    sendgrid_key: EllipticCurvePublicKey | None = None
    ses_topics: frozenset[str] = frozenset()
    fetch: Fetch | None = None


def hook_routes(hooks: Hooks) -> list[Route]:
    """A route for each provider that is set up."""
    return [_route(name, hooks, read) for name, read, is_there in _table(hooks) if is_there]


_Read = Callable[[Hooks, Request, bytes], Awaitable[SignedCall | HookFault]]


def _table(hooks: Hooks) -> tuple[tuple[str, _Read, bool], ...]:
    return (
        ("mailgun", _read_mailgun, hooks.mailgun_key is not None),
        ("postmark", _read_postmark, hooks.postmark is not None),
        ("sendgrid", _read_sendgrid, hooks.sendgrid_key is not None),
        ("ses", _Ses().read, bool(hooks.ses_topics) and hooks.fetch is not None),
    )


def _route(name: str, hooks: Hooks, read: _Read) -> Route:
    async def take(request: Request) -> Response:
        try:
            call = await read(hooks, request, await request.body())
        except OSError:
            log.warning("hook.no_certificate", extra={"provider": name}, exc_info=True)
            return PlainTextResponse("try again\n", status_code=503, headers={"Retry-After": "60"})
        if isinstance(call, HookFault):
            log.warning("hook.refused", extra={"provider": name, "fault": call})
            return PlainTextResponse("refused\n", status_code=_STATUS[call])
        if not await run_in_threadpool(hooks.take, call.events, call.key):
            # Played again, or the answer was lost and the provider tries again: an error would make it go on.
            log.warning("hook.replayed", extra={"provider": name})
            return PlainTextResponse("known\n")
        return PlainTextResponse("taken\n")

    return Route(f"/hooks/{name}", take, methods=["POST"], max_body_size=MAX_CALL_BYTES)


async def _read_mailgun(hooks: Hooks, _request: Request, body: bytes) -> SignedCall | HookFault:
    return read_mailgun(body, signing_key=hooks.mailgun_key or b"", now=hooks.now())


async def _read_postmark(hooks: Hooks, request: Request, body: bytes) -> SignedCall | HookFault:
    user, password = hooks.postmark or ("", "")
    return read_postmark(
        body, authorization=request.headers.get("authorization", ""), user=user, password=password
    )


async def _read_sendgrid(hooks: Hooks, request: Request, body: bytes) -> SignedCall | HookFault:
    if hooks.sendgrid_key is None:
        return HookFault.FORGED
    prefix = "x-twilio-email-event-webhook-"
    return read_sendgrid(
        body,
        signature=request.headers.get(f"{prefix}signature", ""),
        timestamp=request.headers.get(f"{prefix}timestamp", ""),
        public_key=hooks.sendgrid_key,
        now=hooks.now(),
    )


class _Ses:
    """SNS messages need a certificate, which is kept for the next; SNS changes it about once a year."""

    def __init__(self) -> None:
        self._certificates: dict[str, bytes] = {}

    async def read(self, hooks: Hooks, _request: Request, body: bytes) -> SignedCall | HookFault:
        """Verify and read a call; a subscription that is ours is confirmed on the way."""
        now = hooks.now()
        message = parse_sns(body, topics=hooks.ses_topics, now=now)
        if isinstance(message, HookFault) or hooks.fetch is None:
            return message if isinstance(message, HookFault) else HookFault.FORGED
        url = message.certificate_url
        certificate = self._certificates.get(url) or await hooks.fetch(url)
        if not await run_in_threadpool(is_signed, message, certificate, now=now):
            return HookFault.FORGED
        self._keep(url, certificate)
        if message.kind == "SubscriptionConfirmation":
            await _confirm(message, hooks.fetch)
        return read_ses(message)

    def _keep(self, url: str, certificate: bytes) -> None:
        """Only what has vouched for a message of our topic, so that nobody else can fill or empty it."""
        if url not in self._certificates and len(self._certificates) >= _MOST_CERTIFICATES:
            self._certificates.clear()
        self._certificates[url] = certificate


async def _confirm(message: SnsMessage, fetch: Fetch) -> None:
    """Say yes to a topic that the settings name."""
    if is_subscribe_url(message.subscribe_url):
        await fetch(message.subscribe_url)
        log.info("hook.topic_confirmed")
