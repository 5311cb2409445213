"""The catalogues are complete, and say what they should in every plural form."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import DictLoader, Environment

import publisher
from publisher.model.direction import Direction
from publisher.model.reason import reason
from publisher.text.words import Words, load_words

LOCALE = Path(publisher.__file__).parent / "locale"
LANGUAGES = ["ar", "en", "ckb"]
DOMAINS = sorted({path.stem for path in LOCALE.glob("*/LC_MESSAGES/*.po")})
PLURAL_FORMS = {"ar": 6, "en": 2, "ckb": 2}
ARABIC_FORMS = {0: 0, 1: 1, 2: 2, 5: 3, 11: 4, 99: 4, 100: 5, 101: 5, 102: 5, 103: 3}
"""CLDR: zero, one, two, few, many, other, in the order all our Arabic catalogues use."""


def catalogue(language: str, domain: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(language: str, domain: str) -> dict[str, tuple[str, ...]]:
    """Every key's forms: one for a plain message."""
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue(language, domain):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return found


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_domain_speaks_every_language_with_the_same_keys(language: str, domain: str) -> None:
    ours, english = messages(language, domain), messages("en", domain)
    assert ours.keys() == english.keys()
    assert all(key.startswith(f"{domain}.") for key in ours)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_filled_and_has_the_same_places(language: str, domain: str) -> None:
    """A form for one or two things may leave the number out, as Arabic does; nothing else may."""
    english = messages("en", domain)
    for key, forms in messages(language, domain).items():
        is_plural = len(english[key]) > 1
        assert len(forms) == (PLURAL_FORMS[language] if is_plural else 1), key
        assert all(form.strip() for form in forms), key
        wanted = places("".join(english[key]))
        for form in forms:
            assert places(form) | ({"num"} if is_plural else set()) == wanted | (
                {"num"} if is_plural else set()
            ), key
            assert form % dict.fromkeys(wanted, "x") is not None, key


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_fuzzy_or_obsolete(language: str, domain: str) -> None:
    read = catalogue(language, domain)
    assert not [message.id for message in read if message.id and message.fuzzy]
    assert not read.obsolete


@pytest.mark.parametrize("domain", DOMAINS)
def test_all_six_arabic_forms_are_in_the_order_of_their_header(domain: str) -> None:
    """The trap: tools disagree whether form 4 is *many* or *other*; the words would change places silently."""
    translations = load_words("ar").translations[domain]
    assert {n: translations.plural(n) for n in ARABIC_FORMS} == ARABIC_FORMS  # type: ignore[attr-defined]
    for key, forms in messages("ar", domain).items():
        if len(forms) > 1:
            assert {n: translations.ngettext(key, key, n) for n in ARABIC_FORMS} == {
                n: forms[index] for n, index in ARABIC_FORMS.items()
            }


@pytest.fixture
def minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Words:
    """Arabic words of a catalogue written for the test alone."""
    folder = tmp_path / "locale" / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = (LOCALE / "ar" / "LC_MESSAGES" / "dates.po").read_text(encoding="utf-8").split("\n\n")[0]
    forms = ["أقل من دقيقة", "دقيقة واحدة", "دقيقتان", "%(num)s دقائق", "%(num)s دقيقةً", "%(num)s دقيقةٍ"]
    plural = "\n".join(f'msgstr[{i}] "{form}"' for i, form in enumerate(forms))
    (folder / "test.po").write_text(
        f'{header}\n\nmsgid "test.minutes"\nmsgid_plural "test.minutes"\n{plural}\n\n'
        'msgid "test.hello"\nmsgstr "مرحباً %(name)s، 100%%"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(publisher, "__file__", str(tmp_path / "__init__.py"))
    return load_words("ar")


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "أقل من دقيقة"),
        (1, "دقيقة واحدة"),
        (2, "دقيقتان"),
        (5, "5 دقائق"),
        (11, "11 دقيقةً"),
        (99, "99 دقيقةً"),
        (100, "100 دقيقةٍ"),
        (101, "101 دقيقةٍ"),
        (102, "102 دقيقةٍ"),
        (103, "103 دقائق"),
    ],
)
def test_all_six_arabic_plurals(minutes: Words, n: int, said: str) -> None:
    assert minutes.count("test.minutes", n) == said


def test_a_number_may_be_written_by_the_caller(minutes: Words) -> None:
    assert minutes.count("test.minutes", 5, num="٥") == "٥ دقائق"


def test_places_are_filled_and_percent_signs_kept(minutes: Words) -> None:
    assert minutes.say("test.hello", name="Zaha") == "مرحباً Zaha، 100%"


def test_templates_say_the_same_and_escape_arguments(minutes: Words) -> None:
    env = Environment(
        autoescape=True,
        loader=DictLoader(
            {
                "page": '{{ _("test.hello", name=x) }}|{{ gettext("test.hello", name=1) }}|'
                '{{ ngettext("test.minutes", "test.minutes", 5) }}'
            }
        ),
    )
    minutes.install(env)
    assert env.get_template("page").render(x="<b>") == "مرحباً &lt;b&gt;، 100%|مرحباً 1، 100%|5 دقائق"


@pytest.mark.parametrize("key", ["test.unknown", "nowhere.key", "nothing"])
def test_a_key_nobody_wrote_is_an_error_and_never_shown(minutes: Words, key: str) -> None:
    with pytest.raises(KeyError, match=key):
        minutes.say(key)
    with pytest.raises(KeyError, match=key):
        minutes.count(key, 3)
    env = Environment(autoescape=True)
    minutes.install(env)
    with pytest.raises(KeyError, match=key):
        env.from_string("{{ _(key) }}").render(key=key)
    with pytest.raises(KeyError, match=key):
        env.from_string("{{ ngettext(key, key, 2) }}").render(key=key)


def test_a_place_without_an_argument_is_an_error(minutes: Words) -> None:
    with pytest.raises(KeyError, match="name"):
        minutes.say("test.hello")


@pytest.mark.parametrize(
    ("asked", "given", "direction"),
    [
        ("ar", "ar", Direction.RTL),
        ("ar-IQ", "ar", Direction.RTL),
        ("ckb_IQ", "ckb", Direction.RTL),
        ("en-GB", "en", Direction.LTR),
        ("tr", "en", Direction.LTR),
        ("", "en", Direction.LTR),
        ("../locale/ar", "en", Direction.LTR),
    ],
)
def test_a_language_without_catalogues_speaks_its_parent_or_english(
    asked: str, given: str, direction: Direction
) -> None:
    words = load_words(asked)
    assert (words.language, words.direction) == (given, direction)


def test_a_reason_is_said_in_the_readers_language() -> None:
    said = load_words("ar").say_reason(
        reason("dates.weekday_mismatch", given="الأحد", actual="السبت", date="2025-11-01")
    )
    assert "2025-11-01" in said
    assert "السبت" in said
    assert "الأحد" in said


def test_a_broken_catalogue_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "locale" / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "test.po").write_text("this is no catalogue", encoding="utf-8")
    monkeypatch.setattr(publisher, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(ValueError, match=r"test\.po"):
        load_words("ar")
