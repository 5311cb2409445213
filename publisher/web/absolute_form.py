"""Requests whose target is a whole address, as proxies are sent them: a server must take it (RFC 9112 section 3.2.2).

uvicorn hands the whole address on as the path. From here on it is a path, and the host it names stands in the Host
field, whatever was sent there.
"""

import re
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

_ABSOLUTE = re.compile(rb"https?://([^/?#@]+)(/[^?#]*)?", re.IGNORECASE)
"""User names in it are no more accepted than elsewhere (RFC 9110 section 4.2.4)."""


class AbsoluteForm:
    """ASGI middleware: it stands outermost, so that nobody else meets such a target."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the path in its usual form."""
        if scope["type"] == "http" and not scope["path"].startswith("/"):
            scope = to_origin_form(scope)
        await self.app(scope, receive, send)


def to_origin_form(scope: Scope) -> Scope:
    """The scope of the same request in origin form (RFC 9112 section 3.2.1); itself where its target is no address."""
    found = _ABSOLUTE.fullmatch(scope["raw_path"])
    if found is None:
        return scope
    path = found[2] or b"/"
    headers = [(b"host", found[1]), *(field for field in scope["headers"] if field[0] != b"host")]
    return {**scope, "raw_path": path, "path": unquote(path.decode("ascii")), "headers": headers}
