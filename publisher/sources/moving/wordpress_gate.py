"""Which posts of a WordPress export were articles that everybody could read.

Promise: it fails closed. An export holds everything: drafts, private posts, texts for members. Whatever does not say
plainly that it was published and for everybody is left out with its reason, however the export spells its namespace.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

from lxml import etree

from publisher.model.reason import Reason, reason
from publisher.sources.moving.item_parts import Parts
from publisher.sources.moving.xml_stream import text_of

_EXPORT = "wordpress.org/export"
"""In the namespace of an export: before it stands http or https, after it the version."""
_UNPUBLISHED = ("draft", "pending", "private", "future", "trash", "auto-draft", "inherit")
"""The statuses of WordPress itself beside `publish` (its function get_post_stati)."""
_FOR_EVERYBODY: Mapping[str, Collection[str]] = {
    "_jetpack_newsletter_access": ("", "everybody"),
    "_jetpack_memberships_contains_paid_content": ("", "0", "false"),
    "_jetpack_memberships_contains_paywalled_content": ("", "0", "false"),
    "_members_access_role": ("",),
    "rcp_subscription_level": ("", "0"),
    "rcp_user_level": ("", "All", "all"),
    "rcp_access_level": ("", "0", "None"),
    "_is_paid": ("", "0"),
}
"""What plugins write beside a post of who may read it (Jetpack, Members, Restrict Content), and which values
mean everybody.
"""
_GATE = re.compile(
    "restrict|member|subscri|paid|premium|protect|private|paywall|login|logged|gated|unlock|locke[dr]|hid(?:e|den)"
    "|access|s2if|mepr|ihc-",
    re.IGNORECASE,
)
"""In the name of a block or of a shortcode around text: some readers see what it holds, others do not."""
_BLOCK = re.compile(r"<!--\s{0,9}wp:([a-z0-9_/-]{1,200})([^<>]*)", re.IGNORECASE)
"""As the block editor writes it; what has nothing in it ends with a slash."""
_CLOSED = re.compile(r"\[/([^\[\]<>/\s]{1,100})\]")
"""The end of a shortcode that stands around text; one without an end has no text of its own."""
_ALWAYS = ("paywall", "premium-content")
"""What follows these is for those who pay, whether or not they have an end."""
_FORMS = ("jetpack/subscriptions",)
"""Where a visitor leaves her address: it hides nothing."""


def is_export_name(name: str) -> bool:
    """Whether a namespace, or an element's full name, is of a WordPress export, in whatever version and spelling."""
    return _EXPORT in name.lower()


def is_export_item(item: etree._Element, parts: Parts) -> bool:
    """Whether an item is of an export, by the namespaces that hold for it, wherever they are declared, and by what
    stands in it: WordPress's own feeds say none of this.
    """
    if any(map(is_export_name, (*item.nsmap.values(), *parts.by_tag))):
        return True
    return "post_password" in parts.by_local or {"post_type", "status"} <= parts.by_local.keys()


def judge_post(parts: Parts, kinds: Collection[str], text: Iterable[str]) -> Reason | None:
    """Why a post of an export was never an article in a feed, or not one for everybody; None where it was. `text` is
    everything of it that would be published.
    """
    (kind, *other_kinds), (status, *other_statuses) = _stated(parts, "post_type"), _stated(parts, "status")
    if not kind or not status or other_kinds or other_statuses:
        return reason("moving.unstated")
    if kind not in kinds:
        return reason("moving.other_kind", kind=kind[:60])
    if status in _UNPUBLISHED:
        return reason("moving.not_published", status=status)
    if status != "publish":
        return reason("moving.unknown_status", status=status[:60])
    if _has_password(parts) or _is_for_members(parts):
        return reason("moving.protected")
    gate = next(chain.from_iterable(map(_find_gates, text)), None)
    return reason("moving.gated", mark=gate[:60]) if gate else None


def _stated(parts: Parts, name: str) -> list[str]:
    """What an item says under this name: more than one value where it contradicts itself, empty where nothing."""
    named = parts.by_local.get(name, ())
    own = [found for found in named if is_export_name(str(found.tag))]
    return list(dict.fromkeys(map(text_of, own or named))) or [""]


def _has_password(parts: Parts) -> bool:
    """A blank is a password as well; blanks with a line end are how a program laid out an empty element."""
    return any(map(_is_password, parts.by_local.get("post_password", ())))


def _is_password(element: etree._Element) -> bool:
    text = "".join(map(str, element.itertext()))
    return bool(text.strip()) or (text != "" and "\n" not in text)


def _is_for_members(parts: Parts) -> bool:
    metas = (Parts.of(found) for found in parts.by_local.get("postmeta", ()))
    stated = ((meta.text("meta_key"), meta.text("meta_value")) for meta in metas)
    return any(value not in _FOR_EVERYBODY.get(key, (value,)) for key, value in stated)


def _find_gates(text: str) -> Iterator[str]:
    """Every block and shortcode that parts those who may read on from those who may not, as it is written."""
    for block in _BLOCK.finditer(text):
        name, is_empty = block[1].lower(), block[2].endswith("/--")
        is_gate = _GATE.search(name) and name not in _FORMS and not is_empty
        if is_gate or any(part in name for part in _ALWAYS):
            yield f"wp:{name}"
    for shortcode in _CLOSED.finditer(text):
        if _GATE.search(shortcode[1]):
            yield f"[{shortcode[1]}]"
