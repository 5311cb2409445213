"""Markdown with front matter becomes an article, or says why not."""

import json
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.article import Block, BlockKind, Parsed
from publisher.model.media import Image, Tag, Wire
from tests.sources.build import DATA, document, held, parsed, read_markdown

NAUGHTY: list[str] = json.loads((DATA / "naughty_strings.json").read_text("utf-8"))
P, H, Q, UL, OL = (
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.QUOTE,
    BlockKind.LIST,
    BlockKind.NUMBERED,
)


def blocks(body: str) -> tuple[Block, ...]:
    """The blocks of a body, in English so that no language is in question."""
    return parsed(read_markdown(document(body, language="en"))).blocks


def test_everything_stated_reaches_the_article() -> None:
    head = {
        "updated": "2025-11-02",
        "url": "https://news.example/1",
        "section": "سياسة",
        "author": "سلمى",
        "summary": "كلام <b>قصير</b>",
        "rights": "©",
        "publisher": "الجبال",
        "sample": "true",
        "sources": "[رويترز]",
        "image": "{src: 'https://cdn.example/a.jpg', credit: AP}",
    }
    article = parsed(read_markdown(document("نص الخبر.", **head)))
    assert (article.source, article.key) == ("desk", "story.md")
    assert (article.title, article.section, article.byline) == ("عنوان", "سياسة", "سلمى")
    assert (article.url, article.url_from) == ("https://news.example/1", "front matter")
    assert article.published_at.isoformat() == "2025-11-01T15:15:00+03:00"
    assert article.updated_at is not None
    assert article.summary == "كلام قصير"
    assert (article.rights, article.publisher, article.sample) == ("©", "الجبال", True)
    assert article.attributed_to == ("رويترز",)
    assert article.image == Image(src="https://cdn.example/a.jpg", credit="AP")
    assert (article.language, article.direction.value, article.words) == ("ar", "rtl", 2)


def test_plain_paragraph_has_no_markup() -> None:
    assert blocks("1 < 2 & 3,\nnext line") == (Block(kind=P, text="1 < 2 & 3, next line"),)


def test_links_and_emphasis_are_kept_beside_the_plain_words() -> None:
    (block,) = blocks("*a* **b** [c](https://a.example/é) `d<e` \\*f\\*")
    assert block.text == "a b c d<e *f*"
    assert block.html == (
        '<em>a</em> <strong>b</strong> <a href="https://a.example/%C3%A9">c</a> <code>d&lt;e</code> *f*'
    )


@pytest.mark.parametrize(
    "target", ["/posts/1", "javascript:alert(1)", "//a.example", "x.html", "data:text/html,x", "#top"]
)
def test_other_links_lose_their_target(target: str) -> None:
    assert blocks(f"[c]({target})") == (Block(kind=P, text="c"),)


def test_every_heading_is_a_sub_heading_and_a_repeated_title_goes() -> None:
    text = document("# عنوان\n\n### فرع *مائل*\n\nنص.")
    assert [(b.kind, b.text) for b in parsed(read_markdown(text)).blocks] == [(H, "فرع مائل"), (P, "نص.")]


def test_lists() -> None:
    bulleted, numbered = blocks("- a\n- b *c*\n  - d\n\n    more\n- e\n\n1. x\n2. y")
    assert bulleted == Block(
        kind=UL, text="a\nb c\nd more\ne", items=("a", "b c", "d more", "e"),
        html="<li>a</li><li>b <em>c</em></li><li>d more</li><li>e</li>",
    )  # fmt: skip
    assert numbered == Block(kind=OL, text="x\ny", items=("x", "y"))


def test_quotes_keep_their_paragraphs() -> None:
    assert blocks("> a\n> b") == (Block(kind=Q, text="a b"),)
    assert blocks("> a\n>\n> b <") == (Block(kind=Q, text="a\nb <", html="a<br>b &lt;"),)
    assert blocks("> - a\n> - b")[0].text == "a\nb"


