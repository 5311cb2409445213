"""The few files a page asks for, its stylesheet, icon and script, and what robots are told: made once, with an ETag."""

import hashlib
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from publisher.feeds.news_sitemap import NAME
from publisher.model.colour import build_dark, build_light
from publisher.web.conditional import is_not_modified
from publisher.web.context import WebContext

DAY = "max-age=86400"
_ROBOTS = """# {base_url}
User-agent: *
Disallow: /confirm/
Disallow: /u/
Disallow: /mailbox

Sitemap: {base_url}/{sitemap}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of text. Its date is not known: it is made anew at every start, mostly of the same bytes."""

    text: str
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Rendered once, when the application is built."""

    stylesheet: Asset
    feed_stylesheet: Asset
    copy_script: Asset
    icon: Asset
    robots: Asset


def render_assets(context: WebContext) -> Assets:
    """The stylesheets and the icon in the site's accent, the script, and `robots.txt`."""
    accent = context.site.accent
    env = context.templates[context.site.language]
    colours = {"light": build_light(accent), "dark": build_dark(accent)}
    feed_stylesheet = env.get_template("web/feed.css").render(
        colours,
        site=context.site,
        sentences={tag: words.say("web.feed_css.what") for tag, words in context.words.items()},
    )
    return Assets(
        stylesheet=_build(env.get_template("web/reader.css").render(colours), "text/css"),
        feed_stylesheet=_build(feed_stylesheet, "text/css"),
        copy_script=_build(env.get_template("web/copy.js").render(), "text/javascript"),
        icon=_build(env.get_template("web/icon.svg").render(colours), "image/svg+xml"),
        robots=_build(_ROBOTS.format(base_url=context.site.base_url, sitemap=NAME), "text/plain"),
    )


def show_stylesheet(request: Request) -> Response:
    """`/reader.css`."""
    return _answer(request, _assets_of(request).stylesheet)


def show_feed_stylesheet(request: Request) -> Response:
    """`/feeds/feed.css`: what feeds name in their processing instruction, for a browser that shows them."""
    return _answer(request, _assets_of(request).feed_stylesheet)


def show_copy_script(request: Request) -> Response:
    """`/copy.js`: the one script there is, for the buttons beside the addresses of feeds."""
    return _answer(request, _assets_of(request).copy_script)


def show_icon(request: Request) -> Response:
    """`/icon.svg`, and `/favicon.ico` for those who ask without looking."""
    return _answer(request, _assets_of(request).icon)


def show_robots(request: Request) -> Response:
    """Readers' own pages are nobody else's (RFC 9309); everything else may be read, the feeds above all, and the
    news be found (sitemaps.org, "Submitting").
    """
    return _answer(request, _assets_of(request).robots)


def _assets_of(request: Request) -> Assets:
    assets: Assets = request.app.state.assets
    return assets


def _build(text: str, media_type: str) -> Asset:
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return Asset(text=text, media_type=media_type, etag=f'"{digest}"')


def _answer(request: Request, asset: Asset) -> Response:
    fields = {"Cache-Control": DAY, "ETag": asset.etag}
    if is_not_modified(request.headers.get("if-none-match"), None, etag=asset.etag, modified_at=None):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=fields)
    return Response(asset.text, media_type=asset.media_type, headers=fields)
