"""The few files a page asks for: its stylesheet and icon, and what robots are told."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from publisher.feeds.news_sitemap import NAME
from publisher.model.colour import build_dark, build_light
from publisher.web.context import WebContext, context_of

FOREVER = "public, max-age=86400"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Rendered once, when the application is built."""

    stylesheet: str
    feed_stylesheet: str
    icon: str


def render_assets(context: WebContext) -> Assets:
    """The stylesheet and the icon in the site's accent."""
    accent = context.site.accent
    env = context.templates[context.site.language]
    colours = {"light": build_light(accent), "dark": build_dark(accent)}
    return Assets(
        stylesheet=env.get_template("web/reader.css").render(colours),
        feed_stylesheet=env.get_template("web/feed.css").render(
            colours,
            site=context.site,
            sentences={tag: words.say("web.feed_css.what") for tag, words in context.words.items()},
        ),
        icon=env.get_template("web/icon.svg").render(colours),
    )


def show_stylesheet(request: Request) -> Response:
    """`/reader.css`."""
    assets: Assets = request.app.state.assets
    return Response(assets.stylesheet, media_type="text/css", headers={"Cache-Control": FOREVER})


def show_feed_stylesheet(request: Request) -> Response:
    """`/feeds/feed.css`: what feeds name in their processing instruction, for a browser that shows them."""
    assets: Assets = request.app.state.assets
    return Response(assets.feed_stylesheet, media_type="text/css", headers={"Cache-Control": FOREVER})


def show_icon(request: Request) -> Response:
    """`/icon.svg`, and `/favicon.ico` for those who ask without looking."""
    assets: Assets = request.app.state.assets
    return Response(assets.icon, media_type="image/svg+xml", headers={"Cache-Control": FOREVER})


def show_robots(request: Request) -> Response:
    """Readers' own pages are nobody else's (RFC 9309); everything else may be read, the feeds above all, and the
    news be found (sitemaps.org, "Submitting").
    """
    base_url = context_of(request).site.base_url
    return PlainTextResponse(
        f"# {base_url}\nUser-agent: *\nDisallow: /confirm/\nDisallow: /u/\nDisallow: /mailbox\n"
        f"\nSitemap: {base_url}/{NAME}\n"
    )
