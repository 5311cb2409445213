"""Pages for what cannot be answered: a sentence in the reader's language and the next step, never a traceback."""

from dataclasses import dataclass
from typing import ClassVar, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from publisher.web.context import context_of
from publisher.web.pages import render_page
from publisher.web.security import build_headers

_KINDS = {
    404: "not_found",
    405: "method",
    410: "gone",
    413: "too_large",
    429: "busy",
    500: "defect",
    503: "unavailable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What went wrong: `kind` names its words in the catalogue, `web.error.<kind>.title` and `.next`."""

    template: ClassVar[str] = "web/error.html"
    kind: str


def show_http_error(request: Request, error: Exception) -> Response:
    """For every HTTPException; its own headers (Allow, Retry-After) stay."""
    fault = cast("HTTPException", error)
    page = ErrorPage(kind=_KINDS.get(fault.status_code, "bad_request"))
    response = render_page(request, page, status=fault.status_code)
    response.headers.update(fault.headers or {})
    return response


def show_defect(request: Request, _error: Exception) -> Response:
    """For every other exception. The server logs it; this answer passes by the middleware, so it brings its headers."""
    response = render_page(request, ErrorPage(kind="defect"), status=500)
    https = context_of(request).site.base_url.startswith("https:")
    for name, value in build_headers(https=https).items():
        response.headers.setdefault(name, value)
    return response


def render_busy(request: Request) -> Response:
    """Too many requests from this network: nothing was done."""
    response = render_page(request, ErrorPage(kind="busy"), status=429)
    response.headers["Retry-After"] = "3600"
    return response
