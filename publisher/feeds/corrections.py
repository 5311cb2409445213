"""The lines that tell an article's corrections in its entry: dated, in the article's language, the last one first."""

from collections.abc import Mapping
from dataclasses import replace

from publisher.feeds.xml_text import single_line
from publisher.model.article import Article
from publisher.model.correction import Correction
from publisher.model.site import Site
from publisher.text.correction_line import tell_correction
from publisher.text.words import Words


def correction_lines(site: Site, article: Article, words: Mapping[str, Words]) -> tuple[str, ...]:
    """`تصحيح، السبت 1 نوفمبر 2025: …` for each. `words` has the site's language at least."""
    found = words.get(article.parsed.language, words[site.language])
    return tuple(_line(site, correction, found) for correction in reversed(article.corrections))


def _line(site: Site, correction: Correction, words: Words) -> str:
    legal = replace(correction, note=single_line(correction.note))
    return tell_correction(legal, words, style=site.style, zone=site.timezone)
