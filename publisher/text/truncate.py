"""Shortening a text for people: at a word, with an ellipsis, never through a letter and its marks."""

import re
from itertools import islice

from publisher.text.graphemes import iter_graphemes

_ELLIPSIS = "…"
_BREAK = re.compile(r"[^\S\u00a0\u202f\u2007]")
"""White space where a line may break: not the no-break spaces."""
_DANGLING = " \t\n\u00a0\u202f\u200c\u200d\u200e\u200f،؛,;:-–—/|([{«“‘‹…"


def truncate(text: str, limit: int) -> str:
    """`text` in at most `limit` characters as readers count them (graphemes), the closing `…` included.

    Unchanged where it fits. Cut at white space; a first word longer than `limit` is cut between two graphemes.
    Opening brackets and quotes, commas and dashes left at the end go. Raises ValueError for a limit below 1.
    """
    if limit < 1:
        raise ValueError("a text cannot be cut to fewer than one character")
    if len(text) <= limit:
        return text
    clusters = list(islice(iter_graphemes(text), limit + 1))
    if len(clusters) <= limit:
        return text
    head = "".join(clusters[: limit - 1])
    if not _BREAK.match(clusters[limit - 1]):
        head = _at_last_word(head)
    return _without_dangling(head) + _ELLIPSIS


def _at_last_word(head: str) -> str:
    cuts = [found.start() for found in _BREAK.finditer(head)]
    return head[: cuts[-1]] if cuts and head[: cuts[-1]].strip() else head


def _without_dangling(head: str) -> str:
    before = None
    while head != before:
        before = head
        head = head.rstrip(_DANGLING)
        if head.endswith('"') and head.count('"') % 2:
            head = head[:-1]
    return head
