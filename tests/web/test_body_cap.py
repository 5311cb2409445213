"""How much of a request is read, and by whom more."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from publisher.web.body_cap import MAX_BODY_BYTES, BodyCap


async def count(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


APP = Starlette(
    routes=[Route("/{path:path}", count, methods=["POST"], max_body_size=10 * MAX_BODY_BYTES)],
    middleware=[Middleware(BodyCap, larger={"/hooks/": 2 * MAX_BODY_BYTES})],
)


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/subscribe", MAX_BODY_BYTES, 200),
        ("/subscribe", MAX_BODY_BYTES + 1, 413),
        ("/hooks/mailgun", 2 * MAX_BODY_BYTES, 200),
        ("/hooks/mailgun", 2 * MAX_BODY_BYTES + 1, 413),
        ("/hooks", MAX_BODY_BYTES + 1, 413),
        ("//hooks/mailgun", MAX_BODY_BYTES + 1, 413),
    ],
)
def test_only_providers_may_send_more(path: str, size: int, status: int) -> None:
    answer = TestClient(APP).post(f"http://testserver{path}", content=b"x" * size)
    assert answer.status_code == status
