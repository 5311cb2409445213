"""Sample articles and drafts. All of it is invented but the lead, which is the founding article's first paragraph."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import jinja2

from publisher.digest.page import DigestLinks
from publisher.digest.render import render_digest
from publisher.model.article import Article, ArticleState, Block, BlockKind, Parsed
from publisher.model.correction import Correction
from publisher.model.direction import Direction
from publisher.model.issue import Draft, Rendition
from publisher.model.media import Image
from publisher.model.schedule import Recurrence
from publisher.model.site import Newsletter, Selection, Site
from publisher.text.words import Words, load_words
from publisher.wiring import build_templates

DUE = datetime(2025, 11, 1, 15, 0, tzinfo=UTC)
LANGUAGES = ("ar", "en", "ckb")
SITE = Site(
    title="الجبال",
    home="https://aljeebal.com/",
    base_url="https://news.example.org",
    language="ar",
    timezone=ZoneInfo("Asia/Baghdad"),
    postal_address="شارع المتنبي 12، بغداد، العراق",
    rights="© 2025 الجبال. كل الحقوق محفوظة.",
)
TITLES = {"ar": "نشرة المساء", "en": "The Evening Bulletin", "ckb": "هەواڵنامەی ئێوارە"}


def a_newsletter(language: str = "ar") -> Newsletter:
    return Newsletter(
        slug="evening",
        title=TITLES[language],
        recurrence=Recurrence(times=(time(18),)),
        selection=Selection(),
        language=language,
    )


def an_article(
    title: str = "عنوان",
    body: str = "نص الخبر في جملة واحدة.",
    *,
    language: str = "ar",
    number: int = 1,
    url: str | None = "https://news.example.org/1",
    section: str | None = None,
    publisher: str | None = "الجبال",
    credit: str | None = None,
    rights: str | None = None,
    words: int = 400,
    sample: bool = True,
    minutes_before: int = 60,
    corrected: str | None = None,
) -> Article:
    """An article of one paragraph, published so many minutes before the issue is due; `corrected` just before it is."""
    parsed = Parsed(
        source="samples",
        key=f"{number}.txt",
        title=title,
        language=language,
        direction=Direction.LTR if language in {"en", "tr"} else Direction.RTL,
        blocks=(Block(kind=BlockKind.PARAGRAPH, text=body),),
        published_at=DUE - timedelta(minutes=minutes_before),
        published_raw="",
        zone_from="sample",
        url=url,
        section=section,
        publisher=publisher,
        image=Image(credit=credit) if credit else None,
        rights=rights,
        words=words,
        sample=sample,
    )
    return Article(
        id=f"tag:news.example.org,2025-11-01:/{number}",
        number=number,
        revision=1,
        state=ArticleState.LIVE,
        accepted_at=DUE,
        revised_at=DUE,
        parsed=parsed,
        corrections=() if corrected is None else (Correction(number=1, at=DUE, note=corrected),),
    )


_RIGHTS = SITE.rights
LEAD = an_article(
    "القاعدة تحاصر باماكو وتهدد بالسيطرة على مالي.. دول غربية تبدأ عمليات إجلاء",
    'تتصاعد المخاوف الدولية من انهيار وشيك في دولة مالي، مع اقتراب مسلحي تنظيم "القاعدة" من العاصمة باماكو،'
    " وفرضهم لحصار خانق أدى إلى نقص حاد في الوقود والمواد الأساسية، ما دفع بعدة دول غربية إلى الإسراع في إجلاء"
    ' رعاياها، وفقاً لصحيفة "وول ستريت جورنال".',
    url="https://aljeebal.com/posts/10750",
    credit="AP",
    rights=_RIGHTS,
    sample=False,
    minutes_before=0,
)
WATER = an_article(
    "بلدية الموصل تفتتح محطة لتنقية المياه تخدم 120 ألف نسمة",
    "افتتحت البلدية اليوم محطة جديدة على الضفة اليسرى بكلفة 3.2 مليار دينار. وقال المهندس المشرف إن المحطة تعمل"
    " بنظام ESP32 للمراقبة عن بعد، وإن رقم الشكاوى هو +964 770 123 4567.",
    number=2,
    url="https://news.example.org/posts/2?lang=ar&ref=digest",
    section="العراق",
    rights=_RIGHTS,
    credit="كرم الجبوري",
    minutes_before=55,
    corrected="كلفة المحطة 3.2 مليار دينار، لا 2.3 مليار كما ورد أولاً نقلاً عن Water Board.",
)
SCHOOLS = an_article(
    "مدارس كركوك تبدأ الدوام الشتوي الأحد",
    "تبدأ المدارس دوامها الشتوي في الثامنة والنصف صباحاً.",
    number=3,
    section="العراق",
    words=90,
    minutes_before=130,
)
OPENAI = an_article(
    "OpenAI تفتح مكتباً في أربيل وتوظف 40 مهندساً",
    "قالت الشركة في بيان إن المكتب سيخدم مطوري C++ وPython في المنطقة. ولم يصدر تعليق من الوزارة حتى 15:30.",
    number=4,
    section="تقنية",
    publisher="Reuters",
    rights=_RIGHTS,
    minutes_before=75,
)
BAZAAR = an_article(
    "Erbil's old bazaar reopens after a year of repairs",
    "Shopkeepers returned to the Qaysari bazaar on Saturday, a year after the fire that closed a third of it."
    " The city says the new roof can be opened within ten minutes.",
    language="en",
    number=5,
    url="https://news.example.org/en/5",
    section="Culture",
    publisher="Al-Jibal",
    credit="S. Ahmed",
    minutes_before=90,
    corrected="The fire was a year ago, not two; the bazaar (القيصرية) has 1,500 shops.",
)
ALBUM = an_article(
    "A singer from Basra (الخشابة) records her first album in Berlin",
    "Twelve songs, three languages, and a string quartet.",
    language="en",
    number=6,
    url=None,
    section="Culture",
    publisher="Al-Jibal",
    words=150,
    minutes_before=200,
)
SNOW = an_article(
    "یەکەم بەفری ئەمساڵ لە چیای هەڵگورد باری",
    "دانیشتووانی ناوچەکە دەڵێن بەفرەکە زووتر لە ساڵانی پێشوو باریوە. ڕێگاکان کراوەن و هاتوچۆ ئاساییە.",
    language="ckb",
    number=7,
    url="https://news.example.org/ckb/7",
    section="ژینگە",
    publisher="الجبال",
    minutes_before=100,
    corrected="",
)
LIBRARY = an_article(
    "مكتبة عامة في الناصرية تعير الكتب بالدراجات",
    "متطوعون يوصلون الكتب إلى بيوت القراء كل خميس. «لا نسأل عن بطاقة»، تقول أمينة المكتبة.",
    number=8,
    publisher=None,
    minutes_before=240,
)
HEADLINES = (
    an_article(
        "Riverside path to open in spring", language="en", number=9, url="https://news.example.org/en/9"
    ),
    an_article(
        "وزارة النقل: خط BRT الأول يدخل الخدمة في 2027",
        number=10,
        url="https://news.example.org/10",
        corrected="الخط الأول لا الثاني.",
    ),
    an_article("کتێبخانەی گەڕۆک دەگاتە هەورامان", language="ckb", number=11, url=None, sample=False),
)
EIGHT = (LEAD, WATER, SCHOOLS, OPENAI, BAZAAR, ALBUM, SNOW, LIBRARY)
LINKS = DigestLinks(
    web="https://news.example.org/issues/evening/12/ar",
    subscribe="https://news.example.org/subscribe",
    archive="https://news.example.org/issues",
)


def a_draft(
    articles: tuple[Article, ...] = EIGHT, headlines: tuple[Article, ...] = HEADLINES, language: str = "ar"
) -> Draft:
    return Draft(
        newsletter=a_newsletter(language),
        slot="2025-11-01T18:00",
        number=12,
        due_at=DUE,
        articles=articles,
        headlines=headlines,
    )


def a_mixed_draft(language: str) -> Draft:
    """The eight articles, those of `language` first, so that the lead is one of them."""
    own = [article for article in EIGHT if article.parsed.language == language]
    others = [article for article in EIGHT if article.parsed.language != language]
    others.sort(key=lambda article: article.parsed.section is None)
    return a_draft((*own, *others), language=language)


@cache
def all_words() -> dict[str, Words]:
    return {language: load_words(language) for language in LANGUAGES}


@cache
def templates(language: str) -> jinja2.Environment:
    return build_templates(all_words()[language])


def render(draft: Draft, variant: str = "ar", site: Site = SITE) -> Rendition:
    """Render as the jobs do, with the shipped templates and catalogues."""
    words = all_words()
    return render_digest(
        draft,
        site=site,
        variant=variant,
        words=words[variant],
        env=templates(variant),
        web_url=LINKS.web,
        subscribe_url=LINKS.subscribe,
        archive_url=LINKS.archive,
        story_words=words,
    )


def many(count: int, text: str = "نص طويل من كلمات كثيرة متتابعة في خبر واحد. " * 5) -> tuple[Article, ...]:
    """Articles that differ in number only."""
    return tuple(
        an_article(f"عنوان الخبر رقم {n} من أخبار اليوم", text, number=n, url=f"https://news.example.org/{n}")
        for n in range(1, count + 1)
    )


def with_title(article: Article, title: str) -> Article:
    return replace(article, parsed=replace(article.parsed, title=title))
