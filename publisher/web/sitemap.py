"""`/news-sitemap.xml`: a file beside the feeds, answered as they are: from memory, with validators, compressed."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publisher.feeds.news_sitemap import NAME
from publisher.web.feed_door import join_fields
from publisher.web.feed_memory import FeedMemory
from publisher.web.feeds import NOT_FOUND, Feeds
from publisher.web.representation import Terms


def sitemap_route(public: Path, *, terms: Terms) -> Route:
    """The route of the sitemap in that folder; 404 before the first publication."""
    files = Feeds(FeedMemory(public, terms=terms))

    async def show_sitemap(request: Request) -> Response:
        answer = files.poll(request.method, NAME, join_fields(request.scope["headers"]), "") or NOT_FOUND
        response = Response(b"" if request.method == "HEAD" else answer.body, status_code=answer.status)
        response.raw_headers = list(answer.fields)
        return response

    return Route(f"/{NAME}", show_sitemap, methods=["GET"])
