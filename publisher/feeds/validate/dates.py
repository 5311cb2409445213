"""Dates as feeds must write them: with a zone, in English, in whole seconds."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from publisher.feeds.validate.finding import Finding, Place, error, warning

RFC822 = error(
    "date.rfc822",
    "write {value} as a date like Sat, 01 Nov 2025 15:15:00 +0300: English names, a zone",
    "RSS 2.0, pubDate; RFC 822 section 5.1",
)
SHORT_YEAR = warning(
    "date.short-year", "write the year of {value} with four digits", "RSS Best Practices Profile, pubDate"
)
ZONE_NAME = warning(
    "date.zone-name",
    "write the zone of {value} as a number such as +0300: readers guess at names",
    "RFC 5322 section 4.3",
)
WEEKDAY = warning("date.weekday", "{value} is no {found} but a {expected}", "RFC 5322 section 3.3")
RFC3339 = error(
    "date.rfc3339", "write {value} as a date like 2025-11-01T15:15:00+03:00", "RFC 3339 section 5.6"
)
FRACTION = warning(
    "date.fraction",
    "write {value} in whole seconds: fractions change bytes and help no reader",
    "RFC 3339 section 5.6",
)
FUTURE = warning(
    "date.future",
    "{value} lies in the future: readers hide such entries or keep them on top",
    "RFC 4287 section 3.3",
)

_RFC822 = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\s*(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{2}|\d{4}) "
    r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60))? ([+-]\d{4}|[A-Za-z]{1,5})"
)
_KNOWN_ZONES = frozenset({"GMT", "UT", "Z", "UTC"})
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_W3CDTF = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOLERANCE = timedelta(days=1)


def check_rfc822(text: str, place: Place, now: datetime | None = None) -> Iterator[Finding]:
    """The dates of RSS."""
    found = _RFC822.fullmatch(text)
    moment = _moment822(text) if found else None
    if found is None or moment is None:
        yield RFC822.at(place, value=text)
        return
    weekday, _, _, year, *_, zone = found.groups()
    if len(year) == 2:
        yield SHORT_YEAR.at(place, value=text)
    if zone[0] not in "+-" and zone.upper() not in _KNOWN_ZONES:
        yield ZONE_NAME.at(place, value=text)
    if weekday and weekday != _DAYS[moment.weekday()]:
        yield WEEKDAY.at(place, value=text, found=weekday, expected=_DAYS[moment.weekday()])
    yield from _check_future(text, moment, place, now)


def check_rfc3339(text: str, place: Place, now: datetime | None = None) -> Iterator[Finding]:
    """The dates of Atom and JSON Feed."""
    found = _RFC3339.fullmatch(text)
    moment = moment3339(text) if found else None
    if found is None or moment is None:
        yield RFC3339.at(place, value=text)
        return
    if found[3]:
        yield FRACTION.at(place, value=text)
    yield from _check_future(text, moment, place, now)


def check_w3cdtf(text: str, place: Place) -> Iterator[Finding]:
    """The dates of Dublin Core and sitemaps, which may be a day, a month or a year alone."""
    if not _W3CDTF.fullmatch(text) or ("T" in text and moment3339(text) is None):
        yield RFC3339.at(place, value=text)


def moment3339(text: str) -> datetime | None:
    """The moment of an RFC 3339 date, aware; None where there is no such day or no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None


def _moment822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None


def _check_future(text: str, moment: datetime, place: Place, now: datetime | None) -> Iterator[Finding]:
    if now is None:
        return
    aware = moment if moment.utcoffset() is not None else moment.replace(tzinfo=now.tzinfo)
    if aware > now + _TOLERANCE:
        yield FUTURE.at(place, value=text)
