"""Every rule finds what it is there for, and nothing else is found with it."""

from datetime import UTC, datetime

import pytest

from publisher.feeds.validate.document import SIZE_LIMIT, validate
from publisher.feeds.validate.finding import Severity, shown
from tests.feeds.validate.bases import ATOM, JSON, OPML, RSS, SITEMAP, URL, codes, every_rule, spoilt

HTML = 'type="html">&lt;p&gt;HTML&lt;/p&gt;'
NOW = datetime(2025, 11, 2, 9, tzinfo=UTC)
CHANNEL, ITEM, FEED, ENTRY = "<!--channel-->", "<!--item-->", "<!--feed-->", "<!--entry-->"
DATE = "Sat, 01 Nov 2025 15:15:00 +0300"
RSS_CASES = [
    ("Plain<", "&eacute;<", ["xml.malformed"]),
    ('version="2.0"', 'version="0.92"', ["rss.version"]),
    ("</channel>", "</channel><channel/>", ["rss.channel"]),
    ("<title>X</title>", "", ["rss.required"]),
    ("<title>X</title>", "<title> </title>", ["text.empty"]),
    ("<description>About X</description>", "<description/>", ["rss.description"]),
    ("<title>X</title>", "<title>X</title><title>Y</title>", ["rss.repeated"]),
    (CHANNEL, "<subtitle>x</subtitle>", ["rss.unknown-element"]),
    (ITEM, "<summary>x</summary>", ["rss.unknown-element"]),
    ("<language>ar</language>", "", ["rss.language"]),
    ("<language>ar</language>", "<language/>", ["text.empty"]),
    ("<language>ar</language>", "<language>arabic (Iraq)</language>", ["text.language"]),
    ('<atom:link rel="self" href="https://x.example/f"/>', "", ["rss.self-missing"]),
    ("<link>https://x.example/<", "<link>https://x.example/f<", ["rss.link-is-feed"]),
    ("<link>https://x.example/<", "<link>/<", ["url.relative"]),
    ("<link>https://x.example/<", "<link/><x:x xmlns:x='y'/><!--<", ["xml.malformed"]),
    ("<link>https://x.example/1<", "<link><", ["url.empty"]),
    ("<link>https://x.example/1<", "<link>https://x.example/أ<", ["url.not-ascii"]),
    ("<link>https://x.example/1<", "<link>https://x.example/a b<", ["url.spaces"]),
    ("<link>https://x.example/1<", "<link>https:///1<", ["url.broken"]),
    ("<link>https://x.example/1<", "<link>https://x:port/1<", ["url.broken"]),
    ("<link>https://x.example/1<", "<link>https://a&lt;b&gt;/1<", ["url.broken"]),
    ("<link>https://x.example/1<", "<link>gopher://x.example/1<", ["url.scheme"]),
    ("<link>https://x.example/1<", "<link>http://x.example/1<", ["url.http"]),
    ("<link>https://x.example/1<", "<link>http://127.0.0.1:8000/1<", []),
    ("<link>https://x.example/1<", "<link>java\tscript:alert(1)<", ["url.executable"]),
    (CHANNEL, "<ttl>0</ttl>", ["rss.ttl"]),
    (CHANNEL, "<webMaster>Lina</webMaster>", ["rss.person"]),
    (CHANNEL, "<managingEditor>a@x.example (Lina)</managingEditor>", []),
    (CHANNEL, "<image><url>https://x.example/i.png</url><title>X</title></image>", ["rss.image"]),
    (
        CHANNEL,
        "<image><url>https://x.example/i</url><title>X</title><link>https://x.example/</link><width>512</width></image>",
        ["rss.image-size"],
    ),
    (CHANNEL, '<cloud domain="x" port="80" path="/" registerProcedure="p"/>', ["rss.cloud"]),
    (CHANNEL, '<textInput title="t" description="d" name="n" link="l"/>', ["rss.text-input"]),
    (CHANNEL, "<skipHours><hour>25</hour></skipHours>", ["rss.skip"]),
    (CHANNEL, "<skipDays><day>Sonntag</day></skipDays>", ["rss.skip"]),
    (CHANNEL, "<copyright>None</copyright>", ["text.null"]),
    (CHANNEL, "<lastBuildDate>yesterday</lastBuildDate>", ["date.rfc822"]),
    (DATE, "Sat, 01 نوفمبر 2025 15:15:00 +0300", ["date.rfc822"]),
    (DATE, "Sat, 01 Nov 2025 15:15:00", ["date.rfc822"]),
    (DATE, "Sat, 31 Feb 2025 15:15:00 GMT", ["date.rfc822"]),
    (DATE, "Sat, 01 Nov 25 15:15:00 GMT", ["date.short-year"]),
    (DATE, "Sat, 01 Nov 2025 15:15:00 AST", ["date.zone-name"]),
    (DATE, "Sun, 01 Nov 2025 15:15:00 GMT", ["date.weekday"]),
    (DATE, "01 Nov 2025 15:15 GMT", []),
    (DATE, "Mon, 10 Nov 2025 15:15:00 GMT", ["date.future"]),
    (f"<pubDate>{DATE}</pubDate>", "", ["rss.item.date"]),
    (f"<pubDate>{DATE}</pubDate>", "<dc:date>2025-11-01</dc:date>", []),
    (f"<pubDate>{DATE}</pubDate>", "<dc:date>2025-11-01 12:00</dc:date>", ["date.rfc3339"]),
    ("<title>One</title>", "<title>&lt;b&gt;One&lt;/b&gt;</title>", ["text.markup"]),
    ("<title>One</title>", "<title>C &lt; D &amp; E</title>", []),
    ("<title>One</title>", "<title></title>", ["text.empty-title"]),
    ("<title>One</title>", "<title>\x81One</title>", ["text.control"]),
    ("<title>One</title>", "<title>\u202bOne</title>", ["text.bidi"]),
    ("<title>One</title>", "<title>One\u2069</title>", ["text.bidi"]),
    ("<title>One</title>", "<title>\u202bOn\u2066e\u2069\u202c</title>", []),
    ("<title>One</title>", "<title>One</title><title>Two</title>", ["rss.item.repeated"]),
    (ITEM, "<content:encoded>x</content:encoded>", ["rss.item.repeated"]),
    ('<guid isPermaLink="false">tag:x.example,2025:1</guid>', "", ["rss.item.guid-missing"]),
    ("tag:x.example,2025:1", "", ["rss.item.guid-empty"]),
    ('isPermaLink="false"', "", ["rss.item.permalink"]),
    ('isPermaLink="false">tag:x.example,2025:1', ">https://x.example/ 1", ["url.spaces"]),
    ('isPermaLink="false"', 'isPermaLink="False"', ["rss.item.permalink-value"]),
    ("tag:x.example,2025:1", "https://x.example/1#4", ["rss.item.guid-counter"]),
    ("<link>https://x.example/1</link>", "", ["rss.item.link"]),
    (ITEM, "<author>Lina</author>", ["rss.item.author"]),
    (ITEM, '<enclosure url="https://x.example/a.mp3" type="audio/mpeg"/>', ["enclosure.attribute"]),
    (ITEM, '<enclosure url="https://x.example/a" type="audio/mpeg" length="None"/>', ["enclosure.length"]),
    (ITEM, '<enclosure url="https://x.example/a" type="audio/mpeg" length="0"/>', ["enclosure.length-zero"]),
    (ITEM, '<enclosure url="https://x.example/a" type="mp3" length="9"/>', ["enclosure.type"]),
    (ITEM, '<enclosure url="https://x.example/a" type="a/b" length="9"/>' * 2, ["enclosure.second"]),
    (ITEM, "<source>Wire</source>", ["rss.item.source"]),
    (ITEM, '<source url="/feed">Wire</source>', ["url.relative"]),
    (ITEM, "<dc:creator/>", ["module.empty"]),
    (ITEM, "<dc:author>Lina</dc:author>", ["module.unknown-element"]),
    (ITEM, "<atom:updated>2025-11-01</atom:updated>", ["date.rfc3339"]),
    ("&lt;p&gt;HTML&lt;/p&gt;", "", ["module.empty"]),
    (CHANNEL, "<sy:UpdatePeriod>daily</sy:UpdatePeriod>", ["module.unknown-element"]),
    (CHANNEL, "<sy:updatePeriod>often</sy:updatePeriod>", ["sy.period"]),
    (CHANNEL, "<sy:updateFrequency>None</sy:updateFrequency>", ["sy.frequency"]),
    (CHANNEL, "<sy:updateBase>noon</sy:updateBase>", ["date.rfc3339"]),
    (ITEM, '<media:content medium="image"/>', ["media.address"]),
    (ITEM, '<media:content url="https://x.example/i" medium="picture"/>', ["media.medium"]),
    (ITEM, '<media:content url="https://x.example/i" width="0"/>', ["media.number"]),
    (ITEM, '<media:group><media:content url="https://x.example/i" type="jpg"/></media:group>', ["media.type"]),
    (CHANNEL, "<fh:archive/><fh:complete/>", ["fh.both"]),
    (CHANNEL, "<fh:archive/><fh:archive/>", ["fh.repeated"]),
    (CHANNEL, '<atom:link rel="prev-archive" href="https://x.example/f"/>', ["fh.loop"]),
    (CHANNEL, '<atom:link rel="prev-archive" href="https://x.example/2"/>' * 2, ["link.repeated"]),
    (CHANNEL, '<atom:link rel="hub"/>', ["link.address"]),
    ("xmlns:dc", 'xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:dc', []),
    (ITEM, '<e:encoded xmlns:e="http://purl.org/rss/1.0/modules/content/">x</e:encoded>', ["rss.item.repeated"]),
    (ITEM, '<m:content xmlns:m="http://search.yahoo.com/mrss/" url="https://x.example/i"/>', ["xml.prefix"]),
    (ITEM, '<m:content xmlns:m="http://search.yahoo.com/mrss" url="https://x.example/i"/>', ["xml.namespace"]),
    ("<rss ", "<!DOCTYPE rss [<!ENTITY e 'x'>]><rss ", ["xml.doctype"]),
    ('"UTF-8"', '"windows-1256"', ["xml.encoding"]),
    ("<item>", "<item xml:lang='عربي'>", ["text.language"]),
    ("<title>One</title>", "", []),
]  # fmt: skip
BARE = """<item><link>https://x.example/2</link><guid>https://x.example/2</guid>
<pubDate>01 Nov 2025 15:15 GMT</pubDate></item>"""
ATOM_CASES = [
    ("<title>X</title>", "", ["atom.schema"]),
    ("<title>X</title>", "<title/>", ["text.empty"]),
    ("<title>X</title>", '<title type="markdown">X</title>', ["atom.schema", "atom.text-type"]),
    ("<title>X</title>", '<title type="html">&lt;script&gt;</title>', ["content.active"]),
    ("<author><name>A</name></author>", "", ["atom.entry.author"]),
    ("<name>A</name>", "<name> </name>", ["atom.person.name"]),
    ("<name>A</name>", "<name>A</name><email>a</email>", ["atom.schema", "atom.person.email"]),
    ("<name>A</name>", "<name>A</name><uri>a</uri>", ["url.unresolved"]),
    ('<link rel="self" href="https://x.example/f"/>', "", ["atom.self-missing"]),
    ('<link href="https://x.example/"/>', '<link href="https://x.example/f"/>', ["atom.alternate"]),
    (' xml:lang="ar"', "", ["atom.language"]),
    ("<id>urn:x:1</id>", "<id>1</id>", ["url.relative"]),
    ("<id>urn:x:1</id>", "<id/>", ["url.empty"]),
    ("2025-11-01T15:15:00Z", "2025-11-01T15:14:00Z", ["atom.feed.updated"]),
    ("2025-11-01T15:15:00Z", "2025-11-01T15:15:00.123456Z", ["date.fraction"]),
    ("2025-11-01T15:15:00Z", "2025-11-01T15:15:00", ["date.rfc3339"]),
    ("2025-11-01T15:15:00Z", "2025-13-01T15:15:00Z", ["atom.schema", "date.rfc3339"]),
    ("</entry>", "</entry><entry><id>urn:2</id><updated>2025-11-01T15:15:00Z</updated><content>x</content></entry>",
     ["atom.schema", "atom.entry.required"]),
    (ENTRY, '<link href="https://x.example/b" type="text/html"/>', ["atom.entry.alternates"]),
    (ENTRY, '<link href="https://x.example/b" type="text/html" hreflang="en"/>', []),
    (ENTRY, '<link href="https://x.example/b.mp3"/>', ["atom.link.file"]),
    (ENTRY, '<link rel="related" href="https://x.example/b" type="html"/>', ["atom.schema", "atom.link.type"]),
    (ENTRY, '<link rel="enclosure" href="https://x.example/b" length="9"/>', ["enclosure.type-missing"]),
    (ENTRY, '<link rel="enclosure" href="https://x.example/b" type="a/b"/>', ["enclosure.length-missing"]),
    (ENTRY, '<link rel="enclosure" href="https://x.example/b" type="a/b" length="big"/>', ["enclosure.length"]),
    (ENTRY, '<category term=" "/>', ["atom.category"]),
    (ENTRY, "<summary>&lt;b&gt;x&lt;/b&gt;</summary>", ["text.markup"]),
    (ENTRY, "<rights/><rights/>", ["atom.schema", "atom.entry.repeated"]),
    (ENTRY, "<x:y xmlns:x='urn:z'/>", []),
    (HTML, 'type="CDATA">x', ["atom.schema", "atom.content-type"]),
    (HTML, 'type="html">', ["text.empty"]),
    (HTML, 'type="html" src="https://x.example/c">x', ["atom.schema", "atom.content-src", "atom.entry.summary"]),
    (HTML, 'type="image/png">aGk=', ["atom.entry.summary"]),
    (HTML, 'type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><script/></div>', ["content.active"]),
    ('<content type="html">&lt;p&gt;HTML&lt;/p&gt;</content>', "", []),
    ('<link href="https://x.example/1" type="text/html"/>\n<content type="html">&lt;p&gt;HTML&lt;/p&gt;</content>', "",
     ["atom.entry.content"]),
    ("<published>2025-11-01T15:15:00Z", "<published>2025-11-01T15:16:00Z", ["atom.entry.updated"]),
    ("<entry>", "<entry xml:lang='x'>", ["text.language"]),
    (FEED, '<at:deleted-entry ref="urn:d"/>', ["tombstone.attribute"]),
    (FEED, '<at:deleted-entry ref="urn:d" when="2025-11-01T15:15:00Z"/>' * 2, ["tombstone.repeated"]),
    (FEED, '<at:deleted-entry ref="tag:x.example,2025:1" when="2025-11-01T15:16:00Z"/>', ["tombstone.alive"]),
    (FEED, '<at:deleted-entry ref="tag:x.example,2025:1" when="2025-11-01T15:14:00Z"/>', []),
    (FEED, '<link rel="next-archive" href="https://x.example/f"/>', ["fh.loop"]),
]  # fmt: skip
JSON_CASES = [
    ('"title":"X"', '"title":NaN', ["json.malformed"]),
    ('"title":"X"', '"title":"X","title":"Y"', ["json.repeated-key"]),
    ('"title":"X"', '"title":"\\ud800"', ["json.surrogate"]),
    ('"title":"X",', "", ["json.required"]),
    ('"title":"X"', '"title":" "', ["text.empty"]),
    ('"title":"X"', '"title":null', ["json.null"]),
    ('"title":"X"', '"title":7', ["json.kind"]),
    ('"title":"X"', '"title":"X","subtitle":"Y"', ["json.unknown-key"]),
    ('"title":"X"', '"title":"X","_own":{"a":1}', []),
    ("version/1.1", "version/2", ["json.version"]),
    ("https://jsonfeed.org/version/1.1", "1.1", ["json.version"]),
    ("version/1.1", "version/1", ["json.old-version"]),
    ('"feed_url":"https://x.example/f",', "", ["json.feed_url-missing"]),
    ('"home_page_url":"https://x.example/",', "", ["json.home_page_url-missing"]),
    ('"home_page_url":"https://x.example/"', '"home_page_url":"https://x.example/f"', ["json.home-is-feed"]),
    ('"language":"ar",', "", ["json.language"]),
    ('"title":"X"', '"title":"X","next_url":"https://x.example/f"', ["json.next_url"]),
    ('"title":"X"', '"title":"X","hubs":[{"url":"https://x.example/hub"}]', ["json.hub"]),
    ('"title":"X"', '"title":"X","hubs":[{"type":"WebSub","url":"/hub"}]', ["url.relative"]),
    ('"items":[', '"items":[7,', ["json.item"]),
    ('"id":"1",', "", ["json.item.id"]),
    ('"id":"1"', '"id":1', ["json.item.id-number"]),
    ('"id":"1"', '"id":true', ["json.item.id"]),
    ('"content_html":"<p>HTML</p>",', "", ["json.item.content"]),
    ('"content_html":"<p>HTML</p>",', '"content_text":"a <b>",', []),
    ('"<p>HTML</p>"', '"<p onclick=x>HTML</p>"', ["content.handler"]),
    ('"url":"https://x.example/1",', '"url":"data:text/html,x",', ["url.executable"]),
    ('"date_published":"2025-11-01T15:15:00Z",', "", ["json.item.date"]),
    ('"2025-11-01T15:15:00Z"', '"1 Nov 2025"', ["date.rfc3339"]),
    ('"authors":[{"name":"A"}]', '"author":{"name":"A"}', ["json.author"]),
    ('"authors":[{"name":"A"}]', '"authors":[{}]', ["json.author-empty"]),
    ('"authors":[{"name":"A"}]', '"authors":[{"name":" "}]', ["text.empty"]),
    ('"authors":[{"name":"A"}]', '"authors":[{"name":"A","url":"a"}]', ["url.relative"]),
    ('"mime_type":"audio/mpeg",', "", ["json.attachment"]),
    ('[{"url":"https://x.example/1.mp3","mime_type":"audio/mpeg","size_in_bytes":9}]', "[7]", ["json.attachment"]),
    ('"audio/mpeg"', '"mp3"', ["enclosure.type"]),
    ('"size_in_bytes":9', '"size_in_bytes":0', ["enclosure.length"]),
    ('"title":"One"', '"title":""', ["text.empty-title"]),
    ('"tags":["t"]', '"tags":["<b>t</b>"]', ["text.markup"]),
    ('"summary":"S"', '"summary":"S","language":"?"', ["text.language"]),
]  # fmt: skip
OPML_CASES = [
    ('version="2.0"', 'version="1.1"', ["opml.version"]),
    ("<head><title>X</title></head>", "", ["opml.part"]),
    ('<outline text="One" type="rss" xmlUrl="https://x.example/f"/>', "", ["opml.empty"]),
    ('text="One" ', "", ["opml.text"]),
    (' xmlUrl="https://x.example/f"', "", ["opml.xmlUrl"]),
    (' type="rss"', "", ["opml.type"]),
    ("<body>", '<body><outline text="1" type="rss" xmlUrl="https://x.example/f"/>', ["opml.repeated"]),
    ("https://x.example/f", "/f", ["url.relative"]),
]
SITEMAP_CASES = [
    ("<urlset ", "<urlset ", []),
    ("https://x.example/1", "", ["sitemap.loc"]),
    ("</urlset>", "<url><loc>https://x.example/1</loc></url></urlset>", ["sitemap.repeated", "sitemap.news"]),
    ("</urlset>", "<url><loc>https://x.example/{}</loc></url>" * 1000 + "</urlset>",
     ["sitemap.count", "sitemap.repeated", "sitemap.news"]),
    ("<news:title>One</news:title>", "", ["sitemap.news-part"]),
    ("2025-11-01T15:15:00Z", "2025-10-30T15:15:00Z", ["sitemap.old"]),
    ("2025-11-01T15:15:00Z", "1.11.2025", ["date.rfc3339"]),
    ("<news:publication_date>2025-11-01T15:15:00Z", "<news:publication_date>", ["sitemap.news-part"]),
]  # fmt: skip
HTML_CASES = [
    ("<p>ok <a href='https://x.example/'>a</a></p>", []),
    ("<script>x</script>", ["content.active"]),
    ("<svg><a><animate attributeName=href values=x></a></svg>", ["content.hidden", "content.active"]),
    ("<p onclick=x>", ["content.handler"]),
    ("<iframe srcdoc=x></iframe>", ["content.frame", "content.handler"]),
    ("<a href='java&#10;script:x'>a</a>", ["content.program"]),
    ("<a href=data:text/html,x>a</a>", ["content.program"]),
    ("<p style='width:exp/**/ression(x)'>", ["content.style-program"]),
    ("<p style='background:\\75rl(javascript:x)'>", ["content.style-program"]),
    ("<p style='color:red'>", ["content.style"]),
    ("<style>p{}</style>", ["content.style"]),
    ("<form><input></form>", ["content.form"]),
    ("<noscript><p>x</p></noscript>", ["content.hidden"]),
    ("<noscript><p title='</noscript><img alt src=https://x.example/x onerror=x>'>",
     ["content.hidden", "content.handler"]),
    ("<a href='/a'>a</a>", ["content.relative"]),
    ("<a href='#a'>a</a>", []),
    ("<a href='https://x.example/a b'>a</a>", ["content.url"]),
    ("<img alt='' src='http://x.example/i'>", ["content.http"]),
    ("<img alt='' src='data:image/png;base64,AA'>", ["content.data-picture"]),
    ("<img src='https://x.example/i'>", ["content.alt"]),
    ("<img alt='' srcset='https://x.example/i 1x, /j 2x'>", ["content.relative"]),
    ("<video poster='javascript:x'></video>", ["content.program"]),
    ("<blockquote cite='/a'>x</blockquote>", ["content.relative"]),
    ("<p>نص عربي</p>", ["content.direction"]),
    ("<div dir='rtl'><p>نص عربي</p></div>", ["content.direction-block"]),
    ("<div dir='rtl'><p dir='rtl'>نص عربي</p></div>", []),
    ("<p>\u202eنص</p>", ["content.direction", "text.bidi"]),
    ("<p>" + "x" * 530_000 + "</p>", ["content.long", "document.size"]),
]  # fmt: skip


