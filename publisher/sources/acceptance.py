"""The last checks before a document counts as an article, whatever format it came in (facts: R14)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from publisher.model.correction import StatedCorrection
from publisher.model.reason import Reason, reason
from publisher.model.site import Site
from publisher.text.dates import ReadDate
from publisher.text.direction import direction_of, language_direction

_TOLERANCE = timedelta(minutes=10)
"""How far ahead of our clock a newsroom's may be."""
_FIRST_YEAR = 1990
_ARABIC_LETTERS = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئ")
_FOREIGN_LETTERS = frozenset("ێۆڕڵڤەپچژگکیھٹڈں")
_FOREIGN_SHARE = 0.03


def check_dates(published: ReadDate, updated: ReadDate | None, *, now: datetime) -> Reason | None:
    """Why the dates cannot be right: in the future (with ten minutes' tolerance), before 1990, or changed before
    published. None where they can.
    """
    for date in (published, updated):
        if date is None:
            continue
        if date.at > now + _TOLERANCE:
            return reason("sources.date_future", date=_show(date))
        if date.at.year < _FIRST_YEAR:
            return reason("sources.date_too_old", date=_show(date), year=_FIRST_YEAR)
    if updated is not None and _is_before(updated, published):
        return reason("sources.date_order", published=_show(published), updated=_show(updated))
    return None


def settle_corrections(
    stated: Sequence[StatedCorrection], published_at: datetime, *, now: datetime
) -> tuple[StatedCorrection, ...] | Reason:
    """The corrections, none before the publication: one of the same day counts from then on. A reason where one is in
    the future, or of a day before.
    """
    settled: list[StatedCorrection] = []
    for correction in stated:
        if correction.at is None:
            settled.append(correction)
            continue
        if correction.at > now + _TOLERANCE:
            return reason("sources.date_future", date=f"{correction.at:%Y-%m-%d %H:%M}")
        if correction.at.date() < published_at.astimezone(correction.at.tzinfo).date():
            days = (published_at.astimezone(correction.at.tzinfo), correction.at)
            published, updated = (f"{day:%Y-%m-%d}" for day in days)
            return reason("sources.date_order", published=published, updated=updated)
        settled.append(replace(correction, at=max(correction.at, published_at)))
    return tuple(settled)


def first_public(published: ReadDate, embargo: ReadDate | None) -> datetime:
    """When anybody may first see the article: its date, or the end of its embargo where that is later."""
    return published.at if embargo is None else max(published.at, embargo.at)


def decide_language(stated: str | None, text: str, *, site: Site) -> str | Reason:
    """The language of `text`: the stated one, else the site's if the letters allow it. Another script, or Kurdish or
    Persian letters on an Arabic site, need a statement: a wrong tag misleads screen readers and feeds.
    """
    if stated is not None:
        return stated
    expected = language_direction(site.language)
    if direction_of(text, default=expected) is not expected:
        return reason("sources.language_missing", language=site.language)
    if site.language.split("-")[0] == "ar":
        arabic = sum(char in _ARABIC_LETTERS for char in text)
        foreign = sum(char in _FOREIGN_LETTERS for char in text)
        if foreign > _FOREIGN_SHARE * (arabic + foreign):
            return reason("sources.language_missing", language=site.language)
    return site.language


def _is_before(updated: ReadDate, published: ReadDate) -> bool:
    """A day without a time is before another only as a day."""
    if updated.has_time and published.has_time:
        return updated.at < published.at
    return updated.at.date() < published.at.date()


def _show(date: ReadDate) -> str:
    return f"{date.at:%Y-%m-%d %H:%M}" if date.has_time else f"{date.at:%Y-%m-%d}"
