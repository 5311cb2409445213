"""From a slice to its feed: title, language, direction, ids; everything but the entries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel import Locale, UnknownLocaleError

from publisher.feeds.addresses import FOLDER, ascii_url, primary_language
from publisher.feeds.places import FeedPlan, SliceKind
from publisher.feeds.xml_text import single_line
from publisher.model.feed import BEGINNING, Feed, Tombstone
from publisher.model.site import Site
from publisher.text.bidi import lead_mark
from publisher.text.direction import language_direction
from publisher.text.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A feed that there is. `name` is what it is of: a tag, a section, a title, a person; empty for the site. `id` is
    the one it began with.
    """

    kind: SliceKind
    path: str
    name: str = ""
    id: str


def build_feed(
    plan: FeedPlan,
    piece: Slice,
    words: Mapping[str, Words],
    *,
    languages: Iterable[str],
    updated_at: datetime | None,
    tombstones: Sequence[Tombstone] = (),
) -> Feed:
    """The feed without its entries. `languages` are theirs, `updated_at` the latest of theirs, None where there is no
    entry; the feed's own is not before the last withdrawal it tells. `words` maps languages to their catalogues, the
    site's own at least.
    """
    site = plan.site
    language = _language_of(plan, piece, languages)
    direction = language_direction(language)
    title = lead_mark(single_line(slice_title(site, piece, words)), direction)
    told = tuple(_in_zone(site, tombstone) for tombstone in tombstones)
    return Feed(
        id=piece.id,
        path=piece.path,
        title=title,
        description=single_line(site.description) or title,
        home=site.home,
        base_url=f"{site.base_url.rstrip('/')}/{FOLDER}",
        language=language,
        direction=direction,
        updated_at=max([updated_at or BEGINNING, *(dead.at for dead in told)]),
        entries=(),
        rights=single_line(site.rights) or None,
        author=single_line(site.title) or None,
        icon=ascii_url(site.icon) if site.icon else None,
        hubs=plan.hubs,
        tombstones=told,
    )


def _in_zone(site: Site, tombstone: Tombstone) -> Tombstone:
    return replace(tombstone, at=tombstone.at.astimezone(site.timezone).replace(microsecond=0))


def entry_limit(plan: FeedPlan, path: str) -> int:
    """How many entries the feed holds at most."""
    spec = plan.spec(path)
    return spec.max_entries if spec else plan.rules.max_entries


def is_full(plan: FeedPlan, path: str) -> bool:
    """Whether its entries carry their content, not the summary alone."""
    spec = plan.spec(path)
    return spec is None or spec.full


def slice_title(site: Site, piece: Slice, words: Mapping[str, Words]) -> str:
    """What the feed is called: in its own language where it is a language's, else in the site's."""
    say = words[site.language].say
    match piece.kind:
        case SliceKind.SITE:
            return say("feeds.all", site=site.title)
        case SliceKind.LANGUAGE:
            own = words.get(piece.name, words[site.language])
            return own.say("feeds.language", site=site.title, language=language_name(piece.name))
        case SliceKind.SECTION:
            return say("feeds.section", site=site.title, section=piece.name)
        case SliceKind.TOPIC:
            return say("feeds.topic", site=site.title, topic=piece.name)
        case SliceKind.AUTHOR:
            return say("feeds.author", site=site.title, author=piece.name)
        case SliceKind.NEWSLETTER | SliceKind.ASKED:
            return say("feeds.named", site=site.title, title=piece.name)
        case SliceKind.RECENT | SliceKind.ARCHIVE:
            raise ValueError(f"{piece.path!r} is called as the feed that it is the past of")


def language_name(tag: str) -> str:
    """The language's name in itself: `العربية`, `English`; the tag where CLDR has no name for it."""
    try:
        return Locale.parse(tag, sep="-").display_name or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _language_of(plan: FeedPlan, piece: Slice, languages: Iterable[str]) -> str:
    """A language's feed is in it, a newsletter's in the newsletter's; any other is in the language its entries share,
    so that an English section of an Arabic site is laid out as English.
    """
    match piece.kind:
        case SliceKind.LANGUAGE:
            return piece.name
        case SliceKind.SITE:
            return plan.site.language
        case SliceKind.NEWSLETTER:
            slug = piece.path.rpartition("/")[2]
            return next((n.language for n in plan.newsletters if n.slug == slug), plan.site.language)
    shared = set(map(primary_language, languages))
    return shared.pop() if len(shared) == 1 else plan.site.language
