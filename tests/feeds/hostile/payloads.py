"""HTML that tries to act, each calling `alert` so that a browser would tell, and HTML that is merely broken.

The pieces are in tests/data/hostile_html.json by class: event handlers and the elements that carry them, addresses that
are programs and the attributes that carry those, scripts, SVG and MathML, mutations between parsers, styles.
"""

import json
from collections.abc import Iterator
from itertools import chain, product
from pathlib import Path

_PIECES: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[2] / "data" / "hostile_html.json").read_text("utf-8")
)
BROKEN = _PIECES["broken"]
"""HTML as old systems and pasted documents leave it."""


def every_payload() -> tuple[str, ...]:
    """Each once: every event at two elements, every scheme in three carriers, every carrier, and all the others."""
    others = (_PIECES[name] for name in ("scripts", "foreign", "mutations", "styles"))
    return tuple(dict.fromkeys(chain(_handlers(), _programs(), *others)))


def _handlers() -> Iterator[str]:
    hosts = _PIECES["hosts"]
    for number, event in enumerate(_PIECES["events"]):
        yield f"<{hosts[number % len(hosts)]} {event}=alert(1)>x"
        yield f"<{hosts[(number + 3) % len(hosts)]} {event.upper()} = 'alert(1)'>x"


def _programs() -> Iterator[str]:
    carriers, schemes = _PIECES["carriers"], _PIECES["schemes"]
    for carrier, scheme in product(carriers[:2], schemes):
        yield carrier.format(scheme)
    for number, scheme in enumerate(schemes):
        yield carriers[number % len(carriers)].format(scheme)
    for carrier in carriers:
        yield carrier.format("javascript:alert(1)")
