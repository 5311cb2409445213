"""`nashra feeds list`: every feed and how it stands."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.cli.table import align, say_bytes
from publisher.jobs.end_feeds import tell_settings
from publisher.jobs.list_feeds import DocumentStanding, FeedStanding, FeedState, list_feeds
from publisher.text.words import Words, load_words

_HEAD = ("state", "entries", "size", "last change", "left out", "feed")


def list_all(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """List every feed: its state, entries, size (of its largest format), last change, and how many articles are left
    out of it; then since when and why anything is held back, and what ended.

    The state is `good`; `held back`, where a new document did not pass the check and readers have the last good one;
    `unpublished`, where the next publication writes it; or `ended`, where it left the settings and readers get 404.
    """
    with opened(settings) as house:
        feeds = list_feeds(house.room)
    if json:
        tell_json(feeds)
        return
    for line in describe(feeds, load_words("en")):
        tell(line)
    if any(feed.state is FeedState.UNPUBLISHED for feed in feeds):
        say("next: nashra feeds publish")


def describe(feeds: Sequence[FeedStanding], words: Words) -> Iterator[str]:
    """The feeds as a table, then a line for each thing that is not as it should be."""
    yield from align([_HEAD, *map(_row, feeds)], left=(0, 5))
    told = [line for feed in feeds for line in _tell_trouble(feed, words)]
    if told:
        yield ""
        yield from dict.fromkeys(told)


def _row(feed: FeedStanding) -> tuple[str, ...]:
    sizes = [document.size_bytes for document in feed.documents if document.size_bytes is not None]
    dates = [document.changed_at for document in feed.documents if document.changed_at is not None]
    return (
        feed.state,
        f"{max(document.entries for document in feed.documents):,}" if feed.documents else "–",
        say_bytes(max(sizes)) if sizes else "–",
        _at(max(dates)) if dates else "–",
        f"{len(feed.left_out):,}",
        feed.url,
    )


def _tell_trouble(feed: FeedStanding, words: Words) -> Iterator[str]:
    yield from (_tell_refusal(document, words) for document in feed.documents if document.refused)
    for found in feed.left_out:
        yield f"left out since {_at(found.since)}: {found.article}: {words.say_reason(found.reason)}"
    if feed.ended_at:
        yield f"ended {_at(feed.ended_at)}: {feed.url}: write {tell_settings(feed.path)}"


def _tell_refusal(document: DocumentStanding, words: Words) -> str:
    since = f"since {_at(document.since)}" if document.since else "for some time"
    why = words.say_reason(document.refused) if document.refused else ""
    return f"held back {since}: {document.url}: {why}"


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"
