"""publisher.demo.readers"""

from pathlib import Path

from publisher.demo.readers import read_hidden_fields
from tests.web.reader_app import build_reader_app


def test_the_hidden_fields_of_a_page_are_read_as_a_browser_posts_them() -> None:
    page = (
        '<form><input type="text" name="email" value="x"><input type="hidden" name="a" value="1 &amp; 2">'
        '<INPUT TYPE="hidden" name="a" value="3" /><input type="hidden" value="nameless">'
        '<input type="hidden" name="b"></form>'
    )
    assert read_hidden_fields(page) == (("a", "1 & 2"), ("a", "3"), ("b", ""))


def test_those_of_the_confirmation_page_are_the_newsletters_it_shows(tmp_path: Path) -> None:
    reader = build_reader_app(tmp_path)
    reader.subscribe("layla@readers.example", "daily", "weekly")
    page = reader.client.get(reader.confirm_path())
    assert read_hidden_fields(page.text) == (("newsletter", "daily"), ("newsletter", "weekly"))
    reader.database.close()
