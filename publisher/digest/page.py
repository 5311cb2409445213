"""What the digest's two templates may show: one frozen type for the page and one for each part of it.

`templates/mail/digest.html` and `templates/mail/digest.txt` get the same `DigestPage`, so both say the same. All
sentences are made already, in the right language; the templates only place them.
"""

from dataclasses import dataclass

from publisher.digest.phrase import Line, Phrase
from publisher.model.colour import Palette
from publisher.model.direction import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLinks:
    """Where the footer leads. Absolute http(s) URLs. `web` is this issue's web version in this variant."""

    web: str
    subscribe: str | None = None
    archive: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """The newsletter's name and the line under it: weekday and date, issue number."""

    name: Phrase
    dateline: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with its words."""

    label: Phrase
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article shown with text. `url` is None where it has no page: then its headline is no link. `embed` leads to
    its first player or frame where it has no text to tell: words alone, since a picture tells its house who reads.

    `meta` tells when, who, and how long to read; `credits` the photo's credit and the rights, possibly nothing.
    Both may be in another language than the story, where the house has no words in the story's. `sample` marks
    an invented story. `corrections` are dated sentences, the last one first. `place` counts the articles of the issue
    from 1 in reading order: the web version hides by it.
    """

    language: str
    direction: Direction
    headline: Phrase
    url: str | None
    summary: Phrase | None
    embed: Link | None
    meta: Line
    credits: Line
    sample: Phrase | None
    corrections: tuple[Phrase, ...]
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Stories that stand together under a small name."""

    name: Phrase
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """An article shown by its title only. `place` counts on from the stories'."""

    headline: Phrase
    url: str | None
    sample: Phrase | None
    corrections: tuple[Phrase, ...]
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineList:
    """What did not fit with text. `omitted` says how many more did not even fit by title, None if none."""

    name: Phrase
    items: tuple[Headline, ...]
    omitted: Phrase | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Why the reader gets this, how to leave it, where else to read it, who sends it."""

    why: Phrase
    links: tuple[Link, ...]
    small_print: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPage:
    """The whole digest. `language` and `direction` are the frame's; each story has its own."""

    language: str
    direction: Direction
    subject: str
    preheader: Phrase
    light: Palette
    dark: Palette
    masthead: Masthead
    contents: Line | None
    lead: Story
    sections: tuple[Section, ...]
    headlines: HeadlineList | None
    footer: Footer
