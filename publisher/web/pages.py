"""Rendering: every page is a frozen value with the name of its template; this module puts the frame around it."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse

from publisher.feeds.autodiscovery import FeedLink, autodiscovery_links
from publisher.model.direction import Direction
from publisher.model.site import Site
from publisher.text.direction import language_direction
from publisher.text.house_date import format_date
from publisher.text.words import Words
from publisher.web.context import WebContext, context_of, listings_of
from publisher.web.language import PARAMETER, asked_language, negotiate_language
from publisher.web.listings import choose_discovered

NO_STORE = "no-store"
"""For pages about one reader: no cache keeps them, no search engine lists them."""
SHORT = "max-age=60"
"""For pages that are the same for everybody who reads the language."""


class Page(Protocol):
    """What a template is given as `page`, beside its `frame`."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageLink:
    """One of the languages a page can be read in. `name` is in that language itself."""

    tag: str
    name: str
    direction: Direction
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all pages share: the masthead, the footer and the head. `date` is today's as the house writes it.

    `query` is added to links inside, so that a language once asked for stays: `?lang=ar`, or empty. `is_private` marks
    pages about one reader.
    """

    site: Site
    language: str
    direction: Direction
    date: str
    query: str
    languages: tuple[LanguageLink, ...]
    feed_links: tuple[FeedLink, ...]
    is_private: bool

    def to(self, path: str) -> str:
        """The address of one of our own pages, in the same language."""
        return path + self.query


def render_page(
    request: Request,
    page: Page,
    *,
    language: str | None = None,
    status: int = 200,
    cache: str = NO_STORE,
    own_feed: str | None = None,
) -> HTMLResponse:
    """Answer with a page. `language` is the reader's own where it is known; a link with `?lang=` still outweighs it.
    `own_feed` is the path of the feed that the page itself is about.
    """
    context = context_of(request)
    frame = build_frame(request, language=language, is_private=cache == NO_STORE, own_feed=own_feed)
    template = context.templates[frame.language].get_template(page.template)
    headers = {"Cache-Control": cache, "Content-Language": frame.language, "Vary": "Accept-Language"}
    if frame.is_private:
        headers["X-Robots-Tag"] = "noindex"
    return HTMLResponse(template.render(page=page, frame=frame), status_code=status, headers=headers)


def page_language(request: Request, known: str | None = None) -> str:
    """The language of the answer: asked for, else `known` of the reader, else negotiated."""
    site = context_of(request).site
    asked = asked_language(request, site.languages)
    if asked or known in site.languages:
        return asked or str(known)
    header = request.headers.get("accept-language", "")
    return negotiate_language(header, site.languages, preferred=site.language)


def words_of(request: Request, known: str | None = None) -> Words:
    """The words of that language."""
    return context_of(request).words[page_language(request, known)]


def build_frame(
    request: Request, *, language: str | None, is_private: bool, own_feed: str | None = None
) -> Frame:
    """The frame for one request."""
    context = context_of(request)
    site = context.site
    chosen = page_language(request, language)
    asked = asked_language(request, site.languages)
    today = format_date(context.now(), language=chosen, style=site.style, zone=site.timezone)
    found = choose_discovered(listings_of(request).load(), site.languages, own_feed)
    links = () if is_private else autodiscovery_links(found)
    return Frame(
        site=site,
        language=chosen,
        direction=language_direction(chosen),
        date=today,
        query=f"?{PARAMETER}={asked}" if asked else "",
        languages=_language_links(context, request.url.path, chosen),
        feed_links=links,
        is_private=is_private,
    )


def _language_links(context: WebContext, path: str, chosen: str) -> tuple[LanguageLink, ...]:
    return tuple(
        LanguageLink(
            tag=tag,
            name=context.words[tag].say("web.language.name"),
            direction=language_direction(tag),
            href=f"{path}?{PARAMETER}={tag}",
            is_current=tag == chosen,
        )
        for tag in context.site.languages
    )
