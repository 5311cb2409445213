"""Whom an article attributes its news to: quoted names introduced by words of attribution.

`ونقلت "وول ستريت جورنال"` names a source; `جماعة "نصرة الإسلام والمسلمين"` does not, and neither does what somebody
is quoted as saying.
"""

import re
from collections.abc import Iterable

from publisher.text.fold import fold

_MARKS = "[\u064b-\u0652]*"
_SURE = (
    "وفقا", "وفق", "بحسب", "حسب", "حسبما", "نقلا عن", "نقلت", "ذكرت", "أفادت", "أوردت", "كشفت", "ترجيح", "رجحت",
    "استنادا إلى", "according to", "as reported by", "citing", "بەپێی", "بە گوێرەی", "بەگوێرەی", "لە زاری",
)  # fmt: skip
"""Words that only ever introduce a source."""
_IF_KIND_NAMED = (
    "نقل", "ذكر", "أفاد", "أورد", "كشف", "نشرت", "نشر", "قالت", "قال", "كتبت", "صرحت", "في",
    "told", "said", "reported in", "reported by",
)  # fmt: skip
"""Words that introduce a source only if they name its kind: `قالت صحيفة "…"`, but not `قالت "…"`."""
_KINDS = (
    "صحيفة", "جريدة", "وكالة", "قناة", "موقع", "شبكة", "مجلة", "إذاعة", "تلفزيون", "منصة", "تقرير",
    "newspaper", "news agency", "agency", "magazine", "website",
    "ڕۆژنامەی", "ئاژانسی", "کەناڵی", "ماڵپەڕی", "گۆڤاری", "تۆڕی", "ڕادیۆی",
)  # fmt: skip
_NAMES = '"(?P<straight>[^"\n]{2,60})"|«(?P<angled>[^«»\n]{2,60})»|“(?P<curly>[^“”\n]{2,60})”'
_MAX_NAME_WORDS = 6
_SAYING = re.compile(
    r"[.؟?!:؛…]|^(?:أن|إن|ان|أنه|إنه|أنها|إنها|كان|لم|لن|قد|هذا|هذه|we|it|this|that|the fact)\s",
    re.IGNORECASE,
)


def _spelled(words: Iterable[str]) -> str:
    """Alternatives that match with or without vowel signs at a word's end and before its final alif."""
    spelled = (re.escape(word).replace("\\ ", r"\s+") for word in words)
    return "|".join(re.sub("ا(?=$|\\\\s)", f"{_MARKS}ا{_MARKS}", word) + _MARKS for word in spelled)


_KIND = rf"(?:(?:ل|لل|ال|the\s+)?(?:{_spelled(_KINDS)})\s+)"
_TO = r"(?:لـ?\s*|the\s+|عن\s+|في\s+)?"
_ATTRIBUTION = re.compile(
    rf"(?<!\w)[وف]?(?:(?:{_spelled(_SURE)})\s+{_KIND}{{0,2}}|(?:{_spelled(_IF_KIND_NAMED)})\s+{_KIND}{{1,2}}){_TO}(?:{_NAMES})",
    re.IGNORECASE,
)


def find_attributions(texts: Iterable[str]) -> tuple[str, ...]:
    """The names, each once, in the order of their first mention."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _ATTRIBUTION.finditer(text):
            name = next(part for part in match.groups() if part is not None).strip()
            if name and len(name.split()) <= _MAX_NAME_WORDS and not _SAYING.search(name):
                found.setdefault(fold(name, "ar"), name)
    return tuple(found.values())
