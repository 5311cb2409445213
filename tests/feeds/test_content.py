"""An article's body as HTML."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from publisher.feeds.content import build_content
from publisher.model.article import Block, BlockKind, Parsed
from publisher.model.direction import Direction
from publisher.model.media import Embed, EmbedKind, Image
from tests.feeds.samples import PICTURE, SECOND_PICTURE, all_words, make_article, seed_article, seed_expected

AR = all_words()["ar"]
BASE = "https://aljeebal.com/posts/1"


def content_of(**changes: object) -> str:
    """The content of an invented article with these fields."""
    found = build_content(make_article(1, **changes).parsed, AR, base=BASE)
    assert found is not None
    return found


def paragraph(text: str, html: str | None = None) -> Block:
    """A paragraph."""
    return Block(kind=BlockKind.PARAGRAPH, text=text, html=html)


def test_direction_and_language_stand_on_wrapper_and_first_block() -> None:
    assert content_of(blocks=(paragraph("نص"), paragraph("آخر"))) == (
        '<div dir="rtl" lang="ar"><p dir="rtl" lang="ar">نص</p><p>آخر</p></div>'
    )


def test_the_seed_has_every_block_in_order_and_its_caption_with_credit_last() -> None:
    parsed = seed_article().parsed
    root = html.fragment_fromstring(build_content(parsed, AR, base=BASE) or "")
    expected = seed_expected()["blocks"]
    assert isinstance(expected, list)
    found = [{"kind": element.tag, "text": element.text_content()} for element in root]
    assert found[:-1] == expected
    assert found[-1]["text"] == f"{parsed.image and parsed.image.caption} – AP"
    assert root.xpath("//span[@dir='ltr']")[0].text == "AP"


def test_every_kind_of_block_has_its_element() -> None:
    blocks = (
        Block(kind=BlockKind.HEADING, text="ع"),
        Block(kind=BlockKind.QUOTE, text="ق"),
        Block(kind=BlockKind.LIST, text="أ\nب", items=("أ", "ب")),
        Block(kind=BlockKind.NUMBERED, text="ج", items=("ج",)),
    )
    assert content_of(blocks=blocks) == (
        '<div dir="rtl" lang="ar"><h2 dir="rtl" lang="ar">ع</h2><blockquote>ق</blockquote>'
        "<ul><li>أ</li><li>ب</li></ul><ol><li>ج</li></ol></div>"
    )


def test_a_list_with_markup_keeps_it() -> None:
    block = Block(kind=BlockKind.LIST, text="أ\nب", html="<li><em>أ</em></li><li>ب</li>", items=("أ", "ب"))
    assert content_of(blocks=(block,)) == (
        '<div dir="rtl" lang="ar"><ul dir="rtl" lang="ar"><li><em>أ</em></li><li>ب</li></ul></div>'
    )


def test_text_is_escaped_and_markup_kept() -> None:
    blocks = (paragraph("1 < 2 & <script>"), paragraph("س ص", 'س <a href="https://x.example/">ص</a>'))
    assert content_of(blocks=blocks) == (
        '<div dir="rtl" lang="ar"><p dir="rtl" lang="ar">‏1 &lt; 2 &amp; &lt;<span dir="ltr">script</span>&gt;</p>'
        '<p>س <a href="https://x.example/">ص</a></p></div>'
    )


def test_relative_links_are_made_absolute() -> None:
    assert 'href="https://aljeebal.com/tags/1"' in content_of(
        blocks=(paragraph("س", '<a href="/tags/1">س</a>'),)
    )


def test_a_picture_stands_first_with_size_alt_caption_and_credit() -> None:
    assert content_of(image=PICTURE, blocks=(paragraph("نص"),)) == (
        '<div dir="rtl" lang="ar"><figure dir="rtl" lang="ar">'
        '<img src="https://aljeebal.com/img/1.jpg" alt="رجل في السوق" width="1200" height="800">'
        '<figcaption>سوق الشورجة – <span dir="ltr">AP</span></figcaption></figure><p>نص</p></div>'
    )


def test_a_picture_without_words_has_an_empty_alt_and_no_caption() -> None:
    found = content_of(image=Image(src="https://x.example/س.jpg"), blocks=())
    assert '<figure dir="rtl" lang="ar"><img src="https://x.example/%D8%B3.jpg" alt=""></figure>' in found


def test_a_credit_alone_is_still_given() -> None:
    assert "<small><span dir=" in content_of(image=Image(credit="رويترز"))


def test_a_caption_alone_needs_no_credit() -> None:
    assert content_of(image=Image(caption="سوق"), blocks=()) == (
        '<div dir="rtl" lang="ar"><p dir="rtl" lang="ar"><small>سوق</small></p></div>'
    )


def test_a_body_that_begins_with_latin_letters_is_marked() -> None:
    """For readers that strip `dir` and lay out by the first strong letter."""
    assert '<p dir="rtl" lang="ar">\u200f<span dir="ltr">OPEC+</span> ترفع' in content_of(
        blocks=(paragraph("OPEC+ ترفع الإنتاج اليوم"),)
    )


def test_the_mark_stands_before_the_first_letter_wherever_it_is() -> None:
    inside = content_of(blocks=(paragraph("OPEC ترفع الإنتاج", "<em>OPEC</em> ترفع الإنتاج"),))
    assert '<em>\u200f<span dir="ltr">OPEC</span></em>' in inside
    after = content_of(blocks=(paragraph("OPEC ترفع الإنتاج", "<br>OPEC ترفع الإنتاج"),))
    assert '<br>\u200f<span dir="ltr">OPEC</span>' in after


def test_an_article_without_anything_has_no_content() -> None:
    assert build_content(replace(make_article().parsed, blocks=()), AR, base=BASE) is None


def test_a_note_stands_before_everything() -> None:
    parsed: Parsed = make_article(image=PICTURE).parsed
    found = build_content(parsed, AR, base=BASE, notes=["نموذج", "تصحيح"]) or ""
    assert found.startswith('<div dir="rtl" lang="ar"><p dir="rtl" lang="ar">نموذج</p><p>تصحيح</p><figure>')


def test_further_pictures_stand_at_the_end() -> None:
    found = content_of(
        image=PICTURE, images=(Image(caption="بلا ملف"), SECOND_PICTURE), blocks=(paragraph("نص"),)
    )
    assert found.endswith(
        '<p>نص</p><figure><img src="https://aljeebal.com/img/2" alt=""><figcaption>بلا وصف</figcaption></figure></div>'
    )


def test_references_to_characters_xml_cannot_carry_go() -> None:
    assert "\x0b" not in content_of(blocks=(paragraph("س", "<em>س&#11;س</em>"),))


@given(st.lists(st.text(st.characters()), min_size=1, max_size=3))
def test_any_text_reads_back_as_it_was(texts: list[str]) -> None:
    """html5-like parsing of what was written gives the words, whatever they look like."""
    found = content_of(blocks=tuple(map(paragraph, texts)), language="en", direction=Direction.LTR)
    root = html.fragment_fromstring(found)
    assert [child.tag for child in root] == ["p"] * len(texts)
    assert {element.tag for element in root.xpath("//p//*")} <= {"span"}


def embed(**fields: str | None) -> Block:
    """A player in the text."""
    values = {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", **fields}
    return Block(kind=BlockKind.EMBED, text="", embed=Embed(kind=EmbedKind.VIDEO, **values))  # type: ignore[arg-type]


def test_a_player_is_a_linked_picture_with_words_in_the_articles_language() -> None:
    """Feed checklist 16."""
    poster = "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg"
    assert content_of(blocks=(paragraph("نص"), embed(poster=poster))) == (
        '<div dir="rtl" lang="ar"><p dir="rtl" lang="ar">نص</p>'
        '<p><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">'
        f'<img src="{poster}" alt=""><br>فيديو على <span dir="ltr">youtube.com</span></a></p></div>'
    )


def test_a_player_without_a_picture_is_a_link_by_its_title_escaped() -> None:
    found = content_of(blocks=(embed(title="<ب>كلمة"), paragraph("نص")))
    assert '<span dir="ltr">youtube.com</span>: &lt;ب&gt;كلمة</a></p>' in found
    assert found.startswith('<div dir="rtl" lang="ar"><p dir="rtl" lang="ar"><a href="https://www.youtube')
