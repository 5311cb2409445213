"""Lines of an access log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.access_log import parse_access

LINE = (
    '203.0.113.7 - - [27/Nov/2026:16:31:02 +0300] "GET /feeds/index.rss?x=1 HTTP/1.1" 304 0 "-" '
    '"Feedly/1.0 (+http://x; 462 subscribers)"'
)


def test_the_combined_form_is_read() -> None:
    access = parse_access(LINE)
    assert access is not None
    assert (access.host, access.day, access.method, access.path) == (
        "203.0.113.7", "2026-11-27", "GET", "/feeds/index.rss",
    )  # fmt: skip
    assert (access.status, access.sent) == (304, 0)
    assert access.agent == "Feedly/1.0 (+http://x; 462 subscribers)"


def test_the_common_form_names_no_agent_and_a_dash_is_nothing() -> None:
    access = parse_access('::1 - - [01/Jan/2026:00:00:00 +0000] "HEAD /feeds/a.json HTTP/2.0" 200 -')
    assert access is not None
    assert (access.host, access.day, access.sent, access.agent) == ("::1", "2026-01-01", 0, "")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        LINE.replace("Nov", "Nix"),
        LINE.replace("27/Nov", "31/Nov"),
        LINE.replace("27/Nov/2026:16", "2026-11-27T16"),
        LINE.replace('"GET /feeds/index.rss?x=1 HTTP/1.1"', '"\\x16\\x03\\x01"'),
    ],
)
def test_any_other_line_is_none(line: str) -> None:
    assert parse_access(line) is None


@given(st.text(max_size=200))
def test_no_line_breaks_the_reading(text: str) -> None:
    assert parse_access(text) is None or text
