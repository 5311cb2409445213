"""What a server says of each file below `/feeds/`: its media type, and how long it may be kept.

The nginx configuration in docs/nginx says the same; a test holds both to this file.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath

from publisher.feeds.addresses import is_path
from publisher.feeds.formats import BY_ENDING, FORMATS
from publisher.model.archive import FOLDER, archive_number

OPML_ENDING = ".opml"
MEDIA_TYPES: Mapping[str, str] = {format_.ending: format_.media_type for format_ in FORMATS} | {
    OPML_ENDING: "text/x-opml"
}
"""By ending. All are UTF-8 and said to be, though JSON needs no `charset` (RFC 8259 section 11): some readers guess."""

_PAST = re.compile(rf"(?!(?:lang|section|newsletter|topic|author)/recent$).+/(?:recent|{FOLDER}/[1-9][0-9]*)")
"""Where the past of a feed stands. What is named may be named Recent: `section/recent` is a feed."""

SHORT = "max-age=300, stale-while-revalidate=600"
"""How often a reader asks (RFC 9111 section 5.2.2, RFC 5861 section 3). Some poll no faster than this, whatever else
they are set to, so it is the dial of our load: five minutes, for news."""
FOR_EVER = "max-age=86400, immutable"
"""A closed archive document never changes by what is published later (RFC 8246): nobody need ask again while it is
fresh. Not a year: a story in it may be corrected or withdrawn, and leaves every cache within a day."""


@lru_cache(maxsize=4096)
def is_served(name: str) -> bool:
    """Whether a file of this name below the feeds folder may be handed out. No dot file, no twin, no way up."""
    path, dot, ending = name.rpartition(".")
    return dot + ending in MEDIA_TYPES and is_path(path)


@lru_cache(maxsize=4096)
def is_feed(name: str) -> bool:
    """Whether a file that is served is a feed's own document, which programs can follow: not the list of all feeds, nor
    a document of a feed's past, of which nobody is told anything (`model/archive.py`).
    """
    path, dot, ending = name.rpartition(".")
    return dot + ending in BY_ENDING and _PAST.fullmatch(path) is None


def media_type(name: str) -> str:
    """The media type of a file. What is no feed beside them is plain XML: a sitemap."""
    return MEDIA_TYPES.get(PurePosixPath(name).suffix, "application/xml")


def cache_control(name: str) -> str:
    """The Cache-Control of a file."""
    return SHORT if archive_number(name.partition(".")[0]) is None else FOR_EVER
