"""Text fit to be kept: no character that breaks XML, a mail header or the direction of what follows it.

Promise: whatever comes in, what goes out can stand in XML 1.0 (section 2.2), and no invisible character can reorder
its neighbours. What carries meaning stays byte for byte: ZWNJ and ZWJ (Persian, Sorani, emoji), tatweel,
diacritics, no-break spaces, the marks U+200E and U+200F inside a line.
"""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1, without tab, newline and the line ends above
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides and isolates (UAX #9)
    "\ufeff\ufff9-\ufffb"  # byte order mark, interlinear annotation
    "\ud800-\udfff"  # lone surrogates
    "\ufdd0-\ufdef"
    + "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_PRESENTATION = re.compile("[\ufb50-\ufdcf\ufe70-\ufefc]+")
"""Arabic presentation forms A and B, as old PDF and page exports hold them; without the block from U+FDF0 on, where
ﷺ and ﷼ are typed on purpose, and without the ornate brackets, which have no other form."""
_CARRIED_MARK = re.compile("[ \u0640](?=[\u064b-\u0652\u0670])")
"""What NFKC gives an isolated or medial vowel sign to sit on; it has its letter already."""
_EDGE_MARKS = re.compile("^[\u200e\u200f\u061c]+|[\u200e\u200f\u061c]+$", re.MULTILINE)


def clean_text(text: str) -> str:
    """`text` in NFC with `\\n` line ends, without control characters (tab and newline stay), surrogates,
    noncharacters and bidi controls; direction marks stay inside a line and go at its edges.

    Arabic presentation forms become letters (`ﻗﻮى` → `قوى`). Never raises; cleaning twice changes nothing.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _DROPPED.sub("", text)
    text = _PRESENTATION.sub(_spell_out, text)
    return unicodedata.normalize("NFC", _EDGE_MARKS.sub("", text))


def _spell_out(found: re.Match[str]) -> str:
    return "".join(_CARRIED_MARK.sub("", unicodedata.normalize("NFKC", form)) for form in found[0])
