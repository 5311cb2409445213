"""An article as it stands in a feed, the same in every feed and format.

Promise: one bad article never costs the feed. An article that cannot be made an entry is named with its reason and
left out; the others go on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.feeds.addresses import ascii_url
from publisher.feeds.content import build_content
from publisher.feeds.xml_text import single_line
from publisher.model.article import Article, BlockKind, Image, Parsed
from publisher.model.feed import Entry, FailedEntry
from publisher.model.reason import Reason, reason
from publisher.model.site import Site
from publisher.text.bidi import lead_mark
from publisher.text.truncate import truncate
from publisher.text.words import Words

SUMMARY_LIMIT = 300
"""Characters of a summary taken from the first paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltEntries:
    """Entries by article id, and the articles that could not become one."""

    entries: Mapping[str, Entry]
    failed: tuple[FailedEntry, ...]


def build_entries(site: Site, articles: Iterable[Article], words: Mapping[str, Words]) -> BuiltEntries:
    """Make an entry of each article on its own. `words` has the site's language at least."""
    entries: dict[str, Entry] = {}
    failed: list[FailedEntry] = []
    for article in articles:
        try:
            entries[article.id] = build_entry(site, article, words)
        # The promise: whatever one article holds, the others are published, and this one is named to the operator.
        except Exception as error:
            failed.append(FailedEntry(id=article.id, reason=describe_failure(error)))
    return BuiltEntries(entries=entries, failed=tuple(failed))


def describe_failure(error: Exception) -> Reason:
    """The reason for an entry that could not be written."""
    return reason("feeds.entry.failed", detail=f"{type(error).__name__}: {error}")


def build_entry(site: Site, article: Article, words: Mapping[str, Words]) -> Entry:
    """The entry of one article, with its full content. Raises ValueError where it has no title or a date no zone."""
    parsed = article.parsed
    title = single_line(parsed.title)
    if not title:
        raise ValueError("the article has no title")
    note = words.get(parsed.language, words[site.language]).say("feeds.sample") if parsed.sample else ""
    return Entry(
        id=article.id,
        url=ascii_url(parsed.url) if parsed.url else None,
        title=lead_mark(title, parsed.direction),
        summary=lead_mark(_summary(parsed, note), parsed.direction),
        content_html=build_content(parsed, base=parsed.url or site.home, note=note),
        language=parsed.language,
        direction=parsed.direction,
        published_at=_local(parsed.published_at, site),
        updated_at=_local(article.updated_at, site),
        authors=_authors(parsed),
        section=_optional(parsed.section),
        image=_image(parsed.image),
        rights=_optional(parsed.rights),
        publisher=_optional(parsed.publisher),
    )


def summarise(entry: Entry) -> Entry:
    """The entry for a feed of summaries. Without an address it keeps its content: the reader has nowhere to go."""
    return replace(entry, content_html=None) if entry.url else entry


def _local(at: datetime, site: Site) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} names no zone: a feed never guesses one")
    return at.astimezone(site.timezone).replace(microsecond=0)


def _summary(parsed: Parsed, note: str) -> str:
    """The newsroom's own summary, or the first paragraph cut at a word; headings and lists make no summary."""
    text = single_line(parsed.summary or "")
    if not text:
        paragraphs = (single_line(b.text) for b in parsed.blocks if b.kind is BlockKind.PARAGRAPH)
        text = truncate(next(filter(None, paragraphs), ""), SUMMARY_LIMIT)
    return f"{note} {text}".strip(" ")


def _authors(parsed: Parsed) -> tuple[str, ...]:
    """Whom the page names: the byline, else the publishing house. Never split, never invented."""
    name = _optional(parsed.byline) or _optional(parsed.publisher)
    return (name,) if name else ()


def _optional(text: str | None) -> str | None:
    return single_line(text or "") or None


def _image(image: Image | None) -> Image | None:
    """The picture with an ASCII address and legal words; None where there is no file to point to."""
    if image is None or not image.src:
        return None
    return replace(
        image,
        src=ascii_url(image.src),
        alt=_optional(image.alt),
        caption=_optional(image.caption),
        credit=_optional(image.credit),
    )
