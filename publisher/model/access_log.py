"""A line of a web server's access log in the combined form, which nginx and Apache both write by default:

203.0.113.7 - - [27/Nov/2026:16:31:02 +0300] "GET /feeds/index.rss HTTP/1.1" 304 0 "-" "Feedly/1.0 (…)"
"""

import re
from dataclasses import dataclass
from datetime import date

_LINE = re.compile(
    r'(?P<host>\S+) \S+ \S+ \[(?P<at>[^\]]+)\] "(?P<method>[A-Z]+) (?P<target>\S+) [^"]*" '
    r'(?P<status>[0-9]{3}) (?P<sent>[0-9]+|-)(?: "(?:[^"\\]|\\.)*" "(?P<agent>(?:[^"\\]|\\.)*)")?'
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_DATE = re.compile(r"([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A request as the log tells it. `day` is `2026-11-27`, on the log's own clock; `path` is without its query."""

    host: str
    day: str
    method: str
    path: str
    status: int
    sent: int
    agent: str


def parse_access(line: str) -> Access | None:
    """Read one line; None for one of another form."""
    found = _LINE.match(line)
    day = _read_day(found["at"]) if found else None
    if found is None or day is None:
        return None
    return Access(
        host=found["host"],
        day=day,
        method=found["method"],
        path=found["target"].partition("?")[0],
        status=int(found["status"]),
        sent=0 if found["sent"] == "-" else int(found["sent"]),
        agent=found["agent"] or "",
    )


def _read_day(text: str) -> str | None:
    """English names of months, whatever the locale; `strptime` would follow it."""
    found = _DATE.match(text)
    month = _MONTHS.get(found[2]) if found else None
    if found is None or month is None:
        return None
    try:
        return date(int(found[3]), month, int(found[1])).isoformat()
    except ValueError:
        return None
