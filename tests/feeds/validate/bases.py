"""A document of each kind without a finding, to be spoilt by the tests, and every rule there is."""

import importlib
import pkgutil

from publisher.feeds import validate as room
from publisher.feeds.validate.document import validate
from publisher.feeds.validate.finding import Rule

URL = "https://x.example/f"
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:fh="http://purl.org/syndication/history/1.0"><channel>
<title>X</title><link>https://x.example/</link><description>About X</description><language>ar</language>
<atom:link rel="self" href="https://x.example/f"/><!--channel-->
<item><title>One</title><link>https://x.example/1</link><guid isPermaLink="false">tag:x.example,2025:1</guid>
<pubDate>Sat, 01 Nov 2025 15:15:00 +0300</pubDate><description>Plain</description>
<content:encoded>&lt;p&gt;HTML&lt;/p&gt;</content:encoded><!--item--></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"
 xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="ar">
<id>urn:x:1</id><title>X</title><updated>2025-11-01T15:15:00Z</updated><author><name>A</name></author>
<link rel="self" href="https://x.example/f"/><link href="https://x.example/"/><!--feed-->
<entry><id>tag:x.example,2025:1</id><title>One</title><updated>2025-11-01T15:15:00Z</updated>
<published>2025-11-01T15:15:00Z</published><link href="https://x.example/1" type="text/html"/>
<content type="html">&lt;p&gt;HTML&lt;/p&gt;</content><!--entry--></entry></feed>"""
JSON = """{"version":"https://jsonfeed.org/version/1.1","title":"X","home_page_url":"https://x.example/",
"feed_url":"https://x.example/f","language":"ar","description":"About",
"items":[{"id":"1","url":"https://x.example/1","title":"One","content_html":"<p>HTML</p>","summary":"S",
"date_published":"2025-11-01T15:15:00Z","tags":["t"],"authors":[{"name":"A"}],
"attachments":[{"url":"https://x.example/1.mp3","mime_type":"audio/mpeg","size_in_bytes":9}]}]}"""
OPML = """<opml version="2.0"><head><title>X</title></head><body>
<outline text="One" type="rss" xmlUrl="https://x.example/f"/></body></opml>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://x.example/1</loc><news:news><news:publication><news:name>X</news:name>
<news:language>ar</news:language></news:publication><news:publication_date>2025-11-01T15:15:00Z</news:publication_date>
<news:title>One</news:title></news:news></url></urlset>"""


def codes(document: str | bytes, **how: object) -> list[str]:
    """The codes of what is found, each once, in order."""
    data = document.encode("utf-8", "surrogatepass") if isinstance(document, str) else document
    report = validate(data, **how)  # type: ignore[arg-type]
    return list(dict.fromkeys(finding.code for finding in report.findings))


def spoilt(base: str, old: str, new: str) -> str:
    """The base with one thing changed."""
    assert base.count(old) >= 1, old
    return base.replace(old, new, 1)


def every_rule() -> dict[str, Rule]:
    """Each rule of the room by its module and name."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(room.__path__):
        members = vars(importlib.import_module(f"{room.__name__}.{module.name}"))
        found |= {f"{module.name}.{name}": rule for name, rule in members.items() if isinstance(rule, Rule)}
    return found
