"""Markdown with front matter: the format for people who write their articles in files."""

from publisher.model.article import BlockKind, Parsed, Quarantined
from publisher.model.reason import Reason, reason
from publisher.sources.acceptance import check_dates, decide_language, first_public, settle_corrections
from publisher.sources.attribution import find_attributions
from publisher.sources.decoding import decode_document
from publisher.sources.embeds import enclosures_of
from publisher.sources.front_matter import split_front_matter
from publisher.sources.markdown_blocks import Body, parse_blocks
from publisher.sources.metadata import Metadata, parse_metadata
from publisher.sources.origin import Origin
from publisher.text.clean import clean_text
from publisher.text.dates import ReadDate
from publisher.text.direction import direction_of, language_direction
from publisher.text.listing import join_names
from publisher.text.reading import count_words


def parse_markdown(data: bytes, origin: Origin) -> Parsed | Quarantined:
    """Read a Markdown document, or say why not. Never raises. Title and date must be stated in the front matter."""
    result = _parse(data, origin)
    return origin.quarantine(result) if isinstance(result, Reason) else result


def _parse(data: bytes, origin: Origin) -> Parsed | Reason:
    text = decode_document(data)
    if isinstance(text, Reason):
        return text
    document = split_front_matter(clean_text(text), file=origin.name)
    if isinstance(document, Reason):
        return document
    stated = parse_metadata(document.stated, file=origin.name, zone=origin.site.timezone)
    if isinstance(stated, Reason):
        return stated
    if stated.title is None:
        return reason("sources.title_not_stated", file=origin.name)
    if stated.published is None:
        return reason("sources.date_not_stated", file=origin.name)
    wrong = check_dates(stated.published, stated.updated, now=origin.now)
    if wrong is not None:
        return wrong
    body = parse_blocks(document.body, base=stated.url or "")
    if isinstance(body, Reason):
        return body
    return _build(origin, stated, stated.title, stated.published, body)


def _build(origin: Origin, stated: Metadata, title: str, published: ReadDate, body: Body) -> Parsed | Reason:
    blocks = body.blocks
    if blocks and blocks[0].kind is BlockKind.HEADING and blocks[0].text == title:
        blocks = blocks[1:]  # many write the title a second time, as the body's first heading
    if not blocks:
        return reason("sources.body_missing")
    text = "\n".join((title, *(block.text for block in blocks)))
    language = decide_language(stated.language, text, site=origin.site)
    if isinstance(language, Reason):
        return language
    published_at = first_public(published, stated.embargo)
    corrections = settle_corrections(stated.corrections, published_at, now=origin.now)
    if isinstance(corrections, Reason):
        return corrections
    return Parsed(
        source=origin.source,
        key=origin.key,
        title=title,
        language=language,
        direction=direction_of(text, default=language_direction(language)),
        blocks=blocks,
        published_at=published_at,
        published_raw=published.raw,
        zone_from=published.zone_from,
        url=stated.url,
        url_from="front matter" if stated.url else None,
        updated_at=stated.updated.at if stated.updated else None,
        byline=stated.author or join_names(stated.authors, language) or None,
        section=stated.section,
        publisher=stated.publisher,
        image=stated.image or next(iter(stated.images), None) or body.image,
        summary=stated.summary,
        attributed_to=stated.attributed_to or find_attributions(block.text for block in blocks),
        rights=stated.rights,
        words=sum(count_words(block.text) for block in blocks),
        sample=stated.sample,
        authors=stated.authors if len(stated.authors) > 1 else (),
        tags=stated.tags,
        images=stated.images if stated.image else stated.images[1:],
        enclosures=stated.enclosures or enclosures_of(blocks),
        wire=stated.wire,
        embargo_until=stated.embargo.at if stated.embargo else None,
        corrections=corrections,
        guid=stated.guid,
    )
