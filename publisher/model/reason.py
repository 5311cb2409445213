"""Why something was kept, cut, held or skipped.

Inner code never writes sentences for people: it names a key and its arguments, and the edge looks the
sentence up in the catalogue `reasons` of the reader's language (`publisher/locale`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason as data: `key` is the catalogue's message id, `arguments` fill its `%(name)s` places."""

    key: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)


def reason(key: str, **arguments: str | int) -> Reason:
    """Shorthand: `reason("date.missing")`, `reason("date.future", date="2031-01-01")`."""
    return Reason(key=key, arguments=arguments)
