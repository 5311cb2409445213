"""publisher.web.assets"""

import re
from dataclasses import replace

import pytest
from lxml import etree

from publisher.model.colour import MIN_CONTRAST, contrast
from publisher.text.words import load_words
from tests.web.reader_app import ReaderApp, with_context


def test_the_stylesheet_asks_for_nothing_from_elsewhere(reader: ReaderApp) -> None:
    answer = reader.client.get("/reader.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import|@font-face", answer.text)


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_feeds_are_dressed_by_css_alone(reader: ReaderApp, language: str) -> None:
    """Checklist 39: what the processing instruction of every feed names; its sentence ends no string of CSS."""
    site = replace(reader.context.site, language=language)
    answer = with_context(reader, site=site).get("/feeds/feed.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import|@font-face|xsl", answer.text)
    for tag in ("ar", "en", "ckb"):
        sentence = load_words(tag).say("web.feed_css.what")
        assert (
            f'rss:lang({tag})::before, feed:lang({tag})::before {{ content: "{sentence}"; }}' in answer.text
        )
        assert not set('"\\') & set(sentence)
    assert (
        load_words(language).say("web.feed_css.what")
        in answer.text.partition("@media")[2].partition(":lang(ar)::")[0]
    )


def test_every_text_colour_can_be_read_in_light_and_dark_whatever_the_accent(reader: ReaderApp) -> None:
    for accent in ("#7a1f1f", "#ffff00", "#0000ff", "#101010"):
        client = with_context(reader, site=replace(reader.context.site, accent=accent))
        for scheme in re.findall(r"--paper.*?--accent: #\w+", client.get("/reader.css").text, re.DOTALL):
            colour = dict(re.findall(r"--(\w+): (#\w{6})", scheme))
            for name in ("ink", "quiet", "accent"):
                assert contrast(colour[name], colour["paper"]) >= MIN_CONTRAST, (accent, name)


def test_no_size_is_smaller_than_fourteen_pixels(reader: ReaderApp) -> None:
    """17 px is the root; LOOK: meta 14, never smaller."""
    sizes = re.findall(r"font-size: ([\d.]+)rem", reader.client.get("/reader.css").text)
    assert sizes
    assert all(float(size) * 17 >= 14 for size in sizes)


def test_arabic_has_no_letter_spacing_no_italics_no_capitals_no_justification(reader: ReaderApp) -> None:
    css = reader.client.get("/reader.css").text
    assert not re.search("letter-spacing|italic|uppercase|justify;|text-align: justify", css)


def test_sides_are_named_by_reading_direction(reader: ReaderApp) -> None:
    css = reader.client.get("/reader.css").text
    assert not re.search(r"(margin|padding|border|inset)-(left|right)|[{;]\s*(left|right|float):", css)


def test_the_icon_is_an_svg(reader: ReaderApp) -> None:
    for path in ("/icon.svg", "/favicon.ico"):
        answer = reader.client.get(path)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert etree.fromstring(answer.content).tag == "{http://www.w3.org/2000/svg}svg"
        assert len(answer.content) < 1000


def test_robots_are_told_to_stay_out_of_readers_pages(reader: ReaderApp) -> None:
    text = reader.client.get("/robots.txt").text
    assert "Disallow: /u/" in text
    assert "Disallow: /confirm/" in text


def test_the_script_is_one_that_a_browser_runs_and_asks_for_nothing(reader: ReaderApp) -> None:
    answer = reader.client.get("/copy.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert not re.search(r"fetch|XMLHttp|import|innerHTML|cookie|Storage|https?://|eval", answer.text)
    assert len(answer.content) < 2_000


@pytest.mark.parametrize("path", ["/reader.css", "/feeds/feed.css", "/copy.js", "/icon.svg", "/robots.txt"])
def test_a_browser_that_has_a_file_is_not_sent_it_again(reader: ReaderApp, path: str) -> None:
    first = reader.client.get(path)
    assert first.headers["cache-control"] == "max-age=86400"
    again = reader.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["etag"], again.headers["cache-control"]) == (first.headers["etag"], "max-age=86400")
    assert reader.client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200
