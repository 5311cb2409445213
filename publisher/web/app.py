"""The web application: the table of its routes. GET, HEAD and OPTIONS never change anything."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from publisher.feeds.served import is_feed
from publisher.jobs.pushing import list_hubs
from publisher.web.absolute_form import AbsoluteForm
from publisher.web.assets import (
    render_assets,
    show_copy_script,
    show_feed_stylesheet,
    show_icon,
    show_robots,
    show_stylesheet,
)
from publisher.web.body_cap import BodyCap
from publisher.web.confirm import Confirm
from publisher.web.context import WebContext
from publisher.web.errors import show_defect, show_http_error
from publisher.web.feed_door import FeedDoor
from publisher.web.feed_list import show_feed_list
from publisher.web.feed_memory import FeedMemory
from publisher.web.feed_preview import show_feed_preview
from publisher.web.feeds import PREFIX, Feeds, Note
from publisher.web.guesses import Guesses
from publisher.web.home import show_home
from publisher.web.hub import hub_routes
from publisher.web.listings import Listings
from publisher.web.mailbox import mailbox_routes
from publisher.web.moved import build_old_addresses
from publisher.web.newsletters import show_issue, show_newsletter
from publisher.web.representation import Terms
from publisher.web.security import SecurityHeaders
from publisher.web.sitemap import sitemap_route
from publisher.web.subscribe import Subscribe
from publisher.web.unsubscribe import Unsubscribe
from publisher.web.webhooks import MAX_CALL_BYTES, hook_routes


def build_feeds(context: WebContext, note: Note | None = None) -> Feeds:
    """What is answered at the addresses of feeds, and at those that were; `note` is told of every poll."""
    site = context.site
    hubs = list_hubs(site, context.push)

    def link(name: str) -> str:
        if not hubs or not is_feed(name):
            return ""
        ours = f'<{site.base_url}{PREFIX}{name}>; rel="self"'
        return ", ".join([*(f'<{hub}>; rel="hub"' for hub in hubs), ours])

    terms = Terms(https=is_https(context), link=link)
    memory = FeedMemory(context.feeds_folder, terms=terms)
    return Feeds(memory, old=build_old_addresses(site.moves, site.base_url), note=note)


def is_https(context: WebContext) -> bool:
    """Whether readers come by https."""
    return context.site.base_url.startswith("https:")


def build_app(context: WebContext, feeds: Feeds | None = None) -> Starlette:
    """The application. It holds no state of its own but the count of dead links tried in this minute, and what `feeds`
    has in memory; without `feeds` it makes its own.
    """
    app = Starlette(
        routes=[
            Route("/", show_home),
            Route("/subscribe", Subscribe),
            Route("/confirm/{token}", Confirm),
            Route("/u/{token}", Unsubscribe),
            Route("/newsletters/{slug}", show_newsletter),
            Route("/newsletters/{slug}/{number}", show_issue),
            Route("/feeds", show_feed_list),
            Route("/feeds/feed.css", show_feed_stylesheet),
            Route("/feeds/{path:path}", show_feed_preview),
            *hub_routes(context),
            sitemap_route(context.feeds_folder.parent, terms=Terms(https=is_https(context))),
            Route("/reader.css", show_stylesheet),
            Route("/copy.js", show_copy_script),
            Route("/icon.svg", show_icon),
            Route("/favicon.ico", show_icon),
            Route("/robots.txt", show_robots),
            *(hook_routes(context.hooks) if context.hooks else []),
            *(mailbox_routes() if context.mailbox else []),
        ],
        middleware=[
            Middleware(AbsoluteForm),
            Middleware(FeedDoor, feeds=feeds or build_feeds(context)),
            Middleware(SecurityHeaders, https=is_https(context)),
            Middleware(BodyCap, larger={"/hooks/": MAX_CALL_BYTES} if context.hooks else {}),
        ],
        exception_handlers={HTTPException: show_http_error, Exception: show_defect},
    )
    app.state.context = context
    app.state.assets = render_assets(context)
    app.state.listings = Listings(context.feeds_folder)
    app.state.guesses = Guesses()
    app.state.mailbox = context.mailbox
    return app
