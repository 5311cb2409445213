"""Web addresses as strangers write them."""

import pytest

from publisher.fetch.address import parse_web_address


@pytest.mark.parametrize(
    ("text", "parts", "authority"),
    [
        ("http://news.example", ("http", "news.example", 80, "/"), "news.example"),
        ("HTTPS://News.Example:443/a?b=c#d", ("https", "news.example", 443, "/a?b=c"), "news.example"),
        ("https://news.example:8443?x", ("https", "news.example", 8443, "/?x"), "news.example:8443"),
        ("http://[2001:DB8::1]:80/", ("http", "2001:db8::1", 80, "/"), "[2001:db8::1]"),
        ("https://خبر.example/", ("https", "xn--ngblk.example", 443, "/"), "xn--ngblk.example"),
        ("http://2130706433/", ("http", "2130706433", 80, "/"), "2130706433"),
    ],
)
def test_an_address_is_read_into_its_parts(
    text: str, parts: tuple[str, str, int, str], authority: str
) -> None:
    found = parse_web_address(text)
    assert (found.scheme, found.host, found.port, found.target) == parts
    assert found.authority == authority
    assert parse_web_address(str(found)) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "absolute"),
        ("//news.example/", "absolute"),
        ("ftp://news.example/", "absolute"),
        ("file:///etc/passwd", "absolute"),
        ("gopher://news.example/", "absolute"),
        (" http://news.example/", "absolute"),
        ("http:/\\news.example/", "absolute"),
        ("http://user@news.example/", "user name"),
        ("http://user:pass@news.example/", "user name"),
        ("http:///path", "no host"),
        ("http://news.example:0/", "port"),
        ("http://news.example:65536/", "port"),
        ("http://news.example:٨٠/", "no host"),
        ("http://news.example:80:80/", "no host"),
        ("http://[::1/", "no host"),
        ("http://[::g]/", "no host"),
        ("http://[1:2]/", "IPv6"),
        ("http://[fe80::1%25eth0]/", "no host"),
        ("http://news.example\\@other.example/", "user name"),
        ("http://news.example\\/", "host name"),
        ("http://news .example/", "host name"),
        ("http://news..example/", "host name"),
        ("http://-news.example/", "host name"),
        ("http://news%2eexample/", "host name"),
        ("http://" + "a" * 64 + ".example/", "host name"),
        ("http://" + ".".join(["a" * 60] * 5) + "/", "too long"),
        ("http://" + "ب" * 60 + ".example/", "host name"),
        ("http://news.example/\r\nHost: other", "percent-encode"),
        ("http://news.example/a b", "percent-encode"),
        ("http://news.example/خبر", "percent-encode"),
        ("http://news.example/a\\b", "percent-encode"),
        ("http://news.example/\x00", "percent-encode"),
        ("http://news.example/" + "a" * 2048, "longer"),
    ],
)
def test_anything_else_is_refused_and_never_repaired(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_web_address(text)
