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
        ("<blockquote><p>a</p><p>b</p><cite>c</cite> d</blockquote>", [(Q, "a<br>b<br>c d")]),
        ("<blockquote><p>اقتباس</p><cite>القائل</cite></blockquote>", [(Q, "اقتباس<br>القائل")]),
        (
            "<blockquote>a<p>b</p><div>c<i>d</i></div><h3>e</h3>f</blockquote>",
            [(Q, "a<br>b<br>c<i>d</i><br>e<br>f")],
        ),
        (
            "<blockquote><div><p>a</p><ul><li>b<ul><li>c</ul></ul></div><hr>d</blockquote>",
            [(Q, "a<br>b<br>c<br>d")],
        ),
        (
            "<blockquote><blockquote><p>a</p></blockquote><span>b<p>c</p></span></blockquote>",
            [(Q, "a<br>b<br>c")],
        ),
        ("<blockquote>a <img src=x> b<script>x</script></blockquote>", [(Q, "a b")]),
        ("<ul>a<li><div><p>b</p><p>c</p></div></li><p>d</p></ul>", [(U, "a d\nb c")]),
        ("<h2><div>a</div><div>b</div></h2>", [(H, "a b")]),
        (
            "<form>a<label>b</label><input value=x><button>x</button><p>c<textarea>x</textarea></p></form>",
            [(P, "ab"), (P, "c")],
        ),
        ("<form><select><option>x</select><datalist><option>x</datalist></form>", []),
        ("<pre><div>a</div><div>b</div></pre>", [(P, "a\nb")]),
        ("<pre>a<br>b\n\nc</pre>", [(P, "a\nb\n\nc")]),
        (
            "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table><p>c</p></td><td>d</td></tr></table>",
            [(P, "a – b"), (P, "c"), (P, "d")],
        ),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", [(P, "a b – c")]),
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


WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "markup",
    [
        f'<figure class="wp-block-embed is-type-video"><div class="w">\n{WATCH}&amp;t=1\n</div></figure>',
        f"<p>{WATCH}</p>",
        f'<div><a href="{WATCH}">{WATCH}</a></div>',
        f"a<br><br>{WATCH}<br><br>b",
    ],
)
def test_a_container_whose_whole_text_is_a_players_address_is_that_player(markup: str) -> None:
    """As Gutenberg and others leave a film: a bare address would be all there is to read."""
    (embed,) = (block.embed for block in read(markup).blocks if block.embed)
    assert embed.url == WATCH
    assert not any("youtube" in block.text for block in read(markup).blocks)


def test_an_address_among_words_or_of_no_player_stays_words() -> None:
    for markup in (f"<p>{WATCH} a</p>", "<p>https://a.example/x</p>", "<p>https://[</p>"):
        assert [block.kind for block in read(markup).blocks] == [P]
    many = read("".join(f"<p>{WATCH}</p>" for _ in range(51))).blocks
    assert [block.kind for block in many] == [*[E] * 50, P]


def test_an_embed_block_of_any_house_is_a_link() -> None:
    """Gutenberg says by its class that the address is shown, not told."""
    figure = (
        '<figure class="wp-block-embed"><div>https://a.example/x</div><figcaption>b</figcaption></figure>'
    )
    blocks = read(f"{figure}<p>https://a.example/y</p>").blocks
    assert [(block.kind, block.embed.url if block.embed else block.text) for block in blocks] == [
        (E, "https://a.example/x"),
        (P, "b"),
        (P, "https://a.example/y"),
    ]


def test_each_picture_of_a_gallery_has_its_own_caption() -> None:
    one, two = (f"<figure><img src=/{n}.jpg><figcaption>كلام {n}</figcaption></figure>" for n in "12")
    body = read(f"<figure class=wp-block-gallery>{one}{two}<figure><img src=/3.jpg></figure>"
                "<figcaption>المعرض</figcaption></figure>")  # fmt: skip
    assert [((image.src or "")[-5:], image.caption) for image in body.images] == [
        ("1.jpg", "كلام 1"),
        ("2.jpg", "كلام 2"),
        ("3.jpg", None),
    ]
    assert [block.text for block in body.blocks] == ["المعرض"]


