"""Feeds the plain way, all of them from all articles at once: the oracle for what publication does change by change.

Nothing here looks at rows, versions or kept entries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from publisher.feeds.addresses import feed_id
from publisher.feeds.documents import Document, stitch_documents
from publisher.feeds.entries import (
    build_correction_entry,
    build_entry,
    correction_id,
    describe_failure,
    summarise,
)
from publisher.feeds.files import FeedFile, open_feed_folder
from publisher.feeds.fragments import Fragment, write_fragment
from publisher.feeds.places import FeedPlan, Place, SliceKind, find_places
from publisher.feeds.slices import Slice, build_feed, entry_limit, is_full
from publisher.model.article import Article, ArticleState
from publisher.model.feed import BEGINNING, Entry, FailedEntry, Feed, FeedListing, Tombstone
from publisher.model.site import FeedRules, FeedSpec, Newsletter, Site
from publisher.text.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFeeds:
    """Every feed, the whole site's first, and the articles that could not be made an entry."""

    feeds: tuple[Feed, ...]
    failed: tuple[FailedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The documents of every feed, feed by feed, and the entries left out."""

    documents: tuple[Document, ...]
    failed: tuple[FailedEntry, ...]


def build_feeds(
    site: Site,
    articles: Iterable[Article],
    specs: Sequence[FeedSpec],
    words: Mapping[str, Words],
    *,
    now: datetime,
    rules: FeedRules | None = None,
    newsletters: Sequence[Newsletter] = (),
) -> BuiltFeeds:
    """Every feed of these articles, with its entries."""
    plan = FeedPlan(site=site, rules=rules or FeedRules(), specs=tuple(specs), newsletters=tuple(newsletters))
    articles = sorted(articles, key=lambda article: article.number)
    shown, failed = [], {}
    entries: dict[tuple[str, int], Entry] = {}
    for article in articles:
        try:
            if article.parsed.published_at.utcoffset() is None or article.parsed.published_at <= now:
                _make_entries(site, article, words, entries)
                shown.append(article)
        except Exception as error:
            failed[article.id] = FailedEntry(id=article.id, reason=describe_failure(error))
    places: dict[str, list[tuple[Place, Article]]] = {
        place.path: [(place, _NOBODY)] for place in plan.standing
    }
    for article in shown:
        for place in find_places(plan, article):
            places.setdefault(place.path, []).append((place, article))
    feeds = [
        _feed(plan, found, entries, words, now)
        for found in places.values()
        if found[0][1] is _NOBODY or len(_live(found)) >= found[0][0].at_least
    ]
    named = [place.path for place in plan.standing]
    kinds = {path: found[0][0].kind for path, found in places.items()}

    def order(feed: Feed) -> tuple[int, int, str]:
        at = named.index(feed.path) if feed.path in named else len(named)
        return list(SliceKind).index(kinds[feed.path]), at, feed.path

    return BuiltFeeds(feeds=tuple(sorted(feeds, key=order)), failed=tuple(failed.values()))


_NOBODY: Article = object()  # type: ignore[assignment]


def _make_entries(
    site: Site, article: Article, words: Mapping[str, Words], entries: dict[tuple[str, int], Entry]
) -> None:
    entry = build_entry(site, article, words)
    made = {0: entry}
    for correction in article.corrections:
        made[correction.number] = build_correction_entry(site, article, correction.number, entry, words)
    entries |= {(article.id, number): found for number, found in made.items()}


def _live(found: list[tuple[Place, Article]]) -> list[tuple[Place, Article]]:
    return [
        (place, article)
        for place, article in found
        if article is not _NOBODY and article.state is ArticleState.LIVE
    ]


def _feed(
    plan: FeedPlan,
    found: list[tuple[Place, Article]],
    entries: Mapping[tuple[str, int], Entry],
    words: Mapping[str, Words],
    now: datetime,
) -> Feed:
    first = found[0][0]
    standing: list[tuple[datetime, int, int, Entry]] = []
    gone: list[tuple[datetime, int, int, str]] = []
    for place, article in found:
        if article is _NOBODY:
            continue
        moments = {0: article.parsed.published_at} | {
            correction.number: correction.at
            for correction in article.corrections
            if place.corrections or correction.announce
        }
        for number, at in moments.items():
            left = article.withdrawn_at
            if article.state is ArticleState.LIVE:
                standing.append((at, article.number, number, entries[article.id, number]))
            elif left and article.parsed.published_at <= left and now < left + plan.rules.tombstones_for:
                gone.append((left, article.number, number, correction_id(article.id, number)))
    limit = entry_limit(plan, first.path)
    chosen = [row[3] for row in sorted(standing, key=lambda row: row[:3], reverse=True)[:limit]]
    if not is_full(plan, first.path):
        chosen = list(map(summarise, chosen))
    begun = _live(found)[first.at_least - 1 :]
    named = [place.name for place, _ in begun if place.makes_its_name]
    name = first.name if found[0][1] is _NOBODY else next(iter(named), begun[0][0].name)
    feed = build_feed(
        plan,
        Slice(kind=first.kind, path=first.path, name=name, id=feed_id(plan.site.home, first.path)),
        words,
        languages=[entry.language for entry in chosen],
        updated_at=_latest(chosen),
        tombstones=[
            Tombstone(id=row[3], at=row[0])
            for row in sorted(gone, key=lambda row: row[:3], reverse=True)[:limit]
        ],
    )
    return replace(feed, entries=tuple(chosen))


def _latest(entries: Iterable[Entry]) -> datetime:
    return max((entry.updated_at for entry in entries), default=BEGINNING)


def render_documents(feeds: Iterable[Feed]) -> Rendered:
    """Every feed in every format; an entry that cannot be written is left out of all."""
    documents: list[Document] = []
    failed: dict[str, FailedEntry] = {}
    for feed in feeds:
        fragments: list[Fragment] = []
        for entry in feed.entries:
            try:
                fragments.append(write_fragment(entry))
            except Exception as error:
                failed[entry.id] = FailedEntry(id=entry.id, reason=describe_failure(error))
        kept = {fragment.id for fragment in fragments}
        entries = [entry for entry in feed.entries if entry.id in kept]
        updated_at = max([_latest(entries), *(dead.at for dead in feed.tombstones)])
        documents += stitch_documents(replace(feed, updated_at=updated_at), fragments)
    return Rendered(documents=tuple(documents), failed=tuple(failed.values()))


def write_feeds(
    folder: Path, documents: Sequence[Document], listings: Sequence[FeedListing], *, now: datetime
) -> tuple[FeedFile, ...]:
    """Let these be all files of the folder."""
    with open_feed_folder(folder) as held:
        held.remove_strays()
        held.claim([document.path for document in documents])
        files = held.put(documents, now=now)
        held.complete_gzip()
        held.drop(held.manifest.files.keys() - {document.path for document in documents})
        held.settle(listings=listings, versions={})
    return files


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFeeds:
    """What became of every file, and the articles that could not be published."""

    files: tuple[FeedFile, ...]
    listings: tuple[FeedListing, ...]
    failed: tuple[FailedEntry, ...]


def publish_whole(
    *,
    site: Site,
    specs: Sequence[FeedSpec],
    articles: Sequence[Article],
    words: Mapping[str, Words],
    folder: Path,
    now: datetime,
) -> PublishedFeeds:
    """Build, write and publish every feed of these articles into `folder`."""
    built = build_feeds(site, articles, specs, words, now=now)
    rendered = render_documents(built.feeds)
    listings = tuple(feed.listing for feed in built.feeds)
    files = write_feeds(folder, rendered.documents, listings, now=now)
    return PublishedFeeds(files=files, listings=listings, failed=(*built.failed, *rendered.failed))
