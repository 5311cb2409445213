"""From the rows of a feed to its documents: the entries that are kept already, and the few that must be written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from publisher.feeds.documents import Document, stitch_documents
from publisher.feeds.entries import (
    build_correction_entry,
    build_entry,
    correction_id,
    describe_failure,
    summarise,
)
from publisher.feeds.fragments import Fragment, FragmentKey, write_fragment
from publisher.feeds.places import FeedPlan
from publisher.feeds.slices import Slice, build_feed, entry_limit, is_full
from publisher.jobs.newsroom import Newsroom
from publisher.model.archive import recent_path
from publisher.model.article import Article
from publisher.model.feed import Feed, FeedListing, Tombstone
from publisher.model.reason import Reason, reason
from publisher.store.articles import load_articles_by_number
from publisher.store.database import Transaction
from publisher.store.feed_members import Standing, load_gone, load_window
from publisher.store.feed_slices import load_slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A feed's documents, one for each format, and how pages name it (None: they do not). `failed` are the articles
    (store numbers) that could not be written and are in none of them. `broken` is why there are no documents.
    """

    documents: tuple[Document, ...]
    listing: FeedListing | None
    failed: Mapping[int, Reason] = field(default_factory=dict)
    broken: Reason | None = None


def write_documents(tx: Transaction, room: Newsroom, plan: FeedPlan, piece: Slice) -> Written:
    """Write the feed as it stands in the snapshot `tx`."""
    limit = entry_limit(plan, piece.path)
    window = load_window(tx, piece.path, limit)
    fragments, failed = collect_entries(tx, room, plan, window, full=is_full(plan, piece.path))
    gone = load_gone(tx, piece.path, limit)
    previous = recent_path(piece.path) if load_slice(tx, recent_path(piece.path)) else None

    def build() -> Feed:
        feed = build_feed(
            plan,
            piece,
            room.words,
            languages=[fragment.language for fragment in fragments],
            updated_at=max((fragment.updated_at for fragment in fragments), default=None),
            tombstones=[
                Tombstone(id=correction_id(dead.article_id, dead.correction), at=dead.at) for dead in gone
            ],
        )
        return replace(feed, previous=previous)

    return stitch(build, fragments, failed, is_listed=True)


def stitch(
    build: Callable[[], Feed], fragments: Sequence[Fragment], failed: Mapping[int, Reason], *, is_listed: bool
) -> Written:
    """The documents of the feed that `build` makes. Whatever is wrong with one feed, the others are published."""
    try:
        feed = build()
        documents = stitch_documents(feed, fragments)
    except Exception as error:
        why = reason("feeds.document.failed", detail=f"{type(error).__name__}: {error}")
        return Written(documents=(), listing=None, failed=failed, broken=why)
    return Written(documents=documents, listing=feed.listing if is_listed else None, failed=failed)


def collect_entries(
    tx: Transaction, room: Newsroom, plan: FeedPlan, window: Sequence[Standing], *, full: bool
) -> tuple[list[Fragment], dict[int, Reason]]:
    """The written entries in order, without those that cannot be written."""
    keys = [_key(standing, full=full) for standing in window]
    missing = {
        standing.number
        for standing, key in zip(window, keys, strict=True)
        if room.fragments.find(key) is None
    }
    articles = {article.number: article for article in load_articles_by_number(tx, missing)}
    fragments: list[Fragment] = []
    failed: dict[int, Reason] = {}
    for standing, key in zip(window, keys, strict=True):
        found = room.fragments.find(key)
        if found is None and standing.number not in failed:
            try:
                article = articles.get(standing.number) or _load(tx, standing.number)
                found = _write(room, plan, article, standing.correction, full=full)
                room.fragments.keep(key, found)
            # Whatever one entry holds, the others are published, and this one is named to the operator.
            except Exception as error:
                failed[standing.number] = describe_failure(error)
        if found is not None:
            fragments.append(found)
    return fragments, failed


def _key(standing: Standing, *, full: bool) -> FragmentKey:
    return FragmentKey(
        article_id=standing.article_id,
        revision=standing.revision,
        corrections=standing.corrections,
        correction=standing.correction,
        full=full,
    )


def _load(tx: Transaction, number: int) -> Article:
    """For an entry that was given up between two looks, where more is written than is kept."""
    (article,) = load_articles_by_number(tx, [number])
    return article


def _write(room: Newsroom, plan: FeedPlan, article: Article, correction: int, *, full: bool) -> Fragment:
    entry = build_entry(plan.site, article, room.words)
    if correction:
        entry = build_correction_entry(plan.site, article, correction, entry, room.words)
    return write_fragment(entry if full else summarise(entry))
