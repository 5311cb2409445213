"""Saved pages in general: other sites of the same kind, in doubt, at their worst, and in arbitrary octets."""

import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.article import BlockKind, Parsed
from tests.sources.build import BAGHDAD, SEEDS, held, parsed, read_page

SEED = (SEEDS / "seed_article.txt").read_bytes()

PAGE = """
{clock}
عودة الحافلات الليلية إلى الخدمة بعد توقف دام شهرين
{under}
عادت الحافلات الليلية إلى الخدمة مساء الأحد بعد توقف دام شهرين، وقال سائقون إن الركاب استقبلوها بالتصفيق في المحطة.

وتسير الحافلات كل عشرين دقيقة حتى الساعة الواحدة ليلاً، بتذكرة لم يتغير سعرها منذ العام الماضي كما أعلنت الإدارة.
{tail}
"""


def page(*, clock: str = "", under: str = "", tail: str = "") -> str:
    """Another page of this shape: two paragraphs, with lines above, below the title and at the foot."""
    return PAGE.format(clock=clock, under=under, tail=tail)


def test_bare_date_above_the_title_is_the_pages_clock() -> None:
    assert held(read_page(page(clock="23 نوفمبر، 2024 8:34 م"))) == "sources.date_only_clock"
    article = parsed(
        read_page(page(clock="الأحد 23 نوفمبر 2025 8:34 م", tail="نشر في: 6 أغسطس, 2023: 10:58 م"))
    )
    assert article.published_at == datetime(2023, 8, 6, 22, 58, tzinfo=BAGHDAD)
    assert article.removed == ("الأحد 23 نوفمبر 2025 8:34 م",)


@pytest.mark.parametrize(
    "under", ["2025-11-03 | 03:00", "سياسة 03-11-2025, 03:00 | --", "الإثنين 3 نوفمبر 2025 03:00"]
)
def test_bare_date_beside_the_title_dates_the_article(under: str) -> None:
    article = parsed(read_page(page(under=under)))
    assert article.published_at == datetime(2025, 11, 3, 3, 0, tzinfo=BAGHDAD)
    assert [block.kind for block in article.blocks] == [BlockKind.PARAGRAPH] * 2


def test_labelled_date_wins_over_a_bare_one() -> None:
    article = parsed(read_page(page(under="3 نوفمبر 2025", tail="تاريخ النشر: 1 نوفمبر 2025")))
    assert article.published_at == datetime(2025, 11, 1, tzinfo=BAGHDAD)


def test_label_alone_on_its_line_names_the_date_below() -> None:
    article = parsed(
        read_page(page(tail="تاريخ النشر:\n1 نوفمبر 2025 10:00\nآخر تحديث:\n2 نوفمبر 2025 11:00"))
    )
    assert article.published_at == datetime(2025, 11, 1, 10, tzinfo=BAGHDAD)
    assert article.updated_at == datetime(2025, 11, 2, 11, tzinfo=BAGHDAD)


def test_both_dates_may_share_a_line() -> None:
    article = parsed(read_page(page(under="نشر في: 1 نوفمبر 2025 10:00 | آخر تحديث: 2 نوفمبر 2025 11:00")))
    assert (article.published_at.day, article.updated_at and article.updated_at.day) == (1, 2)


def test_bare_date_between_paragraphs_is_text() -> None:
    """A history article is divided by dates; none of them is its own."""
    text = page(tail="14 تموز 1958\n\nفي ذلك اليوم خرجت الحافلة الأولى من المرآب.\n\nنشر في: 1 نوفمبر 2025")
    article = parsed(read_page(text))
    assert "14 تموز 1958" in [block.text for block in article.blocks]
    assert article.published_at.year == 2025


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "sources.date_missing"),
        ({"tail": "آخر تحديث: 2 نوفمبر 2025"}, "sources.date_only_updated"),
        ({"tail": "نشر في: 1 نوفمبر 2025\n\nنشر في: 2 نوفمبر 2025"}, "sources.date_ambiguous"),
        ({"under": "1 نوفمبر 2025", "tail": "2 نوفمبر 2025"}, "sources.date_ambiguous"),
        ({"tail": "نشر في: الأحد 1 نوفمبر 2025"}, "dates.weekday_mismatch"),
        ({"tail": "نشر في: 31 نوفمبر 2025"}, "dates.impossible"),
        ({"tail": "نشر في: 3 مايس"}, "dates.no_year"),
        ({"tail": "نشر في: 22 نوفمبر 2025 16:00"}, "sources.date_future"),
        ({"tail": "نشر في: 22 نوفمبر 1989 16:00"}, "sources.date_too_old"),
        ({"tail": "نشر في: 2 نوفمبر 2025\nآخر تحديث: 1 نوفمبر 2025"}, "sources.date_order"),
    ],
)
def test_uncertain_date_holds_the_page_back(changes: dict[str, str], reason: str) -> None:
    assert held(read_page(page(**changes))) == reason


