"""Rendering: both parts say the same, hostile words stay words, and the finished files are as approved.

The golden files are rewritten by `NASHRA_REWRITE_GOLDEN=1 pytest tests/digest/test_render.py`; look at them before
committing.
"""

import os
import re
from dataclasses import replace
from pathlib import Path

import jinja2
import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from publisher.digest.error import DigestError
from publisher.digest.render import lint_rendition, render_digest
from publisher.model.article import Block, BlockKind
from publisher.model.issue import Draft, Patch, Rendition
from publisher.model.media import Embed, EmbedKind
from publisher.wiring import build_templates
from tests.digest.samples import (
    EIGHT,
    HEADLINES,
    LANGUAGES,
    LINKS,
    SITE,
    a_draft,
    a_mixed_draft,
    all_words,
    an_article,
    render,
    with_title,
)

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = (
    "{{7*7}}",
    "{% include '/etc/passwd' %}",
    "<script>alert(1)</script>",
    "</title></style></td></table>",
    '" onmouseover="x',
    "a\r\nBcc: x@example.org\n\nb",
    "<!--[if mso]><![endif]-->",
    "&lt;b&gt; &amp; &#60;",
    "\u202eevil\u202c \u2066x\u2069",
    "]]> <![CDATA[",
    "%(name)s %s {0} ${x}",
    Patch.UNSUBSCRIBE_URL.value,
)


def parse(html: str) -> HtmlElement:
    return lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))


def squeeze(text: str) -> str:
    """Text without breaks and marks, to compare parts that lay lines out differently."""
    return " ".join(text.replace("\u200f", "").replace("\u200e", "").split())


def titles_in_order(text: str, titles: list[str]) -> list[int]:
    places = [squeeze(text).find(squeeze(title)) for title in titles]
    assert -1 not in places
    return places


@pytest.mark.parametrize("language", LANGUAGES)
class TestGolden:
    """One mixed issue in each frame language, exactly as approved by eye."""

    def test_both_parts_are_as_approved(self, language: str) -> None:
        rendition = render(a_mixed_draft(language), language)
        for suffix, text in (("html", rendition.html), ("txt", rendition.text)):
            path = GOLDEN / f"{language}.{suffix}"
            if os.environ.get("NASHRA_REWRITE_GOLDEN"):
                path.write_text(text, encoding="utf-8", newline="\n")
            assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
