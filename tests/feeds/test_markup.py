"""XML by hand is what lxml writes for the same tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher.feeds.markup import attributes, element, escape, words

TEXTS = st.text(st.characters() | st.sampled_from("&<>\"'\r\n\t\x0b\ufffe\uffff\x7f\x85"))


def by_lxml(text: str) -> tuple[bytes, bytes]:
    """The text as an element's content and as an attribute's value."""
    root = etree.Element("a", x=text)
    root.text = text
    written = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
    head, _, rest = written.partition(b">")
    return rest.removesuffix(b"</a>"), head


@given(TEXTS)
def test_text_and_attributes_are_escaped_as_lxml_does(text: str) -> None:
    """Feed checklist 20: and what it refuses is refused."""
    try:
        content, head = by_lxml(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"XML|surrogates"):
            escape(text)
        return
    assert escape(text) == content
    if text:
        assert b"<a" + attributes(((b"x", text),)) == head


def test_every_character_is_treated_as_lxml_does() -> None:
    """Feed checklist 20 and 21: all of Unicode, a block at a time where nothing is refused."""
    for start in range(0, 0x110000, 0x100):
        chars = [chr(code) for code in range(start, start + 0x100)]
        try:
            assert escape("".join(chars)) == by_lxml("".join(chars))[0]
        except ValueError:
            for char in chars:
                test_text_and_attributes_are_escaped_as_lxml_does.hypothesis.inner_test(char)  # type: ignore[attr-defined]


def test_elements_and_numbers() -> None:
    known = attributes(((b"n", 7), (b"none", None), (b"zero", 0), (b"empty", "")))
    assert element(b"a", b"", known) == b'<a n="7"/>'
    assert element(b"a", words(b"b", "x & y"), known) == b'<a n="7"><b>x &amp; y</b></a>'
