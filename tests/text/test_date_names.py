"""Names of months and weekdays: complete, and no name with two meanings."""

from babel import Locale

from publisher.text.date_fold import fold_name
from publisher.text.date_names import month_numbers, other_calendar_months, weekday_name, weekday_names

LOCALES = [
    "ar",
    "ar_IQ",
    "ar_LB",
    "ar_MA",
    "ar_DZ",
    "ar_TN",
    "ar_MR",
    "ar_EG",
    "ckb",
    "en",
    "fr",
    "tr",
    "fa",
    "he",
    "ku",
]


def test_every_month_name_of_cldr_means_one_month_in_all_languages() -> None:
    for code in LOCALES:
        for number, name in Locale.parse(code).months["format"]["wide"].items():
            assert month_numbers()[fold_name(name)] == number, (code, name)


def test_every_weekday_name_of_cldr_means_one_day_in_all_languages() -> None:
    for code in LOCALES:
        for number, name in Locale.parse(code).days["format"]["wide"].items():
            assert weekday_names()[fold_name(name)].number == number, (code, name)


def test_no_month_belongs_to_two_calendars() -> None:
    assert not other_calendar_months() & month_numbers().keys()


def test_names_cldr_lacks() -> None:
    own = {
        "مايس": 5,
        "شتنبر": 9,
        "أوت": 8,
        "جويلية": 7,
        "ئۆکتۆبەر": 10,
        "تشرین یەکەم": 10,
        "sept": 9,
        "gelawêj": 8,
    }
    assert {name: month_numbers()[fold_name(name)] for name in own} == own


def test_a_weekday_is_named_in_its_own_language() -> None:
    assert weekday_name(5, "ar") == "السبت"
    assert weekday_name(5, "en") == "Saturday"