def cases() -> list[tuple[str, str, str, list[str]]]:
    """Every case: the base, what is replaced by what, the codes."""
    by_base = [
        (RSS, RSS_CASES),
        (ATOM, ATOM_CASES),
        (JSON, JSON_CASES),
        (OPML, OPML_CASES),
        (SITEMAP, SITEMAP_CASES),
    ]
    found = [(base, old, new, expected) for base, table in by_base for old, new, expected in table]
    html = [
        (JSON, "<p>HTML</p>", text.replace("\\", "\\\\").replace("'", '\\"'), codes)
        for text, codes in HTML_CASES
    ]
    return [*found, *html]


@pytest.mark.parametrize(
    "base", [RSS, ATOM, JSON, OPML, SITEMAP], ids=["rss", "atom", "json", "opml", "sitemap"]
)
def test_the_unspoilt_documents_have_no_finding(base: str) -> None:
    assert codes(base, now=NOW, url=URL) == []


@pytest.mark.parametrize(("base", "old", "new", "expected"), cases())
def test_a_spoilt_document_is_found_out(base: str, old: str, new: str, expected: list[str]) -> None:
    document = spoilt(base, old, new)
    if "windows-1256" in new:
        assert codes(document.encode("windows-1256"), now=NOW) == expected
    else:
        assert sorted(codes(document, now=NOW)) == sorted(expected)


