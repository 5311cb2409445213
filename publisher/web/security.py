"""The headers every answer carries, so that a page can do nothing we did not mean.

A page runs no script (those of feeds one of ours, which only copies an address), loads nothing from elsewhere, is shown
in no frame and tells no other site where its reader came from: tokens are in addresses. A response that sets one of
these headers itself keeps its own value.
"""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SHUT = "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

PAGE_POLICY = f"default-src 'none'; style-src 'self'; img-src 'self'; {_SHUT}"
"""Reader pages: our own stylesheet and icon."""
COPY_POLICY = f"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; {_SHUT}"
"""The pages of feeds: they also have buttons that copy an address. Nothing else we serve runs: it is called no script,
and a browser is told to believe that (`nosniff`).
"""
FRAME_POLICY = f"default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; {_SHUT}"
"""A mailbox page: it also holds the frame of the mail it shows."""
ISSUE_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; {_SHUT}"
"""The web version of an issue. Its styles stand in the mail itself, inlined on every element as mail clients need them,
so no hash can name them; there is still no script, and what user text is in it was escaped or sanitised.
"""
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail as delivered, inside the mailbox page: an origin of its own, nothing loaded, links open beside it."""

_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}


def build_headers(*, https: bool) -> Mapping[str, str]:
    """The headers for an answer at `path`. Feeds bring their own (`web.representation`)."""
    return _HEADERS | (_HTTPS if https else {})


class SecurityHeaders:
    """Adds them to every answer, those to errors too (ASGI middleware)."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; only the start of an answer is touched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in build_headers(https=self.https).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
