"""What the demonstration did, as one value: `nashra demo --json` prints it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher.jobs.newsroom import Newsroom
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.model.delivery import DeliveryState
from publisher.model.issue import Issue
from publisher.store.articles import load_live_articles
from publisher.store.deliveries import count_deliveries
from publisher.store.issues import load_choices, load_issues, load_renditions
from publisher.store.quarantine import load_quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """A live article. `published_at` keeps the offset of its zone."""

    id: str
    title: str
    lang: str
    dir: str
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A document held back; `reason` is in the site's language, `source` names the document."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """A published feed file. `path` is where it lies, `url` where it is served."""

    path: str
    url: str
    format: str
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """The issue that went out last. `articles` are ids in reading order; `subject` is in the newsletter's language."""

    newsletter: str
    slot: str
    number: int | None
    subject: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All of it. `issue` is None, and `deliveries` empty, while none went out."""

    articles: tuple[ArticleLine, ...]
    quarantined: tuple[HeldLine, ...]
    feeds: tuple[FeedLine, ...]
    issue: IssueLine | None
    deliveries: Mapping[DeliveryState, int]
    eml: tuple[str, ...]


def load_summary(room: Newsroom, mailbox: Path) -> Summary:
    """Read the summary from rows and files. `mailbox` is the folder of captured messages."""
    words = room.words[room.site.language]
    published = refresh_feeds(room)
    with room.database.read() as tx:
        articles = load_live_articles(tx)
        held = load_quarantined(tx)
        frozen = [issue for issue in load_issues(tx) if issue.frozen_at is not None]
        last = max(frozen, key=lambda issue: (issue.frozen_at, issue.id), default=None)
        return Summary(
            articles=tuple(
                ArticleLine(
                    id=item.id,
                    title=item.parsed.title,
                    lang=item.parsed.language,
                    dir=item.parsed.direction,
                    published_at=item.parsed.published_at,
                )
                for item in articles
            ),
            quarantined=tuple(
                HeldLine(source=f"{item.source}/{item.key}", reason=words.say_reason(item.reason))
                for item in held
            ),
            feeds=tuple(
                FeedLine(
                    path=str(room.feeds_folder / file.path),
                    url=file.url,
                    format=file.format,
                    entries=file.entries,
                )
                for file in published.files
            ),
            issue=None if last is None else _issue_line(room, last),
            deliveries={} if last is None else count_deliveries(tx, last.id),
            eml=tuple(str(path) for path in sorted(mailbox.glob("*.eml"))),
        )


def _issue_line(room: Newsroom, issue: Issue) -> IssueLine:
    with room.database.read() as tx:
        subjects = {item.variant: item.subject for item in load_renditions(tx, issue.id)}
        chosen = [article for article, included, _ in load_choices(tx, issue.id) if included]
    newsletter = room.newsletter(issue.newsletter)
    language = newsletter.language if newsletter else room.site.language
    return IssueLine(
        newsletter=issue.newsletter,
        slot=issue.slot,
        number=issue.number,
        subject=subjects.get(language, ""),
        articles=tuple(chosen),
    )
