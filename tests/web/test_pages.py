"""publisher.web.pages and every template: what LOOK promises of reader pages, checked on all of them."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from publisher.mail.mailbox import Mailbox
from tests.web.markup import parse_page
from tests.web.reader_app import ReaderApp, build_reader_app

SARA = "sara@example.net"
MAX_PAGE_BYTES = 30_000


def render_every_page(folder: Path, language: str) -> Iterator[tuple[str, str]]:
    """(name, HTML) of every page a reader can meet."""
    app = build_reader_app(folder, mailbox=Mailbox(folder / "mailbox"))
    for number in range(1, 31):
        app.add_issue("daily", number, {"ar": f"عنوان طويل للعدد رقم {number} من النشرة " * 2})

    def get(path: str) -> str:
        return app.client.get(f"{path}?lang={language}").text

    def post(path: str, **data: str | list[str]) -> str:
        return app.client.post(f"{path}?lang={language}", data=data).text

    for path in (
        "/",
        "/subscribe",
        "/feeds",
        "/newsletters/daily",
        "/mailbox",
        "/nothing",
        "/u/x",
        "/confirm/x",
    ):
        yield path, get(path)
    yield "fault", post("/subscribe", email="sara@@", newsletter="daily")
    yield "no choice", post("/subscribe", email=SARA)
    yield "check mail", post("/subscribe", email=SARA, newsletter=["daily", "weekly"])
    confirm, leave = app.confirm_path(), app.leave_path("daily")
    yield "confirm", get(confirm)
    yield "welcome", post(confirm)
    yield "leave", get(leave)
    yield "left", post(leave)
    post(app.leave_path(None))
    yield "nothing to confirm", get(confirm)
    app.database.close()


@pytest.fixture(scope="module", params=["ar", "en", "ckb"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every page in one language."""
    language = str(request.param)
    return dict(render_every_page(tmp_path_factory.mktemp("pages"), language)) | {"": language}


def trees(pages: dict[str, str]) -> Iterator[tuple[str, Any]]:
    return ((name, parse_page(text)) for name, text in pages.items() if name)


def test_pages_say_their_language_and_direction(pages: dict[str, str]) -> None:
    language = pages[""]
    for name, page in trees(pages):
        assert (page.get("lang"), page.get("dir")) == (language, "ltr" if language == "en" else "rtl"), name
        assert page.xpath("string(//title)").strip(), name


def test_markup_is_well_formed_and_ids_are_unique(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        if not name:
            continue
        parser = etree.HTMLParser(recover=True)
        etree.fromstring(text, parser)
        unknown = ("Tag main", "Tag header", "Tag footer", "Tag nav", "Tag section", "Tag bdi", "Tag iframe")
        faults = [entry.message for entry in parser.error_log if not entry.message.startswith(unknown)]
        assert faults == [], name
        ids = parse_page(text).xpath("//@id")
        assert len(ids) == len(set(ids)), name


def test_a_screen_reader_finds_landmarks_and_headings_in_order(pages: dict[str, str]) -> None:
    for name, page in trees(pages):
        for landmark in ("header", "main", "footer"):
            assert len(page.xpath(f"//{landmark}")) == 1, (name, landmark)
        assert page.xpath("//a[@class='skip']/@href") == ["#main"], name
        assert all(nav.get("aria-label") for nav in page.xpath("//nav")), name
        levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4")]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after - before <= 1 for before, after in pairwise(levels)), (
            name,
            levels,
        )


def test_every_field_has_its_label_and_every_choice_its_legend(pages: dict[str, str]) -> None:
    for name, page in trees(pages):
        for field in page.xpath("//input[not(@type='hidden')]"):
            assert page.xpath(f"//label[@for='{field.get('id')}']"), (name, field.get("name"))
            for described in str(field.get("aria-describedby") or "").split():
                assert page.get_element_by_id(described).text_content().strip(), (name, described)
        assert all(group.xpath("./legend") for group in page.xpath("//fieldset")), name
        assert all(button.text_content().strip() for button in page.xpath("//button")), name


def test_links_say_where_they_lead(pages: dict[str, str]) -> None:
    for name, page in trees(pages):
        for link in page.xpath("//a"):
            assert link.text_content().strip(), (name, link.get("href"))


def test_pages_are_light_and_need_no_script(pages: dict[str, str], reader: ReaderApp) -> None:
    """Under 30 KB with the stylesheet, and the script of the pages of feeds, which only copies."""
    stylesheet, script = (len(reader.client.get(path).content) for path in ("/reader.css", "/copy.js"))
    for name, text in pages.items():
        copies = '<script src="/copy.js" ' in text
        assert len(text.encode()) + stylesheet + script * copies < MAX_PAGE_BYTES, name
        assert text.count("<script") == copies, name
        assert copies == ('<p class="copy">' in text), name


def test_addresses_keep_their_own_direction(pages: dict[str, str]) -> None:
    for name in ("check mail", "confirm", "welcome", "leave", "left"):
        shown = parse_page(pages[name]).xpath("//bdi[@dir='ltr'][contains(., '@')]")
        assert len(shown) == 1, name


def test_every_language_can_be_chosen_and_is_named_in_itself(pages: dict[str, str]) -> None:
    for name, page in trees(pages):
        links = page.xpath("//footer//a[@hreflang]")
        assert [link.text_content() for link in links] == ["العربية", "English", "کوردی"], name
        assert [link.get("lang") for link in links] == ["ar", "en", "ckb"], name
        assert len([link for link in links if link.get("aria-current")]) == 1, name
