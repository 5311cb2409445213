"""Which entries of an Atom document were articles that readers had.

A feed holds nothing else. A document of a publishing protocol marks its drafts (RFC 5023 section 13.1.1), and Blogger's
backups are Atom with everything in it: comments, settings, templates, pages.
"""

from collections.abc import Collection

from lxml import etree

from publisher.model.reason import Reason, reason
from publisher.sources.moving.item_parts import local_name
from publisher.sources.moving.xml_stream import text_of

_KIND = "schemas.google.com/g/2005#kind"
"""In the scheme of a category that says what kind of thing an entry is."""
_BLOGGER = "{http://schemas.google.com/blogger/2018}"
"""Of the backups since 2024, where an entry has a `type` and a `status`."""


def is_kind(category: etree._Element) -> bool:
    """Whether a category says what kind of thing its entry is, instead of a topic."""
    return _KIND in category.get("scheme", "").lower()


def judge_entry(entry: etree._Element, name: str, kinds: Collection[str]) -> Reason | None:
    """Why an entry was never an article in a feed; None where nothing speaks against it. `name` is Atom's namespace."""
    kind = next((kind for kind in _read_kinds(entry, name) if kind not in kinds), None)
    if kind is not None:
        return reason("moving.other_kind", kind=kind[:60])
    if any(stated != "no" for stated in _read_drafts(entry)):
        return reason("moving.not_published", status="draft")
    statuses = [text_of(found).lower() for found in entry.findall(f"{_BLOGGER}status")]
    held = next((status for status in statuses if status != "live"), None)
    return None if held is None else reason("moving.not_published", status=held[:60])


def _read_kinds(entry: etree._Element, name: str) -> list[str]:
    """Every kind that is stated, such as `post`, `comment`, `settings`; none in a feed."""
    terms = [found.get("term", "") for found in entry.findall(f"{name}category") if is_kind(found)]
    types = [text_of(found).lower() for found in entry.findall(f"{_BLOGGER}type")]
    return [term.rpartition("#")[2] for term in terms] + types


def _read_drafts(entry: etree._Element) -> list[str]:
    """What `app:draft` says, in the namespace of RFC 5023 and in that of the drafts before it, which systems kept."""
    controls = (child for child in entry if local_name(child) == "control")
    return [
        text_of(found).lower() for control in controls for found in control if local_name(found) == "draft"
    ]
