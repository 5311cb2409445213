"""Which language a page is shown in: asked for by a link, else by the visitor's browser, else the site's own.

No cookie remembers it: a link with `?lang=` carries it from page to page.
"""

from collections.abc import Sequence

from starlette.requests import Request

PARAMETER = "lang"


def asked_language(request: Request, offered: Sequence[str]) -> str | None:
    """The language in `?lang=`, if it is one of those offered."""
    asked = request.query_params.get(PARAMETER)
    return asked if asked in offered else None


def negotiate_language(header: str, offered: Sequence[str], *, preferred: str) -> str:
    """The language for an `Accept-Language` header (RFC 9110 section 12.5.4).

    `preferred`, the newsroom's own, wins wherever the visitor reads it at all: many phones in Baghdad are set to
    English by people who want their paper in Arabic. Then the visitor's order counts; regions do not.
    """
    ranges = _read_ranges(header)
    if any(_matches(wish, preferred) for wish in ranges):
        return preferred
    found = (tag for wish in ranges for tag in offered if _matches(wish, tag))
    return next(found, preferred)


def _read_ranges(header: str) -> list[str]:
    """The language ranges a visitor accepts, best first; those of weight 0 and `*` say nothing to us."""
    weighed = []
    for part in header[:500].lower().split(","):
        wish, _, weight = part.partition(";")
        quality = _read_weight(weight)
        if wish.strip() not in ("", "*") and quality > 0:
            weighed.append((quality, wish.strip()))
    return [wish for _, wish in sorted(weighed, key=lambda pair: -pair[0])]


def _read_weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _matches(wish: str, tag: str) -> bool:
    return wish.split("-")[0] == tag.split("-")[0].lower()
