"""`nashra article import`: articles from the system a newsroom leaves, under the ids its readers know."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from publisher.cli.document_file import refuse_device
from publisher.cli.feeds import require_complete
from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.cli.progress import counting
from publisher.jobs.former_document import Entries, fetch_feed, read_file
from publisher.jobs.import_articles import Brought, ImportReport, LeftOut, import_articles
from publisher.jobs.refresh_feeds import refresh_feeds
from publisher.model.errors import NashraError, UsageError
from publisher.sources.metadata_values import is_language
from publisher.sources.moving.entry import UnreadableError
from publisher.sources.moving.read import Terms
from publisher.sources.web_address import parse_web_address
from publisher.text.words import Words
from publisher.wiring.newsroom import House

_SHOWN = 5
"""Places shown of one reason; the others are counted, and `--json` lists all."""


def import_(
    former: Annotated[
        str,
        Parameter(
            help="A file (RSS, Atom, JSON Feed, WordPress's WXR, Ghost's JSON), or the address of a feed."
        ),
    ],
    /,
    *,
    dry_run: Annotated[
        bool, Parameter(name="--dry-run", negative="", help="Say what would come of it, and write nothing.")
    ] = False,
    language: Annotated[
        str, Parameter(help="The language of entries that do not say theirs, such as ar or en.")
    ] = "",
    home: Annotated[
        str, Parameter(help="The former site's front page, for a Ghost export. The site's own by default.")
    ] = "",
    kind: Annotated[
        list[str] | None,
        Parameter(
            help="A kind of post in an export that is an article; again for more. Default: post.",
            negative="",
        ),
    ] = None,
    settings: SettingsOption = SETTINGS,
    json: JsonOption = False,
) -> None:
    """Bring articles from the system you leave, with the ids that readers of its feeds know: none is shown as new.

    Do it before the first ingest. Of an address, older entries are followed too (RFC 5005, JSON Feed). Nothing is
    brought from what cannot be read to its end; doing it again brings only what is new. Entries that are no articles
    are listed with their reason. For example:

    nashra article import export.xml --dry-run
    """
    if language and not is_language(language):
        raise UsageError(f"{language} is no language tag", next_step="--language ar, en or ckb, for example")
    if home and parse_web_address(home) is None:
        raise UsageError(
            f"--home {home} is no web address",
            next_step="write it as a browser shows it: --home https://news.example",
        )
    with opened(settings) as house:
        words = house.room.words[house.room.site.language]
        terms = Terms(home=home or house.room.site.home, kinds=kind or ("post",))
        report = _import(house, former, terms, language, words, is_rehearsal=dry_run)
        published = None if dry_run else refresh_feeds(house.room)
    _present(report, words, is_rehearsal=dry_run, json=json)
    if published is not None:
        require_complete(published)


def _import(
    house: House, former: str, terms: Terms, language: str, words: Words, *, is_rehearsal: bool
) -> ImportReport:
    try:
        entries = _read(former, terms)
        with counting("entries") as watch:
            return import_articles(
                house.room, entries, language=language, is_rehearsal=is_rehearsal, watch=watch
            )
    except UnreadableError as error:
        raise NashraError(
            f"{former}: {words.say_reason(error.reason)}",
            next_step="nothing was imported; mend it, then again",
        ) from error
    except OSError as error:
        raise UsageError(
            f"{former} cannot be read: {error.strerror}", next_step="name a file or an address"
        ) from error


def _read(former: str, terms: Terms) -> Entries:
    if not former.lower().startswith(("http://", "https://")):
        file = Path(former)
        refuse_device(file, file.stat().st_mode, next_step="name a file or an address")
        return read_file(file, terms)
    try:
        return asyncio.run(fetch_feed(former, terms))
    except ValueError as error:
        raise UsageError(f"{former} {error}", next_step="write the address as a browser shows it") from error


def _present(report: ImportReport, words: Words, *, is_rehearsal: bool, json: bool) -> None:
    if json:
        left_out = [
            {
                "place": item.place,
                "guid": item.guid,
                "title": item.title,
                "key": item.reason.key,
                "reason": words.say_reason(item.reason),
            }
            for item in report.left_out
        ]
        tell_json({"dry_run": is_rehearsal, "articles": report.brought, "left_out": left_out})
        return
    counts = ", ".join(f"{report.brought.get(kind, 0):,} {kind}" for kind in Brought)
    tell(f"{counts}, {len(report.left_out):,} left out")
    by_reason: dict[str, list[LeftOut]] = {}
    for item in report.left_out:
        by_reason.setdefault(words.say_reason(item.reason), []).append(item)
    for sentence, items in by_reason.items():
        tell(f"left out, {len(items):,}: {sentence}")
        for item in items[:_SHOWN]:
            tell(f"  {item.place}: {item.title or item.guid}")
        if len(items) > _SHOWN:
            tell(f"  and {len(items) - _SHOWN:,} more; --json lists all of them")
    if is_rehearsal:
        say("nothing was written: the same without --dry-run does it")