def test_a_figure_with_a_picture_keeps_its_other_words_and_players() -> None:
    body = read(
        '<figure><img src=/1.jpg><p>a</p><iframe src="https://maps.example/1"></iframe>'
        "<blockquote>b<img src=/2.jpg></blockquote><figcaption>c<img src=/3.jpg></figcaption></figure>"
    )
    assert [(block.kind, block.text) for block in body.blocks] == [(P, "a"), (E, ""), (Q, "b")]
    assert [((image.src or "")[-5:], image.caption) for image in body.images] == [
        ("1.jpg", "c"),
        ("2.jpg", "c"),
        ("3.jpg", "c"),
    ]


def test_a_picture_that_loads_late_is_taken_from_what_stands_for_it() -> None:
    late = '<img src="data:image/gif;base64,R0"><noscript><img src="/1.jpg">x</noscript>'
    assert [(image.src or "")[-5:] for image in read(f"<figure>{late}</figure>").images] == ["1.jpg"]
    assert read(late) == HtmlBody(blocks=(), images=())


@pytest.mark.parametrize("tag", ["b", "div", "blockquote", "span", "figure", "ul", "x-y"])
@pytest.mark.parametrize("depth", [80, 101, 300, 3000])
def test_no_nesting_costs_words(tag: str, depth: int) -> None:
    """As an old editor leaves emphasis open in every paragraph; libxml2 loses what is 256 or 2,048 deep."""
    blocks = read(f"<p>a</p>{f'<{tag}>' * depth}<p>b</p>c<script>x</script><p>d<br>e</p>").blocks
    assert " ".join(block.text for block in blocks).split() == ["a", "b", "c", "d", "e"]
    assert all((block.html or "").count("<b>") <= 50 for block in blocks)


def test_a_tag_without_an_end_is_read_once() -> None:
    """Its name was given back part by part, and all that follows read again for each: some 10 ** 10 steps."""
    before = time.process_time()
    blocks = read(f"<p>a</p>{'<b>' * 101}<p>b</p>c<" + "a-" * 200_000).blocks
    assert [block.text for block in blocks] == ["a", "b", "c"]
    assert time.process_time() - before < 10


def test_emphasis_left_open_costs_neither_links_nor_lists() -> None:
    blocks = read("<p><b>a</p>" * 300 + "<h2>b</h2><ul><li><a href='https://a.example/'>c</a></ul>").blocks
    assert [(block.kind, block.html or block.text) for block in blocks[-2:]] == [
        (H, "b"),
        (U, '<li><a href="https://a.example/">c</a></li>'),
    ]


def test_pictures_are_found_however_deep_they_are() -> None:
    for depth in (90, 150, 2500):
        assert len(read("<div>" * depth + "<img src=/1.jpg>").images) == 1


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


_ANY = "p div blockquote ul li h3 b span a figure figcaption table tr td form label dl dd pre cite center x-y section"


@given(st.lists(st.one_of(st.just("/"), st.sampled_from([*_ANY.split(), "img", "br", "hr"])), max_size=40))
def test_every_word_comes_out_once_whatever_it_stands_in(tags: list[str]) -> None:
    """In a block or a caption; `/` closes what was opened last. The tree is libxml2's, the words are ours."""
    markup = "w0 "
    opened: list[str] = []
    for number, tag in enumerate(tags, 1):
        if tag == "/":
            markup += f"</{opened.pop()}>" if opened else ""
        else:
            markup += "<img src=/i.jpg>" if tag == "img" else f"<{tag}>"
            opened += [] if tag in ("img", "br", "hr") else [tag]
        markup += f" w{number} "
    body = read(markup)
    told = " ".join([*(block.text for block in body.blocks), *{image.caption or "" for image in body.images}])
    assert sorted(told.split()) == sorted(f"w{number}" for number in range(len(tags) + 1))


@given(st.text(st.sampled_from("<>/ab &;\"'=pdivulimg\u0628\n\x00\ud800")))
def test_whatever_it_is_a_body_comes_out(markup: str) -> None:
    assert isinstance(parse_html(markup, base=BASE), HtmlBody)
