"""What XML can carry."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher.feeds.xml_text import drop_illegal, single_line


@given(st.text(st.characters()))
def test_any_text_becomes_legal_xml(text: str) -> None:
    """lxml is the oracle: it refuses what XML cannot carry."""
    element = etree.Element("x")
    element.text = drop_illegal(text)
    read = etree.fromstring(etree.tostring(element)).text or ""
    assert read == drop_illegal(text)


def test_control_characters_surrogates_and_noncharacters_go() -> None:
    assert drop_illegal("a\x00b\x0bc\x1fd\x7fe\x9ff\ud800g\ufffeh\uffffi\ufdd0j") == "abcdefghij"


def test_joiners_marks_and_the_astral_planes_stay() -> None:
    text = "می‌خواهم ‏٪ 👩‍👩‍👧 עברית é\té\n𝒜"
    assert drop_illegal(text) == text


def test_a_title_is_one_line_and_keeps_its_no_break_spaces() -> None:
    assert single_line(" a\r\n\t b\u00a0 c\x00\u00a0 ") == "a b\u00a0 c"


def test_a_line_break_of_any_kind_in_a_title_is_a_space() -> None:
    """InDesign leaves U+2028 in a headline; readers would break the line there, some read it as a line feed."""
    assert single_line("عنوان\u2028على\u2029ثلاثة\x85 أسطر\u2028") == "عنوان على ثلاثة أسطر"


def test_a_byte_order_mark_around_a_title_goes() -> None:
    """A mark within the text is a joiner of old, and stays."""
    assert single_line("\u00a0\ufeff \ufeffعنو\ufeffان\ufeff") == "عنو\ufeffان"
