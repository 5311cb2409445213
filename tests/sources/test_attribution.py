"""Who is named as a source, and who is only quoted."""

import time

import pytest

from publisher.sources.attribution import find_attributions


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('وفقاً لصحيفة "وول ستريت جورنال".', ("وول ستريت جورنال",)),
        ('وفقا لصحيفة "وول ستريت جورنال".', ("وول ستريت جورنال",)),
        ('ونقلت "وول ستريت جورنال" عن مسؤولين', ("وول ستريت جورنال",)),
        ('مع ترجيح "وول ستريت جورنال" أن تكون', ("وول ستريت جورنال",)),
        ("بحسب وكالة «رويترز»", ("رويترز",)),
        ("وذكرت قناة “العربية” أن", ("العربية",)),
        ('قالت صحيفة "نيويورك تايمز" إن', ("نيويورك تايمز",)),
        ('نقلاً عن موقع "أكسيوس"', ("أكسيوس",)),
        ('وفقاً لـ"رويترز"', ("رويترز",)),
        ('according to the magazine "Harbour Notes",', ("Harbour Notes",)),
        ("بەپێی ڕۆژنامەی «نموونە»", ("نموونە",)),
        ('جماعة "نصرة الإسلام والمسلمين" باتت "قريبة من السيطرة"', ()),
        ('قالت "لن نتراجع" أمس', ()),
        ('ذكرت "أن الأمر انتهى" مراراً', ()),
        ("وفق الصحيفة", ()),
        ('يراهن على "استيلاء تدريجي"', ()),
        ('the "Great Hall" in the "Old Town"', ()),
    ],
)
def test_quoted_names_behind_words_of_attribution(text: str, names: tuple[str, ...]) -> None:
    assert find_attributions([text]) == names


def test_each_name_once_in_order() -> None:
    texts = ['بحسب "رويترز"', 'ونقلت "الأناضول"', 'ونقلت "رويترز" و"الأناضول"', 'وفق "الاناضول"']
    assert find_attributions(texts) == ("رويترز", "الأناضول")


@pytest.mark.parametrize("unit", ["وفقاً ", "وفقاً لصحيفة ", 'وفق "', "نقلت  ", "«", 'لـ "a" '])
def test_search_takes_linear_time(unit: str) -> None:
    begun = time.process_time()
    find_attributions([unit * (400_000 // len(unit))])
    assert time.process_time() - begun < 3
