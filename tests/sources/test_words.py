"""Every reason this room can give has its sentence in every language, with the same places to fill."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import publisher.sources
from publisher.model.reason import Reason
from publisher.text.words import load_words

LOCALE = Path(publisher.sources.__file__).parents[1] / "locale"
LANGUAGES = ("ar", "en", "ckb")
PLACE = re.compile(r"%\((\w+)\)s")


def sentences(language: str, catalogue: str = "sources") -> dict[str, str]:
    """The catalogue of this room."""
    with (LOCALE / language / "LC_MESSAGES" / f"{catalogue}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def keys_in_code() -> set[str]:
    """Every key the code of this room spells, and those of wrong values."""
    code = "".join(path.read_text("utf-8") for path in Path(publisher.sources.__file__).parent.rglob("*.py"))
    written = set(re.findall(r'"(sources\.[a-z_]+)"', code))
    return written | {f"sources.{kind}" for kind in re.findall(r'(?:wrong\(|kind=)"([a-z_]+)"', code)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_exactly_the_keys_of_the_code(language: str) -> None:
    assert set(sentences(language)) == keys_in_code()


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_are_those_the_code_fills(language: str) -> None:
    english = sentences("en")
    for key, sentence in sentences(language).items():
        assert set(PLACE.findall(sentence)) == set(PLACE.findall(english[key])), key
        assert "%" not in PLACE.sub("", sentence), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language: str) -> None:
    words = load_words(language)
    for key, sentence in sentences(language).items():
        arguments = dict.fromkeys(PLACE.findall(sentence), "x")
        said = words.say_reason(Reason(key=key, arguments=arguments))
        assert said.strip()
        assert "%(" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_import_leaves_out_is_said_in_every_language(language: str) -> None:
    """Some of it is found by the job alone."""
    room = Path(publisher.sources.__file__).parent
    files = (*room.rglob("*.py"), room.parent / "jobs" / "import_articles.py")
    code = "".join(path.read_text("utf-8") for path in files)
    said, english = sentences(language, "moving"), sentences("en", "moving")
    assert set(said) == set(re.findall(r'"(moving\.[a-z_]+)"', code))
    for key, sentence in said.items():
        assert set(PLACE.findall(sentence)) == set(PLACE.findall(english[key])), key
