"""What pages print around articles is known; what articles say is not touched."""

import pytest

from publisher.sources.boilerplate import TERMINATORS, Noise, classify_line
from publisher.sources.lines import split_lines
from tests.sources.build import SEEDS


@pytest.mark.parametrize(
    ("line", "noise"),
    [
        ("شارك هذا المنشور", Noise.SHARE),
        ("شارك هذا الخبر", Noise.SHARE),
        ("شاركها.", Noise.SHARE),
        ("شارك عبر فيسبوك", Noise.SHARE),
        ("Share this article", Noise.SHARE),
        ("أعجبني لم يعجبني", Noise.REACTION),
        ("ما رأيك في هذا المنشور؟", Noise.REACTION),
        ("اشترك في النشرة البريدية", Noise.SUBSCRIBE),
        ("إشترك في النشرة البريديّة", Noise.SUBSCRIBE),
        ("أهم الأخبار مباشرة في بريدك الالكتروني", Noise.SUBSCRIBE),
        ("انضم الى قناة العربي على واتساب", Noise.SUBSCRIBE),
        ("تابعوا RT على تلغرام", Noise.SUBSCRIBE),
        ("اقرأ أيضاً", Noise.RELATED),
        ("إقرأ أيضاً:", Noise.RELATED),
        ("أخبار متعلقة", Noise.RELATED),
        ("الأكثر قراءة", Noise.RELATED),
        ("أهم الاخبار", Noise.RELATED),
        ("مقالات ذات صلة", Noise.RELATED),
        (
            "اقرأ أيضا: عودة القطار الليلي بين المدينتين بعد غياب عشرين عاماً وسط فرح الأهالي والمسافرين",
            Noise.RELATED_LINK,
        ),
        ("اترك تعليقاً", Noise.COMMENTS),
        ("اضف تعليق", Noise.COMMENTS),
        ("© 2025 الجبال. كل الحقوق محفوظة.", Noise.RIGHTS),
        ("جميع الحقوق محفوظة", Noise.RIGHTS),
        ("حقوق التأليف والنشر © 2025", Noise.RIGHTS),
        ("All rights reserved.", Noise.RIGHTS),
        ("مساحة إعلانية", Noise.ADVERT),
        ("زر الذهاب إلى الأعلى", Noise.NAVIGATION),
        ("يستخدم هذا الموقع ملفات تعريف الارتباط", Noise.COOKIES),
        ("217 شوهد", Noise.COUNTER),
        ("٢١٧ مشاهدة", Noise.COUNTER),
        ("عدد المشاهدات(839)", Noise.COUNTER),
        ("+A -A", Noise.COUNTER),
        ("+ الخط -", Noise.COUNTER),
        ("18496 جار خوێندراوەتەوە", Noise.COUNTER),
        ("منذ 50 دقيقة", Noise.COUNTER),
        ("منذ ساعتين", Noise.COUNTER),
        ("پێش دوو کاتژمێر", Noise.COUNTER),
        ("4 min read", Noise.COUNTER),
        ("كلمات دلالية: مالي، باماكو", Noise.KEYWORDS),
    ],
)
def test_family_of_a_line(line: str, noise: Noise) -> None:
    assert classify_line(line) is noise


@pytest.mark.parametrize(
    "line",
    [
        "المصدر: رويترز",
        "شارك على هامش المؤتمر وزراء من ست دول",
        "انضم إلى صفوف المنتخب لاعبان جديدان",
        "تابعوا المباراة حتى نهايتها.",
        "منذ عام 2003",
        "أعجبني المعرض كثيراً",
        "كل الحقوق محفوظة للعاملين بموجب القانون الجديد الذي أقرّه البرلمان أمس بعد نقاش دام ثلاث ساعات كاملة.",
        "اشترك اللاعب في التدريبات الصباحية",
        "Share prices fell on Monday",
        "Follow the river",
    ],
)
def test_text_of_an_article_is_none(line: str) -> None:
    assert classify_line(line) is None


def test_only_four_lines_of_the_seed_are_noise_and_one_claims_rights() -> None:
    lines = split_lines((SEEDS / "seed_article.txt").read_text("utf-8"))
    found = [noise for line in lines if (noise := classify_line(line.text))]
    assert found == [Noise.SHARE, Noise.REACTION, Noise.REACTION, Noise.SUBSCRIBE, Noise.RIGHTS]
    assert set(found) <= TERMINATORS


def test_no_line_of_a_sample_is_noise() -> None:
    for path in SEEDS.glob("*.*.md"):
        body = path.read_text("utf-8").split("---\n", 2)[-1]
        assert [line.text for line in split_lines(body) if classify_line(line.text)] == []
