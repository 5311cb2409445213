"""Finding a word in a text as a searcher means it: folded, whole, and in Arabic script with or without the letters
that are written onto a word's front.

`العراق` is found in `والعراق`, `بالعراق` and `للعراق`, not in `العراقي`; `art` is not found in `party`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from publisher.text.fold import fold

_ARTICLE = "ال"
_PROCLITICS = "(?:[وف]?(?:[بك]?ال|لل|[بكل])?)"
"""و and ف, then ب, ك or ل, then the article; لل is ل with it."""
_ARABIC_SCRIPT = re.compile("[\u0620-\u06ff]")


def has_term(folded: str, terms: Iterable[str], language: str) -> bool:
    """Whether any of `terms` is in a text that `fold` gave for `language` (BCP 47). Folding a long text takes
    milliseconds, so it is done once for all questions.
    """
    patterns = (_pattern(term, language) for term in terms)
    return any(pattern is not None and pattern.search(folded) for pattern in patterns)


@lru_cache(maxsize=1024)
def _pattern(term: str, language: str) -> re.Pattern[str] | None:
    """None for a term of which nothing is left."""
    folded = fold(term, language)
    if not folded:
        return None
    if _ARABIC_SCRIPT.match(folded):
        bare = folded.removeprefix(_ARTICLE) if len(folded) > len(_ARTICLE) + 1 else folded
        return re.compile(rf"(?<!\w){_PROCLITICS}{re.escape(bare)}(?!\w)")
    return re.compile(rf"(?<!\w){re.escape(folded)}(?!\w)")
