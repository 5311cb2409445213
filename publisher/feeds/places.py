"""Where an article stands: the one rule that decides which feeds there are and which articles are in each.

A feed is a slice of all articles: the whole site, a language, a section, a newsletter's selection, what a `[[feed]]`
table asks for, a topic, an author. The rule looks at one article at a time, so that a change costs what changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from publisher.feeds.addresses import (
    INDEX,
    is_path,
    language_path,
    named_path,
    primary_language,
)
from publisher.feeds.xml_text import single_line
from publisher.model.article import Article, Parsed
from publisher.model.site import FeedRules, FeedSpec, Newsletter, Selection, Site
from publisher.text.fold import fold
from publisher.text.search import has_term


class SliceKind(StrEnum):
    """What a feed is a slice by; in the order in which feeds are listed."""

    SITE = "site"
    """Everything."""
    LANGUAGE = "language"
    """By primary language subtag."""
    SECTION = "section"
    """By the section's address."""
    NEWSLETTER = "newsletter"
    """What one newsletter selects, however old."""
    ASKED = "asked"
    """What a `[[feed]]` table of the settings selects."""
    TOPIC = "topic"
    """By a tag."""
    AUTHOR = "author"
    """By a name."""
    RECENT = "recent"
    """No feed of its own: the entries that left one and are in no archive yet (`model/archive.py`)."""
    ARCHIVE = "archive"
    """No feed of its own: an archive of one."""

    @property
    def is_page(self) -> bool:
        """Whether it is a document of another feed's past. Its `name` is the path of that feed."""
        return self in (SliceKind.RECENT, SliceKind.ARCHIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A feed that an article stands in. `name` is what the feed is of, as this article spells it; empty for the site.
    `at_least` articles it takes for the feed to begin. `corrections` get entries of their own there.
    """

    kind: SliceKind
    path: str
    name: str = ""
    at_least: int = 1
    corrections: bool = False

    @property
    def makes_its_name(self) -> bool:
        """Whether the name makes this address: that of a feed which was renamed does not."""
        return named_path(self.kind, self.name) == self.path


@dataclass(frozen=True, kw_only=True)
class FeedPlan:
    """What decides the feeds: the site, the rules, and the tables of the settings. `hubs` are told of every change."""

    site: Site
    rules: FeedRules
    specs: tuple[FeedSpec, ...] = ()
    newsletters: tuple[Newsletter, ...] = ()
    hubs: tuple[str, ...] = ()

    @cached_property
    def standing(self) -> tuple[Place, ...]:
        """The feeds that are there from the first day, empty or not, so that a reader can subscribe before the first
        article. Raises ValueError where two have one address.
        """
        own = self.rules.correction_entries
        places = [Place(kind=SliceKind.SITE, path=INDEX, corrections=own)]
        tags = dict.fromkeys(map(primary_language, self.site.languages))
        places += [_language(tag, own) for tag in tags]
        for newsletter in self.newsletters:
            path = f"newsletter/{newsletter.slug}"
            name = single_line(newsletter.title)
            places.append(Place(kind=SliceKind.NEWSLETTER, path=path, name=name, corrections=own))
        for spec in self.specs:
            name = single_line(spec.title)
            corrections = spec.correction_entries
            places.append(Place(kind=SliceKind.ASKED, path=spec.slug, name=name, corrections=corrections))
        _refuse_clashes(places)
        return tuple(place for place in places if not self.site.moves.is_gone(place.path))

    def keeps_past(self, kind: SliceKind) -> bool:
        """Whether feeds of this kind have archives: that of the whole site, which has every article, and those of its
        sections, which have every article once more. The past of anything else can be picked out of these.
        """
        return self.rules.archives and kind in (SliceKind.SITE, SliceKind.SECTION)

    def spec(self, path: str) -> FeedSpec | None:
        """The table of the settings that asks for this feed."""
        return next((spec for spec in self.specs if spec.slug == path), None)


def _language(tag: str, corrections: bool) -> Place:
    return Place(kind=SliceKind.LANGUAGE, path=language_path(tag), name=tag, corrections=corrections)


def _refuse_clashes(places: Sequence[Place]) -> None:
    taken: set[str] = set()
    for place in places:
        if not is_path(place.path) or place.path in taken:
            raise ValueError(
                f"feed slug {place.path!r} is taken or is not a-z, 0-9 and hyphens: choose another"
            )
        taken.add(place.path)


def find_places(plan: FeedPlan, article: Article) -> tuple[Place, ...]:
    """Every feed the article stands in, whatever its state and date. Each path once, none that is no more."""
    places = (*_of_the_site(plan, article.parsed), *_of_names(plan, article.parsed))
    by_path = {place.path: place for place in reversed(places) if not plan.site.moves.is_gone(place.path)}
    return tuple(by_path.values())[::-1]


def _of_the_site(plan: FeedPlan, parsed: Parsed) -> Iterator[Place]:
    standing = {place.path: place for place in plan.standing}
    yield standing[INDEX]
    language = language_path(parsed.language)
    if is_path(language):  # what cannot be an address is no language tag, and costs no other feed
        tag = primary_language(parsed.language)
        yield standing.get(language, _language(tag, plan.rules.correction_entries))
    text = _Text(parsed)
    asked = {f"newsletter/{item.slug}": item.selection for item in plan.newsletters}
    asked |= {spec.slug: spec.selection for spec in plan.specs}
    for path, selection in asked.items():
        if path in standing and _is_selected(text, selection):
            yield standing[path]


def _of_names(plan: FeedPlan, parsed: Parsed) -> Iterator[Place]:
    """A feed that was renamed takes in what stands under its old name."""
    rules = plan.rules
    for kind, names, at_least in (
        (SliceKind.SECTION, tuple(filter(None, [single_line(parsed.section or "")])), 1),
        (SliceKind.TOPIC, topics_of(parsed), rules.topics_at_least),
        (SliceKind.AUTHOR, people_of(parsed), rules.authors_at_least),
    ):
        for name in names if at_least else ():
            yield Place(
                kind=kind,
                path=plan.site.moves.heir(named_path(kind, name)),
                name=name,
                at_least=at_least,
                corrections=rules.correction_entries,
            )


def topics_of(parsed: Parsed) -> tuple[str, ...]:
    """The names of its tags."""
    return tuple(filter(None, (single_line(tag.name) for tag in parsed.tags)))


def people_of(parsed: Parsed) -> tuple[str, ...]:
    """Who wrote it by name; the publishing house is no author to follow."""
    return tuple(filter(None, map(single_line, parsed.authors or (parsed.byline or "",))))


class _Text:
    """An article's words, folded once for all questions about them."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed

    @cached_property
    def folded(self) -> str:
        parsed = self.parsed
        texts = (
            parsed.title,
            parsed.summary or "",
            *topics_of(parsed),
            *(block.text for block in parsed.blocks),
        )
        return fold(" \n ".join(texts), parsed.language)

    @cached_property
    def topics(self) -> frozenset[str]:
        return self._keys(topics_of(self.parsed))

    @cached_property
    def people(self) -> frozenset[str]:
        return self._keys(people_of(self.parsed))

    def _keys(self, names: Sequence[str]) -> frozenset[str]:
        return frozenset(fold(name, self.parsed.language) for name in names)


def _is_selected(text: _Text, selection: Selection) -> bool:
    """Whether it fits everything that is asked. An age is no part of it: a feed ends where its entries are too many."""
    parsed = text.parsed
    language = parsed.language
    if selection.languages and primary_language(language) not in map(primary_language, selection.languages):
        return False
    if selection.sections and single_line(parsed.section or "") not in selection.sections:
        return False
    if selection.topics and not text.topics & {fold(name, language) for name in selection.topics}:
        return False
    if selection.authors and not text.people & {fold(name, language) for name in selection.authors}:
        return False
    return not selection.terms or has_term(text.folded, selection.terms, language)
