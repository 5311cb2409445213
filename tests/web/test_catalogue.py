"""The words of the reader pages: the same keys and places in all languages, none unused, six plurals in Arabic."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import publisher
from publisher.text.words import load_words

LOCALE = Path(publisher.__file__).parent / "locale"
LANGUAGES = ("ar", "en", "ckb")
COUNTED = ("web.issues.count", "web.preview.more", "web.mailbox.hidden", "web.when.every")


def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    with (LOCALE / language / "LC_MESSAGES" / "web.po").open("rb") as file:
        found = read_po(file, abort_invalid=True)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in found
        if message.id
    }


def test_every_language_has_the_same_keys_and_says_something() -> None:
    english = catalogue("en")
    for language in LANGUAGES:
        words = catalogue(language)
        assert words.keys() == english.keys(), language
        assert all(text.strip() for forms in words.values() for text in forms if forms != ("، ",)), language


def test_every_language_fills_the_same_places() -> None:
    def places(forms: tuple[str, ...]) -> set[str]:
        return {place for form in forms for place in re.findall(r"%\((\w+)\)s", form)}

    english = catalogue("en")
    for language in ("ar", "ckb"):
        for key, forms in catalogue(language).items():
            assert places(forms) == places(english[key]), (language, key)


def test_keys_are_used_and_used_keys_exist() -> None:
    root = Path(publisher.__file__).parents[1]
    sources = [*(root / "templates" / "web").glob("*"), *(root / "publisher" / "web").glob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    made = ("web.error.", "web.feeds.kind.", "web.link.", "web.weekday.", "web.mailbox.")
    keys = set(catalogue("en"))
    for key in keys:
        assert f'"{key}"' in text or key.startswith(made), key
    for used in re.findall(r'"(web\.[a-z_]+\.[a-z_.]+)"', text):
        assert used in keys or used.endswith("."), used


@pytest.mark.parametrize("key", COUNTED)
def test_arabic_has_all_six_forms_in_their_places(key: str) -> None:
    words = load_words("ar")
    said = [words.count(key, n) for n in (0, 1, 2, 3, 11, 100)]
    assert [str(n) in text for n, text in zip((0, 1, 2, 3, 11, 100), said, strict=True)] == [
        False, False, False, True, True, True,
    ]  # fmt: skip
    assert len(set(said[:5])) == 5


def test_a_hundred_is_not_said_like_eleven() -> None:
    """The trap of the order of the last two forms."""
    words = load_words("ar")
    assert words.count("web.issues.count", 11) == "11 عدداً"
    assert words.count("web.issues.count", 100) == "100 عدد"
    assert words.count("web.issues.count", 103) == "103 أعداد"
