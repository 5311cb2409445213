"""Serving the feed files: from memory, with everything a polling reader can ask for.

A feed address answers with the feed and nothing else, whatever the Accept header says: some readers send
`text/html` there. Nothing is rendered on request. Directory, dot files and twins are never reachable: a name must
have the shape of a feed's path and one of the known endings.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from publisher.feeds.addresses import FOLDER, is_path
from publisher.feeds.formats import BY_ENDING
from publisher.web.conditional import accepts_gzip, is_not_modified
from publisher.web.feed_memory import FeedMemory, Representation

CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=600"
"""How often a reader asks: RFC 9111 section 5.2.2, RFC 5861 section 3."""


def feed_routes(folder: Path) -> list[Route]:
    """The route of every feed file in `folder`: GET and HEAD; 405 for other methods, 404 for what is no feed."""
    memory = FeedMemory(folder)

    async def serve_feed(request: Request) -> Response:
        name = request.path_params["name"]
        feed = memory.load(name) if _is_feed_name(name) else None
        if feed is None:
            return PlainTextResponse("No feed has this address.\n", status_code=404)
        accepted = request.headers.getlist("accept-encoding")
        return _answer(request, feed.gzip if accepts_gzip(accepted) else feed.identity)

    return [Route(f"/{FOLDER}/{{name:path}}", serve_feed, methods=["GET"], name="feed")]


def _answer(request: Request, chosen: Representation) -> Response:
    headers = {
        "ETag": chosen.etag,
        "Last-Modified": chosen.last_modified,
        "Cache-Control": CACHE_CONTROL,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag",
    }
    if is_not_modified(request.headers, etag=chosen.etag, modified_at=chosen.modified_at):
        return Response(status_code=304, headers=headers)
    headers["Content-Type"] = chosen.content_type
    headers["Content-Length"] = str(len(chosen.data))
    if chosen.encoding:
        headers["Content-Encoding"] = chosen.encoding
    return Response(b"" if request.method == "HEAD" else chosen.data, headers=headers)


def _is_feed_name(name: str) -> bool:
    path, dot, ending = name.rpartition(".")
    return dot + ending in BY_ENDING and is_path(path)