def test_code_is_a_paragraph_of_its_text() -> None:
    assert blocks("```\na <b>\n  c\n```\n\n    d & e") == (
        Block(kind=P, text="a <b>\n  c"),
        Block(kind=P, text="d & e"),
    )
    assert blocks("- a\n\n  ```\n  <b>\n  ```")[0].text == "a <b>"


def test_raw_html_is_reduced_to_words_and_inline_marks() -> None:
    assert blocks("<div onclick=x><b>a</b><script>y</script></div>\n\nb <i>c</i><!-- d -->") == (
        Block(kind=P, text="a", html="<b>a</b>"),
        Block(kind=P, text="b c", html="b <i>c</i>"),
    )
    assert blocks("a\n\n<!-- note -->\n\n---\n\nb") == (Block(kind=P, text="a"), Block(kind=P, text="b"))


def test_hard_line_end_is_kept() -> None:
    assert blocks("a\\\nb") == (Block(kind=P, text="a\nb", html="a<br>b"),)


def test_first_picture_is_the_articles_and_none_stays_in_the_text() -> None:
    text = document(
        '![بديل](https://cdn.example/a.jpg "تعليق - AP")\n\nنص ![ب](https://cdn.example/b.jpg) هنا.'
    )
    article = parsed(read_markdown(text))
    assert article.image == Image(src="https://cdn.example/a.jpg", alt="بديل", caption="تعليق", credit="AP")
    assert [block.text for block in article.blocks] == ["نص هنا."]
    assert article.blocks[0].html is None


def test_picture_without_a_usable_address_keeps_its_caption() -> None:
    assert parsed(read_markdown(document('![](a.jpg "تعليق")\n\nنص.'))).image == Image(caption="تعليق")
    assert parsed(read_markdown(document("![بديل](a.jpg)\n\nنص."))).image is None


def test_stated_picture_goes_before_one_in_the_text() -> None:
    text = document("![](https://cdn.example/b.jpg)\n\nنص.", image="https://cdn.example/a.jpg")
    assert parsed(read_markdown(text)).image == Image(src="https://cdn.example/a.jpg")


def test_attribution_is_found_in_the_text() -> None:
    assert parsed(read_markdown(document("نص وفقاً لصحيفة «النهار»."))).attributed_to == ("النهار",)


def test_character_references_bring_no_controls_in() -> None:
    (block,) = blocks("a&#x202e;b&#7;c&#0; `d&#x202e;`")
    assert "\u202e" not in block.text + (block.html or "")
    assert "\x07" not in block.text
    assert read_markdown(document(title='"a\\u202Eb\\x07"')) == read_markdown(document(title="ab"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "sources.empty"),
        ("no head", "sources.front_matter_missing"),
        ("---\ndate: 2025-11-01\n---\nx", "sources.title_not_stated"),
        ("---\ntitle: <b></b>\ndate: 2025-11-01\n---\nx", "sources.title_not_stated"),
        ("---\ntitle: x\n---\nx", "sources.date_not_stated"),
        (document(date="2031-01-01"), "sources.date_future"),
        (document(date="الأحد 1 نوفمبر 2025"), "dates.weekday_mismatch"),
        (document(updated="2025-10-01"), "sources.date_order"),
        (document(secton="x"), "sources.unknown_key_near"),
        (document(""), "sources.body_missing"),
        (document("# عنوان"), "sources.body_missing"),
        (document("![](https://cdn.example/a.jpg)"), "sources.body_missing"),
        (document("English only, and nothing else.", title="Title"), "sources.language_missing"),
        (document("x\n" * 10_001), "sources.too_many_lines"),
        (document("- a\n" * 100_000), "sources.too_many_lines"),
        (document("x" * 20_001), "sources.paragraph_too_long"),
        (document("> " + "x" * 20_001), "sources.paragraph_too_long"),
        (document("<div>\n" + "x" * 20_001), "sources.paragraph_too_long"),
        (document("&" * 19_000), "sources.paragraph_too_long"),
    ],
)
def test_what_is_no_article_is_held_back(text: str, reason: str) -> None:
    assert held(read_markdown(text)) == reason


