"""A draft's finished text for one variant: subject, HTML part and plain-text part.

Runs once per issue and variant, never per reader: what differs from reader to reader is a stand-in (`Patch`).
"""

from collections.abc import Mapping
from types import MappingProxyType

import css_inline
import jinja2

from publisher.digest.arrange import arrange
from publisher.digest.error import DigestError
from publisher.digest.lint import find_faults
from publisher.digest.page import DigestLinks, DigestPage
from publisher.digest.size import Cut, fit, lint_size
from publisher.digest.subject import lint_subject
from publisher.digest.voice import Voice
from publisher.model.issue import Draft, Rendition
from publisher.model.reason import Reason
from publisher.model.site import Site
from publisher.text.words import Words

_NO_VOICES: Mapping[str, Words] = MappingProxyType({})


def render_digest(
    draft: Draft,
    *,
    site: Site,
    variant: str,
    words: Words,
    env: jinja2.Environment,
    web_url: str,
    subscribe_url: str | None = None,
    archive_url: str | None = None,
    story_words: Mapping[str, Words] = _NO_VOICES,
) -> Rendition:
    """Write an issue for readers of the language `variant`, whose catalogue is `words`.

    `env` escapes in `.html` and knows no undefined names. `web_url` is the issue's web version in this variant; the
    other two are offered in the footer where given: a page for those to whom the mail was forwarded, and the list
    of issues. `story_words` are the catalogues of the site's languages by
    tag, for the meta lines of stories in another language than the frame's; without them those lines are in the
    frame's. Raises DigestError when the HTML breaks a rule that sending relies on.
    """
    frame = Voice(words=words, site=site)
    links = DigestLinks(web=web_url, subscribe=subscribe_url, archive=archive_url)
    voices = {tag: Voice(words=own, site=site) for tag, own in story_words.items()} | {variant: frame}

    def lay_out(cut: Cut) -> DigestPage:
        return arrange(cut.draft, frame=frame, voices=voices, links=links, omitted=cut.omitted)

    cut, html = fit(draft, lambda cut: render_html(lay_out(cut), env))
    if faults := find_faults(html):
        raise DigestError(
            newsletter=draft.newsletter.slug, number=draft.number, variant=variant, faults=faults
        )
    page = lay_out(cut)
    return Rendition(
        variant=variant,
        subject=page.subject,
        preheader=page.preheader.text,
        html=html,
        text=render_text(page, env),
    )


def render_html(page: DigestPage, env: jinja2.Environment) -> str:
    """The HTML part, its styles inlined; only what cannot be inline (dark mode) stays in the head."""
    html = env.get_template("mail/digest.html").render(page=page)
    inliner = css_inline.CSSInliner(
        load_remote_stylesheets=False, keep_style_tags=True, remove_inlined_selectors=True
    )
    return inliner.inline(html)


def render_text(page: DigestPage, env: jinja2.Environment) -> str:
    """The plain-text part: the same titles and links in the same order, in lines that need no markup."""
    return env.get_template("mail/digest.txt").render(page=page)


def lint_rendition(rendition: Rendition) -> tuple[Reason, ...]:
    """What an editor should know before this goes out; nothing of it stops the issue."""
    return (*lint_subject(rendition.subject), *lint_size(rendition.html))
