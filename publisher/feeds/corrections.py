"""The lines that tell an article's corrections in its entry: dated, in the article's language, the last one first."""

from collections.abc import Mapping

from publisher.feeds.xml_text import single_line
from publisher.model.article import Article
from publisher.model.correction import Correction
from publisher.model.site import Site
from publisher.text.house_date import format_date
from publisher.text.words import Words


def correction_lines(site: Site, article: Article, words: Mapping[str, Words]) -> tuple[str, ...]:
    """`تصحيح، السبت 1 نوفمبر 2025: …` for each. `words` has the site's language at least."""
    found = words.get(article.parsed.language, words[site.language])
    return tuple(_line(site, correction, found) for correction in reversed(article.corrections))


def _line(site: Site, correction: Correction, words: Words) -> str:
    date = format_date(correction.at, language=words.language, style=site.style, zone=site.timezone)
    note = single_line(correction.note)
    if not note:
        return words.say("feeds.corrected", date=date)
    return words.say("feeds.correction", date=date, note=note)
