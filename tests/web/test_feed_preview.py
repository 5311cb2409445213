"""The page of one feed, for people (checklist 39, 40)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from publisher.model.direction import Direction
from publisher.model.moves import build_moves
from publisher.text.words import load_words
from publisher.web.entry_text import render_entry_text
from publisher.web.feed_preview import SHOWN, WHOLE
from tests.feeds.samples import make_entry
from tests.web.feed_folder import listing, write_folder
from tests.web.markup import parse_page
from tests.web.reader_app import ReaderApp, with_context

ARABIC = make_entry()
ENGLISH = make_entry(
    id="tag:aljeebal.com,2025:2",
    title="Dollar climbs",
    summary="A summary",
    content_html='<div dir="ltr" lang="en"><p>Text</p></div>',
    language="en",
    direction=Direction.LTR,
    published_at=ARABIC.published_at - timedelta(hours=1),
)

PICTURE = '<span class="picture" lang="en" dir="ltr">'


def test_entries_stand_as_a_reader_shows_them_each_in_its_own_direction(reader: ReaderApp) -> None:
    write_folder(reader.context.feeds_folder, [listing("index", "الكل")], ARABIC, ENGLISH)
    page = parse_page(reader.client.get("/feeds/index?lang=en").text)
    assert page.xpath("string(//h1)") == "الكل"
    titles = page.xpath("//ol//h3")
    assert [title.text_content() for title in titles] == [ARABIC.title, "Dollar climbs"]
    assert [(title.get("lang"), title.getparent().get("dir")) for title in titles] == [
        ("ar", "rtl"),
        ("en", "ltr"),
    ]
    assert set(page.xpath("//ol/li/p[@class='meta']/@dir | //summary/@dir")) == {"ltr"}, (
        "what we say is in English"
    )
    assert page.xpath("//ol//h3/a/@href")[0] == ARABIC.url
    assert page.xpath("//time/@datetime")[0] == ARABIC.published_at.isoformat()
    assert "سارة وOmar" in page.xpath("string(//ol/li[1])")
    whole = page.xpath("//ol/li[1]//details//div[@lang='ar']")
    assert whole[0].get("dir") == "rtl"
    assert "نص & متن" in whole[0].text_content()


def test_the_address_can_be_copied_and_every_format_is_named(reader: ReaderApp) -> None:
    write_folder(reader.context.feeds_folder, [listing("section/s-abcdefgh")])
    page = parse_page(reader.client.get("/feeds/section/s-abcdefgh").text)
    assert page.xpath("//input[@readonly]/@value") == ["https://news.example/feeds/section/s-abcdefgh.rss"]
    assert [link.text for link in page.xpath("//ul[@class='row']/li/a[@type]")] == ["RSS", "Atom", "JSON"]


def test_a_long_feed_shows_its_first_entries_and_says_how_many_more(reader: ReaderApp) -> None:
    many = [replace(ARABIC, id=f"tag:x,2025:{number}", summary="خلاصة " * 40) for number in range(SHOWN + 3)]
    write_folder(reader.context.feeds_folder, [listing("index")], *many)
    text = reader.client.get("/feeds/index?lang=ar").text
    page = parse_page(text)
    assert len(page.xpath("//ol/li")) == SHOWN
    assert len(page.xpath("//details")) == WHOLE
    assert "3 مقالات أخرى" in text
    assert len(text.encode()) < 30_000


def test_an_empty_feed_says_that_nothing_is_missed(reader: ReaderApp) -> None:
    write_folder(reader.context.feeds_folder, [listing("index")])
    (reader.context.feeds_folder / "index.json").write_text('{"items": []}')
    assert load_words("en").say("web.preview.empty") in reader.client.get("/feeds/index?lang=en").text


@pytest.mark.parametrize(
    "path", ["none", "section/none", "section", "%2e%2e", "index.html", "INDEX", "a//b", "x" * 300]
)
def test_a_page_of_no_feed_is_not_found(reader: ReaderApp, path: str) -> None:
    write_folder(reader.context.feeds_folder, [listing("index")])
    answer = reader.client.get(f"/feeds/{path}")
    assert answer.status_code == 404


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_the_page_of_a_retired_feed_says_so_and_leads_to_the_others(reader: ReaderApp, language: str) -> None:
    """Checklist 37, for people; programs are told at the addresses of the feed."""
    moves = build_moves({"away": "index"}, frozenset({"section/olympics", "/rss.xml"}))
    client = with_context(reader, site=replace(reader.context.site, moves=moves))
    answer = client.get(f"/feeds/section/olympics?lang={language}")
    page = parse_page(answer.text)
    assert (answer.status_code, page.get("lang")) == (410, language)
    assert page.xpath("string(//h1)") == load_words(language).say("web.error.gone.title")
    assert page.xpath("//main//a/@href") == [f"/feeds?lang={language}"]
    for path in ("/feeds/section/olympics.rss", "/feeds/section/olympics/archive/1.json", "/rss.xml"):
        assert client.get(path).status_code == 410
        assert client.get(path).headers["content-type"].startswith("text/plain")
    assert client.get("/feeds/away", follow_redirects=False).status_code == 301


def test_a_listed_feed_whose_file_is_gone_is_not_found(reader: ReaderApp) -> None:
    write_folder(reader.context.feeds_folder, [listing("index")])
    (reader.context.feeds_folder / "index.json").unlink()
    assert reader.client.get("/feeds/index").status_code == 404


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_a_feed_whose_file_cannot_be_read_answers_as_the_feed_does(
    reader: ReaderApp, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    """503, which is not for ever: a link to itself, as a failing disk, cannot be opened; nor is half a file JSON."""
    write_folder(reader.context.feeds_folder, [listing("index")], ARABIC)
    file = reader.context.feeds_folder / "index.json"
    file.write_bytes(file.read_bytes()[:-9])
    answers = [reader.client.get(f"/feeds/index?lang={language}")]
    file.unlink()
    file.symlink_to(file.name)
    answers += [reader.client.get(f"/feeds/index?lang={language}"), reader.client.get("/feeds/index.json")]
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in answers] == [(503, "60")] * 3
    title = parse_page(answers[0].text).xpath("string(//h1)")
    assert title == load_words(language).say("web.error.unavailable.title")
    assert {record.message for record in caplog.records if record.levelname == "ERROR"} == {
        "feed cannot be read"
    }


def test_the_address_of_the_feed_itself_never_becomes_the_page(reader: ReaderApp) -> None:
    write_folder(reader.context.feeds_folder, [listing("index")])
    answer = reader.client.get("/feeds/index.rss", headers={"accept": "text/html;q=0.7"})
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"


def test_hostile_text_stays_text(reader: ReaderApp) -> None:
    hostile = replace(ARABIC, title="<script>x</script>", summary='"><img src=x>', authors=("<b>",))
    write_folder(reader.context.feeds_folder, [listing("index", "<i>")], hostile)
    text = reader.client.get("/feeds/index").text
    assert not re.search(r"<script>|<img|<i>|<b>", text)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ('<p dir="rtl" lang="ar">نص</p>', '<p dir="rtl" lang="ar">نص</p>'),
        (
            '<img src="https://x.example/1.jpg" alt="سوق"> بعد',
            f"{PICTURE}[Picture: \u2068سوق\u2069]</span> بعد",
        ),
        ('<picture><source srcset="x"><img alt="a"></picture>', f"{PICTURE}[Picture: \u2068a\u2069]</span>"),
        ('<video src="x"></video>', f"{PICTURE}[Picture]</span>"),
        ('<a href="javascript:alert(1)" onclick="x">y</a>', "<a>y</a>"),
        ('<a href=" JAVASCRIPT:alert(1)">y</a>', "<a>y</a>"),
        ('<a href="https://x.example/" style="x" id="main">y</a>', '<a href="https://x.example/">y</a>'),
        ("<script>alert(1)</script>after", "after"),
        ("<form><input></form><style>x</style>", ""),
        ('<svg onload="x"><script>y</script></svg>', f"{PICTURE}[Picture]</span>"),
        ("<!-- note --><p>x</p>", "<p>x</p>"),
    ],
)
def test_the_text_of_an_entry_asks_nobody_and_does_nothing(content: str, shown: str) -> None:
    assert render_entry_text(content, load_words("en")) == f'<div class="entry-text">{shown}</div>'
