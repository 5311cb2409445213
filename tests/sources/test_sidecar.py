"""A page's sidecar: read whole or refused with the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.reason import Reason
from publisher.sources.metadata import EMPTY, MAX_BYTES, Metadata
from publisher.sources.sidecar import parse_sidecar, sidecar_name
from tests.sources.build import BAGHDAD, held, read_page


def read(data: bytes) -> Metadata | Reason:
    """A sidecar."""
    return parse_sidecar(data, file="story.toml", zone=BAGHDAD)


def test_empty_sidecar_states_nothing() -> None:
    assert read(b"# nothing\n") == EMPTY


@pytest.mark.parametrize(
    "data", [b'url = "https://a.example/1"\r\n', b'\xef\xbb\xbfurl = "https://a.example/1"']
)
def test_forms_of_one_sidecar(data: bytes) -> None:
    stated = read(data)
    assert isinstance(stated, Metadata)
    assert stated.url == "https://a.example/1"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'url = "https://a.example/1"\nsection = politics\n', 2),
        (b'url = "unclosed', 1),
        ('section = "سياسة"\nauthor = "سلمى"'.encode("cp1256"), 1),
        (b"a = " + b"[" * 9000, 1),
        (b"a = 1\na = 2", 2),
    ],
)
def test_broken_sidecar_tells_the_line(data: bytes, line: int) -> None:
    found = read(data)
    assert isinstance(found, Reason)
    assert (found.key, found.arguments["line"]) == ("sources.sidecar_broken", line)


def test_large_sidecar_is_refused_unread() -> None:
    found = read(b"#" * (MAX_BYTES + 1))
    assert isinstance(found, Reason)
    assert found.key == "sources.sidecar_too_large"


def test_mistake_in_the_sidecar_holds_its_page_back() -> None:
    page = "عنوان\n\nنص الخبر كاملاً هنا.\n\nنشر في: 1 نوفمبر 2025"
    assert held(read_page(page, 'secton = "x"')) == "sources.unknown_key_near"


@given(st.binary(max_size=300))
def test_arbitrary_octets_never_raise(data: bytes) -> None:
    assert isinstance(read(data), Metadata | Reason)


@given(
    st.dictionaries(
        st.sampled_from(["title", "date", "url", "sample", "image"]), st.text(max_size=20), max_size=3
    )
)
def test_arbitrary_values_never_raise(values: dict[str, str]) -> None:
    data = "\n".join(f"{key} = {value}" for key, value in values.items()).encode("utf-8", "surrogatepass")
    assert isinstance(read(data), Metadata | Reason)


def test_sidecar_belongs_to_the_page_of_its_name() -> None:
    assert sidecar_name("a/b.c/story.v2.txt") == "a/b.c/story.v2.toml"
