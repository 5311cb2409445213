"""Which stretches of a text run against their paragraph, signs that belong to them included.

In a right-to-left paragraph these are Latin words (neighbours in one stretch: `Wall Street Journal`), numbers with
signs (`-3.2%`, `2024-01-16`), phone numbers, addresses and tags. A number of digits alone needs nothing: every
rule of UAX #9 keeps it in order. In a left-to-right paragraph they are words in Arabic or Hebrew letters.
"""

import re
from typing import TypeAlias

from publisher.text.bidi_shape import build_shape

Span: TypeAlias = tuple[int, int]
"""Start and end in the text, end excluded."""

_ADDRESS = re.compile(
    r"(?:https?|ftp)://[^\s<>\"«»“”،؛؟]+"
    r"|www\.[^\s<>\"«»“”،؛؟]+"
    r"|(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"|(?<![\w.-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/[^\s<>\"«»“”،؛؟]*",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w+])(?:\+|00?(?=[1-9])|\(0?[1-9])[0-9]*\)?(?:[ \u00a0.-]?\(?[0-9]{1,5}\)?){1,6}(?![\w])"
)
_PHONE_DIGITS = 7
_DOTTED_NAME = re.compile(r"(?<![\w.])\.(?:NET\b|[a-z]{2,5}\b)(?!\.)")
"""`.NET`, `.pdf`, `.iq`."""
_ENCLOSED = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]|«[^«»\n]*»|“[^“”\n]*”|\"[^\"\n]*\"")

_TOKEN = re.compile(
    r"U+|Q+"
    r"|(?<![a1n])(?:a\.){2,}(?![a1n])"  # U.S.
    r"|(?:(?<![a1nr$])(?:[-+$.]{1,3}(?=1)|[#@_$](?=[a1])))?"  # -3 $5 +961 .5 @name #tag °C
    r"[a1][a1n]*(?:[.,':&@_#+$-]{1,3}[a1n]+)*"  # AT&T 2024-01-16 15:30 1.2.3 COVID-19
    r"(?:\++|\#|\$+)?"  # C++ OPEC+ C# 3.2%
)
_LONGEST_TITLE = 6
"""Characters looked at before a full stop: the longest of the titles below and what stands before it."""
_UNIT = re.compile(
    r"[%‰CFKgtmlsh]|°[CF]|[km]g|lb|oz|[ckm]m|[mk]m²|m³|ft|in|mi|ha|ml|ms|min|px|pt|dpi|fps|mph|bpd|[kKMGTP]B|[KMG]bps"
    r"|[kMG]?Hz|[kMG]?W|[kM]Wh|V|A|[ap]m|[AP]M|[ap]\.m\.|GMT|UTC|BC|AD|USD|EUR|GBP|IQD"
)
"""What a number before it belongs to: `5 GB`."""
_ABBREVIATION = re.compile(
    r"(?:^|\W)(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Gen|Col|Capt|Lt|Sgt|Gov|Sen|Rep|No|vs|Inc|Ltd|Co|Corp|al)$"
)


def find_ltr_spans(text: str) -> list[Span]:
    """The stretches to isolate inside a right-to-left paragraph, in order, apart from each other."""
    plain = build_shape(text)
    if "a" not in plain and "1" not in plain:  # most paragraphs: nothing that a stretch could begin with
        return []
    shape = _solid_shape(text, plain, own="a", other="r")
    spans: list[Span] = []
    for token in _TOKEN.finditer(shape):
        if spans and _joins(text, shape, spans[-1], token.span()):
            spans[-1] = (spans[-1][0], token.end())
        else:
            spans.append(token.span())
    return [(start, end) for start, end in spans if shape[start:end].strip("1")]


def find_rtl_spans(text: str) -> list[Span]:
    """The stretches to isolate inside a left-to-right paragraph, in order, apart from each other."""
    plain = build_shape(text)
    if "r" not in plain:
        return []
    shape = _solid_shape(text, plain, own="r", other="a")
    return [_balanced(text, *match.span()) for match in _RTL_STRETCH.finditer(shape)]