class TestStructure:
    """Checked with a parser of its own on the finished HTML."""

    def root(self, language: str) -> HtmlElement:
        return parse(render(a_mixed_draft(language), language).html)

    def test_language_and_direction_stand_on_every_layer(self, language: str) -> None:
        root = self.root(language)
        layers = [root, root.find("body"), *root.iter("table"), *root.iter("td")]
        assert all(layer.get("lang") and layer.get("dir") in {"rtl", "ltr"} for layer in layers)
        frame = "ltr" if language == "en" else "rtl"
        assert {layer.get("dir") for layer in layers[:3]} == {frame}
        assert {td.get("dir") for td in root.iter("td")} == {"rtl", "ltr"}

    def test_each_cell_keeps_its_direction_when_attributes_are_stripped(self, language: str) -> None:
        """GMX strips `dir`; the inline style, and nothing in `<style>`, must then be enough."""
        for td in self.root(language).iter("td"):
            style = td.get("style").replace(" ", "")
            start = {"rtl": "right", "ltr": "left"}[td.get("dir")]
            assert f"direction:{td.get('dir')};text-align:{start}" in style
            assert td.get("align") == start
            assert "font-family:" in style

    def test_nothing_is_fetched_when_the_mail_is_opened(self, language: str) -> None:
        root = self.root(language)
        assert not root.xpath(
            "//*[@src or @srcset or @background or @poster] | //link | //script | //img | //iframe"
        )
        css = " ".join([*root.xpath("//@style"), *root.xpath("//style/text()")])
        assert not re.search(r"https?:|url|@import", css)

    def test_the_head_keeps_only_what_cannot_be_inline_and_stays_small(self, language: str) -> None:
        css = "".join(self.root(language).xpath("//style/text()"))
        assert "prefers-color-scheme: dark" in css
        assert "[data-ogsc]" in css
        assert len(css.encode()) < 2_000

    def test_headings_are_one_name_then_the_lead_then_sections_and_stories(self, language: str) -> None:
        levels = [heading.tag for heading in self.root(language).iter("h1", "h2", "h3")]
        assert levels[:4] == ["h1", "h2", "h2", "h3"]
        assert levels.count("h1") == 1

    def test_every_link_names_where_it_leads_and_no_two_names_are_alike(self, language: str) -> None:
        names = [squeeze(link.text_content()) for link in self.root(language).iter("a")]
        assert len(names) == len(set(names))
        assert all(len(name) > 4 for name in names)

    def test_both_parts_have_the_same_titles_in_the_same_order(self, language: str) -> None:
        draft = a_mixed_draft(language)
        rendition = render(draft, language)
        titles = [article.parsed.title for article in (*draft.articles, *draft.headlines)]
        shown = " ".join(squeeze(h.text_content()) for h in parse(rendition.html).iter("h1", "h2", "h3"))
        for text in (shown, rendition.text):
            places = titles_in_order(text, titles)
            assert places == sorted(places)

    def test_both_parts_have_the_same_links_in_the_same_order(self, language: str) -> None:
        rendition = render(a_mixed_draft(language), language)
        in_html = [link.get("href") for link in parse(rendition.html).iter("a")]
        in_text = [line for line in rendition.text.splitlines() if line.startswith("http")]
        assert in_html == in_text
        assert in_html.count(Patch.UNSUBSCRIBE_URL) == 1

    def test_each_item_has_its_date_publisher_credit_and_rights_in_both_parts(self, language: str) -> None:
        rendition = render(a_mixed_draft(language), language)
        for text in (squeeze(parse(rendition.html).text_content()), squeeze(rendition.text)):
            assert "السبت 1 نوفمبر 2025 06:00 م · الجبال · 3 دقائق قراءة" in text
            assert "الصورة: AP · © 2025 الجبال. كل الحقوق محفوظة." in text
            assert "Photo: S. Ahmed" in text

    def test_the_text_part_has_no_filler_and_no_markup(self, language: str) -> None:
        text = render(a_mixed_draft(language), language).text
        assert not re.search(r"[\u200b\u00ad\u034f\ufeff\u2060]|<[a-z/]|&[a-z]+;|\n{4}", text)
        assert text.endswith("\n")


def test_a_mail_program_that_knows_no_style_sheet_sees_the_same_words_and_links() -> None:
    html = render(a_draft()).html
    stripped = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    assert parse(stripped).find("body").text_content() == parse(html).find("body").text_content()
    assert "font-size: 26px" in stripped


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_masthead_lies_on_the_frames_side_and_only_the_name_keeps_its_direction(language: str) -> None:
    """An Arabic name over an English dateline: the line reads from the left, the name from the right."""
    cell = parse(render(a_draft(), language).html).xpath("//h1/..")[0]
    frame, side = {"en": ("ltr", "left")}.get(language, ("rtl", "right"))
    assert (cell.get("dir"), cell.get("align"), cell.get("lang")) == (frame, side, language)
    name, dateline, contents = cell
    assert [line.get("dir") for line in (dateline, contents)] == [None, None]
    assert name.get("dir", frame) == "rtl"
    assert name.get("lang", language) == "ar"
    assert ("font-size: 36px" in name.get("style")) is True
    if language == "en":
        assert f"text-align:{side}" in name.get("style").replace(" ", "")


def test_latin_inside_arabic_is_isolated_by_spans_that_webmail_keeps() -> None:
    root = parse(render(a_draft()).html)
    isolated = {span.text for span in root.xpath("//td[@dir='rtl']//span[@dir='ltr']")}
    assert {"OpenAI", "C++", "ESP32", "+964 770 123 4567", "AP"} <= isolated
    assert root.xpath("//span[@dir='ltr' and @lang='en' and text()='OpenAI']")
    assert {span.text for span in root.xpath("//td[@dir='ltr']//span[@dir='rtl']")} >= {"الخشابة"}


def test_a_story_without_an_address_is_no_link_in_either_part() -> None:
    rendition = render(a_draft())
    (title,) = [h for h in parse(rendition.html).iter("h3") if "Basra" in h.text_content()]
    assert title.find(".//a") is None


@pytest.mark.parametrize("size", [1, 2, 7])
def test_small_issues_render_without_gaps(size: int) -> None:
    rendition = render(a_draft(EIGHT[:size], ()))
    assert rendition.subject.startswith("القاعدة تحاصر باماكو")
    assert rendition.preheader
    assert ("في هذا العدد" in rendition.text) is (size == 7)


