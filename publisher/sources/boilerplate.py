"""What a page prints around every article, as data: share, reaction, subscribe, related, comments, rights, counters.

A new phrase is one more line in `_PHRASES`. Phrases are compared folded (hamza, marks and tatweel do not matter) and
must be the whole line or, where a family allows it, its beginning; a sentence of an article that contains one is safe.
A labelled `المصدر:` is metadata, not noise, and is not here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from publisher.text.fold import fold


class Noise(StrEnum):
    """The family a line of boilerplate belongs to."""

    SHARE = "share"
    """Invites to share the article."""
    REACTION = "reaction"
    """Asks what the reader thinks, or counts it."""
    SUBSCRIBE = "subscribe"
    """Invites to a newsletter, a channel or an account."""
    RELATED = "related"
    """Heads a list of other stories: everything after it is not this article (facts: R8)."""
    RELATED_LINK = "related-link"
    """Names one other story on the same line; the article goes on after it."""
    COMMENTS = "comments"
    """Opens the readers' comments."""
    RIGHTS = "rights"
    """Claims the rights; the line itself is kept as metadata."""
    COOKIES = "cookies"
    """Asks about cookies."""
    ADVERT = "advert"
    """Marks the place of an advertisement."""
    NAVIGATION = "navigation"
    """A button of the page."""
    COUNTER = "counter"
    """Counts readers or minutes, or changes the type size (facts: R13)."""
    KEYWORDS = "keywords"
    """A list of tags, for which an article has no place."""


TERMINATORS = frozenset(
    {Noise.SHARE, Noise.REACTION, Noise.SUBSCRIBE, Noise.RELATED, Noise.COMMENTS, Noise.RIGHTS}
)
"""The families after which, near the end of a page, nothing of the article follows (facts: R7)."""

MAX_WORDS = 14
"""A line of more words is text, whatever it contains."""

