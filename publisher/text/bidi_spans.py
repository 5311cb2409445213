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
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
    r"|(?<![\w.])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/[^\s<>\"«»“”،؛؟]*",
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
_UNITS = frozenset(
    """
    % ‰ °C °F C F K g kg mg t lb oz m km cm mm ft in mi m² km² m³ ha l ml s ms min h px pt dpi fps mph bpd
    kB KB MB GB TB PB Kbps Mbps Gbps Hz kHz MHz GHz W kW MW GW kWh MWh V A
    am pm AM PM a.m. p.m. GMT UTC BC AD USD EUR GBP IQD
    """.split()
)
"""What a number before it belongs to: `5 GB`."""
_ABBREVIATION = re.compile(
    r"(?:^|\W)(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Gen|Col|Capt|Lt|Sgt|Gov|Sen|Rep|No|vs|Inc|Ltd|Co|Corp|al)$"
)


def find_ltr_spans(text: str) -> list[Span]:
    """The stretches to isolate inside a right-to-left paragraph, in order, apart from each other."""
    shape = _mark_enclosed(text, _mark_literals(text, build_shape(text)), own="a", other="r")
    spans: list[Span] = []
    for token in _TOKEN.finditer(shape):
        if spans and _joins(text, shape, spans[-1], token.span()):
            spans[-1] = (spans[-1][0], token.end())
        else:
            spans.append(token.span())
    return [(start, end) for start, end in spans if shape[start:end].strip("1")]


def find_rtl_spans(text: str) -> list[Span]:
    """The stretches to isolate inside a left-to-right paragraph, in order, apart from each other."""
    shape = _mark_enclosed(text, _mark_literals(text, build_shape(text)), own="r", other="a")
    found = re.finditer(r"[rQ](?:[^aU\n]*[rQ])?p*", shape)
    return _merged([_balanced(text, *match.span()) for match in found])


def _mark_literals(text: str, shape: str) -> str:
    """Addresses, phone numbers and names with a leading dot become solid `U`."""
    for start, end in [_trimmed(text, *match.span()) for match in _ADDRESS.finditer(text)]:
        shape = shape[:start] + "U" * (end - start) + shape[end:]
    for match in [*_PHONE.finditer(text), *_DOTTED_NAME.finditer(text)]:
        start, end = match.span()
        is_phone = sum(char.isdecimal() for char in match[0]) >= _PHONE_DIGITS
        if "U" not in shape[start:end] and (is_phone or match[0].startswith(".")):
            shape = shape[:start] + "U" * (end - start) + shape[end:]
    return shape


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without the punctuation of the sentence an address stands in."""
    while text[end - 1] in ".,:;!?'…*" or (text[end - 1] in ")]}" and not _is_balanced(text[start:end])):
        end -= 1
    return start, end


def _mark_enclosed(text: str, shape: str, *, own: str, other: str) -> str:
    """A quotation or parenthesis all in one direction is one stretch, its inner punctuation included: solid `Q`."""
    for match in _ENCLOSED.finditer(text):
        start, end = match.start() + 1, match.end() - 1
        end -= len(text[start:end]) - len(text[start:end].rstrip())
        start += len(text[start:end]) - len(text[start:end].lstrip())
        inside = shape[start:end]
        if own in inside and other not in inside and "q" not in inside:
            shape = shape[:start] + "Q" * (end - start) + shape[end:]
    return shape


def _joins(text: str, shape: str, left: Span, right: Span) -> bool:
    """Whether two neighbouring stretches are one, as `Windows 11`, `Washington, DC`, `5 GB`, `1 234 567` are."""
    gap = shape[left[1] : right[0]]
    has_word = "a" in shape[left[0] : left[1]]
    if "U" in (shape[left[1] - 1], shape[right[0]]):
        return False
    if gap and not gap.strip(" "):
        return has_word or text[slice(*right)] in _UNITS or _is_grouped(text, left, right)
    both_words = has_word and "a" in shape[slice(*right)]
    if gap in (", ", " & ", " + "):
        return both_words
    return gap == ". " and both_words and _ABBREVIATION.search(text[slice(*left)]) is not None


def _is_grouped(text: str, left: Span, right: Span) -> bool:
    """Thousands set apart by spaces."""
    digits = re.split(r"\s", text[slice(*left)])
    starts = re.fullmatch(r"[+-]?\D?[0-9]{1,3}", digits[0]) and all(len(group) == 3 for group in digits[1:])
    return (
        bool(starts)
        and right[0] - left[1] == 1
        and re.match(r"[0-9]{3}(?![0-9])", text[slice(*right)]) is not None
    )


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


def _merged(spans: list[Span]) -> list[Span]:
    """Spans that grew into each other as one."""
    apart: list[Span] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart
