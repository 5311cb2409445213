"""A picture's caption and credit, as a saved page leaves them (facts: R4, R5)."""

import re
from dataclasses import dataclass

from publisher.text.fold import fold

_AGENCIES = frozenset(
    fold(name, "ar")
    for name in (
        *(
            "AP",
            "AFP",
            "Reuters",
            "EPA",
            "DPA",
            "ANSA",
            "TASS",
            "INA",
            "Getty Images",
            "Getty",
            "Shutterstock",
            "iStock",
        ),
        *(
            "Anadolu",
            "Anadolu Agency",
            "AA",
            "Xinhua",
            "Sputnik",
            "Bloomberg",
            "Unsplash",
            "Wikimedia",
            "Associated Press",
        ),
        *(
            "رويترز",
            "أسوشيتد برس",
            "اسوشييتد برس",
            "فرانس برس",
            "أ ف ب",
            "أ.ف.ب",
            "أ ب",
            "أ.ب",
            "د ب أ",
            "د.ب.أ",
            "إ ب أ",
        ),
        *(
            "غيتي",
            "غيتي إيميجز",
            "جيتي",
            "الأناضول",
            "وكالة الأناضول",
            "شينخوا",
            "سبوتنيك",
            "تاس",
            "بلومبرغ",
            "وكالات",
        ),
        *("واع", "واس", "وام", "كونا", "وفا", "بترا", "سانا", "قنا", "الفرنسية", "الشرق الأوسط"),
        *("أرشيفية", "أرشيف", "صورة أرشيفية", "تعبيرية", "صورة تعبيرية", "ئەرشیف"),
    )
)
_LABEL = re.compile(
    r"^(?:تصوير|عدسة|صورة|الصورة|المصدر|مصدر الصورة|فۆتۆ|وێنە|צילום"
    r"|photo(?: by)?|image|credit|picture|source)\s*[:：]\s*",
    re.IGNORECASE,
)
_ALONE = re.compile(r"^(?:©|\(c\)|(?:تصوير|عدسة|photo by|credit|צילום|فۆتۆ)\s*:)\s*", re.IGNORECASE)
"""What marks a whole line as a credit."""
_TAIL = re.compile(r"^(?P<caption>.+)(?:\s+[-–—©]\s*|\s*/\s+|\s+/\s*|\s*\|\s*)(?P<credit>[^|/–—]{1,60})$")
_PARENTHESES = re.compile(r"^(?P<caption>.+?)\s*[(\[](?P<credit>[^()\[\]]{1,60})[)\]]$")
_MAX_CREDIT_WORDS = 4
_FUNCTION_WORDS = """في من على الى عن مع ان بعد قبل خلال حتى منذ بين امام عند هذا هذه التي الذي كما او ثم قد لا لم لن ما
    the a an of in on at to and or for with by is are was were from"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What stood under a picture. `is_known` says that the credit is an agency's or labelled, not only likely."""

    text: str | None
    credit: str | None
    is_known: bool


def split_credit(text: str) -> Caption:
    """Part a credit from the end of a caption: after the last ` - `, ` / ` or `|`, or in final brackets.

    It is one if an agency or a label says so, or if it is at most four words without a figure, a function word or the
    look of a verb; otherwise all is caption.
    """
    whole = text.strip(" :-–—|")
    alone = _ALONE.sub("", whole)
    if _is_agency(alone) or alone != whole:
        return Caption(text=None, credit=alone or None, is_known=bool(alone))
    for pattern in (_PARENTHESES, _TAIL):
        match = pattern.match(whole[-400:]) if len(whole) <= 2000 else None
        if match is None:
            continue
        start = len(whole) - len(whole[-400:])
        caption, credit = whole[: start + match.end("caption")].strip(), match["credit"].strip()
        bare = _LABEL.sub("", credit)
        is_known = bare != credit or _is_agency(credit)
        if bare and (is_known or _may_be_name(bare)):
            return Caption(text=caption or None, credit=bare, is_known=is_known)
    return Caption(text=whole or None, credit=None, is_known=False)


def _is_agency(text: str) -> bool:
    """Whether every name in `text` (several are joined by `/`, `+` or a comma) is an agency's."""
    names = [name.strip() for name in re.split(r"[/+،,]", text)]
    return bool(text) and all(fold(name, "ar") in _AGENCIES for name in names)


def _may_be_name(text: str) -> bool:
    words = fold(text, "ar").split()
    if not 1 <= len(words) <= _MAX_CREDIT_WORDS or not any(char.isalpha() for char in text):
        return False
    if any(char.isdecimal() or char in '.؟?!:،;؛"' for char in text.rstrip(".")):
        return False
    functions = _FUNCTION_WORDS.split()
    return not any(word in functions or _looks_like_verb(word) for word in words)


def _looks_like_verb(word: str) -> bool:
    """Arabic's imperfect with ي or ت, and the perfect's endings: rough, and only ever keeps words in the caption."""
    return (
        len(word) >= 4 and "\u0620" <= word[0] <= "\u064a" and (word[0] in "يت" or word.endswith(("وا", "ت")))
    )
