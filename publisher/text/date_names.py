"""Names of months and weekdays in the languages a newsroom of the region meets, folded for matching.

From CLDR through Babel, with what CLDR lacks: مايس (Iraq's May), Sorani's European set, Kurmanji's second
names, spellings with and without the article. Two languages never claim one name for two months; a test holds that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from babel import Locale

from publisher.text.date_fold import fold_name

_LOCALES = ("ar", "ar_IQ", "ar_MA", "ar_DZ", "ar_TN", "ar_MR", "ckb", "en", "fr", "tr", "fa", "he", "ku")
_ABBREVIATED = frozenset({"en"})

_OWN_MONTHS = """
1: كانون ثاني, كانون ثان, ينايير, کانونی دووەم, یەنایەر, جەنیوەری, ژانویه, çile
2: فبرایر, فبراير, فێبریوەری, فێبرایەر, شوبات, فوریه, reşemî, sibat
3: اذار, ئادار, مارچ, مارت, ئازار, adar, avdar
4: ابریل, إبريل, ئەپریل, نيسان, avrêl
5: مايس, ايار, مەی, مایس, مه, gulan
6: يونيه, جوون, حوزیران, pûşper, hezîran
7: يوليه, جولای, تەموز, ژوئیه, tîrmeh, tîrmih, temûz
8: اغسطس, اوغسطس, ئۆگۆست, ئاگۆست, ئۆگست, آگوست, اب, tebax, gelawêj
9: سبتنبر, sept, سێپتەمبەر, سێپتێمبەر, ئەیلول, rezber, îlon
10: اوكتوبر, تشرين اول, تشرین یەکەم, ئۆکتۆبەر, kewçêr, cotmeh
11: تشرين ثاني, تشرين ثان, تشرین دووەم, نۆڤەمبەر, نۆڤێمبەر, sermawez, mijdar
12: كانون اول, کانوونی یەکەم, کانونی یەکەم, دیسەمبەر, دێسەمبەر, دیسێمبەر, berfanbar, befranbar
"""

_OTHER_CALENDARS = """
محرم, صفر, ربيع الأول, ربيع الآخر, ربيع الثاني, جمادى الأولى, جمادى الأول, جمادى الآخرة, جمادى الثانية, رجب, شعبان,
رمضان, شوال, ذو القعدة, ذي القعدة, ذو الحجة, ذي الحجة,
فروردین, اردیبهشت, خرداد, تیر, مرداد, شهریور, مهر, آبان, آذر, دی, بهمن, اسفند,
خاکەلێوە, گوڵان, جۆزەردان, پووشپەڕ, گەلاوێژ, خەرمانان, ڕەزبەر, گەڵاڕێزان, سەرماوەز, بەفرانبار, ڕێبەندان, ڕەشەمە
"""
"""Months of the Hijri, Jalali and Kurdish calendars: recognised, never converted."""


@dataclass(frozen=True, slots=True)
class WeekdayName:
    """`number` as `date.weekday()` counts; `locale` is the one whose word it is."""

    number: int
    locale: str


@lru_cache(maxsize=1)
def month_numbers() -> Mapping[str, int]:
    """Every folded month name to 1..12."""
    names: dict[str, int] = {}
    for code in _LOCALES:
        months = Locale.parse(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated") if code in _ABBREVIATED else ("wide",):
                names.update({fold_name(name): number for number, name in months[context][width].items()})
    for line in _OWN_MONTHS.strip().splitlines():
        number, _, listed = line.partition(":")
        names.update({fold_name(name): int(number) for name in listed.split(",")})
    return MappingProxyType(names)


@lru_cache(maxsize=1)
def other_calendar_months() -> frozenset[str]:
    """Folded month names of calendars that are not Gregorian."""
    return frozenset(fold_name(name) for name in _OTHER_CALENDARS.replace("\n", " ").split(","))


@lru_cache(maxsize=1)
def weekday_names() -> Mapping[str, WeekdayName]:
    """Every folded weekday name, in the spellings with and without a space (`سێ شەممە`)."""
    return MappingProxyType(dict(_weekdays()))


def weekday_name(number: int, locale: str) -> str:
    """The full name of weekday `number` in `locale`, as people write it."""
    return str(Locale.parse(locale).days["format"]["wide"][number])


def _weekdays() -> Iterator[tuple[str, WeekdayName]]:
    for code in (code for code in _LOCALES if "_" not in code):
        days = Locale.parse(code).days["format"]
        for width in ("wide", "abbreviated") if code in _ABBREVIATED else ("wide",):
            for number, name in days[width].items():
                folded = fold_name(name)
                for ending in ("شهممه", "شنبه"):
                    if folded.endswith(ending) and folded != ending:
                        yield folded.removesuffix(ending).strip() + " " + ending, WeekdayName(number, code)
                yield folded, WeekdayName(number, code)
    yield fold_name("الإثنين"), WeekdayName(0, "ar")
    yield fold_name("جومعە"), WeekdayName(4, "ckb")