def test_clock_ten_minutes_ahead_is_tolerated() -> None:
    parsed(read_page(page(tail="نشر في: 22 نوفمبر 2025 15:10")))
    assert held(read_page(page(tail="نشر في: 22 نوفمبر 2025 15:11"))) == "sources.date_future"


def test_stated_date_mends_a_page_whose_own_is_in_doubt() -> None:
    article = parsed(
        read_page(page(tail="نشر في: 3 مايس"), 'date = 2025-11-01T10:00:00+03:00\ntitle = "عنوان أفضل"')
    )
    assert article.published_at == datetime(2025, 11, 1, 10, tzinfo=BAGHDAD)
    assert article.title == "عنوان أفضل"


def test_everything_below_related_stories_is_cut() -> None:
    """Some sites append a whole second story, with its own date and source."""
    second = (
        "اندلع حريق في مستودع قديم قرب الميناء ليلة أمس، ولم تسجل إصابات بحسب الدفاع المدني الذي أخمده فجراً."
    )
    tail = f"نشر في: 1 نوفمبر 2025\n\nإقرأ أيضاً:\n\n{second}\n\nنشر في: 2 نوفمبر 2025\n\n© 2025 الجبال"
    article = parsed(read_page(page(tail=tail)))
    assert article.published_at.day == 1
    assert second in article.removed
    assert len(article.blocks) == 2
    assert article.rights == "© 2025 الجبال"


def test_related_link_inside_the_article_costs_only_its_line() -> None:
    text = page(
        tail="اقرأ أيضاً: القطار يعود\n\nوختم المدير بأن الخط سيمتد إلى الضاحية.\n\nنشر في: 1 نوفمبر 2025"
    )
    article = parsed(read_page(text))
    assert article.removed == ("اقرأ أيضاً: القطار يعود",)
    assert len(article.blocks) == 3


def test_share_buttons_above_the_text_do_not_cut_it() -> None:
    article = parsed(read_page(page(under="شارك الخبر\n217 شوهد\n+A -A\nنشر في: 1 نوفمبر 2025")))
    assert len(article.blocks) == 2
    assert article.removed == ("شارك الخبر", "217 شوهد", "+A -A")


def test_source_line_is_metadata_and_byline_is_read() -> None:
    article = parsed(
        read_page(page(under="كتب: سالم الأمين\nنشر في: 1 نوفمبر 2025", tail="المصدر: رويترز + وكالات"))
    )
    assert article.byline == "سالم الأمين"
    assert article.attributed_to == ("رويترز", "وكالات")
    assert article.removed == ()


def test_byline_may_stand_at_the_foot() -> None:
    article = parsed(read_page(page(tail="بقلم - هناء قاسم\nنشر في: 1 نوفمبر 2025")))
    assert article.byline == "هناء قاسم"


def test_byline_below_a_long_article_is_read_too() -> None:
    tail = (
        "وقالت الإدارة إنها ستضيف خطاً ثالثاً.\n\nوختم المدير بالشكر.\n\nبقلم: هناء قاسم\nنشر في: 1 نوفمبر 2025"
    )
    article = parsed(read_page(page(tail=tail)))
    assert article.byline == "هناء قاسم"
    assert len(article.blocks) == 4


def test_unexplained_signature_is_cut_where_an_editor_sees_it() -> None:
    article = parsed(read_page(page(tail="\nسالم الأمين\n\nنشر في: 1 نوفمبر 2025")))
    assert (article.byline, article.publisher, article.removed) == (None, None, ("سالم الأمين",))


def test_credited_line_under_the_title_is_the_caption() -> None:
    article = parsed(read_page(page(under="حافلة في المحطة / Reuters\n\nنشر في: 1 نوفمبر 2025\n")))
    assert article.image is not None
    assert (article.image.caption, article.image.credit) == ("حافلة في المحطة", "Reuters")


@pytest.mark.parametrize("under", ["© AFP", "حافلة في المحطة © AFP"])
def test_copyright_sign_above_the_text_is_the_pictures(under: str) -> None:
    article = parsed(read_page(page(under=f"{under}\n\nنشر في: 1 نوفمبر 2025\n", tail="© 2025 الجبال")))
    assert article.image is not None
    assert article.image.credit == "AFP"
    assert (article.publisher, article.rights) == ("الجبال", "© 2025 الجبال")


