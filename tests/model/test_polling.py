"""What readers say of themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.polling import UNNAMED, Agent, parse_agent


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("Feedly/1.0 (+http://www.feedly.com/fetcher.html; 462 subscribers; )", Agent("Feedly", 462)),
        ("Feedbin feed-id:1697787 - 102 subscribers", Agent("Feedbin", 102)),
        (
            "NewsBlur Feed Fetcher - 27 subscribers - http://www.newsblur.com/",
            Agent("NewsBlur Feed Fetcher", 27),
        ),
        ("Mozilla/5.0 (compatible; inoreader.com; 114 subscribers)", Agent("inoreader.com", 114)),
        ("theoldreader.com; 1 subscribers; feed-id=ab12", Agent("theoldreader.com", 1)),
        (
            "Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 1 subscribers)",
            Agent("BazQux", 1),
        ),
        ("LiveJournal.com (webmaster@livejournal.com; for x; 2 readers)", Agent(UNNAMED, 2)),
        ("NetNewsWire (RSS Reader; https://netnewswire.com/)", Agent("NetNewsWire")),
        ("newsboat/2.21.0 (Linux x86_64)", Agent("newsboat")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.0", Agent("Mozilla")),
        ("", Agent(UNNAMED)),
        ("sara@example.net", Agent(UNNAMED)),
        ("192.0.2.7", Agent(UNNAMED)),
        ("x" * 500, Agent("x" * 40)),
        ("قارئ", Agent(UNNAMED)),
        (
            "Reader 12345678901234567890 subscribers",
            Agent("Reader 12345678901234567890 subscribers"[:40].strip()),
        ),
    ],
)
def test_names_and_numbers_are_read(text: str, agent: Agent) -> None:
    assert parse_agent(text) == agent


@given(st.text(max_size=300))
def test_a_name_never_holds_an_address_or_a_sign_that_does_anything(text: str) -> None:
    name = parse_agent(text).name
    assert 0 < len(name) <= 40
    assert name.isascii()
    assert not set("@:/<>\"'\x1b\n") & set(name)
