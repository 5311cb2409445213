"""[[moved]] and `retired` of [feeds]: addresses that readers still ask for and that are no more."""

from collections.abc import Sequence

from publisher.feeds.addresses import FOLDER, INDEX, is_path
from publisher.feeds.served import is_served
from publisher.model.moves import Moves, build_moves
from publisher.model.site import FeedSpec
from publisher.settings.check import Findings
from publisher.settings.tables import FeedsTable, MovedTable

_FEED = 'a feed\'s path, such as "section/world", or an address from the root, such as "/rss.xml"'
_TARGET = 'a feed\'s path, such as "section/world", or a whole address'


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
    """What is left behind: a feed (of any or one format), or any address of this host."""
    plain = text.removeprefix(f"/{FOLDER}/")
    if plain == INDEX:
        findings.fault(path, '"index" is the feed of the whole site, which stays')
    elif plain in slugs:
        findings.fault(path, f'"{plain}" is still the slug of a [[feed]]', "give that its new slug first")
    elif (
        is_path(plain)
        or is_served(plain)
        or (
            plain.startswith("/")
            and plain.isprintable()
            and not set(' ?#"<>\\') & set(plain)
            and plain != "/"
        )
    ):
        return plain
    else:
        findings.fault(path, f'"{text}" is no address', _FEED)
    return None


def _read_target(text: str, path: str, findings: Findings) -> str | None:
    """Where it is now."""
    plain = text.removeprefix(f"/{FOLDER}/")
    is_address = (
        text.startswith(("https://", "http://")) and text.isascii() and text.isprintable() and " " not in text
    )
    if is_path(plain) or is_served(plain) or is_address:
        return plain
    findings.fault(path, f'"{text}" is nowhere to move to', _TARGET)
    return None