def test_title_alone_a_second_time_is_dropped() -> None:
    title = "عودة الحافلات الليلية إلى الخدمة بعد توقف دام شهرين"
    article = parsed(read_page(page(under=f"{title}\nنشر في: 1 نوفمبر 2025")))
    assert article.title == title
    assert len(article.blocks) == 2


def test_stated_picture_keeps_the_pages_caption() -> None:
    article = parsed(read_page(SEED, '[image]\nsrc = "https://cdn.example/a.jpg"\nwidth = 800\nheight = 600'))
    assert article.image is not None
    assert article.image.src == "https://cdn.example/a.jpg"
    assert (article.image.credit, article.image.width) == ("AP", 800)


def test_one_paragraph_is_an_article_even_if_it_looks_like_a_signature() -> None:
    article = parsed(read_page("وفاة الشاعر\n\nتفاصيل لاحقاً\n\nنشر في: 1 نوفمبر 2025"))
    assert [block.text for block in article.blocks] == ["تفاصيل لاحقاً"]


def test_first_line_that_is_a_paragraph_is_no_title() -> None:
    text = "جملة طويلة جداً " * 30 + ".\n\nنشر في: 1 نوفمبر 2025"
    assert held(read_page(text)) == "sources.title_missing"
    article = parsed(read_page(text, 'title = "عنوان"'))
    assert article.title == "عنوان"
    assert len(article.blocks) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "sources.empty"),
        (" \u00a0\n\n", "sources.empty"),
        ("\u200f\n\u200e", "sources.title_missing"),
        ("نشر في: 1 نوفمبر 2025", "sources.title_missing"),
        ("<b></b>\n\nنص الخبر هنا.\n\nنشر في: 1 نوفمبر 2025", "sources.title_missing"),
        ("عنوان\n\nنشر في: 1 نوفمبر 2025", "sources.body_missing"),
        ("x\n" * 2_001, "sources.too_many_lines"),
        (
            "عنوان وحيد\n\nThe text itself is in English, all of it.\n\nنشر في: 1 نوفمبر 2025",
            "sources.language_missing",
        ),
    ],
)
def test_page_that_is_no_article_is_held_back(text: str, reason: str) -> None:
    assert held(read_page(text)) == reason


def test_kurdish_page_on_an_arabic_site_needs_its_language() -> None:
    text = "ئاستی ئاوی ڕووبارەکە بەرز بووەوە\n\nبەپێی وێستگەکە گەیشتە دوو مەتر.\n\nنشر في: 1 نوفمبر 2025"
    assert held(read_page(text)) == "sources.language_missing"
    article = parsed(read_page(text, 'language = "ckb"'))
    assert (article.language, article.direction.value) == ("ckb", "rtl")


def test_direction_follows_the_script_not_the_tag() -> None:
    text = "ئاستێ ئاڤێ بلند بوو\n\nل دویڤ زانیاریێن وێستگەهێ، ئاستێ ئاڤێ گەهشتە دوو مەتران.\n\nنشر في: 1 نوفمبر 2025"
    assert parsed(read_page(text, 'language = "kmr"')).direction.value == "rtl"


@given(st.binary(max_size=400))
def test_arbitrary_octets_never_raise(data: bytes) -> None:
    read_page(data)
    read_page(SEED[:700] + data, data)


@given(st.text(max_size=300), st.text(max_size=300))
def test_arbitrary_text_never_raises_nor_leaves_controls(title: str, body: str) -> None:
    result = read_page(f"{title}\n\n{body}\n\nنشر في: 1 نوفمبر 2025".encode("utf-8", "surrogatepass"))
    if isinstance(result, Parsed):
        shown = (result.title, *(block.text for block in result.blocks))
        assert not any(ord(char) < 32 and char != "\n" for text in shown for char in text)


def test_huge_page_on_one_line_is_read_quickly() -> None:
    text = "عنوان\n\n" + 'كلمة "أخرى" وفق ' * 50_000
    assert held(read_page(text)) == "sources.date_missing"


@pytest.mark.parametrize(
    "line",
    ["نشر في: 1 نوفمبر 2025 10:00", "نشر " * 39, "1/1/2025 " * 17, "نوفمبر " * 20 + "1", "© دار النهر 2025"],
)
def test_worst_pages_are_read_quickly(line: str) -> None:
    begun = time.process_time()
    read_page("عنوان\n\n" + f"{line}\n" * 1_990)
    assert time.process_time() - begun < 10
