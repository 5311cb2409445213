"""publisher.web.home"""

from dataclasses import replace

import pytest

from publisher.feeds.manifest import Manifest, save_manifest
from publisher.model.direction import Direction
from publisher.model.feed import FeedListing
from publisher.text.words import load_words
from tests.web.markup import parse_page
from tests.web.reader_app import DAILY, ReaderApp, with_context


def publish_feeds(reader: ReaderApp) -> None:
    folder = reader.context.feeds_folder
    folder.mkdir()
    listings = tuple(
        FeedListing(
            path=path,
            title=title,
            language="ar",
            direction=Direction.RTL,
            base_url="https://news.example/feeds",
        )
        for path, title in (("index", "الجبال"), ("section/s-abcdefgh", "سياسة"))
    )
    save_manifest(folder, Manifest(listings=listings))


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_the_front_page_says_what_there_is_and_when_it_comes(reader: ReaderApp, language: str) -> None:
    page = parse_page(reader.client.get(f"/?lang={language}").text)
    words = load_words(language)
    text = page.text_content()
    assert page.xpath("string(//h1)").strip() == "الجبال"
    assert words.say("web.subscribe.title") in text
    for title in ("نشرة المساء", "The week in Iraq"):
        assert title in text
    assert words.say("web.weekday.thursday") in text
    assert words.say("web.home.empty") in text


def test_the_seeds_own_words_stand_over_the_form(reader: ReaderApp) -> None:
    assert "اشترك في النشرة البريدية" in reader.client.get("/").text


def test_the_latest_issues_of_all_newsletters_stand_newest_first(reader: ReaderApp) -> None:
    for number in range(1, 6):
        reader.add_issue("daily", number, {"ar": f"عدد {number}", "en": f"Issue no {number}"})
    reader.add_issue("weekly", 9, {"en": "A week <b>in</b> Iraq"})
    page = parse_page(reader.client.get("/?lang=ckb").text)
    assert page.xpath("//ol[@class='issues']//h3//bdi/text()") == [
        "A week <b>in</b> Iraq", "عدد 5", "عدد 4", "عدد 3", "عدد 2", "عدد 1",
    ]  # fmt: skip
    assert page.xpath("//ol[@class='issues']//h3//bdi/@lang")[:2] == ["en", "ar"]
    assert page.xpath("//ol[@class='issues']//a/@href")[0] == "/newsletters/weekly/9?lang=ckb"


def test_feeds_are_found_by_readers_and_people(reader: ReaderApp) -> None:
    publish_feeds(reader)
    page = parse_page(reader.client.get("/").text)
    found = page.xpath("//link[@rel='alternate'][@type='application/rss+xml']")
    assert [(link.get("title"), link.get("href")) for link in found] == [
        ("الجبال", "https://news.example/feeds/index.rss"),
    ]
    listed = parse_page(reader.client.get("/feeds").text)
    addresses = listed.xpath("//ul[@class='feeds']//a/@href")
    assert "https://news.example/feeds/section/s-abcdefgh.atom" in addresses
    assert len(addresses) == 8


def test_a_damaged_list_of_feeds_does_not_keep_anybody_from_subscribing(reader: ReaderApp) -> None:
    reader.context.feeds_folder.mkdir()
    (reader.context.feeds_folder / ".manifest.json").write_text("{")
    assert reader.client.get("/").status_code == 200
    assert reader.client.get("/feeds").status_code == 200


def test_a_site_with_one_newsletter_describes_it_over_the_form(reader: ReaderApp) -> None:
    page = parse_page(with_context(reader, newsletters=(DAILY,)).get("/?lang=en").text)
    assert DAILY.description in page.text_content()
    assert not page.xpath("//input[@type='checkbox']")


def test_titles_and_descriptions_are_data_never_markup(reader: ReaderApp) -> None:
    hostile = replace(DAILY, title="{{7*7}}<script>x</script>", description='"><img src=x onerror=y>')
    site = replace(reader.context.site, title="<b>&", description="{% raw %}<i>", rights="<u>")
    text = with_context(reader, newsletters=(hostile,), site=site).get("/").text
    for markup in ("<script", "<img", "<b>", "<i>", "<u>"):
        assert markup not in text
    assert "{{7*7}}" in text