_WHOLE: dict[Noise, tuple[str, ...]] = {
    Noise.SHARE: (
        *("شارك هذا المنشور", "شارك هذا الخبر", "شارك الخبر", "شارك المقال", "شارك المقالة", "شارك هذا المقال"),
        *("شارك الموضوع", "شاركها", "شارك", "مشاركة", "شارك على", "انشر", "أرسل الخبر", "شارك هذه المقالة"),
        *("طباعة", "نسخ الرابط", "فيسبوك", "تويتر", "واتساب", "تيليغرام", "تلغرام", "لينكد إن", "بريد إلكتروني"),
        *("share", "share this", "share this post", "share this article", "share this story", "print", "copy link"),
        *("facebook", "twitter", "whatsapp", "telegram", "linkedin", "email", "tweet"),
        *("هاوبەشی بکە", "بڵاوی بکەوە", "بڵاوکردنەوە", "ئەم بابەتە بڵاو بکەوە", "پارڤە بکە"),
    ),
    Noise.REACTION: (
        *("أعجبني لم يعجبني", "أعجبني", "لم يعجبني", "ما رأيك في هذا المنشور", "ما رأيك في هذا الخبر"),
        *("ما رأيك بهذا الخبر", "ما رأيك في هذا المقال", "هل أعجبك الخبر", "هل أعجبك هذا المقال", "قيّم هذا المقال"),
        *("هل كانت هذه المقالة مفيدة", "ما هو انطباعك", "تفاعل مع الخبر"),
        *("like", "dislike", "like dislike", "what do you think", "was this article helpful"),
        *("بەدڵم بوو", "بەدڵم نەبوو", "ڕات چییە"),
    ),
    Noise.SUBSCRIBE: (
        *("اشترك في النشرة البريدية", "اشترك في نشرتنا البريدية", "اشترك في النشرة الإخبارية", "النشرة البريدية"),
        *("اشترك الآن", "اشترك", "إشتراك", "القائمة البريدية", "تابعنا", "تابعونا", "تابعنا على", "حمّل التطبيق"),
        *("subscribe", "subscribe now", "subscribe to our newsletter", "sign up for our newsletter", "newsletter"),
        *("follow us", "sign up"),
        *("بەشداری بکە", "بەشداری هەواڵنامە بکە", "لە هەواڵنامەکەمان بەشدار بە", "شوێنمان بکەوە"),
    ),
    Noise.RELATED: (
        *("اقرأ أيضاً", "إقرأ أيضاً", "أخبار متعلقة", "أخبار ذات صلة", "مقالات ذات صلة", "مواضيع ذات صلة"),
        *("موضوعات متعلقة", "مواضيع متعلقة", "الأكثر قراءة", "الأكثر مشاهدة", "أهم الأخبار", "قد يعجبك أيضاً"),
        *("آخر الأخبار", "المزيد من الأخبار", "أخبار أخرى", "من الموقع", "اخترنا لك", "شاهد أيضاً", "ذات صلة"),
        *("related", "related stories", "related articles", "related news", "read also", "read more", "most read"),
        *("more stories", "you may also like", "latest news"),
        *("بابەتی پەیوەندیدار", "هەواڵی پەیوەندیدار", "زۆرترین خوێندراو", "دواین هەواڵەکان", "هەروەها بخوێنەوە"),
    ),
    Noise.COMMENTS: (
        *("اترك تعليقاً", "أضف تعليق", "أضف تعليقاً", "أضف تعليقك", "التعليقات", "تعليقات", "لا توجد تعليقات", "علّق"),
        *("comments", "leave a comment", "add a comment", "leave a reply", "no comments"),
        *("لێدوان", "لێدوانەکان", "لێدوانێک بنووسە", "کۆمێنت"),
    ),
    Noise.COOKIES: (
        *("قبول ملفات تعريف الارتباط", "أوافق على ملفات تعريف الارتباط", "سياسة ملفات تعريف الارتباط", "موافق"),
        *("accept cookies", "accept all cookies", "cookie policy", "cookie settings"),
    ),
    Noise.ADVERT: (
        *("مساحة إعلانية", "إعلان", "إعلانات", "advertisement", "sponsored", "ریکلام", "ڕیکلام"),
    ),
    Noise.NAVIGATION: (
        *("زر الذهاب إلى الأعلى", "العودة إلى الأعلى", "إلى الأعلى", "الرئيسية", "القائمة", "بحث", "الصفحة الرئيسية"),
        *("back to top", "home", "menu", "search", "skip to content"),
        *("بۆ سەرەوە", "سەرەتا", "گەڕان"),
    ),
}  # fmt: skip

_BEGINNINGS: dict[Noise, tuple[str, ...]] = {
    Noise.SHARE: ("شارك هذا المنشور", "شارك هذا الخبر", "شارك الخبر", "share on", "share via"),
    Noise.SUBSCRIBE: (
        *("اشترك في النشرة", "اشترك في نشرتنا", "اشترك في قناتنا", "انضم إلى قناتنا", "انضموا إلى قناتنا"),
        *("تابعنا على", "تابعونا على", "حمّل تطبيق"),
        *("subscribe to", "sign up for", "sign up to", "follow us on", "join our", "download our app"),
        *("بەشداری هەواڵنامە", "شوێنمان بکەوە لە"),
    ),
    Noise.COMMENTS: ("لن يتم نشر عنوان بريدك", "your email address will not be published"),
    Noise.COOKIES: (
        *("نستخدم ملفات تعريف الارتباط", "يستخدم هذا الموقع ملفات", "we use cookies", "this site uses cookies"),
    ),
    Noise.RELATED_LINK: (
        *("اقرأ أيضاً:", "إقرأ أيضاً:", "اقرأ المزيد:", "شاهد أيضاً:", "اقرأ أيضا |", "طالع أيضاً:"),
        *("read also:", "read more:", "see also:", "also read:", "هەروەها بخوێنەوە:"),
    ),
    Noise.KEYWORDS: ("كلمات دلالية:", "كلمات مفتاحية:", "الكلمات المفتاحية:", "الوسوم:", "وسوم:", "tags:", "keywords:"),
}  # fmt: skip

