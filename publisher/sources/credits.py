"""Who wrote and who owns: byline, source and rights lines of a saved page (facts: R10)."""

import re

from publisher.text.digits import to_ascii_digits
from publisher.text.fold import fold

_BYLINE = re.compile(
    r"^(?:كتب[ةت]?|كتبه|كتبها|بقلم|تقرير|إعداد|اعداد|تحرير|ترجمة|نووسینی|نوسینی|ئامادەکردنی|ڕاپۆرتی|yazan|nivîskar)"
    r"\s*[:：/\-–—]\s*(?P<name>.{2,80})$"
    r"|^(?:بقلم|نووسینی)\s+(?P<bare>.{2,60})$"
    r"|^[Bb]y\s+(?P<english>[A-Z][^.!?:]{1,60})$"
)
_SOURCE = re.compile(
    r"^(?:المصدر|المصادر|مصدر الخبر|سەرچاوە|sources?|kaynak)\s*[:：]\s*(?P<names>.{2,160})$", re.IGNORECASE
)
_MAX_NAME_WORDS = 6
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s*[-–—/]\s*(?:19|20)\d\d)?")
_RIGHTS_WORDS = re.compile(
    r"(?:كل|كافة|جميع)?\s*(?:ال)?حقوق(?:\s+(?:الطبع|التأليف|النشر|والنشر|الملكية))*\s*(?:محفوظة)?"
    r"|محفوظة|all rights reserved|copyright|\(c\)|©|هەموو ماف\S*\s*پارێزراو\S*|tüm hakları saklıdır",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:لـ|ل(?=\s)|لدى|for|by|to)\s*", re.IGNORECASE)


def parse_byline(text: str) -> str | None:
    """The name on a byline (`كتب: …`, `بقلم - …`, `By …`); None where the line is none."""
    match = _BYLINE.match(text)
    if match is None:
        return None
    name = next(part for part in match.groups() if part is not None).strip(" .-–—:|")
    is_name = 1 <= len(name.split()) <= _MAX_NAME_WORDS and not any(char.isdecimal() for char in name)
    return name if is_name else None


def parse_source_line(text: str) -> tuple[str, ...]:
    """The names on a labelled source line (`المصدر: رويترز + وكالات`), in order; empty where the line is none."""
    match = _SOURCE.match(text)
    if match is None:
        return ()
    names = (name.strip(' ."«»“”') for name in re.split(r"\s[+/&|-]\s|[،,;+|]", match["names"]))
    kept = tuple(name for name in names if name)
    return kept if all(len(name.split()) <= _MAX_NAME_WORDS for name in kept) else ()


def parse_rights_holder(text: str) -> str | None:
    """Who holds the rights, by the line that claims them: `© 2025 الجبال. كل الحقوق محفوظة.` names `الجبال`."""
    bare = _RIGHTS_WORDS.sub(" ", _YEARS.sub(" ", to_ascii_digits(text)))
    parts = (_LEADING.sub("", part.strip(' -–—:|"')).strip() for part in re.split(r"[.،,|]|\s{2,}", bare))
    holder = next((part for part in parts if part), None)
    return holder if holder and len(holder.split()) <= _MAX_NAME_WORDS else None


def name_key(name: str) -> str:
    """The form under which two spellings of a name are one: hamza, vowel signs, case and edge signs aside."""
    return fold(name, "ar").strip(" .-|:،")
