"""Feeds before everything else: an ASGI middleware that answers them itself and passes on whatever is no feed.

A poll needs no route, no exception handler and no rendering; what it costs decides how many readers one machine bears.
"""

from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.web.answer import Answer
from publisher.web.feeds import PREFIX, Feeds


class FeedDoor:
    """ASGI middleware: nothing but the form of targets (`absolute_form.py`) stands before it."""

    def __init__(self, app: ASGIApp, feeds: Feeds) -> None:
        self.app = app
        self.feeds = feeds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a feed; pass everything else on."""
        answer = self._answer(scope) if scope["type"] == "http" else None
        if answer is None:
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": list(answer.fields)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    def _answer(self, scope: Scope) -> Answer | None:
        path: str = scope["path"]
        old = self.feeds.answer_old(path, unquote(scope["query_string"].decode("latin-1")))
        if old is not None or not path.startswith(PREFIX):
            return old
        client = scope.get("client")
        peer = client[0] if client else ""
        return self.feeds.answer(
            scope["method"], path.removeprefix(PREFIX), join_fields(scope["headers"]), peer
        )


def join_fields(lines: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Header fields by name, those of equal name joined (RFC 9110 section 5.3). ASGI gives names in lower case."""
    fields: dict[bytes, bytes] = {}
    for name, value in lines:
        fields[name] = fields[name] + b", " + value if name in fields else value
    return fields
