"""Players and frames become links, by what their addresses say and without asking anybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.article import BlockKind
from publisher.model.media import Embed, EmbedKind, Enclosure
from publisher.sources.embeds import MAX_EMBEDS, find_embeds, is_player
from publisher.sources.web_address import parse_web_address
from tests.sources.build import document, parsed, read_markdown

ID = "dQw4w9WgXcQ"
WATCH = f"https://www.youtube.com/watch?v={ID}"
POSTER = f"https://i.ytimg.com/vi/{ID}/hqdefault.jpg"
VIDEO, AUDIO, PAGE = EmbedKind


def frame(src: str, more: str = "") -> str:
    """A frame as pages write it."""
    return f'<iframe {more} src="{src}" allowfullscreen></iframe>'


@pytest.mark.parametrize(
    ("src", "kind", "url", "poster"),
    [
        (f"https://www.youtube.com/embed/{ID}", VIDEO, WATCH, POSTER),
        (f"//www.youtube.com/embed/{ID}?rel=0&amp;start=5", VIDEO, WATCH, POSTER),
        (f"https://www.youtube-nocookie.com/embed/{ID}", VIDEO, WATCH, POSTER),
        (f"https://m.youtube.com/watch?v={ID}&amp;t=3", VIDEO, WATCH, POSTER),
        (f"https://youtu.be/{ID}", VIDEO, WATCH, POSTER),
        (f"https://youtube.com/shorts/{ID}/", VIDEO, WATCH, POSTER),
        (
            "https://www.youtube.com/embed/videoseries?list=PLx-1",
            VIDEO,
            "https://www.youtube.com/playlist?list=PLx-1",
            None,
        ),
        ("https://www.youtube.com/embed/", PAGE, "https://www.youtube.com/embed/", None),
        ("https://player.vimeo.com/video/123?h=abc&amp;title=0", VIDEO, "https://vimeo.com/123/abc", None),
        ("https://player.vimeo.com/video/123", VIDEO, "https://vimeo.com/123", None),
        ("https://player.vimeo.com/event/1", PAGE, "https://player.vimeo.com/event/1", None),
        (
            "https://www.dailymotion.com/embed/video/x8abc",
            VIDEO,
            "https://www.dailymotion.com/video/x8abc",
            "https://www.dailymotion.com/thumbnail/video/x8abc",
        ),
        (
            "https://geo.dailymotion.com/player/x1.html?video=x8abc",
            VIDEO,
            "https://www.dailymotion.com/video/x8abc",
            "https://www.dailymotion.com/thumbnail/video/x8abc",
        ),
        ("https://geo.dailymotion.com/player.html", PAGE, "https://geo.dailymotion.com/player.html", None),
        (
            "https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fx%2Fvideos%2F1%2F",
            VIDEO,
            "https://www.facebook.com/x/videos/1/",
            None,
        ),
        (
            "https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fx%2Fposts%2F1",
            PAGE,
            "https://www.facebook.com/x/posts/1",
            None,
        ),
        (
            "https://www.facebook.com/plugins/post.php?href=javascript:alert(1)",
            PAGE,
            "https://www.facebook.com/plugins/post.php?href=javascript:alert(1)",
            None,
        ),
        (
            "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fa%2Fb",
            AUDIO,
            "https://soundcloud.com/a/b",
            None,
        ),
        (
            "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
            PAGE,
            "https://w.soundcloud.com/player/?url=https%3A//api.soundcloud.com/tracks/1",
            None,
        ),
        ("https://open.spotify.com/embed/episode/1a?utm=x", AUDIO, "https://open.spotify.com/episode/1a", None),
        ("https://open.spotify.com/embed/", PAGE, "https://open.spotify.com/embed/", None),
        ("https://platform.twitter.com/embed/Tweet.html?id=12", PAGE, "https://x.com/i/status/12", None),
        (
            "https://platform.twitter.com/embed/Tweet.html",
            PAGE,
            "https://platform.twitter.com/embed/Tweet.html",
            None,
        ),
        ("https://www.instagram.com/p/Ab_1/embed/captioned/", PAGE, "https://www.instagram.com/p/Ab_1/", None),
        ("https://www.instagram.com/x/", PAGE, "https://www.instagram.com/x/", None),
        (f"http://www.youtube.com/embed/{ID}", VIDEO, WATCH, POSTER),
        ("http://maps.example/", PAGE, "http://maps.example/", None),
        ("https://maps.example/?q=ب ", PAGE, "https://maps.example/?q=%D8%A8", None),
    ],
)  # fmt: skip
def test_a_frame_leads_to_the_page_it_showed(src: str, kind: EmbedKind, url: str, poster: str | None) -> None:
    assert find_embeds(frame(src)) == (Embed(kind=kind, url=url, poster=poster),)


@pytest.mark.parametrize(
    "markup",
    [
        frame("javascript:alert(1)"),
        frame("data:text/html,x"),
        frame("https://[/"),
        frame("about:blank"),
        frame("/relative"),
        frame("https://count.example/", 'width="1" height="1"'),
        frame("https://count.example/", 'height="0"'),
        frame("https://count.example/", 'style="display: none"'),
        '<iframe srcdoc="x"></iframe>',
        "<video controls></video>",
        '<audio src="javascript:alert(1)"></audio>',
        "&lt;iframe src=https://maps.example/&gt;",
        "no markup",
    ],
)
def test_a_frame_that_shows_nothing_or_leads_nowhere_is_none(markup: str) -> None:
    assert find_embeds(markup) == ()


def test_what_loads_late_is_found_beside_the_source() -> None:
    late = '<iframe src="about:blank" data-src="https://maps.example/"></iframe>'
    assert [embed.url for embed in find_embeds(late)] == ["https://maps.example/"]


def test_a_players_title_and_poster_are_the_documents_own() -> None:
    markup = (
        '<video poster="https://news.example/p.jpg" title="&lt;b&gt;كلمة&lt;/b&gt;">'
        '<source src="blob:x"><source src="https://news.example/v.mp4" type="video/mp4"></video>'
        '<audio src="https://news.example/a.mp3" aria-label="استمع"></audio>'
    )
    assert find_embeds(markup) == (
        Embed(
            kind=VIDEO,
            url="https://news.example/v.mp4",
            title="كلمة",
            poster="https://news.example/p.jpg",
        ),
        Embed(kind=AUDIO, url="https://news.example/a.mp3", title="استمع"),
    )


def test_each_is_told_once_and_never_without_end() -> None:
    assert len(find_embeds(frame("https://maps.example/") * 3)) == 1
    many = "".join(frame(f"https://maps.example/{number}") for number in range(MAX_EMBEDS * 2))
    assert len(find_embeds(many)) == MAX_EMBEDS


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_whatever_a_frame_says_only_an_address_that_may_be_published_comes_out(src: str) -> None:
    for embed in find_embeds(f"<iframe src='{src}'></iframe><video poster='{src}' src='{src}'>"):
        assert parse_web_address(embed.url) == embed.url
        assert embed.poster is None or parse_web_address(embed.poster) == embed.poster


def test_players_are_known_by_their_house() -> None:
    assert is_player(WATCH)
    assert not is_player("https://maps.example/")
    assert is_player("http://www.youtube.com/watch?v=" + ID)


@pytest.mark.parametrize(
    "body",
    [
        f"قبل\n\n{frame(WATCH)}\n\nبعد",
        f"قبل {frame(WATCH)}\n\nبعد",
        f"قبل\n\n<figure>{frame(WATCH)}</figure>\n\nبعد",
    ],
)
def test_a_frame_in_markdown_stands_as_a_block_in_its_place(body: str) -> None:
    article = parsed(read_markdown(document(body)))
    assert [(block.kind, block.text) for block in article.blocks] == [
        (BlockKind.PARAGRAPH, "قبل"),
        (BlockKind.EMBED, ""),
        (BlockKind.PARAGRAPH, "بعد"),
    ]
    assert article.blocks[1].embed == Embed(kind=VIDEO, url=WATCH, poster=POSTER)


@pytest.mark.parametrize(
    ("markup", "embed"),
    [
        ('<video src="/v.mp4" poster="لقطة.jpg"></video>',
         Embed(kind=VIDEO, url="https://news.example/v.mp4", poster="https://news.example/2025/%D9%84%D9%82%D8%B7%D8%A9.jpg")),
        ('<audio><source src="../a.mp3"></audio>', Embed(kind=AUDIO, url="https://news.example/a.mp3")),
        ('<iframe src="//maps.example/x"></iframe>', Embed(kind=PAGE, url="https://maps.example/x")),
        ('<iframe src="/map" title="خريطة"></iframe>', Embed(kind=PAGE, url="https://news.example/map", title="خريطة")),
    ],
)  # fmt: skip
def test_a_relative_address_in_markdown_hangs_on_that_of_the_document(markup: str, embed: Embed) -> None:
    """As a block, and in a line of words; without an address of the document it leads nowhere."""
    url = "https://news.example/2025/story"
    for body in (f"قبل\n\n{markup}", f"قبل {markup}"):
        article = parsed(read_markdown(document(body, url=url)))
        assert [block.embed for block in article.blocks] == [None, embed]
    if "//" not in markup:
        assert len(parsed(read_markdown(document(body))).blocks) == 1


def test_relative_links_and_pictures_of_markdown_hang_on_the_address_of_the_document() -> None:
    links = "[أ](/أ) و[ب](b?x=1#y) و[ج](https://c.example/) و[د](javascript:d) و[ه](//[/)"
    body = f"{links} ![صورة](صورة.jpg)\n\n[و][1]\n\n[1]: ../w"
    article = parsed(read_markdown(document(body, url="https://news.example/2025/story")))
    first = '<a href="https://news.example/%D8%A3">أ</a> و<a href="https://news.example/2025/b?x=1#y">ب</a>'
    assert [block.html for block in article.blocks] == [
        f'{first} و<a href="https://c.example/">ج</a> ود وه',
        '<a href="https://news.example/w">و</a>',
    ]
    assert article.image is not None
    assert article.image.src == "https://news.example/2025/%D8%B5%D9%88%D8%B1%D8%A9.jpg"
    assert parsed(read_markdown(document("[أ](/أ) ![صورة](صورة.jpg)"))).image is None


def test_a_frame_in_a_list_follows_it() -> None:
    article = parsed(read_markdown(document(f"- أ\n- ب {frame(WATCH)}\n- ج")))
    assert [block.kind for block in article.blocks] == [BlockKind.LIST, BlockKind.EMBED]


def test_a_frame_that_is_shown_as_code_stays_words() -> None:
    article = parsed(read_markdown(document(f"شيفرة: `{frame(WATCH)}`\n\n    {frame(WATCH)}", language="ar")))
    assert {block.kind for block in article.blocks} == {BlockKind.PARAGRAPH}


def test_an_article_may_be_a_film_alone_and_its_file_is_an_enclosure() -> None:
    body = '<video src="https://news.example/v.mp4" title="كلمة"></video>'
    article = parsed(read_markdown(document(body)))
    assert [block.kind for block in article.blocks] == [BlockKind.EMBED]
    assert article.enclosures == (
        Enclosure(url="https://news.example/v.mp4", media_type="video/mp4", title="كلمة"),
    )
    stated = parsed(read_markdown(document(body, audio="https://news.example/a.mp3")))
    assert [enclosure.url for enclosure in stated.enclosures] == ["https://news.example/a.mp3"]