@pytest.mark.parametrize(
    "unit", ["- a\n", "> ", "[", "![", "*a **a ", "`", "<", "<a ", "a]", "&", "\\", "_a __a ", "<b>", "[a](b"]
)
def test_worst_bodies_finish_quickly(unit: str) -> None:
    begun = time.process_time()
    read_markdown(document(unit * (19_000 // len(unit)), language="en"))
    assert time.process_time() - begun < 5


def test_deep_nesting_finishes_quickly() -> None:
    begun = time.process_time()
    read_markdown(document("".join("  " * level + "- a\n" for level in range(900)), language="en"))
    assert time.process_time() - begun < 5


def test_long_address_used_a_thousand_times_does_not_grow() -> None:
    text = document("[a] " * 4000 + "\n\n[a]: https://a.example/" + "x" * 100_000, language="en")
    assert blocks_or_reason(text) < 100_000


def blocks_or_reason(text: str) -> int:
    """The size of what was read."""
    result = read_markdown(text)
    return sum(len(b.html or b.text) for b in result.blocks) if isinstance(result, Parsed) else 0


def test_naughty_strings_leave_no_controls() -> None:
    for text in NAUGHTY:
        assert_clean(text)


def assert_clean(text: str) -> None:
    """As title, summary and body."""
    quoted = json.dumps(text)
    head = f"title: {quoted}\ndate: 2025-11-01\nlanguage: en\nsummary: {quoted}"
    result = read_markdown(f"---\n{head}\n---\n\n{text}\n\nend")
    if isinstance(result, Parsed):
        words = [result.title, result.summary or "", *(block.text for block in result.blocks)]
        assert not [c for c in "".join(words) if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
        assert "\n" not in result.title


@given(st.binary(max_size=300))
def test_arbitrary_octets_never_raise(data: bytes) -> None:
    read_markdown(data)
    read_markdown(document().encode() + data)


@given(st.text(max_size=200))
def test_arbitrary_bodies_never_raise(body: str) -> None:
    result = read_markdown(document(body, language="en"))
    if isinstance(result, Parsed):
        assert all(block.text for block in result.blocks)


def test_what_feeds_show_reaches_the_article() -> None:
    head = {
        "author": "[سارة, عمر]",
        "tags": "[مالي]",
        "images": "['https://cdn.example/a.jpg', 'https://cdn.example/b.jpg']",
        "audio": "'https://cdn.example/a.mp3'",
        "wire": "رويترز",
        "correction": "كان 7",
        "corrected_at": "2025-11-01",
    }
    article = parsed(read_markdown(document("نص الخبر.", **head)))
    assert (article.byline, article.authors) == ("سارة وعمر", ("سارة", "عمر"))
    assert article.tags == (Tag(name="مالي"),)
    assert article.image == Image(src="https://cdn.example/a.jpg")
    assert article.images == (Image(src="https://cdn.example/b.jpg"),)
    assert article.enclosures[0].url == "https://cdn.example/a.mp3"
    assert article.wire == Wire(name="رويترز")
    (correction,) = article.corrections
    assert correction.at == article.published_at, (
        "a correction of the same day counts from the publication on"
    )


def test_one_author_stays_a_byline_so_that_stored_articles_do_not_change() -> None:
    article = parsed(read_markdown(document("نص الخبر.", author="[سارة]")))
    assert (article.byline, article.authors) == ("سارة", ())


def test_an_embargoed_article_is_published_when_its_embargo_ends() -> None:
    """Feed checklist 14: so that no part of Nashra can let it out before."""
    article = parsed(read_markdown(document("نص الخبر.", embargo="2031-01-01 06:00")))
    assert article.published_at.isoformat() == "2031-01-01T06:00:00+03:00"
    assert article.embargo_until == article.published_at
    past = parsed(read_markdown(document("نص الخبر.", embargo="2025-10-01")))
    assert past.published_at.isoformat() == "2025-11-01T15:15:00+03:00"


@pytest.mark.parametrize(
    ("at", "reason"), [("2031-01-01", "sources.date_future"), ("2025-10-31", "sources.date_order")]
)
def test_a_correction_before_the_article_or_in_the_future_is_a_mistake(at: str, reason: str) -> None:
    assert held(read_markdown(document("نص الخبر.", corrected_at=at))) == reason
