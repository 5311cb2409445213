"""`nashra feeds check`: our validator, on anybody's feed."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from publisher.cli.document_file import load_document
from publisher.cli.options import JsonOption
from publisher.cli.output import say, tell, tell_json
from publisher.feeds.validate.finding import Finding
from publisher.feeds.validate.report import Report
from publisher.fetch.client import Failure
from publisher.jobs.check_feed import check_address, check_bytes
from publisher.model.errors import NashraError, UsageError

_PLACES = 3
"""Places shown of one rule; the others are counted. `--json` lists them all."""

Target = Annotated[
    str, Parameter(name="feed", help="A file, or an address that begins with http:// or https://.")
]
ServedAt = Annotated[
    str | None, Parameter(name="--url", help="Where a file is served: its self link must say so.")
]


def check(feed: Target, *, url: ServedAt = None, json: JsonOption = False) -> int:
    """Check a feed and say what to do: RSS 2.0, Atom, JSON Feed, OPML or a news sitemap, ours or anybody's.

    Of an address it also checks how it is served. Ends with 1 where there is an error; warnings alone are no failure.
    """
    report = _check(feed, url)
    if json:
        tell_json({"kind": report.kind, "entries": len(report.ids), "findings": report.findings})
    else:
        for line in describe(report):
            tell(line)
        say(_summary(report))
    return int(bool(report.errors))


def _check(feed: str, url: str | None) -> Report:
    now = datetime.now(UTC)
    if feed.lower().startswith(("http://", "https://")):
        return _check_served(feed, now)
    try:
        data = load_document(Path(feed))
    except OSError as error:
        raise UsageError(
            f"{feed} cannot be read: {error.strerror}", next_step="name a file or an address"
        ) from error
    return check_bytes(data, url=url, now=now)


def _check_served(feed: str, now: datetime) -> Report:
    try:
        report = asyncio.run(check_address(feed, now=now))
    except ValueError as error:
        raise UsageError(f"{feed} {error}", next_step="write the address as a browser shows it") from error
    if isinstance(report, Failure):
        raise NashraError(
            f"{feed} could not be fetched ({report.fault}): {report.detail}", next_step="check the address"
        )
    return report


def describe(report: Report) -> list[str]:
    """The findings as lines: each rule once, errors first, with its first places."""
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in (*report.errors, *report.warnings):
        by_rule.setdefault((finding.severity, finding.code), []).append(finding)
    return [line for found in by_rule.values() for line in _describe_rule(found)]


def _describe_rule(found: list[Finding]) -> list[str]:
    first = found[0]
    lines = [f"{first.severity.upper():<7} {first.code}: {first.sentence}", f"        {first.source}"]
    lines += [
        f"        at {one.where}{f', entry {one.entry}' if one.entry else ''}" for one in found[:_PLACES]
    ]
    if len(found) > _PLACES:
        lines.append(f"        and {len(found) - _PLACES} more")
    return lines


def _summary(report: Report) -> str:
    kind = report.kind or "no feed"
    return f"{kind}, {len(report.ids)} entries: {len(report.errors)} errors, {len(report.warnings)} warnings"
