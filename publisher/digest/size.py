"""Size: a digest must reach its reader whole.

Gmail clips a mail at about 102 KB and hides what follows, the way to leave included. So a digest that would grow too
large gives up text, never its end: the last stories are told by their headline only, then the last headlines by number.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from publisher.model.issue import Draft, Patch
from publisher.model.reason import Reason, reason

MAX_HTML_BYTES = 100_000
"""No HTML part is larger, patched for its reader."""
WARN_HTML_BYTES = 80_000
"""From here on the desk says so."""
PATCH_BYTES = 512
"""What a reader's own link may take. A patch longer than that must not be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A draft that gave up something for size. `omitted` counts the articles not even named."""

    draft: Draft
    omitted: int


def fit(draft: Draft, render: Callable[[Cut], str]) -> tuple[Cut, str]:
    """Cut as little as makes the HTML fit; returns the cut and its HTML.

    The least number of steps is searched by halving: each step makes the mail smaller. When even the lead story alone
    is too large, that is returned, and the lint refuses it.
    """
    most = 2 * (len(draft.articles) - 1) + len(draft.headlines)
    best = shorten(draft, 0)
    html = render(best)
    if size_bytes(html) <= MAX_HTML_BYTES:
        return best, html
    low, high = min(1, most), most
    while low < high:
        middle = (low + high) // 2
        if size_bytes(render(shorten(draft, middle))) <= MAX_HTML_BYTES:
            high = middle
        else:
            low = middle + 1
    best = shorten(draft, low)
    return best, render(best)


def shorten(draft: Draft, steps: int) -> Cut:
    """Take `steps` steps: each turns the last story into a headline, then, with only the lead left, drops one.

    What was a story stands before what was a headline already. At most `2 * (stories - 1) + headlines` steps.
    """
    told = max(1, len(draft.articles) - steps)
    headlines = draft.articles[told:] + draft.headlines
    dropped = max(0, steps - (len(draft.articles) - 1))
    kept = headlines[: len(headlines) - dropped]
    return Cut(draft=replace(draft, articles=draft.articles[:told], headlines=kept), omitted=dropped)


def size_bytes(html: str) -> int:
    """The bytes of the HTML once it is patched for a reader, at most."""
    return len(html.encode()) + sum(html.count(patch) * (PATCH_BYTES - len(patch)) for patch in Patch)


def lint_size(html: str) -> tuple[Reason, ...]:
    """Warns with `digest.size.large` from 80,000 bytes on."""
    size = size_bytes(html)
    return (reason("digest.size.large", kilobytes=size // 1000),) if size >= WARN_HTML_BYTES else ()
