"""Which articles an issue takes, in what order, and why.

Promise: an article is in at most one issue of a newsletter, and none is lost. What was in an issue is never taken
again, whatever its dates say; what was in none is a candidate still, however late it came in. Every candidate gets
one recorded reason, in or out, which the desk shows. Reason keys are in the catalogue `selection`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from publisher.model.article import Article, ArticleState
from publisher.model.issue import Choice, Draft
from publisher.model.reason import Reason, reason
from publisher.model.site import Newsletter, Selection


def select(
    candidates: Sequence[Article],
    *,
    newsletter: Newsletter,
    sent_in: Mapping[str, int],
    now: datetime,
    since: datetime | None,
) -> tuple[Choice, ...]:
    """Decide on every candidate: one choice each, newest first, whatever order they came in.

    `sent_in` maps article ids to the number of this newsletter's issue that carried them. `now` is when the issue is
    composed, aware. `since` is the `accepted_at` cut of the previous issue, None before the first: it only tells what
    is new from what was passed over then and fits now; it never shuts an article out.
    """
    history = _History(sent_in=sent_in, now=now, since=since)
    choices: list[Choice] = []
    seen: set[str] = set()
    for article in sorted(candidates, key=_recency, reverse=True):
        if article.id in seen:
            choices.append(Choice(article=article, included=False, reason=reason("selection.repeated")))
            continue
        seen.add(article.id)
        against = _objection(article, newsletter.selection, history)
        why = against or _welcome(article, history)
        choices.append(Choice(article=article, included=against is None, reason=why))
    return tuple(choices)


def plan_draft(
    choices: Iterable[Choice], *, newsletter: Newsletter, slot: str, number: int, due_at: datetime
) -> Draft:
    """Put the chosen articles in reading order.

    The newest in the newsletter's language is the lead, else the newest. It and the newest others, `max_items` together
    (at least the lead), are shown with text, the rest by headline, newest first. After the lead come the sections,
    in the order of the newest story each has left, newest first inside; stories of no section come last. Raises
    ValueError where no choice is included: no issue is due then.
    """
    chosen = sorted((c.article for c in choices if c.included), key=_recency, reverse=True)
    if not chosen:
        raise ValueError(f"issue {number} of {newsletter.slug} for {slot}: no article is included")
    lead = next((a for a in chosen if _is_in(a.parsed.language, {newsletter.language})), chosen[0])
    others = [article for article in chosen if article is not lead]
    shown = max(1, newsletter.max_items) - 1
    return Draft(
        newsletter=newsletter,
        slot=slot,
        number=number,
        due_at=due_at,
        articles=(lead, *_by_section(others[:shown])),
        headlines=tuple(others[shown:]),
    )


def section_of(article: Article) -> str:
    """The section's name without surrounding blanks; empty for none."""
    return (article.parsed.section or "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """What `select` knows besides the article and the settings."""

    sent_in: Mapping[str, int]
    now: datetime
    since: datetime | None


def _objection(article: Article, selection: Selection, history: _History) -> Reason | None:
    """Why the article stays out; the most lasting reason first. None if nothing speaks against it."""
    parsed = article.parsed
    if article.state is ArticleState.WITHDRAWN:
        return reason("selection.withdrawn")
    if article.id in history.sent_in:
        corrected = history.since is not None and article.revision > 1 and article.revised_at > history.since
        key = "selection.corrected" if corrected else "selection.sent"
        return reason(key, issue=history.sent_in[article.id])
    if selection.languages and not _is_in(parsed.language, selection.languages):
        return reason("selection.language", language=parsed.language)
    if selection.sections and section_of(article) not in selection.sections:
        name = section_of(article)
        return reason("selection.section", section=name) if name else reason("selection.no-section")
    if parsed.published_at > history.now:
        return reason("selection.future")
    if selection.max_age is not None and history.now - parsed.published_at > selection.max_age:
        return reason("selection.old", hours=int(selection.max_age.total_seconds() // 3600))
    return None


def _welcome(article: Article, history: _History) -> Reason:
    """Why the article is in."""
    if history.since is None:
        return reason("selection.first")
    return reason("selection.new" if article.accepted_at > history.since else "selection.late")


def _is_in(tag: str, languages: Collection[str]) -> bool:
    """Basic filtering of RFC 4647 section 3.3.1: `ar` takes `ar` and `ar-IQ`, never `arc`."""
    ranges = {wanted.lower() for wanted in languages}
    parts = tag.lower().split("-")
    return any("-".join(parts[:length]) in ranges for length in range(1, len(parts) + 1))


def _by_section(articles: Sequence[Article]) -> list[Article]:
    """Group articles that come newest first by section, keeping that order between and inside sections."""
    order: dict[str, int] = {}
    for article in articles:
        order.setdefault(section_of(article), len(order))
    return sorted(articles, key=lambda article: (not section_of(article), order[section_of(article)]))


def group_by_section(articles: Iterable[Article]) -> tuple[tuple[str, tuple[Article, ...]], ...]:
    """Split articles in reading order into runs of one section: `(name, articles)`, the name empty for none."""
    return tuple((name, tuple(group)) for name, group in groupby(articles, key=section_of))


def _recency(article: Article) -> tuple[datetime, int, int]:
    """Orders by publication; the store's number, then the revision, settle equal dates."""
    return article.parsed.published_at, article.number, article.revision
