"""What readers that ask for a delta (RFC 3229) send with it, besides host and conditions.

Captured; tests/feeds/real/test_deltas.py asks the programs themselves whether it still holds.
"""

NEWSBOAT = {
    "user-agent": "newsboat/2.21.0 (Linux x86_64)",
    "accept": "*/*",
    "accept-encoding": "gzip, deflate",
    "a-im": "feed",
}
"""newsboat 2.21. It asks from its third fetch on: before, it has kept no validator."""
READER = {
    "user-agent": "python-reader/3.26 (+https://github.com/lemon24/reader)",
    "accept": "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,"
    "application/feed+json,application/xml;q=0.9,application/json;q=0.9,text/xml;q=0.2,*/*;q=0.1",
    "accept-encoding": "gzip, deflate, br",
    "connection": "keep-alive",
    "a-im": "feed",
}
"""python reader 3.26, in every fetch."""
RSS2EMAIL = {
    "user-agent": "feedparser/6.0.10 +https://github.com/kurtmckee/feedparser/",
    "accept": "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,"
    "application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
    "accept-encoding": "gzip, deflate",
    "connection": "close",
    "a-im": "feed",
}
"""rss2email 3.13, which asks through feedparser and does not name itself. It fails at a 226 and never asks for the
article again.
"""
