"""The page that lists the feeds, and how browsers and readers find them (checklist 36)."""

from urllib.robotparser import RobotFileParser

import pytest

from publisher.feeds.opml import OPML_FILE, render_opml
from publisher.web.feed_list import SHOWN
from publisher.web.listings import choose_discovered, group_listings
from tests.web.feed_folder import listing, write_folder
from tests.web.markup import parse_page
from tests.web.reader_app import ReaderApp

KINDS = [
    listing("index", "الجبال: الكل"),
    listing("lang/ar"),
    listing("lang/en", language="en"),
    listing("section/s-abcdefgh", "سياسة"),
    listing("newsletter/daily", "المساء"),
    listing("sports-en", language="en"),
    listing("topic/oil"),
    listing("author/sara"),
]


def test_every_listed_feed_answers_in_every_format_and_so_does_its_page(reader: ReaderApp) -> None:
    write_folder(reader.context.feeds_folder, KINDS)
    page = parse_page(reader.client.get("/feeds").text)
    addresses = page.xpath("//ul[@class='feeds']//a/@href")
    assert len(addresses) == len(KINDS) * 4
    for address in [*addresses, *page.xpath("//link[@rel='alternate']/@href")]:
        assert reader.client.get(address).status_code == 200, address


def test_every_feed_of_the_opml_answers(reader: ReaderApp) -> None:
    folder = reader.context.feeds_folder
    write_folder(folder, KINDS)
    (folder / OPML_FILE).write_bytes(render_opml("الجبال", "https://aljeebal.example", KINDS))
    answer = reader.client.get(f"/feeds/{OPML_FILE}")
    assert answer.headers["content-type"] == "text/x-opml; charset=utf-8"
    assert (
        reader.client.get(
            f"/feeds/{OPML_FILE}", headers={"if-none-match": answer.headers["etag"]}
        ).status_code
        == 304
    )
    outlines = parse_page(answer.text.partition("?>")[2]).xpath("//outline")
    assert len(outlines) == len(KINDS)
    for outline in outlines:
        for attribute in ("xmlurl", "htmlurl"):
            assert reader.client.get(outline.get(attribute)).status_code == 200


def test_each_kind_stands_under_its_heading(reader: ReaderApp) -> None:
    write_folder(reader.context.feeds_folder, KINDS)
    page = parse_page(reader.client.get("/feeds?lang=en").text)
    assert page.xpath("//h2/text()") == [
        "Everything", "By language", "By section", "As in our newsletters", "Chosen by our editors", "By topic",
        "By author",
    ]  # fmt: skip


def test_an_address_can_be_copied_without_a_script(reader: ReaderApp) -> None:
    """A field that holds it whole, that cannot be changed, with a label."""
    write_folder(reader.context.feeds_folder, KINDS)
    page = parse_page(reader.client.get("/feeds").text)
    fields = page.xpath("//label//input[@readonly][@type='text']")
    assert [field.get("value") for field in fields][:2] == [
        "https://news.example/feeds/index.rss",
        "https://news.example/feeds/lang/ar.rss",
    ]
    assert all(field.get("dir") == "ltr" for field in fields)


def test_many_feeds_go_over_several_light_pages(reader: ReaderApp) -> None:
    many = [
        listing(f"section/number-{number}", f"قسم رقم {number} من الأقسام") for number in range(SHOWN * 2 + 1)
    ]
    write_folder(reader.context.feeds_folder, many)
    seen = []
    for number in (1, 2, 3):
        text = reader.client.get(f"/feeds?page={number}").text
        assert len(text.encode()) < 30_000
        seen += parse_page(text).xpath("//ul[@class='feeds']//input/@value")
    assert seen == [item.url(".rss") for item in many]
    for wrong in ("0", "4", "-1", "x", "٣", "9" * 50):
        assert reader.client.get("/feeds", params={"page": wrong}).status_code == 404


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/", []),
        ("/feeds", []),
        ("/newsletters/daily", ["newsletter/daily"]),
        ("/feeds/section/s-abcdefgh", ["section/s-abcdefgh"]),
    ],
)
def test_pages_point_at_the_main_feed_first_then_at_their_own(
    reader: ReaderApp, path: str, own: list[str]
) -> None:
    """RSS Autodiscovery: the first is what a reader takes; a format of the same feed is no other feed."""
    write_folder(reader.context.feeds_folder, KINDS)
    links = parse_page(reader.client.get(path).text).xpath("//link[@rel='alternate']")
    assert {link.get("type") for link in links} == {"application/rss+xml"}
    wanted = ["index", *own, "lang/ar", "lang/en"]
    assert [link.get("href") for link in links] == [listing(feed).url(".rss") for feed in wanted]
    assert all(link.get("title") for link in links)


def test_a_feed_that_is_not_there_is_not_pointed_at() -> None:
    assert choose_discovered(KINDS, ("ar", "ckb"), own="section/none") == (KINDS[0], KINDS[1])


def test_no_group_is_empty_and_none_is_lost() -> None:
    groups = group_listings([*KINDS, listing("folder/x")])
    assert [group.kind for group in groups] == [
        "site", "lang", "section", "newsletter", "more", "topic", "author",
    ]  # fmt: skip
    assert sum(len(group.listings) for group in groups) == len(KINDS) + 1
    assert group_listings([]) == ()


def test_robots_may_read_every_feed(reader: ReaderApp) -> None:
    robots = RobotFileParser()
    robots.parse(reader.client.get("/robots.txt").text.splitlines())
    for address in ("/", "/feeds", "/feeds/index.rss", "/feeds/lang/ar", "/newsletters/daily/1"):
        assert robots.can_fetch("*", f"https://news.example{address}")
    assert not robots.can_fetch("*", "https://news.example/u/x")


def test_the_list_is_read_again_when_it_is_another(reader: ReaderApp) -> None:
    write_folder(reader.context.feeds_folder, KINDS[:1])
    assert "section/s-abcdefgh" not in reader.client.get("/feeds").text
    write_folder(reader.context.feeds_folder, KINDS)
    assert "section/s-abcdefgh" in reader.client.get("/feeds").text


@pytest.mark.parametrize("path", ["/feeds", "/feeds?page=1", "/feeds/index", "/feeds/lang/ar", "/"])
def test_pages_of_feeds_are_kept_for_a_minute_by_language(reader: ReaderApp, path: str) -> None:
    """Checklist 32: a page shows what the feed has now, and one address is read in several languages."""
    write_folder(reader.context.feeds_folder, KINDS)
    for method in ("GET", "HEAD"):
        headers = reader.client.request(method, path).headers
        assert (headers["cache-control"], headers["vary"]) == ("max-age=60", "Accept-Language")
