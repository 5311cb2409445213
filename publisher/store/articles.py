"""Articles and their revisions.

Promise: an article's id, once minted, is its id for ever, and so is its date of publication once it has come; a
revision is stored only when the content differs, so re-running an ingest changes nothing. No document can stop the
next: each is written behind a savepoint of its own.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import Row

from publisher.model.article import Article, ArticleState, Parsed, Quarantined
from publisher.model.correction import Correction
from publisher.model.identity import IMPORTED, build_article_id
from publisher.model.issue import IssueState
from publisher.model.page import build_page_key, choose_same_page
from publisher.model.reason import Reason, reason
from publisher.store.corrections import add_corrections, load_corrections
from publisher.store.database import Transaction, from_ms, to_ms
from publisher.store.encoding import decode_parsed, encode_value
from publisher.store.feed_changes import note_change
from publisher.store.schema import article, article_revision, issue, issue_article

_BY_SETTINGS = ("selection.language", "selection.section", "selection.no-section")
"""Reasons (`model.selection`) that a change of the settings can undo; as they stand at the head of their column."""
_AT_ONCE = 500
"""Articles named in one statement."""
_WITHDRAWN = encode_value(reason("selection.withdrawn"))


class Saved(StrEnum):
    """What storing a document came to."""

    NEW = "new"
    """An article that was not known."""
    REVISED = "revised"
    """A known article whose content differs: a new revision."""
    UNCHANGED = "unchanged"
    """Nothing was written."""
    DUPLICATE = "duplicate"
    """Another document already stands for this address; this one was left aside."""


def save_parsed(
    tx: Transaction, parsed: Parsed, *, home: str, present: Collection[str], now: datetime
) -> Saved | Quarantined:
    """Store a document as an article's newest revision.

    The article is found by its document (`source`, `key`), else by its address, else by the id that its address and
    date would be given, else by another spelling of its address (`model.page`: http or https, `%d8` or `%D8`). A
    document found by address or id whose known one is no longer `present` (keys of this source's pass) has moved and
    takes the article over; where both are present, the first keeps it. A known document that claims another article's
    address is left aside too, unless that is but another spelling of its own: then it keeps the address that is stored.
    An article that was imported is taken over by whatever document comes with its address
    or guid, and imported again it is left alone.

    Held back where it states a guid that another document's article has, or another than its article has already; and
    where the database refuses the rows all the same: what others store meanwhile cannot be foreseen. `tx` stays usable.
    """
    try:
        with tx.begin_nested():
            return _save(tx, parsed, home=home, present=present, now=now)
    except sa.exc.IntegrityError:
        why = reason("articles.address_taken", address=parsed.url or parsed.key)
        return Quarantined(source=parsed.source, key=parsed.key, reason=why)


def _save(
    tx: Transaction, parsed: Parsed, *, home: str, present: Collection[str], now: datetime
) -> Saved | Quarantined:
    minted = _mint(parsed, home)
    known = _find(tx, parsed, minted)
    if known is None:
        _insert(tx, parsed, minted, now=now)
        return Saved.NEW
    if (why := _judge_guid(parsed, known, present)) is not None:
        return Quarantined(source=parsed.source, key=parsed.key, reason=why)
    if not _may_follow(parsed, known, present):
        return Saved.DUPLICATE
    return _follow(tx, parsed, known, now=now)


def _follow(tx: Transaction, parsed: Parsed, known: Row[tuple[object, ...]], *, now: datetime) -> Saved:
    """Revise the known article by the document that speaks for it. Where another article stands at the spelling that
    the document has and `known` at another of the same page (an earlier version stored both), each keeps its own.
    """
    if _hash(encode_value(parsed)) == known.content_hash:
        return Saved.UNCHANGED
    if parsed.url is not None and _is_anothers(tx, parsed.url, known):
        if _choose(parsed.url, [known]) is None:
            return Saved.DUPLICATE
        parsed = replace(parsed, url=known.url)
    read_as = _hash(encode_value(parsed))
    if read_as == known.content_hash:
        return Saved.UNCHANGED
    _revise(tx, known, _keep_publication(parsed, known, now), read_as=read_as, now=now)
    return Saved.REVISED


def _may_follow(parsed: Parsed, known: Row[tuple[object, ...]], present: Collection[str]) -> bool:
    """Whether the document speaks for the known article: it is its document, or follows one that is gone, or one that
    was only imported.
    """
    if (known.source, known.key) == (parsed.source, parsed.key):
        return True
    if IMPORTED in (known.source, parsed.source):
        return bool(known.source == IMPORTED)
    return bool(known.source == parsed.source and known.key not in present)


def _judge_guid(parsed: Parsed, known: Row[tuple[object, ...]], present: Collection[str]) -> Reason | None:
    """Why the guid that the document states cannot be; None where it states none, or its article's own."""
    if parsed.guid is None:
        return None
    if parsed.guid != known.id:
        return reason("articles.guid_late", guid=parsed.guid, id=known.id)
    is_same_page = parsed.url is not None and _choose(parsed.url, [known]) is not None
    if is_same_page or parsed.source == IMPORTED or _may_follow(parsed, known, present):
        return None
    return reason("articles.guid_taken", guid=parsed.guid, document=f"{known.source}/{known.key}")


def _keep_publication(parsed: Parsed, known: Row[tuple[object, ...]], now: datetime) -> Parsed:
    """A date of publication that readers may have seen never moves again (RFC 4287 section 4.2.9), whatever a document
    says later: readers would get the article twice.
    """
    if known.published_at > to_ms(now):
        return parsed
    return replace(parsed, published_at=decode_parsed(known.parsed).published_at)


def has_article(tx: Transaction, article_id: str) -> bool:
    """Whether an article of this id is stored, live or withdrawn."""
    return tx.scalar(sa.select(article.c.number).where(article.c.id == article_id)) is not None


def load_live_articles(tx: Transaction) -> tuple[Article, ...]:
    """Every live article in its current revision: published descending, then number descending."""
    query = _current().where(article.c.state == ArticleState.LIVE)
    query = query.order_by(article.c.published_at.desc(), article.c.number.desc())
    return _to_articles(tx, query)


def load_articles(tx: Transaction) -> tuple[Article, ...]:
    """Every article, withdrawn ones too, in the same order."""
    query = _current().order_by(article.c.published_at.desc(), article.c.number.desc())
    return _to_articles(tx, query)


def load_articles_by_number(tx: Transaction, numbers: Collection[int]) -> tuple[Article, ...]:
    """These articles, by number."""
    found: list[Article] = []
    listed = sorted(numbers)
    for start in range(0, len(listed), _AT_ONCE):
        chosen = article.c.number.in_(listed[start : start + _AT_ONCE])
        found += _to_articles(tx, _current().where(chosen).order_by(article.c.number))
    return tuple(found)


def load_candidates(tx: Transaction, newsletter_id: int) -> tuple[Article, ...]:
    """Every article the newsletter has yet to decide on, in the same order.

    That is: not weighed in its current revision for any issue that stands; or dated after the moment it was weighed;
    or withdrawn then and restored since; or left out by what the settings said of sections and languages, which may
    have changed. What was taken, or is too old, is weighed once.
    """
    weighed = (
        sa.select(sa.literal(1))
        .select_from(issue_article.join(issue, issue.c.id == issue_article.c.issue))
        .where(
            issue.c.newsletter == newsletter_id,
            issue.c.state != IssueState.CANCELLED,
            issue_article.c.article == article.c.number,
            issue_article.c.revision == article.c.revision,
            article.c.published_at <= issue.c.due_at,
            sa.or_(issue_article.c.reason != _WITHDRAWN, article.c.state == ArticleState.WITHDRAWN),
            *(issue_article.c.reason.not_like(f'{{"key":"{key}"%') for key in _BY_SETTINGS),
        )
        .correlate(article)
    )
    query = _current().where(~weighed.exists())
    query = query.order_by(article.c.published_at.desc(), article.c.number.desc())
    return _to_articles(tx, query)


def _current() -> sa.Select[tuple[object, ...]]:
    current = sa.and_(
        article_revision.c.article == article.c.number, article_revision.c.revision == article.c.revision
    )
    return sa.select(article, article_revision.c.parsed, article_revision.c.content_hash).join(
        article_revision, current
    )


def _mint(parsed: Parsed, home: str) -> str:
    return parsed.guid or build_article_id(
        url=parsed.url, home=home, source=parsed.source, key=parsed.key, published_at=parsed.published_at
    )


def _find(tx: Transaction, parsed: Parsed, minted: str) -> Row[tuple[object, ...]] | None:
    ways = [
        sa.and_(article.c.source == parsed.source, article.c.key == parsed.key),
        article.c.url == parsed.url if parsed.url is not None else None,
        article.c.id == minted,
    ]
    for way in ways:
        if way is not None and (found := tx.execute(_current().where(way)).first()) is not None:
            return found
    return None if parsed.url is None else _find_at_page(tx, parsed, parsed.url)


def _find_at_page(tx: Transaction, parsed: Parsed, url: str) -> Row[tuple[object, ...]] | None:
    """The article whose address is another spelling of `url`. Two imported entries whose guids and fragments both
    differ are two: a running report has an entry for each fragment of one page.
    """
    query = _current().where(article.c.page_key == build_page_key(url)).order_by(article.c.number)
    found = _choose(url, tx.execute(query).all())
    is_told_apart = (
        found is not None
        and found.source == IMPORTED
        and parsed.guid is not None
        and urlsplit(url).fragment != urlsplit(found.url).fragment
    )
    return None if is_told_apart else found


def _choose(url: str, rows: Sequence[Row[tuple[object, ...]]]) -> Row[tuple[object, ...]] | None:
    """Of these articles the one at this address, however it is spelt."""
    key = build_page_key(url)
    rows = [row for row in rows if row.page_key == key]
    place = choose_same_page(url, [row.url for row in rows])
    return None if place is None else rows[place]


def _is_anothers(tx: Transaction, url: str, known: Row[tuple[object, ...]]) -> bool:
    """Whether another article than `known` stands at this address; at another spelling of it only where `known` would
    move there: two that are stored already stay two, and each is still mended (`_follow`).
    """
    key = build_page_key(url)
    claimed = article.c.url == url if key == known.page_key else article.c.page_key == key
    rows = tx.execute(sa.select(article).where(claimed, article.c.number != known.number)).all()
    return _choose(url, rows) is not None


def _insert(tx: Transaction, parsed: Parsed, minted: str, *, now: datetime) -> None:
    row = tx.execute(
        sa.insert(article)
        .values(id=minted, revision=1, accepted_at=to_ms(now), **_columns(parsed, now))
        .returning(article.c.number)
    ).one()
    _insert_revision(tx, row.number, 1, parsed, read_as=_hash(encode_value(parsed)), now=now)


def _revise(
    tx: Transaction, known: Row[tuple[object, ...]], parsed: Parsed, *, read_as: str, now: datetime
) -> None:
    """`read_as` is the hash of the document as it was read, at the address it keeps: by it the same document is known
    again.
    """
    revision = known.revision + 1
    tx.execute(
        sa.update(article)
        .where(article.c.number == known.number)
        .values(revision=revision, **_columns(parsed, now))
    )
    _insert_revision(tx, known.number, revision, parsed, read_as=read_as, now=now)


def _insert_revision(
    tx: Transaction, number: int, revision: int, parsed: Parsed, *, read_as: str, now: datetime
) -> None:
    tx.execute(
        sa.insert(article_revision).values(
            article=number,
            revision=revision,
            at=to_ms(now),
            content_hash=read_as,
            parsed=encode_value(parsed),
        )
    )
    add_corrections(tx, number, parsed.corrections, now=now)
    note_change(tx, number, due_at=max(now, parsed.published_at))


def _columns(parsed: Parsed, now: datetime) -> dict[str, object]:
    return {
        "source": parsed.source,
        "key": parsed.key,
        "url": parsed.url,
        "page_key": None if parsed.url is None else build_page_key(parsed.url),
        "language": parsed.language,
        "section": parsed.section,
        "published_at": to_ms(parsed.published_at),
        "revised_at": to_ms(now),
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _to_articles(tx: Transaction, query: sa.Select[tuple[object, ...]]) -> tuple[Article, ...]:
    rows = tx.execute(query).all()
    corrections = load_corrections(tx, [row.number for row in rows])
    return tuple(_to_article(row, corrections.get(row.number, ())) for row in rows)


def _to_article(row: Row[tuple[object, ...]], corrections: tuple[Correction, ...]) -> Article:
    return Article(
        id=row.id,
        number=row.number,
        revision=row.revision,
        state=ArticleState(row.state),
        accepted_at=from_ms(row.accepted_at),
        revised_at=from_ms(row.revised_at),
        parsed=decode_parsed(row.parsed),
        corrections=corrections,
        withdrawn_at=None if row.withdrawn_at is None else from_ms(row.withdrawn_at),
    )
