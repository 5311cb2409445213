"""Texts that break feeds: every code point, the naughty strings, mixed directions, joiners, and too much of it."""

import json
from collections.abc import Iterator
from pathlib import Path

CHUNK = 8192
"""Code points of one text."""
SURROGATES = range(0xD800, 0xE000)
NAUGHTY: tuple[str, ...] = tuple(
    json.loads((Path(__file__).parents[2] / "data" / "naughty_strings.json").read_text("utf-8"))
)
WRITTEN = {
    "latin first": "OPEC+ ترفع الإنتاج",
    "sign first": "C++ أم Rust؟",
    "number first": "2025-11-01: يوم طويل",
    "quote first": "«نص» داخل «نص»",
    "arabic in english": "The paper النهار was founded in 1933",
    "hebrew": "שָׁלוֹם עולם, 50% הנחה (מבצע)",
    "persian": "می‌خواهم نامه‌های کتاب‌خانه‌ها را بخوانم",
    "urdu": "یہ خبر اُردو میں ہے۔",
    "sorani": "هەواڵەکانی کوردستان ڕۆژانە",
    "kurmanji": "Nûçeyên Kurdistanê rojane",
    "syriac": "ܐܳܪܳܡܳܝܳܐ",
    "thaana": "ދިވެހި",
    "emoji joined": "👩🏽‍🚒👨‍👩‍👧‍👦🏳️‍🌈🇮🇶",
    "astral": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𞤀𞤣𞤤𞤢𞤥 𐤀𐤁",
    "tatweel and marks": "مـــرحـــبـــاً بِكُمْ",
    "presentation forms": "ﻗﻮى ﷺ ﷼ ﴿آية﴾",
    "arabic digits": "١٢٣٫٤ و۱۲۳ و123",
    "opened override": "\u202eمقلوب",
    "opened embedding": "قبل \u202b\u202aبعد",
    "opened isolate": "قبل \u2066بعد",
    "closed twice": "قبل\u202c\u2069 بعد",
    "crossed": "\u2067أ\u202aب\u2069ج\u202c",
    "marks at the edges": "\u200f\u200eعنوان\u200e\u200f\u061c",
    "nulls": "قبل\x00بعد\x0b\x0c\x1b[31m",
    "c1": "قبل\x80\x85\x9fبعد",
    "separators": "سطر\u2028سطر\u2029سطر",
    "noncharacters": "قبل\ufffe\uffff\ufdd0\U0001fffeبعد",
    "byte order mark": "\ufeffعنوان",
    "tags": "🏴\U000e0067\U000e0062\U000e007f",
    "cdata end": "]]> ]]&gt; <![CDATA[ x",
    "entities": "&amp;amp; &nbsp; &#0; &#xD800; &unknown; &",
    "markup": "<b>عنوان</b> & <script>alert(1)</script> 1 < 2",
    "percent": "%s %(name)s {0} {name} ${x} {{ 7*7 }}",
    "json": '\\ " \\u0000 \\ud800 \b\f',
    "path": "../../etc/passwd\\..\\",
    "combining": "e" + "\u0301" * 300,
    "long word": "ا" * 5000,
    "blank": " \t ",
    "none": "None",
}


def code_points() -> Iterator[str]:
    """Every code point there is, surrogates too, in chunks of `CHUNK`."""
    for start in range(0, 0x110000, CHUNK):
        yield "".join(map(chr, range(start, start + CHUNK)))


def megabyte() -> str:
    """An article of one megabyte in paragraphs."""
    sentence = "قال المتحدث باسم الوزارة إن التقرير (report) سيُنشر في 2025-11-02، وأضاف أن OPEC+ لم ترد. "
    return "\n\n".join([sentence * 12] * (1_048_576 // len((sentence * 12).encode()) + 1))
