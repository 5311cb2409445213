"""The short display of a running demonstration, on stderr: what was sent, what comes next, what is held back."""

from dataclasses import dataclass
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from publisher.jobs.newsroom import Newsroom
from publisher.model.delivery import DeliveryState
from publisher.model.issue import Issue, IssueState
from publisher.model.schedule import next_due
from publisher.store.deliveries import count_deliveries
from publisher.store.issues import load_issues
from publisher.store.quarantine import load_quarantined
from publisher.text.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterProgress:
    """One newsletter. `last` is its latest issue that went out, `counts` the states of that issue's deliveries;
    `skipped` is why its latest slot was skipped, where it was.
    """

    slug: str
    next_at: datetime
    last: Issue | None
    counts: dict[DeliveryState, int]
    skipped: str


def load_progress(room: Newsroom) -> tuple[NewsletterProgress, ...]:
    """How every newsletter stands, from rows."""
    words = _words(room)
    found = []
    with room.database.read() as tx:
        for newsletter in room.newsletters:
            issues = load_issues(tx, slug=newsletter.slug)
            frozen = [issue for issue in issues if issue.frozen_at is not None]
            last = frozen[-1] if frozen else None
            latest = issues[-1] if issues else None
            skipped = latest.reason if latest and latest.state is IssueState.SKIPPED else None
            found.append(
                NewsletterProgress(
                    slug=newsletter.slug,
                    next_at=next_due(newsletter.recurrence, room.now(), room.site.timezone).due_at,
                    last=last,
                    counts=dict(count_deliveries(tx, last.id)) if last else {},
                    skipped=words.say_reason(skipped) if skipped else "",
                )
            )
    return tuple(found)


def render_progress(
    progress: tuple[NewsletterProgress, ...], *, address: str, room: Newsroom
) -> RenderableType:
    """The display: addresses above, a row for each newsletter below."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("newsletter", "next", "last issue", "deliveries", "latest slot"):
        table.add_column(name)
    for line in progress:
        local = line.next_at.astimezone(room.site.timezone)
        table.add_row(
            line.slug, f"{local:%a %H:%M}", _issue(line.last), _counts(line.counts), line.skipped or "-"
        )
    links = Text(
        f"pages {address}/   mailbox {address}/mailbox   feeds {address}/feeds   (Ctrl-C ends)", style="dim"
    )
    return Group(links, table)


def describe_progress(progress: tuple[NewsletterProgress, ...]) -> tuple[str, ...]:
    """The same as plain lines, for a terminal that is none."""
    return tuple(
        f"{line.slug}: {_issue(line.last)}; {_counts(line.counts)}"
        for line in progress
        if line.last is not None
    )


def describe_held(room: Newsroom) -> tuple[str, ...]:
    """What is held back now, a line each: the document and why."""
    words = _words(room)
    with room.database.read() as tx:
        held = load_quarantined(tx)
    return tuple(f"held back: {item.source}/{item.key}: {words.say_reason(item.reason)}" for item in held)


def _words(room: Newsroom) -> Words:
    return room.words["en"] if "en" in room.words else room.words[room.site.language]


def _issue(issue: Issue | None) -> str:
    return "-" if issue is None else f"no. {issue.number} of {issue.slot} is {issue.state}"


def _counts(counts: dict[DeliveryState, int]) -> str:
    return ", ".join(f"{total} {state}" for state, total in sorted(counts.items())) or "-"