_RTL_STRETCH = re.compile(r"[rQ](?:[^aU\n]*[rQ])?p*")


def _solid_shape(text: str, plain: str, *, own: str, other: str) -> str:
    """The `plain` shape of `text` with whole stretches made solid, so that no pattern looks inside them: `U` an
    address, a phone number or a name with a leading dot; `Q` a quotation or parenthesis all in the direction of `own`,
    with the punctuation inside it."""
    shape = list(plain)
    for start, end in _literals(text):
        if "U" not in shape[start:end]:
            shape[start:end] = "U" * (end - start)
    for match in _ENCLOSED.finditer(text):
        start, end = _stripped(text, match.start() + 1, match.end() - 1)
        inside = shape[start:end]
        if own in inside and other not in inside and "q" not in inside:
            shape[start:end] = "Q" * (end - start)
    return "".join(shape)


def _literals(text: str) -> list[Span]:
    addresses = [_trimmed(text, *match.span()) for match in _ADDRESS.finditer(text)]
    phones = [
        match.span() for match in _PHONE.finditer(text) if sum(map(str.isdigit, match[0])) >= _PHONE_DIGITS
    ]
    return addresses + phones + [match.span() for match in _DOTTED_NAME.finditer(text)]


def _stripped(text: str, start: int, end: int) -> Span:
    """The place without white space at its edges."""
    inside = text[start:end]
    return end - len(inside.lstrip()), start + len(inside.rstrip())


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without the punctuation of the sentence an address stands in."""
    while text[end - 1] in ".,:;!?'…*" or (text[end - 1] in ")]}" and not _is_balanced(text[start:end])):
        end -= 1
    return start, end


def _joins(text: str, shape: str, left: Span, right: Span) -> bool:
    """Whether two neighbouring stretches are one, as `Windows 11`, `Washington, DC`, `5 GB`, `1 234 567` are."""
    if "U" in (shape[left[1] - 1], shape[right[0]]):
        return False
    gap = shape[left[1] : right[0]]
    has_word = shape.find("a", *left) >= 0
    if not gap.strip(" "):
        return has_word or _UNIT.fullmatch(text, *right) is not None or _is_grouped(text, left, right)
    if not has_word or shape.find("a", *right) < 0:
        return False
    return gap in (", ", " & ", " + ") or (gap == ". " and _ends_abbreviated(text, left[1]))


def _ends_abbreviated(text: str, end: int) -> bool:
    """Whether the word before `end` is an initial or a title, so that its full stop ends no sentence."""
    return _ABBREVIATION.search(text[max(0, end - _LONGEST_TITLE) : end]) is not None


def _is_grouped(text: str, left: Span, right: Span) -> bool:
    """Thousands set apart by single spaces."""
    if right[0] - left[1] != 1 or not re.match(r"[0-9]{3}(?![0-9])", text[slice(*right)]):
        return False
    return re.fullmatch(r"[+-]?\D?[0-9]{1,3}(?:\s[0-9]{3})*", text[slice(*left)]) is not None


_CLOSERS = {"(": ")", "[": "]", "{": "}", "«": "»", "“": "”"}


def _is_balanced(text: str) -> bool:
    return all(text.count(opener) == text.count(closer) for opener, closer in _CLOSERS.items())


def _balanced(text: str, start: int, end: int) -> Span:
    """The stretch with the bracket or quotation mark at its edge that its inside is the other half of."""
    for opener, closer in _CLOSERS.items():
        surplus = text[start:end].count(opener) - text[start:end].count(closer)
        if surplus < 0 and text[start - 1 : start] == opener:
            start -= 1
        if surplus > 0 and text[end : end + 1] == closer:
            end += 1
    if text[start:end].count('"') % 2:
        if text[end : end + 1] == '"':
            return start, end + 1
        if text[start - 1 : start] == '"':
            return start - 1, end
    return start, end
