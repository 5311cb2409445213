"""An article as it stands in a feed, the same in every feed and format."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from publisher.feeds.addresses import ascii_url
from publisher.feeds.content import build_content
from publisher.feeds.corrections import correction_lines
from publisher.feeds.xml_text import single_line
from publisher.model.article import Article, BlockKind, Parsed
from publisher.model.errors import ReasonedError
from publisher.model.feed import Category, Entry
from publisher.model.media import Enclosure, Image, Wire
from publisher.model.reason import Reason, reason
from publisher.model.site import Site
from publisher.text.bidi import lead_mark
from publisher.text.truncate import truncate
from publisher.text.words import Words

SUMMARY_LIMIT = 300
"""Characters of a summary taken from the first paragraph."""


def describe_failure(error: Exception) -> Reason:
    """The reason for an entry that could not be written."""
    if isinstance(error, ReasonedError):
        return error.reason
    return reason("feeds.entry.failed", detail=f"{type(error).__name__}: {error}")


def build_entry(site: Site, article: Article, words: Mapping[str, Words]) -> Entry:
    """The entry of one article, with its full content. Raises ValueError where it has no title or a date no zone."""
    parsed = article.parsed
    title = single_line(parsed.title)
    if not title:
        raise ValueError("the article has no title")
    own_words = words.get(parsed.language, words[site.language])
    sample = own_words.say("feeds.sample") if parsed.sample else ""
    corrections = correction_lines(site, article, words)
    return Entry(
        id=article.id,
        url=ascii_url(parsed.url) if parsed.url else None,
        title=lead_mark(title, parsed.direction),
        summary=lead_mark(_summary(parsed, sample), parsed.direction),
        content_html=build_content(
            parsed, own_words, base=parsed.url or site.home, notes=(*filter(None, [sample]), *corrections)
        ),
        language=parsed.language,
        direction=parsed.direction,
        published_at=_local(parsed.published_at, site),
        updated_at=_local(article.updated_at, site),
        authors=_authors(parsed),
        categories=_categories(parsed, site),
        images=_images(parsed),
        enclosures=tuple(map(_enclosure, parsed.enclosures)),
        source=_source(parsed.wire, site) if parsed.wire else None,
        rights=_optional(parsed.rights),
        correction=next(iter(corrections), ""),
    )


def correction_id(article_id: str, correction: int) -> str:
    """The id of a correction's own entry, derived from the article's (a tag URI may hold `;` and `=`: RFC 4151); the
    article's for 0.
    """
    return f"{article_id};correction={correction}" if correction else article_id


def build_correction_entry(
    site: Site, article: Article, number: int, entry: Entry, words: Mapping[str, Words]
) -> Entry:
    """A correction as an entry of its own, for readers that never update what they have. `entry` is the article's."""
    correction = next(item for item in article.corrections if item.number == number)
    say = words.get(article.parsed.language, words[site.language]).say
    at = _local(correction.at, site)
    title = say("feeds.correction_title", title=single_line(article.parsed.title))
    return replace(
        entry,
        id=correction_id(article.id, number),
        title=lead_mark(title, entry.direction),
        published_at=at,
        updated_at=at,
    )


def summarise(entry: Entry) -> Entry:
    """The entry for a feed of summaries; a correction is told there too. Without an address it keeps its content: the
    reader has nowhere to go.
    """
    if not entry.url:
        return entry
    told = " ".join(filter(None, (entry.correction, entry.summary)))
    return replace(entry, content_html=None, summary=lead_mark(told, entry.direction))


def _local(at: datetime, site: Site) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} names no zone: a feed never guesses one")
    return at.astimezone(site.timezone).replace(microsecond=0)


def _summary(parsed: Parsed, note: str) -> str:
    """The newsroom's own summary, or the first paragraph cut at a word; headings and lists make no summary."""
    text = single_line(parsed.summary or "")
    if not text:
        paragraphs = (single_line(b.text) for b in parsed.blocks if b.kind is BlockKind.PARAGRAPH)
        text = single_line(
            truncate(next(filter(None, paragraphs), ""), SUMMARY_LIMIT)
        )  # closes what the cut left open
    return f"{note} {text}".strip(" ")


def _authors(parsed: Parsed) -> tuple[str, ...]:
    """Whom the document names: its authors one by one, else the byline as it stands (never split, never invented), else
    the publishing house.
    """
    named = parsed.authors or (parsed.byline or parsed.publisher or "",)
    return tuple(dict.fromkeys(filter(None, map(single_line, named))))


def _categories(parsed: Parsed, site: Site) -> tuple[Category, ...]:
    """The section, then the topics, each once. Ours have a scheme that hangs on the site alone."""
    home = ascii_url(site.home).rstrip("/")
    section = _optional(parsed.section)
    own = (Category(term=section, scheme=f"{home}/#section"),) if section else ()
    topics = (
        Category(term=name, scheme=ascii_url(tag.scheme) if tag.scheme else f"{home}/#topic")
        for tag in parsed.tags
        if (name := single_line(tag.name))
    )
    return tuple(dict.fromkeys((*own, *topics)))


def _optional(text: str | None) -> str | None:
    return single_line(text or "") or None


def _images(parsed: Parsed) -> tuple[Image, ...]:
    """The pictures that have a file, each address once, with ASCII addresses and legal words."""
    found = [_image(image) for image in (parsed.image, *parsed.images) if image is not None and image.src]
    by_address: dict[str | None, Image] = {}
    for image in found:
        by_address.setdefault(image.src, image)
    return tuple(by_address.values())


def _image(image: Image) -> Image:
    return replace(
        image,
        src=ascii_url(image.src or ""),
        alt=_optional(image.alt),
        caption=_optional(image.caption),
        credit=_optional(image.credit),
        thumbnail=ascii_url(image.thumbnail) if image.thumbnail else None,
    )


def _enclosure(enclosure: Enclosure) -> Enclosure:
    return replace(enclosure, url=ascii_url(enclosure.url), title=_optional(enclosure.title), file=None)


def _source(wire: Wire, site: Site) -> Wire:
    return replace(
        wire,
        name=single_line(wire.name),
        url=ascii_url(wire.url) if wire.url else None,
        feed=ascii_url(wire.feed) if wire.feed else None,
        updated_at=_local(wire.updated_at, site) if wire.updated_at else None,
    )
