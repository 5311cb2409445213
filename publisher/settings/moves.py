"""[[moved]] and `retired` of [feeds]: addresses that readers still ask for and that are no more."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from publisher.feeds.addresses import FOLDER, INDEX, is_path
from publisher.feeds.places import SliceKind
from publisher.feeds.served import is_served
from publisher.model.archive import FOLDER as ARCHIVE
from publisher.model.moves import Moves, build_moves
from publisher.model.site import FeedSpec
from publisher.settings.check import Findings
from publisher.settings.doors import to_ascii
from publisher.settings.tables import FeedsTable, MovedTable

_FEED = 'a feed\'s path, such as "section/world", or an address from the root, such as "/rss.xml" or "/?feed=rss2"'
_TARGET = 'a feed\'s path, such as "section/world", or a whole address'
_OURS = {
    "": "the front page",
    "confirm": "the page behind the links of mails",
    "copy.js": "the script of the feeds' pages",
    "favicon.ico": "the icon",
    "feeds": "the folder of our own feeds",
    "hooks": "what mail providers call",
    "hub": "the hub",
    "icon.svg": "the icon",
    "mailbox": "the demo's mailbox",
    "news-sitemap.xml": "the news sitemap",
    "newsletters": "the pages of newsletters",
    "reader.css": "the style sheet",
    "robots.txt": "what search engines ask for",
    "subscribe": "the page to subscribe",
    "u": "the page to unsubscribe",
}
"""What we answer ourselves, by the first part of the path; a test holds it to the routes of `web/app.py`."""
_NAMED = "|".join((SliceKind.SECTION, SliceKind.NEWSLETTER, SliceKind.TOPIC, SliceKind.AUTHOR))
_LIVING = re.compile(rf"(?:lang|{_NAMED})/[^/]+")
"""Feeds there may be at any time, without being asked for in the settings."""
_PAST = re.compile(rf"({INDEX}|{SliceKind.SECTION}/[^/]+)/(?:recent|{ARCHIVE}/[0-9]+)")
"""What feeds with archives have below them (`FeedPlan.keeps_past`)."""
_ADDRESS = re.compile(r"/[^\s#\"<>\\?]*(\?[^\s#\"<>\\]+)?")


def read_moves(
    moved: Sequence[MovedTable], feeds: FeedsTable, specs: Sequence[FeedSpec], findings: Findings
) -> Moves:
    """The moves; with a fault noted, those that are sound by themselves are still tried together."""
    slugs = frozenset(spec.slug for spec in specs)
    sound: dict[str, str] = {}
    for n, table in enumerate(moved):
        before = _read_old(table.before, f"$.moved[{n}].from", slugs, findings)
        after = _read_target(table.after, f"$.moved[{n}].to", findings)
        if before in sound:
            findings.fault(f"$.moved[{n}].from", f'"{before}" moves twice')
        elif before and after:
            sound[before] = after
    places = [(text, f"$.feeds.retired[{n}]") for n, text in enumerate(feeds.retired)]
    retired = frozenset(filter(None, (_read_old(text, path, slugs, findings) for text, path in places)))
    try:
        return build_moves(sound, retired)
    except ValueError as error:
        findings.fault("$.moved", str(error))
        return Moves()


def _read_old(text: str, path: str, slugs: frozenset[str], findings: Findings) -> str | None:
    """What is left behind: a feed (of any or one format), or any address of this host, decoded as servers decode it."""
    plain = text.removeprefix(f"/{FOLDER}/")
    if is_path(plain) or is_served(plain):
        problem, hint = _judge_feed(plain, slugs)
    else:
        plain, problem, hint = _read_address(text)
    if problem:
        findings.fault(path, problem, hint)
        return None
    return plain


def _judge_feed(name: str, slugs: frozenset[str]) -> tuple[str, str]:
    """Why a feed cannot be left behind, and what to do; nothing where it can. A single format of a feed that there is
    cannot: its file stays for the feed, and a web server in front would go on handing it out.
    """
    feed, dot, _ = name.partition(".")
    if feed == INDEX:
        return '"index" is the feed of the whole site, which stays', ""
    if feed in slugs:
        return f'"{feed}" is still the slug of a [[feed]]', "give that its new slug first"
    if found := _PAST.fullmatch(feed):
        return f'"{name}" is of the past of "{found[1]}", and goes where that goes', ""
    if dot and _LIVING.fullmatch(feed):
        return f'"{name}" is one format of a feed', f'a feed moves whole: "{feed}"'
    return "", ""


def _read_address(text: str) -> tuple[str, str, str]:
    """The address in the one form in which it is compared, then why it cannot be left behind, and what to do. It may
    be written in letters or percent-encoded, as it is copied from a browser.
    """
    found = _ADDRESS.fullmatch(text)
    raw, _, query = text.partition("?")
    try:
        path, query = unquote(raw, errors="strict"), unquote(query, errors="strict")
    except UnicodeDecodeError:
        found = None
    if found is None or not f"{path}{query}".isprintable() or "?" in path:
        return "", f'"{text}" is no address', _FEED
    first = path.split("/")[1]
    is_question = first == "" and bool(query) and not query.startswith("lang=")
    if first in _OURS and not is_question:
        return "", f'"{text}" cannot be left behind: {_OURS[first]} is there', ""
    return path + (f"?{query}" if query else ""), "", ""


def _read_target(text: str, path: str, findings: Findings) -> str | None:
    """Where it is now."""
    plain = text.removeprefix(f"/{FOLDER}/")
    if found := _PAST.fullmatch(plain.partition(".")[0]):
        findings.fault(
            path, f'"{plain}" is of the past of "{found[1]}"', f'"{found[1]}" is where readers begin'
        )
        return None
    target = plain if is_path(plain) or is_served(plain) else to_ascii(text)
    if target is None:
        findings.fault(path, f'"{text}" is nowhere to move to', _TARGET)
    return target
