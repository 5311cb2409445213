"""The documents' pictures, taken anew: `./dev docs`, which is `python -m tests.pictures`.

Each shows what a demonstration really sent or served, in the machine's own Chromium. Only today's date differs from one
run to the next.
"""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

import feedparser
from playwright.sync_api import Browser, Page

from tests.browser.chromium import find_chromium, launched
from tests.browser.demonstration import Demonstration, running_demonstration

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
PHONE = (360, 740)
"""CSS pixels. Pictures have twice as many each way, as phones do."""
WINDOW = (560, 620)
PORT = 8230
"""A fixed one: pictures show addresses."""
MAX_BYTES = 200_000

READER_PAGE = """<!doctype html><meta charset="utf-8"><title>{title}</title>
<body style="font:16px/1.7 sans-serif;max-width:34em;margin:1.5em auto;padding:0 1em">
<h1 dir="auto" style="font-size:1.1em;border-bottom:1px solid #999">{title}</h1>{entries}"""
READER_ENTRY = """<article dir="auto" style="margin:2em 0"><h2 style="font-size:1.25em;margin:0">{title}</h2>
<p style="color:#666;margin:0">{published}</p>{content}</article>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`show` brings the page to what is to be seen; `size` is that of the window."""

    name: str
    show: Callable[[Page, Demonstration], None]
    size: tuple[int, int] = PHONE
    scheme: Literal["light", "dark"] = "light"


def main() -> int:
    """Take every picture. Ends with 1 where there is no browser or a picture is too heavy for a document."""
    executable = find_chromium()
    if executable is None:
        print("no Chromium here: install it, then take the pictures again", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demonstration(Path(folder) / "demo", PORT) as demo,
        launched(executable) as browser,
    ):
        sizes = {picture.name: take(browser, demo, picture) for picture in PICTURES}
    for name, size in sizes.items():
        print(f"docs/pictures/{name}.png  {size:,} bytes")
    return 0 if max(sizes.values()) <= MAX_BYTES else 1


def take(browser: Browser, demo: Demonstration, picture: Picture) -> int:
    """Take one picture; returns its size in bytes."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2,
        color_scheme=picture.scheme,
        java_script_enabled=False,
    )
    page = context.new_page()
    picture.show(page, demo)
    octets = page.screenshot(path=FOLDER / f"{picture.name}.png")
    context.close()
    return len(octets)


def served(path: str) -> Callable[[Page, Demonstration], None]:
    """One of our pages."""

    def show(page: Page, demo: Demonstration) -> None:
        page.goto(demo.address + path)

    return show


def delivered(address: str) -> Callable[[Page, Demonstration], None]:
    """The digest that came for a reader, as her mail program is given it."""

    def show(page: Page, demo: Demonstration) -> None:
        page.goto(f"{demo.address}/mailbox/{demo.mails_to(address)[0].id}/html")

    return show


def read(path: str) -> Callable[[Page, Demonstration], None]:
    """A feed as an independent parser reads it, in a page that has no style of ours."""

    def show(page: Page, demo: Demonstration) -> None:
        feed = feedparser.parse(f"{demo.address}{path}")
        entries = "".join(
            READER_ENTRY.format(
                title=escape(entry.title), published=entry.published, content=entry.content[0].value
            )
            for entry in feed.entries
        )
        page.set_content(READER_PAGE.format(title=escape(feed.feed.title), entries=entries))

    return show


PICTURES = (
    Picture(name="digest-phone", show=delivered("layla@readers.example")),
    Picture(name="digest-dark", show=delivered("layla@readers.example"), scheme="dark"),
    Picture(name="digest-english", show=delivered("sam@readers.example")),
    Picture(name="subscribe-phone", show=served("/?lang=ar")),
    Picture(name="feeds-phone", show=served("/feeds?lang=ar")),
    Picture(name="feed-reader", show=read("/feeds/index.atom"), size=WINDOW),
)
"""Those that the documents show."""


if __name__ == "__main__":
    sys.exit(main())
