"""Feed checklist 15: every address in every attribute of what an article shows is absolute and ASCII, in all formats.

From a document that has them as people write them: without a host, in Arabic letters, at an Arabic host, in every
attribute that holds one or several.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from publisher.feeds.namespaces import ATOM, CONTENT
from publisher.feeds.validate.html_content import set_addresses
from publisher.jobs.ingest import ingest
from publisher.jobs.publish_feeds import publish_feeds
from tests.jobs.rooms import Scene

HOST = "xn--mgbh0fb.example"
HOLDING = ("href", "src", "poster", "cite", "data", "background", "longdesc", "action")
BODY = """
<img src="/صورة.jpg" srcset="/صورة.jpg 1x, //مثال.example/كبيرة.jpg 2x" alt="سوق">

<blockquote cite="/مصدر">قال <q cite="https://مثال.example/مصدر">المتحدث</q> <a href="/رد">في رده</a></blockquote>

> قال <q cite="مصدر">المتحدث</q> [في بيان](/بيان "بيان") و[هنا](https://مثال.example/هنا?س=1#ص)

<video src="/v.mp4" poster="/لقطة.jpg"></video>

<video poster="//مثال.example/ثانية.jpg"><source src="https://مثال.example/فيلم.mp4" srcset="/س 1x"></video>

<picture><source srcset="/أ.webp 1x, /ب.webp 2x"><img src="/أ.jpg" longdesc="/وصف"></picture>

![السوق](/السوق.jpg)

<iframe src="http://مثال.example/خريطة"></iframe>
"""
EXPECTED = {
    f"https://{HOST}/%D9%87%D9%86%D8%A7?%D8%B3=1#%D8%B5",
    "https://news.example/%D8%A8%D9%8A%D8%A7%D9%86",
    "https://news.example/v.mp4",
    "https://news.example/%D9%84%D9%82%D8%B7%D8%A9.jpg",
    f"https://{HOST}/%D8%AB%D8%A7%D9%86%D9%8A%D8%A9.jpg",
    f"https://{HOST}/%D9%81%D9%8A%D9%84%D9%85.mp4",
    f"http://{HOST}/%D8%AE%D8%B1%D9%8A%D8%B7%D8%A9",
    "https://news.example/%D8%A7%D9%84%D8%B3%D9%88%D9%82.jpg",
}
"""What must have come through: links, a player's file and still picture, a frame, the picture."""


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """The HTML of the only entry, by format."""
    (item,) = json.loads((folder / "index.json").read_bytes())["items"]
    yield "json", item["content_html"]
    paths = {"rss": f".//{{{CONTENT}}}encoded", "atom": f".//{{{ATOM}}}entry/{{{ATOM}}}content"}
    for name, path in paths.items():
        (found,) = etree.parse(folder / f"index.{name}").iterfind(path)
        yield name, found.text or ""


def addresses(markup: str) -> Iterator[tuple[str, str]]:
    """Every attribute that holds an address, and the address."""
    for element in html.fragment_fromstring(markup).iter():
        for name, value in element.items():
            if name in HOLDING:
                yield name, value
            elif name == "srcset":
                yield from ((name, address) for address in set_addresses(value))


def test_every_address_in_every_attribute_is_absolute_and_ascii(scene: Scene) -> None:
    scene.write("a", title="عنوان", language="ar")
    path = scene.articles / "a.md"
    path.write_text(path.read_text("utf-8").partition("\n\n")[0] + "\n\nنص\n" + BODY, "utf-8")
    assert ingest(scene.room).quarantined == ()
    publish_feeds(scene.room)
    for name, markup in contents(scene.room.feeds_folder):
        found = dict.fromkeys(addresses(markup))
        for attribute, address in found:
            parts = urlsplit(address)
            assert address.isascii(), (name, attribute, address)
            assert parts.scheme in ("http", "https"), (name, attribute, address)
            assert parts.netloc, (name, attribute, address)
        assert {address for _, address in found} >= EXPECTED, name


@pytest.mark.parametrize("value", ["/a.jpg", "a.jpg", "//x.example/a.jpg", "https://x.example/صورة.jpg"])
@pytest.mark.parametrize("markup", [
    '<img alt="" srcset="https://x.example/1.jpg 1x, {} 2x">', '<video poster="{}"></video>',
    '<blockquote cite="{}">x</blockquote>', '<q cite="{}">x</q>', '<a href="{}">x</a>', '<img alt="" src="{}">',
])  # fmt: skip
def test_an_address_that_is_not_would_be_found(markup: str, value: str) -> None:
    """Else the test before could pass by looking past it."""
    found = [address for _, address in addresses(f"<div>{markup.format(value)}</div>")]
    assert value in found
