"""Permanent ids: a tag URI for every article, or the id it had before it came here.

RFC 4151: `tag:` authority `,` date `:` specific, where the authority owned the name on that date. An
article's own address and publication date satisfy that for ever, whatever later happens to the domain,
the scheme or the slug. The id is minted when the article is first accepted and stored; it is never derived again.

An article that moves here from another system keeps the id its readers know (`guid`), to the letter: readers compare
ids as strings (RFC 4287 section 4.2.6.1) and show again what has a new one.
"""

import re
from datetime import datetime
from urllib.parse import quote, urlsplit


def build_article_id(*, url: str | None, home: str, source: str, key: str, published_at: datetime) -> str:
    """Mint the tag URI of an article.

    With an address the specific part is its path and query, without what only tells where a visitor came from: it
    would tell it for ever, and one page would be two articles. Without an address it is the source and the document's
    key, under the site's own domain. ASCII only; everything else is percent-encoded.
    `home` is the site's absolute http(s) URL. Raises ValueError where no domain can be found.
    """
    parts = urlsplit(url or home)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    if not host:
        raise ValueError(f"no domain in {url or home!r}: an article id needs the site's home address")
    if url:
        specific = parts.path or "/"
        if query := drop_tracking(parts.query):
            specific += "?" + query
    else:
        specific = f"article:{source}:{key}"
    return f"tag:{host},{published_at:%Y-%m-%d}:{quote(specific, safe=_SPECIFIC)}"


def drop_tracking(query: str) -> str:
    """The query of an address without what only tells where a visitor came from."""
    return "&".join(part for part in query.split("&") if part and not _TRACKING.match(part))


def is_guid(text: str) -> bool:
    """Whether an article may keep this id: one run of characters that XML carries as they are (blanks only within),
    and short enough for an index of the database.
    """
    return (
        0 < len(text.encode("utf-8", "surrogatepass")) <= MAX_GUID_BYTES
        and text == text.strip()
        and _UNFIT.search(text) is None
    )


IMPORTED = "imported"
"""The source of articles that were brought from another system and whose own document has not come yet."""
MAX_GUID_BYTES = 2000
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_TRACKING = re.compile(
    r"utm_|(?:at_(?:medium|campaign)|mc_[ce]id|_hsenc|_hsmi|mkt_tok|li_fat_id|igsh(?:id)?|srsltid|gclsrc"
    r"|msclkid|(?:fb|g|d|y|ys|tw|tt)clid|[gw]braid)(?:=|$)",
    re.IGNORECASE,
)
"""Fields of a query that campaigns and networks add; no page is told apart by them."""
_SPECIFIC = "-._~!$&'()*+,;=:@/?%"
