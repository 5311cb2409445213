"""One feed by each side: plain feedgen and plain lxml, told the same of every entry as our own writers.

Run by itself (`python -m tests.bench.feed_sides SIDE COUNT FILE`) it writes one RSS document of COUNT entries and
prints the seconds that took and the most memory it held above what the process held before, in kilobytes.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.feeds.rss import render_rss_item, stream_rss
from publisher.feeds.timestamps import rfc822_date
from publisher.model.feed import Category, Entry
from tests.feeds.samples import make_entry, make_feed

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC = "{http://purl.org/dc/elements/1.1/}creator"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_WORDS = (
    "العراق", "النفط", "الحكومة", "بغداد", "اليوم", "أعلنت", "الوزارة",
    "ارتفاع", "أسعار", "إنتاج", "مجلس", "الاقتصاد", "الدولار",
)  # fmt: skip


def sample_entry(number: int) -> Entry:
    """An entry with 5 KB of Arabic HTML, one author and one section, no two alike."""
    paragraphs = [" ".join(_WORDS[(number + line + n) % 13] for n in range(60)) for line in range(7)]
    text = "".join(f'<p dir="rtl">{paragraph}</p>' for paragraph in paragraphs)
    at = make_entry().published_at + timedelta(minutes=number)
    return make_entry(
        id=f"tag:news.example,2025:{number}",
        url=f"https://news.example/{number}",
        title=f"خبر رقم {number}",
        content_html=f'<div dir="rtl" lang="ar">{text}</div>',
        published_at=at,
        updated_at=at,
        authors=("سارة علي",),
        categories=(Category(term="سياسة"),),
        images=(),
        enclosures=(),
        source=None,
        rights=None,
    )


def by_feedgen(entries: Iterable[Entry]) -> FeedGenerator:
    """As its documentation shows it, with the extension it has for authors."""
    feed = make_feed()
    generator = FeedGenerator()
    generator.load_extension("dc")
    generator.id(feed.id)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.language(feed.language)
    generator.link(href=feed.home, rel="alternate")
    generator.author(name=feed.author)
    for entry in entries:
        item = generator.add_entry(order="append")
        item.id(entry.id)
        item.title(entry.title)
        item.link(href=entry.url)
        item.description(entry.summary)
        item.content(entry.content_html, type="html")
        item.published(entry.published_at)
        item.updated(entry.updated_at)
        for author in entry.authors:
            item.author(name=author)
            item.dc.dc_creator(author)
        for category in entry.categories:
            item.category(term=category.term)
    return generator


def by_lxml(entries: Iterable[Entry]) -> etree._Element:
    """The tree as anybody would make it."""
    feed = make_feed()
    names = {"content": _CONTENT[1:].split("}")[0], "dc": _DC[1:].split("}")[0]}
    root = etree.Element("rss", version="2.0", nsmap=names)
    channel = etree.SubElement(root, "channel")
    for tag, text in (("title", feed.title), ("link", feed.home), ("description", feed.description)):
        etree.SubElement(channel, tag).text = text
    for entry in entries:
        item = etree.SubElement(channel, "item")
        item.set(_LANG, entry.language)
        etree.SubElement(item, "title").text = entry.title
        etree.SubElement(item, "link").text = entry.url
        etree.SubElement(item, "description").text = entry.summary
        etree.SubElement(item, _CONTENT).text = entry.content_html
        etree.SubElement(item, "guid", isPermaLink="false").text = entry.id
        for category in entry.categories:
            etree.SubElement(item, "category").text = category.term
        etree.SubElement(item, "pubDate").text = rfc822_date(entry.published_at)
        for author in entry.authors:
            etree.SubElement(item, _DC).text = author
    return root


def _write_feedgen(entries: Iterator[Entry], path: Path) -> None:
    by_feedgen(entries).rss_file(str(path))


def _write_lxml(entries: Iterator[Entry], path: Path) -> None:
    etree.ElementTree(by_lxml(entries)).write(str(path), encoding="UTF-8", xml_declaration=True)


def _write_ours(entries: Iterator[Entry], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(stream_rss(make_feed(), map(render_rss_item, entries)))


SIDES: dict[str, Callable[[Iterator[Entry], Path], None]] = {
    "ours": _write_ours,
    "lxml": _write_lxml,
    "feedgen": _write_feedgen,
}


def _peak_kb() -> int:
    """The most this program has held. (`getrusage` would tell what its parent held when it was begun.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


def main(side: str, count: int, path: Path) -> None:
    """Write the document and tell what it cost; making the entries is not counted."""
    making = 0.0

    def entries() -> Iterator[Entry]:
        nonlocal making
        for number in range(count):
            begun = time.process_time()
            entry = sample_entry(number)
            making += time.process_time() - begun
            yield entry

    SIDES[side](iter([sample_entry(0)]), path)  # what is loaded and compiled once is there before
    before = _peak_kb()
    begun = time.process_time()
    SIDES[side](entries(), path)
    seconds = time.process_time() - begun - making
    held = _peak_kb() - before
    print(seconds, held)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
