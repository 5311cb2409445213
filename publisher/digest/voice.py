"""A voice: a language the house itself speaks, for everything in a digest that the articles do not say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.digest.phrase import Line, Phrase, build_line, build_phrase, tidy
from publisher.model.article import Article
from publisher.model.direction import Direction
from publisher.model.media import Embed
from publisher.model.site import Site
from publisher.text.correction_line import tell_correction
from publisher.text.digits import localise_digits
from publisher.text.embed_line import tell_embed
from publisher.text.house_date import format_date, format_datetime
from publisher.text.reading import reading_minutes
from publisher.text.truncate import truncate
from publisher.text.words import Words

NOTE_CHARACTERS = 330
"""How much of one correction is told: as much as of the lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A language with its catalogue, and the site whose style it writes in."""

    words: Words
    site: Site

    @property
    def language(self) -> str:
        """The language it speaks: the catalogue's, which is not always the one asked for."""
        return self.words.language

    @property
    def direction(self) -> Direction:
        """The direction of everything this voice says."""
        return self.words.direction

    def say(self, key: str, /, **arguments: str | int) -> Phrase:
        """A sentence of the catalogue. Raises KeyError for an unknown key."""
        return self.quote(self.words.say(key, **arguments))

    def count(self, key: str, number: int, /) -> Phrase:
        """A counted thing, in the right plural and the house's digits."""
        return self.quote(self._digits(self.words.count(key, number)))

    def quote(self, text: str) -> Phrase:
        """Any text as a phrase of this voice."""
        return build_phrase(text, direction=self.direction, language=self.language)

    def line(self, *texts: str) -> Line:
        """Short texts on one line; empty ones are left out."""
        return build_line(texts, direction=self.direction, language=self.language)

    def dateline(self, at: datetime, number: int) -> Line:
        """The line under the newsletter's name: weekday and date, issue number."""
        site = self.site
        date = format_date(at, language=self.language, style=site.style, zone=site.timezone)
        return self.line(date, self._digits(self.words.say("digest.number", number=number)))

    def meta(self, article: Article) -> Line:
        """When, who, and how long to read."""
        parsed, site = article.parsed, self.site
        when = format_datetime(
            parsed.published_at, language=self.language, style=site.style, zone=site.timezone
        )
        return self.line(when, self._who(article), self._reading_time(parsed.words))

    def credits(self, article: Article) -> Line:
        """The photo's credit and the rights: a line that may be empty."""
        image = article.parsed.image
        photo = self.words.say("digest.photo", credit=image.credit) if image and image.credit else ""
        return self.line(photo, article.parsed.rights or "")

    def corrections(self, article: Article) -> tuple[Phrase, ...]:
        """A dated sentence for each correction, the last one first, as in the article's feed entry. A long note is cut
        at a word: a mail must stay deliverable, and the whole of it stands with the article.
        """
        site = self.site
        notes = (
            replace(item, note=truncate(tidy(item.note), NOTE_CHARACTERS))
            for item in reversed(article.corrections)
        )
        return tuple(
            self.quote(tell_correction(item, self.words, style=site.style, zone=site.timezone))
            for item in notes
        )

    def embed(self, embed: Embed) -> Phrase:
        """What a player or frame shows and where; a long title is cut at a word."""
        return self.quote(truncate(tidy(tell_embed(embed, self.words)), NOTE_CHARACTERS))

    def _who(self, article: Article) -> str:
        """The publisher, else whom the story is attributed to, else who wrote it."""
        parsed = article.parsed
        return parsed.publisher or "، ".join(parsed.attributed_to) or parsed.byline or ""

    def _reading_time(self, words: int) -> str:
        if words == 0:
            return ""
        minutes = reading_minutes(words, self.site.words_per_minute)
        return self._digits(self.words.count("digest.minutes", minutes)).replace(" ", _NO_BREAK)

    def _digits(self, text: str) -> str:
        return localise_digits(text, language=self.language, digits=self.site.style.digits)


_NO_BREAK = "\u00a0"
"""Keeps the short end of a meta line in one piece on a phone."""


def choose_voice(tag: str, frame: Voice, voices: Mapping[str, Voice]) -> Voice:
    """The voice for an article in language `tag`: its own language where the house speaks it, else the frame's."""
    return voices.get(tag.lower(), voices.get(tag.lower().split("-")[0], frame))
