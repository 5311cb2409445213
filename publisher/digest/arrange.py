"""From a draft to the page its templates show. Pure: same draft, same page."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from publisher.digest.page import (
    DigestLinks,
    DigestPage,
    Footer,
    Headline,
    HeadlineList,
    Link,
    Masthead,
    Section,
    Story,
)
from publisher.digest.phrase import Line, Phrase, build_phrase
from publisher.digest.subject import build_preheader, build_subject
from publisher.digest.summary import LEAD, STORY, summarise
from publisher.digest.voice import Voice, choose_voice
from publisher.model.article import Article
from publisher.model.colour import build_dark, build_light
from publisher.model.issue import Draft, Patch
from publisher.model.selection import group_by_section
from publisher.text.direction import direction_of

CONTENTS_FROM = 7
"""From how many stories on the page opens with a line of contents."""


def arrange(
    draft: Draft, *, frame: Voice, voices: Mapping[str, Voice], links: DigestLinks, omitted: int = 0
) -> DigestPage:
    """Lay a draft out in the frame's language.

    `voices` are the languages the house speaks, by tag: a story's meta line is written in its own language where
    there is a voice for it. `omitted` counts the articles that had to be left out for size.
    """
    lead, *rest = (_story(a, frame, voices, place) for place, a in enumerate(draft.articles, 1))
    sections = _sections(draft.articles[1:], rest, frame)
    return DigestPage(
        language=frame.language,
        direction=frame.direction,
        subject=build_subject(draft.articles[0].parsed.title, default=frame.direction),
        preheader=_preheader(draft, lead, frame),
        light=build_light(frame.site.accent),
        dark=build_dark(frame.site.accent),
        masthead=Masthead(
            name=_free(draft.newsletter.title, frame, draft.newsletter.language),
            dateline=frame.dateline(draft.due_at, draft.number),
        ),
        contents=_contents(draft, sections, frame),
        lead=lead,
        sections=sections,
        headlines=_headlines(draft, frame, voices, omitted),
        footer=_footer(draft, frame, links),
    )


def _preheader(draft: Draft, lead: Story, frame: Voice) -> Phrase:
    """Headlines of one language, so that the line has one direction: the frame's where there are any, else that of the
    first other story. Without another story, the lead's summary.
    """
    told = (*draft.articles[1:], *draft.headlines)
    ours = next((a for a in told if _primary(a.parsed.language) == _primary(frame.language)), None)
    first = ours or next(iter(told), draft.articles[0])
    language = _primary(first.parsed.language)
    titles = tuple(a.parsed.title for a in told if _primary(a.parsed.language) == language)
    return _own(build_preheader(titles, lead.summary.text if lead.summary else ""), first)


def _primary(tag: str) -> str:
    """The language of a tag without script and region (RFC 5646 section 2.2.1)."""
    return tag.lower().partition("-")[0]


def _story(article: Article, frame: Voice, voices: Mapping[str, Voice], place: int) -> Story:
    parsed = article.parsed
    voice = choose_voice(parsed.language, frame, voices)
    summary = summarise(article, LEAD if place == 1 else STORY)
    return Story(
        language=parsed.language,
        direction=parsed.direction,
        headline=_own(parsed.title, article),
        url=open_link(parsed.url),
        summary=_own(summary, article) if summary else None,
        embed=None if summary else _embed(article, voice),
        meta=voice.meta(article),
        credits=voice.credits(article),
        sample=voice.say("digest.sample") if parsed.sample else None,
        corrections=voice.corrections(article),
        place=place,
    )


def _embed(article: Article, voice: Voice) -> Link | None:
    found = next((block.embed for block in article.parsed.blocks if block.embed is not None), None)
    url = open_link(found.url) if found else None
    return Link(label=voice.embed(found), url=url) if found and url else None


def _sections(articles: tuple[Article, ...], stories: list[Story], frame: Voice) -> tuple[Section, ...]:
    """Stories under their section's name; those of none under the frame's word for more news."""
    remaining = iter(stories)
    return tuple(
        Section(
            name=_free(name, frame, group[0].parsed.language) if name else frame.say("digest.more"),
            stories=tuple(next(remaining) for _ in group),
        )
        for name, group in group_by_section(articles)
    )


def _contents(draft: Draft, sections: tuple[Section, ...], frame: Voice) -> Line | None:
    """How many stories, then the sections; each a part of its own, so that names of two scripts keep their order."""
    if len(draft.articles) < CONTENTS_FROM:
        return None
    count = frame.count("digest.contents", len(draft.articles) + len(draft.headlines))
    return frame.line(count.text, *(section.name.text for section in sections))


def _headlines(draft: Draft, frame: Voice, voices: Mapping[str, Voice], omitted: int) -> HeadlineList | None:
    if not draft.headlines and not omitted:
        return None
    items = tuple(
        _headline(article, choose_voice(article.parsed.language, frame, voices), place)
        for place, article in enumerate(draft.headlines, len(draft.articles) + 1)
    )
    more = frame.count("digest.omitted", omitted) if omitted else None
    return HeadlineList(name=frame.say("digest.headlines"), items=items, omitted=more)


def _headline(article: Article, voice: Voice, place: int) -> Headline:
    return Headline(
        headline=_own(article.parsed.title, article),
        url=open_link(article.parsed.url),
        sample=voice.say("digest.sample") if article.parsed.sample else None,
        corrections=voice.corrections(article),
        place=place,
    )


def _footer(draft: Draft, frame: Voice, links: DigestLinks) -> Footer:
    site = frame.site
    offered = (
        (frame.say("digest.leave"), Patch.UNSUBSCRIBE_URL.value),
        (frame.say("digest.web"), links.web),
        (frame.say("digest.archive"), links.archive),
        (frame.say("digest.subscribe"), links.subscribe),
        (_free(site.title, frame, site.language), site.home),
    )
    return Footer(
        why=frame.say("digest.why", newsletter=draft.newsletter.title),
        links=tuple(Link(label=label, url=url) for label, url in offered if url),
        small_print=tuple(
            _free(text, frame, site.language) for text in (site.postal_address, site.rights) if text
        ),
    )


def _own(text: str, article: Article) -> Phrase:
    """The article's own words, in its own direction and language."""
    return build_phrase(text, direction=article.parsed.direction, language=article.parsed.language)


def _free(text: str, frame: Voice, language: str | None = None) -> Phrase:
    """Words of neither an article nor the frame, such as names: their script gives their direction."""
    direction = direction_of(text, default=frame.direction)
    return build_phrase(text, direction=direction, language=language or frame.language)


def open_link(url: str | None) -> str | None:
    """The address a headline may lead to: absolute http(s), one word, and no stand-in of a patch; else None."""
    if url is None or any(patch in url for patch in Patch) or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
