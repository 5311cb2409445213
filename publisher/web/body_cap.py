"""No more than so many bytes of a request are ever read: nobody fills our memory through a form."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 64 * 1024


class BodyCap:
    """ASGI middleware: reading beyond the cap raises HTTPException 413 there, whatever length was declared. `larger`
    are the paths, by how they begin, that may take more.
    """

    def __init__(self, app: ASGIApp, *, larger: Mapping[str, int] | None = None) -> None:
        self.app = app
        self._larger = dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, counting what is received."""
        received = 0
        path = str(scope.get("path", ""))
        most = next((n for start, n in self._larger.items() if path.startswith(start)), MAX_BODY_BYTES)

        async def receive_capped() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_capped, send)
