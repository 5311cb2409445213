"""Page keys: an article is found again however its address is spelt."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TRIPLET = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_TRACKING = re.compile(
    r"utm_|(?:at_(?:medium|campaign)|mc_[ce]id|_hsenc|_hsmi|mkt_tok|li_fat_id|igsh(?:id)?|srsltid|gclsrc"
    r"|msclkid|(?:fb|g|d|y|ys|tw|tt)clid|[gw]braid)(?:=|$)",
    re.IGNORECASE,
)
_PORTS = {"http": ":80", "https": ":443"}


def upgrade() -> None:
    """Add the column and fill it from the address of every article."""
    op.add_column("article", sa.Column("page_key", sa.Text(), nullable=True))
    op.create_index("ix_article_page_key", "article", ["page_key"])
    connection = op.get_bind()
    article = sa.table("article", sa.column("number"), sa.column("url"), sa.column("page_key"))
    stored = sa.select(article.c.number, article.c.url).where(article.c.url.is_not(None))
    for number, url in connection.execute(stored).all():
        connection.execute(
            sa.update(article).where(article.c.number == number).values(page_key=_build_key(url))
        )


def _build_key(url: str) -> str | None:
    """As the code of this revision builds it; a migration never calls code that goes on changing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path, query = (_spell(part) for part in (parts.path, parts.query))
    kept = "&".join(part for part in query.split("&") if part and not _TRACKING.match(part))
    host = parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, ""))
    return urlunsplit(("", host, path or "/", kept, ""))


def _spell(part: str) -> str:
    encoded = quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part), safe="/%:@!$&'()*+,;=~-._?")
    return _TRIPLET.sub(_octet, encoded)


def _octet(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    return char if _UNRESERVED.fullmatch(char) else found[0].upper()
