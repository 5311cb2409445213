"""Which feeds there are and which articles stand in each: the whole site, each language, each section, and those
the settings ask for.

Future-dated and withdrawn articles are in none. The addresses of the site's own languages exist from the first
day, empty or not, so a reader can subscribe before the first article.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel import Locale, UnknownLocaleError

from publisher.feeds.addresses import (
    FOLDER,
    INDEX,
    ascii_url,
    feed_id,
    is_path,
    language_path,
    primary_language,
    section_path,
)
from publisher.feeds.entries import build_entries, summarise
from publisher.feeds.xml_text import single_line
from publisher.model.article import Article, ArticleState
from publisher.model.feed import Entry, FailedEntry, Feed, latest
from publisher.model.site import FeedSpec, Selection, Site
from publisher.text.bidi import lead_mark
from publisher.text.direction import language_direction
from publisher.text.words import Words

MAX_ENTRIES = 50
"""How many entries a feed holds that the settings do not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFeeds:
    """Every feed, the whole site's first, and the articles that could not be made an entry."""

    feeds: tuple[Feed, ...]
    failed: tuple[FailedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One feed to be: where it is, what it is called, and its articles, newest first."""

    path: str
    title: str
    language: str
    articles: tuple[Article, ...]
    full: bool = True


def build_feeds(
    site: Site,
    articles: Iterable[Article],
    specs: Sequence[FeedSpec],
    words: Mapping[str, Words],
    *,
    now: datetime,
) -> BuiltFeeds:
    """Build every feed of the site. `words` maps languages to their catalogues, the site's own at least.

    Each article becomes an entry once and stands as the same value in all its feeds. Raises ValueError where a
    settings' slug makes no address of its own.
    """
    articles = list(articles)
    dated = [article for article in articles if _is_dated(article)]
    slices = plan_slices(site, dated, specs, words, now=now)
    wanted = {article.id: article for piece in slices for article in piece.articles}
    # Without a zone an article has no place in any order; it goes along to be named as failed.
    wanted |= {article.id: article for article in articles if not _is_dated(article)}
    built = build_entries(site, wanted.values(), words)
    feeds = tuple(_feed(site, piece, built.entries) for piece in slices)
    return BuiltFeeds(feeds=feeds, failed=built.failed)


def _is_dated(article: Article) -> bool:
    return article.parsed.published_at.utcoffset() is not None


def plan_slices(
    site: Site,
    articles: Iterable[Article],
    specs: Sequence[FeedSpec],
    words: Mapping[str, Words],
    *,
    now: datetime,
) -> tuple[Slice, ...]:
    """Decide the feeds and the articles in each, without writing a word of them. Every `published_at` is aware."""
    shown = [a for a in articles if a.state is ArticleState.LIVE and a.parsed.published_at <= now]
    shown.sort(key=lambda article: (article.parsed.published_at, article.number), reverse=True)
    say = words[site.language].say
    whole = Slice(
        path=INDEX,
        title=say("feeds.all", site=site.title),
        language=site.language,
        articles=tuple(shown[:MAX_ENTRIES]),
    )
    slices = (
        whole,
        *_languages(site, shown, words),
        *_sections(site, shown, words),
        *(_asked(site, shown, spec, words, now=now) for spec in specs),
    )
    slices = tuple(piece for piece in slices if not site.moves.is_gone(piece.path))
    _refuse_clashes(slices)
    return slices


def _languages(site: Site, shown: Sequence[Article], words: Mapping[str, Words]) -> Iterator[Slice]:
    """One for each language of the site, in its order, then for each other language an article is in. What cannot be
    an address is no language tag, and one article's mistake must not cost the others their feeds.
    """
    found = sorted({primary_language(article.parsed.language) for article in shown})
    for tag in filter(is_path, dict.fromkeys([*map(primary_language, site.languages), *found])):
        chosen = [article for article in shown if primary_language(article.parsed.language) == tag]
        say = words.get(tag, words[site.language]).say
        yield Slice(
            path=language_path(tag),
            title=say("feeds.language", site=site.title, language=language_name(tag)),
            language=tag,
            articles=tuple(chosen[:MAX_ENTRIES]),
        )


def _sections(site: Site, shown: Sequence[Article], words: Mapping[str, Words]) -> Iterator[Slice]:
    """One for each section, in order of address. Spellings that share an address are one section, and so are the names
    of one that was renamed: its feed holds what stood under the old name too.
    """
    by_path: dict[str, list[Article]] = {}
    for article in shown:
        if name := single_line(article.parsed.section or ""):
            by_path.setdefault(site.moves.heir(section_path(name)), []).append(article)
    for path, chosen in sorted(by_path.items()):
        name = _name_at(path, {single_line(article.parsed.section or "") for article in chosen})
        yield Slice(
            path=path,
            title=words[site.language].say("feeds.section", site=site.title, section=name),
            language=_common_language(chosen, site.language),
            articles=tuple(chosen[:MAX_ENTRIES]),
        )


def _name_at(path: str, names: Collection[str]) -> str:
    """The section's name: of those it had, the one that makes this address, if any article bears it yet."""
    return min([name for name in names if section_path(name) == path] or names)


def _asked(
    site: Site, shown: Sequence[Article], spec: FeedSpec, words: Mapping[str, Words], *, now: datetime
) -> Slice:
    chosen = [article for article in shown if _is_selected(article, spec.selection, now)]
    return Slice(
        path=spec.slug,
        title=words[site.language].say("feeds.named", site=site.title, title=spec.title),
        language=_common_language(chosen, site.language),
        articles=tuple(chosen[: spec.max_entries]),
        full=spec.full,
    )


def _is_selected(article: Article, selection: Selection, now: datetime) -> bool:
    parsed = article.parsed
    if selection.languages and primary_language(parsed.language) not in map(
        primary_language, selection.languages
    ):
        return False
    if selection.sections and single_line(parsed.section or "") not in selection.sections:
        return False
    return selection.max_age is None or now - parsed.published_at <= selection.max_age


def _common_language(articles: Sequence[Article], default: str) -> str:
    """The language all share, so that an English section of an Arabic site is laid out as English."""
    tags = {primary_language(article.parsed.language) for article in articles}
    return tags.pop() if len(tags) == 1 else default


def language_name(tag: str) -> str:
    """The language's name in itself: `العربية`, `English`; the tag where CLDR has no name for it."""
    try:
        return Locale.parse(tag, sep="-").display_name or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _refuse_clashes(slices: Sequence[Slice]) -> None:
    taken: set[str] = set()
    for piece in slices:
        if not is_path(piece.path) or piece.path in taken:
            raise ValueError(
                f"feed slug {piece.path!r} is taken or is not a-z, 0-9 and hyphens: choose another"
            )
        taken.add(piece.path)


def _feed(site: Site, piece: Slice, entries: Mapping[str, Entry]) -> Feed:
    direction = language_direction(piece.language)
    found = [entries[article.id] for article in piece.articles if article.id in entries]
    chosen = tuple(found if piece.full else map(summarise, found))
    title = lead_mark(single_line(piece.title), direction)
    return Feed(
        id=feed_id(site.home, piece.path),
        path=piece.path,
        title=title,
        description=single_line(site.description) or title,
        home=site.home,
        base_url=f"{site.base_url.rstrip('/')}/{FOLDER}",
        language=piece.language,
        direction=direction,
        updated_at=latest(chosen),
        entries=chosen,
        rights=single_line(site.rights) or None,
        author=single_line(site.title) or None,
        icon=ascii_url(site.icon) if site.icon else None,
    )
