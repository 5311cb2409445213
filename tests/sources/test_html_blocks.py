"""HTML of other systems becomes blocks: no words are lost, nothing acts, and nothing takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from publisher.model.article import Block, BlockKind
from publisher.model.media import Image
from publisher.model.reason import Reason
from publisher.sources.html_blocks import MAX_IMAGES, HtmlBody, parse_html
from publisher.sources.web_address import parse_link
from tests.feeds.hostile.payloads import BROKEN, every_payload

BASE = "https://news.example/x/"
P, H, Q, U, N, E = BlockKind


def read(markup: str) -> HtmlBody:
    """A body, or a failed test."""
    found = parse_html(markup, base=BASE)
    assert isinstance(found, HtmlBody), found
    return found


def told(markup: str) -> list[tuple[BlockKind, str]]:
    """The blocks as kind, and markup or text."""
    return [(block.kind, block.html or block.text) for block in read(markup).blocks]


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("", []),
        ("words", [(P, "words")]),
        ("<p>a</p>b<p>c</p>", [(P, "a"), (P, "b"), (P, "c")]),
        ("a<br><br>b<br>c", [(P, "a"), (P, "b<br>c")]),
        ("<br>a<br>", [(P, "a")]),
        ("<div>a<div>b</div>c</div>", [(P, "a"), (P, "b"), (P, "c")]),
        ("<p>a <b>b</b> <a href='y'>c</a></p>", [(P, 'a <b>b</b> <a href="https://news.example/x/y">c</a>')]),
        ("<i>a <div>b</div> c</i>", [(P, "a"), (P, "b"), (P, "c")]),
        ("<h1>a</h1><h6>b <i>c</i></h6>", [(H, "a"), (H, "b <i>c</i>")]),
        ("<ul><li>a<ul><li>b</li></ul>c</li><li><p>d</p></li><li></li></ul>", [(U, "a c\nb\nd")]),
        ("<ol><li>a <b>b</b></li></ol>", [(N, "<li>a <b>b</b></li>")]),
        ("<ul><li>a<script>x</script></li></ul>", [(U, "a")]),
        ("<li>loose</li>", [(P, "loose")]),
        ("<blockquote>a</blockquote>", [(Q, "a")]),
        ("<blockquote><p>a</p><p>b</p><cite>c</cite> d</blockquote>", [(Q, "a<br>b<br>d")]),
        ("<pre>a\n  b</pre>", [(P, "a\n  b")]),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td></td></tr></table>", [(P, "a – b")]),
        ("<figure><blockquote>a</blockquote></figure>", [(Q, "a")]),
        ("<script>a</script><style>b</style><noscript>c</noscript><svg><text>d</text></svg>e", [(P, "e")]),
        ("<!-- a --><?b?>c", [(P, "c")]),
        ("<p>a <script>x</script>b</p>", [(P, "a b")]),
        ("<custom-tag>a</custom-tag>", [(P, "a")]),
        ("a &lt;b&gt; &amp;amp;", [(P, "a <b> &amp;")]),
    ],
)
def test_known_bodies(markup: str, blocks: list[tuple[BlockKind, str]]) -> None:
    assert told(markup) == blocks


def test_a_list_keeps_its_entries() -> None:
    (block,) = read("<ul><li>a<li>b</ul>").blocks
    assert block == Block(kind=U, text="a\nb", items=("a", "b"))


def test_pictures_leave_the_text_with_what_is_known_of_them() -> None:
    body = read(
        '<p>a<img src="1.jpg" alt="سوق" width="300" height="200px">b</p>'
        '<figure><a href="x"><img src="data:image/gif;base64,R0" data-src="/2.jpg"></a>'
        "<figcaption>كلام – تصوير: AP</figcaption></figure>"
        '<ul><li>c <img src="/3.jpg"></li></ul><table><tr><td><img src="/4.jpg"></td></tr></table>'
        '<img src="/dot.gif" width="1" height="1"><img src="javascript:x"><img src="https://["><img>'
    )
    assert body.images == (
        Image(src=f"{BASE}1.jpg", alt="سوق", width=300, height=200),
        Image(src="https://news.example/2.jpg", caption="كلام", credit="AP"),
        Image(src="https://news.example/3.jpg"),
        Image(src="https://news.example/4.jpg"),
    )
    assert [block.text for block in body.blocks] == ["ab", "c"]


def test_players_stand_in_their_place_wherever_they_were() -> None:
    frame = '<iframe src="https://maps.example/{}"></iframe>'
    body = read(
        f"<p>a{frame.format(1)}b</p><blockquote>c{frame.format(2)}</blockquote><figure>{frame.format(3)}"
        f"<figcaption>d</figcaption></figure>{frame.format('4').replace('https', 'http')}"
    )
    assert [(block.kind, block.text or (block.embed and block.embed.url[-1])) for block in body.blocks] == [
        (P, "a"), (E, "1"), (P, "b"), (Q, "c"), (E, "2"), (E, "3"), (P, "d"), (E, "4"),
    ]  # fmt: skip


def test_there_is_an_end_to_pictures_and_players() -> None:
    many = "".join(
        f'<img src="/{n}.jpg"><iframe src="https://m.example/{n}"></iframe>' for n in range(MAX_IMAGES * 2)
    )
    body = read(many)
    assert (len(body.images), len(body.blocks)) == (MAX_IMAGES, 50)


def test_what_is_beyond_all_measure_is_refused_with_its_reason() -> None:
    for markup, key in (("a" * 20_001, "sources.paragraph_too_long"), ("a" * 2_000_001, "sources.too_large")):
        found = parse_html(markup, base=BASE)
        assert isinstance(found, Reason)
        assert found.key == key


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 50_000 + "x",
        "<b>" * 5_000 + "x",
        "<ul><li>" * 20_000 + "x",
        "<blockquote>" * 20_000 + "x",
        "<table><tr><td>" * 20_000 + "x",
        "<p>a</p>" * 20_000,
        "<a><b><p>" * 5_000,
        "<figure><img src=/a>" * 2_000,
    ],
)
def test_no_body_takes_long_or_breaks_the_walk(markup: str) -> None:
    before = time.process_time()
    found = parse_html(markup, base=BASE)
    assert isinstance(found, HtmlBody | Reason)
    assert time.process_time() - before < 20


def test_no_attack_survives() -> None:
    """Whatever the block's kind, its markup has the sanitiser's elements alone, and links that may be published."""
    for payload in (*every_payload(), *BROKEN):
        for block in read(payload).blocks:
            root = lxml_html.fragment_fromstring(block.html or "", create_parent="div")
            for element in root.iterdescendants():
                assert element.tag in _KEPT, (payload, block)
                assert set(element.attrib) <= {"href"}, (payload, block)
                assert parse_link(element.get("href", "https://a.example")), (payload, block)


_KEPT = {"a", "em", "strong", "b", "i", "s", "del", "sub", "sup", "code", "br", "li"}


@given(st.text(st.sampled_from("<>/ab &;\"'=pdivulimg\u0628\n\x00\ud800")))
def test_whatever_it_is_a_body_comes_out(markup: str) -> None:
    assert isinstance(parse_html(markup, base=BASE), HtmlBody)
