"""Dates as the house writes them: `السبت 1 نوفمبر 2025 03:15 م`.

CLDR's ready patterns do not fit: `ar` prints a comma nobody here writes, short forms hide a U+200F, `ar_IQ` insists on
Levantine months, `ckb` puts the month before the day, and digits never follow a setting. So Arabic, Sorani and English
have patterns of their own; names come from CLDR where CLDR is right; every other language is CLDR's.
Nothing here emits a direction mark, so a date may stand in a subject.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date as cldr_date
from babel.dates import format_time as cldr_time

from publisher.model.site import HouseStyle, MonthStyle
from publisher.text.digits import localise_digits

_SORANI_DAYS = ("دووشەممە", "سێشەممە", "چوارشەممە", "پێنجشەممە", "هەینی", "شەممە", "یەکشەممە")
_SORANI_MONTHS = (
    "کانوونی دووەم", "شوبات", "ئازار", "نیسان", "ئایار", "حوزەیران",
    "تەمووز", "ئاب", "ئەیلوول", "تشرینی یەکەم", "تشرینی دووەم", "کانوونی یەکەم",
)  # fmt: skip
_DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


def format_datetime(at: datetime, *, language: str, style: HouseStyle, zone: ZoneInfo) -> str:
    """Weekday, date and time of the aware `at` on the clock of `zone`, in `language` (BCP 47)."""
    separator = {"en": ", ", "ckb": "، "}.get(_patterns_of(language), " ")
    date = format_date(at, language=language, style=style, zone=zone)
    return date + separator + format_time(at, language=language, style=style, zone=zone)


def format_date(at: datetime, *, language: str, style: HouseStyle, zone: ZoneInfo) -> str:
    """Weekday and date of the aware `at` in `zone`: `السبت 1 نوفمبر 2025`. `style.months` matters to Arabic only."""
    local = at.astimezone(zone)
    match _patterns_of(language):
        case "ar":
            text = _arabic_date(local, style.months)
        case "ckb":
            text = _sorani_date(local)
        case "en":
            text = _english_date(local)
        case cldr:
            text = cldr_date(local, "full", locale=cldr)
    return _finish(text, language, style)


def format_time(at: datetime, *, language: str, style: HouseStyle, zone: ZoneInfo) -> str:
    """Time of day of the aware `at` in `zone`: Arabic `03:15 م`, English and Sorani `15:15`, others as CLDR."""
    local = at.astimezone(zone)
    match _patterns_of(language):
        case "ar":
            text = f"{local:%I:%M} {'ص' if local.hour < 12 else 'م'}"
        case "en" | "ckb":
            text = f"{local:%H:%M}"
        case cldr:
            text = cldr_time(local, "short", tzinfo=zone, locale=cldr)
    return _finish(text, language, style)


def _arabic_date(local: datetime, months: MonthStyle) -> str:
    weekday = Locale("ar").days["format"]["wide"][local.weekday()]
    month = "/".join(_cldr_month(locale, local.month) for locale in _MONTH_LOCALES[months])
    return f"{weekday} {local.day} {month} {local.year}"


_MONTH_LOCALES = {
    MonthStyle.GREGORIAN: ("ar",),
    MonthStyle.LEVANTINE: ("ar_IQ",),
    MonthStyle.DUAL: ("ar", "ar_IQ"),
    MonthStyle.MAGHREBI: ("ar_MA",),
}
"""Whose CLDR month names each style writes."""


def _cldr_month(locale: str, month: int) -> str:
    return str(Locale.parse(locale).months["format"]["wide"][month])


def _sorani_date(local: datetime) -> str:
    """`شەممە 1ـی تشرینی دووەمی 2025`: day and month each take the izafe ی."""
    month = _SORANI_MONTHS[local.month - 1]
    return f"{_SORANI_DAYS[local.weekday()]} {local.day}ـی {month}ی {local.year}"


def _english_date(local: datetime) -> str:
    days = Locale("en").days["format"]["wide"]
    return f"{days[local.weekday()]} {local.day} {_cldr_month('en', local.month)} {local.year}"


def _patterns_of(language: str) -> str:
    """Whose patterns `language` takes: `ar`, `ckb` and `en` have our own, others are named as CLDR's locale; `en` for
    what CLDR does not know."""
    parts = language.replace("-", "_").split("_")
    if parts[0].lower() in ("ar", "ckb", "en"):
        return parts[0].lower()
    try:
        return str(Locale.parse("_".join(parts)))
    except (UnknownLocaleError, ValueError):
        return "en"


def _finish(text: str, language: str, style: HouseStyle) -> str:
    return localise_digits(text.translate(_DIRECTION_MARKS), language=language, digits=style.digits)