@pytest.mark.parametrize(("document", "expected"), [
    ("", ["document.empty"]),
    ("<!DOCTYPE html><title>x</title>", ["document.page"]),
    ("<HTML><p>x", ["document.page"]),
    ('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', ["document.unknown"]),
    ("[]", ["json.version"]),
    ("[" * 100_000, ["json.malformed"]),
    (b'{"version":"\xff"}', ["json.encoding"]),
    (spoilt(RSS, "</channel>", BARE + "</channel>"), ["rss.item.bare"]),
    (spoilt(RSS, "</channel>", RSS[RSS.index("<item>") : RSS.index("</channel>")] + "</channel>"),
     ["feed.duplicate-id"]),
    (spoilt(ATOM, "</feed>", ATOM[ATOM.index("<entry>") :]), ["feed.duplicate-id"]),
    (spoilt(JSON, '"items":[', '"items":[{"id":"1","content_text":"x","date_published":"2025-11-01T15:15:00Z"},'),
     ["feed.duplicate-id"]),
    ("<rss>\x00</rss>", ["xml.malformed"]),
    (ATOM[ATOM.index("<entry>") : -len("</feed>")].replace("<entry>", '<entry xmlns="http://www.w3.org/2005/Atom">'),
     ["atom.entry.author"]),
    (b"<rss version='2.0'><channel>" + b" " * SIZE_LIMIT, ["xml.malformed", "document.size"]),
])  # fmt: skip
def test_what_is_wrong_as_a_whole_is_found(document: str | bytes, expected: list[str]) -> None:
    assert codes(document) == expected