def hostile_draft(words: str) -> Draft:
    """An issue whose every field that others write holds `words`."""
    article = an_article(words, words, section=words, publisher=words, credit=words, rights=words)
    parsed = replace(article.parsed, url=f"https://example.org/?q={words}", language="ar")
    bad = replace(article, parsed=parsed)
    return a_draft((bad, with_title(EIGHT[1], words), *EIGHT[2:]), (bad, *HEADLINES))


def check_inert(rendition: Rendition) -> None:
    root = parse(rendition.html)
    assert not root.xpath("//script | //img | //*[@*[starts-with(name(), 'on')]]")
    assert len(root.xpath("//title")) == 1
    assert len(root.xpath("//table")) == 1
    assert [link.get("href") for link in root.iter("a")] == [
        line for line in rendition.text.splitlines() if re.fullmatch(r"https?://\S+", line)
    ]
    assert rendition.html.count(Patch.UNSUBSCRIBE_URL) == 1
    assert rendition.text.count(Patch.UNSUBSCRIBE_URL) == 1
    assert "\n" not in rendition.subject
    assert "\r" not in rendition.html + rendition.text


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    rendition = render(hostile_draft(words))
    check_inert(rendition)
    if "{" in words:
        assert words in parse(rendition.html).text_content()
        assert words in rendition.text


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=20)), min_size=1, max_size=4)
)
def test_no_mixture_of_hostile_words_gets_out_of_its_place(pieces: list[str]) -> None:
    check_inert(render(hostile_draft("ا" + "".join(pieces))))


def test_what_must_not_be_sent_is_refused_with_the_reason() -> None:
    """A broken template is caught here, not in a reader's inbox."""
    env = jinja2.Environment(
        autoescape=True,
        loader=jinja2.DictLoader({"mail/digest.html": "<img src='https://example.org/pixel.gif'>"}),
    )
    with pytest.raises(DigestError, match=r"issue 12 of evening \(ar\).*remote"):
        render_digest(a_draft(), site=SITE, variant="ar", words=all_words()["ar"], env=env, web_url=LINKS.web)


def test_without_words_for_other_languages_every_meta_line_is_in_the_frames() -> None:
    words = all_words()["en"]
    rendition = render_digest(
        a_mixed_draft("en"),
        site=SITE,
        variant="en",
        words=words,
        env=build_templates(words),
        web_url=LINKS.web,
    )
    (line,) = parse(rendition.html).xpath("//p[@dir='ltr'][contains(., '1 November 2025, 18:00')]")
    assert "text-align: right" in line.get("style")
    assert "نوفمبر" not in rendition.text


def test_warnings_for_the_editor_come_with_the_rendition() -> None:
    rendition = render(a_draft((with_title(EIGHT[0], "شركة OpenAI تفتح مكتباً!!"),), ()))
    assert [found.key for found in lint_rendition(rendition)] == [
        "digest.subject.latin-inside",
        "digest.subject.shouting",
    ]
    for words in all_words().values():
        assert all(words.say_reason(found) for found in lint_rendition(rendition))


def test_a_film_without_text_is_a_link_in_both_parts_and_asks_nobody() -> None:
    draft = a_draft()
    film = Embed(kind=EmbedKind.VIDEO, url="https://vimeo.com/1", poster="https://i.example/1.jpg")
    block = Block(kind=BlockKind.EMBED, text="", embed=film)
    lead = draft.articles[0]
    silent = replace(lead, parsed=replace(lead.parsed, blocks=(block,), summary=None))
    rendition = render(replace(draft, articles=(silent, *draft.articles[1:])))
    (link,) = parse(rendition.html).xpath('//a[@href="https://vimeo.com/1"]')
    assert squeeze(link.text_content()) == "فيديو على vimeo.com"
    assert link.getparent().tag == "u"
    assert "فيديو على vimeo.com\nhttps://vimeo.com/1\n" in squeeze_lines(rendition.text)
    assert "i.example" not in rendition.html
    assert lint_rendition(rendition) == ()


def squeeze_lines(text: str) -> str:
    """Text without marks, its lines kept."""
    return re.sub("[\u200e\u200f\u2066-\u2069]", "", text)