_RIGHTS = (
    *("كل الحقوق محفوظة", "جميع الحقوق محفوظة", "الحقوق محفوظة", "حقوق التأليف والنشر", "حقوق النشر محفوظة"),
    *("حقوق الطبع والنشر", "حقوق الطبع محفوظة", "all rights reserved", "copyright ©", "مافی پارێزراوە"),
    *("هەموو مافەکان پارێزراون", "هەموو مافێک پارێزراوە", "تمامی حقوق محفوظ است", "tüm hakları saklıdır"),
)
# Matched against a folded line.
_COUNTERS = re.compile(
    r"""
      (?:عدد\s)?(?:المشاهدات|مشاهدات|القراءات|قراءات|الزيارات|زيارات|مشاهده)\s*[:(]?\s*[\d,.]+\s*\)?
    | [\d,.]+\s*(?:شوهد|مشاهده|مشاهدات|قراءه|قراءات|زياره|تعليق|تعليقات|اعجاب)
    | [\d,.]+\s*(?:views?|comments?|likes?|shares?)
    | (?:منذ|قبل)\s(?:\d+\s)?(?:ثوان\w*|دقيق\w+|دقائق|ساع\w+|يوم\w*|ايام|اسبوع\w*|اسابيع|شهر\w*|اشهر)
    | پێش\s(?:\S+\s)?(?:خولهك|كاتژمێر)\w*
    | (?:مده|وقت|زمن)\sالقراءه\s*[:(]?\s*[\d,.]*\s*\w*\)?
    | \d+\s(?:دقيقه|دقائق)\s(?:قراءه|للقراءه)
    | \d+\s?min(?:ute)?s?\sread
    | \d+\sجار\s.{1,30}
    | (?=[^+\-]*[+\-])[+\-\sa|]{2,12} | [+\-]\s*(?:الخط|a)\s*[+\-] | (?:حجم\s)?الخط\s*[+\-aا\s]*
    """,
    re.VERBOSE,
)


_NETWORKS = r"(?:واتساب|فيسبوك|تويتر|منصه اكس|تلغرام|تليغرام|تيليغرام|يوتيوب|انستغرام|تيك توك|فايبر|whatsapp|telegram)"
_INVITATIONS: tuple[tuple[re.Pattern[str], Noise], ...] = (
    (re.compile(rf"شارك\w*\s(?:علي|عبر)\s{_NETWORKS}"), Noise.SHARE),
    (re.compile(rf"(?:انضم|تابع|اشترك)\w*\s.{{0,60}}(?:علي|عبر|في)\s{_NETWORKS}"), Noise.SUBSCRIBE),
    (re.compile(r"(?:اهم|اخر)\sالاخبار\s.{0,40}بريدك"), Noise.SUBSCRIBE),
)
"""Invitations with a name in the middle, over a folded line."""


@dataclass(frozen=True, slots=True)
class _Table:
    whole: dict[str, Noise]
    beginnings: tuple[tuple[str, Noise], ...]
    rights: tuple[str, ...]


def classify_line(text: str) -> Noise | None:
    """The family of boilerplate the whole line belongs to; None for a line of an article."""
    if len(text) > 200:
        return None
    is_short = len(text.split()) <= MAX_WORDS
    folded = _fold(text)
    table = _table()
    if is_short and ("©" in text or any(phrase in folded for phrase in table.rights)):
        return Noise.RIGHTS
    whole = table.whole.get(folded.strip(" .:!?؟…|-–+،"))
    if whole is not None:
        return whole
    for beginning, noise in table.beginnings:
        if folded.startswith(beginning) and (is_short or noise is Noise.RELATED_LINK):
            return noise
    invitation = next((noise for pattern, noise in _INVITATIONS if pattern.match(folded)), None)
    if is_short and invitation is not None:
        return invitation
    return Noise.COUNTER if _COUNTERS.fullmatch(folded) else None


def _fold(text: str) -> str:
    return fold(text, "ar")


@lru_cache(maxsize=1)
def _table() -> _Table:
    """The phrases, folded once."""
    return _Table(
        whole={_fold(phrase): noise for noise, phrases in _WHOLE.items() for phrase in phrases},
        beginnings=tuple(
            (_fold(phrase), noise) for noise, phrases in _BEGINNINGS.items() for phrase in phrases
        ),
        rights=tuple(_fold(phrase) for phrase in _RIGHTS),
    )