@pytest.mark.parametrize("base", [RSS, ATOM, JSON], ids=["rss", "atom", "json"])
def test_the_self_link_must_be_the_address_it_is_served_under(base: str) -> None:
    assert codes(base, url="https://cdn.example/f") == ["feed.self"]


def test_an_entity_is_neither_resolved_nor_forgotten() -> None:
    document = RSS.replace("<rss ", "<!DOCTYPE rss [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><rss ").replace(
        "Plain", "&e;"
    )
    assert sorted(codes(document)) == ["xml.doctype", "xml.entity"]


def test_every_rule_has_a_case() -> None:
    cased = {code for *_, expected in cases() for code in expected}
    cased |= {"document.empty", "document.page", "document.unknown", "json.encoding", "rss.item.bare"}
    cased |= {"feed.duplicate-id", "feed.self", "xml.entity"}
    assert {rule.code for rule in every_rule().values() if not rule.code.startswith("http.")} == cased


def test_a_rule_says_what_to_do_and_where_it_is_written() -> None:
    for name, rule in every_rule().items():
        assert len(rule.says) > 15, name
        assert len(rule.source) > 4, name
        assert "{" not in rule.source, name


def test_one_code_is_one_severity() -> None:
    severities: dict[str, set[Severity]] = {}
    for rule in every_rule().values():
        severities.setdefault(rule.code, set()).add(rule.severity)
    assert [code for code, found in severities.items() if len(found) > 1] == []


def test_a_finding_names_line_path_and_entry() -> None:
    (finding,) = validate(spoilt(RSS, "<link>https://x.example/1<", "<link>/1<").encode()).findings
    assert finding.where == "line 7, rss/channel/item/link"
    assert finding.entry == "tag:x.example,2025:1"
    assert finding.sentence == "write link with its host: readers do not know what /1 hangs on"
    (finding,) = validate(spoilt(JSON, '"url":"https://x.example/1"', '"url":"/1"').encode()).findings
    assert (finding.where, finding.entry) == ("$.items[0].url", "1")


def test_a_foreign_value_cannot_act_on_a_terminal() -> None:
    assert shown("a\x1b[31m\n\u202e") == "a\\u001b[31m\\u000a\\u202e"
    assert len(shown("x" * 500)) == 121
