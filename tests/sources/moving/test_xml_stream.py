"""XML of strangers is read without expanding, loading or fetching anything, and in little memory."""

import socket
from io import BytesIO
from typing import Any

import pytest
from lxml import etree

from publisher.sources.moving.xml_stream import free, stream_xml, text_of
from tests.sources.moving.reading import entries, refused

ITEM = "<item><guid>7</guid><title>t</title></item>"


def rss(inside: str, prolog: str = "") -> str:
    """A channel."""
    return f'{prolog}<rss version="2.0"><channel>{inside}</channel></rss>'


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE rss [<!ENTITY a "b">]>',
        '<?xml version="1.0"?><!-- note --><!DOCTYPE rss [\n<!ELEMENT rss ANY><!ENTITY % a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]>',
        '<!DOCTYPE rss [<!ENTITY a "&#60;x>"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_a_document_that_declares_entities_is_refused(prolog: str) -> None:
    assert refused(rss(ITEM, prolog)) == ("moving.entities", {})
    assert refused(rss(ITEM, prolog).encode("utf-16")) == ("moving.entities", {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_declaration_is_found_however_much_stands_before_it(encoding: str) -> None:
    for declared in ('<!ENTITY a SYSTEM "file:///etc/hostname">', '<!ENTITY % a "b">'):
        prolog = f"<!--{'x' * 300_000}--><!DOCTYPE rss [<!ELEMENT rss ANY><?p <!ENTITY?>{declared}]>"
        assert refused(rss(ITEM.replace("t<", "&a;<"), prolog).encode(encoding)) == ("moving.entities", {})


def test_a_note_about_entities_before_the_root_is_no_declaration() -> None:
    prolog = '<!-- <!ENTITY a "b"> --><!DOCTYPE rss [<!ELEMENT rss ANY><!-- <!ENTITY a "b"> -->]>'
    assert [entry.guid for entry in entries(rss(ITEM, prolog))] == ["7"]


def test_an_article_about_entities_is_no_declaration() -> None:
    (entry,) = entries(rss('<item><guid>7</guid><title><![CDATA[<!ENTITY a "b">]]></title></item>'))
    assert entry.title == '<!ENTITY a "b">'


def test_no_dtd_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("nothing may be asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    prolog = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">'
    assert [entry.guid for entry in entries(rss(ITEM, prolog))] == ["7"]
    held = '<!DOCTYPE rss SYSTEM "file:///etc/hostname">'
    (entry,) = entries(rss("<item>&d;<guid>7</guid><title>a &b; c</title></item>", held))
    assert entry.title == "a &b; c"


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ("<rss>\n<channel>\n<item></channel></rss>", 3),
        ("<rss>\n&nbsp;</rss>", 2),
        ("<rss>", 1),
        ("no XML at all", 1),
        (b"<rss>\n\xff</rss>", 2),
    ],
)
def test_what_is_broken_is_told_with_its_line(document: str | bytes, line: int) -> None:
    key, arguments = refused(document)
    assert key == "moving.broken"
    assert arguments["line"] == line
    assert arguments["detail"]


def test_what_is_told_of_a_torn_arabic_text_is_the_text() -> None:
    """The message ends wherever its bytes do, in the middle of a letter as well."""
    for ahead in range(4):
        _, arguments = refused("<rss><![CDATA[" + "x" * ahead + "أخبار مهمة " * 20)
        detail = str(arguments["detail"])
        assert "خبار مهمة" in detail
        assert not set(detail) & set("\\\ufffd")


def test_what_exports_have_wrong_is_mended() -> None:
    """Blanks before the declaration, control characters in the text, a mark of byte order."""
    text = "<item><guid>7</guid><title>قبل\x0b\x00بعد\x1f</title></item>"
    for before in (" \n\n", "\ufeff", "\ufeff \n"):
        document = rss(text, before + '<?xml version="1.0" encoding="UTF-8"?>')
        assert [entry.title for entry in entries(document)] == ["قبلبعد"]


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-16", "iso-8859-6"])
def test_other_encodings_are_read_as_they_say(encoding: str) -> None:
    text = "<item><guid>7</guid><title>خبر</title></item>"
    document = rss(text, f'<?xml version="1.0" encoding="{encoding}"?>').encode(encoding)
    assert [entry.title for entry in entries(document)] == ["خبر"]


def test_a_piece_of_nothing_but_controls_does_not_end_the_file() -> None:
    document = rss(ITEM).encode()
    padded = document[:-6] + b"\x00" * 600_000 + document[-6:]
    assert [entry.guid for entry in entries(padded)] == ["7"]


def test_memory_does_not_grow_with_the_file() -> None:
    """What was read is freed: of all items before one, the tree holds the last alone, and that emptied."""
    document = rss(ITEM * 2000).encode()
    ends = 0
    for event, element in stream_xml(BytesIO(document)):
        if event == "end" and element.tag == "item":
            parent = element.getparent()
            assert parent is not None
            assert parent.index(element) <= 1
            free(element)
            ends += 1
    assert ends == 2000


def test_an_element_without_a_parent_can_be_freed() -> None:
    element = etree.fromstring("<a>b<c>d</c></a>")
    assert text_of(element) == "bd"
    free(element)
    assert text_of(element) == ""
    assert text_of(None) == ""
