"""`/newsletters/{slug}`: a newsletter and its issues; `/newsletters/{slug}/{number}`: an issue as it was sent."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from publisher.digest.phrase import Phrase
from publisher.digest.public import render_public
from publisher.digest.voice import Voice, choose_voice
from publisher.model.article import Article
from publisher.model.issue import Rendition
from publisher.model.site import Newsletter
from publisher.store.issues import load_rendition
from publisher.store.later_corrections import load_later_corrections
from publisher.store.withdrawals import load_withdrawn_places
from publisher.text.words import Words
from publisher.web.context import WebContext, context_of
from publisher.web.issue_links import IssueLink, load_issue_links
from publisher.web.pages import SHORT, page_language, render_page
from publisher.web.security import ISSUE_POLICY
from publisher.web.subscribe import form_for
from publisher.web.subscribe_form import SubscribeForm

SHOWN = 100
LONG = "max-age=3600"
"""A frozen issue never changes, but a story in it may be withdrawn or corrected: within an hour all are shown so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterPage:
    """A newsletter: what it is, the form for it alone, its issues."""

    template: ClassVar[str] = "web/newsletter.html"
    form: SubscribeForm
    issues: tuple[IssueLink, ...]


def show_newsletter(request: Request) -> Response:
    """One newsletter; 404 for one the settings do not name."""
    context, newsletter = context_of(request), _named(request)
    if newsletter is None:
        raise HTTPException(404)
    with context.database.read() as tx:
        issues = load_issue_links(tx, context, newsletter, language=page_language(request), limit=SHOWN)
    form = form_for(request, newsletters=[newsletter.slug])
    page = NewsletterPage(form=form, issues=issues)
    return render_page(request, page, cache=SHORT, own_feed=f"newsletter/{newsletter.slug}")


def show_issue(request: Request) -> Response:
    """An issue as it was sent, without the reader's own links and without stories withdrawn since, with a line beside
    those corrected since; in her language if it was sent in it. 404 where a story was withdrawn that the rendition
    cannot hide.
    """
    context, slug = context_of(request), request.path_params["slug"]
    rendition = _load(context, slug, request.path_params["number"], page_language(request))
    if rendition is None:
        raise HTTPException(404)
    number = int(request.path_params["number"])
    public = f"{context.site.base_url}/newsletters/{slug}"
    headers = {
        "Content-Security-Policy": ISSUE_POLICY,
        "Content-Language": rendition.variant,
        "Cache-Control": LONG,
        "Vary": "Accept-Language",
    }
    with context.database.read() as tx:
        places = load_withdrawn_places(tx, slug).get(number, frozenset())
        later = load_later_corrections(tx, slug, number)
    try:
        words = context.words.get(rendition.variant, context.words[context.site.language])
        told = {place: _tell_later(context, article, words) for place, article in later.items()}
        html = render_public(rendition, leave_url=public, words=words, withdrawn=places, corrected=told)
    except ValueError as error:
        raise HTTPException(404) from error
    return HTMLResponse(html, headers=headers)


def _tell_later(context: WebContext, article: Article, words: Words) -> tuple[Phrase, ...]:
    """As the digest tells them: in the article's language where the site speaks it, else in that of the issue."""
    frame = Voice(words=words, site=context.site)
    voices = {tag: Voice(words=own, site=context.site) for tag, own in context.words.items()}
    return choose_voice(article.parsed.language, frame, voices).corrections(article)


def _named(request: Request) -> Newsletter | None:
    return context_of(request).newsletter(request.path_params["slug"])


def _load(context: WebContext, slug: str, number: str, language: str) -> Rendition | None:
    """The first variant there is: the visitor's, the newsletter's, any."""
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        return None
    newsletter = context.newsletter(slug)
    own = (newsletter.language,) if newsletter else ()
    with context.database.read() as tx:
        for variant in dict.fromkeys((language, *own, *context.site.languages)):
            if found := load_rendition(tx, slug, int(number), variant):
                return found
    return None
