"""Text that an XML document can carry.

One character outside XML's Char production makes a whole document unreadable, and libraries answer it with an error
for the whole feed. Sources clean what they read; this is the last door before the writers. Nothing else is changed:
no normalisation, joiners stay (Persian, Kurdish and emoji need them).
"""

import re

from publisher.feeds.close_directions import close_directions

_ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile("[ \t\r\n\x85\u2028\u2029]+")
"""Line breaks of Unicode among them (UAX 14, classes BK and NL): layout programs leave U+2028 in headlines."""
_EDGES = "\ufeff" + "".join(filter(str.isspace, map(chr, range(0x3001))))


def drop_illegal(text: str) -> str:
    """Without control characters, lone surrogates and noncharacters of the first plane (XML 1.0 section 2.2), and with
    every direction closed that it opens.
    """
    return close_directions(_ILLEGAL.sub("", text))


def single_line(text: str) -> str:
    """Legal text on one line: runs of blanks become one space, none at the ends, nor a byte order mark, which readers
    in JavaScript trim as a blank. A no-break space inside stays.
    """
    return _BLANKS.sub(" ", drop_illegal(text)).strip(_EDGES)
