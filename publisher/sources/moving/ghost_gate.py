"""Which posts of a Ghost export, and which parts of one, everybody could read.

Promise: it fails closed. A block that Ghost shows to some readers alone is taken out, as Ghost takes it out of what
everybody is given; where it cannot be told where such a block ends, the whole post is left out, since cutting it there
would publish half an article as if it were one.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from publisher.model.reason import Reason, reason
from publisher.sources.moving.json_values import text_in

_MARK = re.compile(r"<!--\s{0,9}kg-gated-block:(begin|end)\b([^<>]*)-->", re.IGNORECASE)
_NAME = "kg-gated-block"
_NON_MEMBER = re.compile(r"\bnonMember:[\"']?([^\s\"']*)", re.IGNORECASE)
_GATED_SOURCE = re.compile(r"\\?\"nonMember\\?\"\s{0,9}:\s{0,9}false", re.IGNORECASE)
"""The same said in the text's own form, of which `plaintext` is made without a mark."""
_FORMS = ("lexical", "mobiledoc", "markdown")
"""Ghost's own forms of a text, of every age."""


def judge_post(post: Mapping[str, Any], kinds: Collection[str]) -> Reason | None:
    """Why a post was never an article in a feed, not one for everybody, or not in a form that is read."""
    kind = text_in(post, "type") or ("page" if post.get("page") else "post")
    status = text_in(post, "status")
    if kind not in kinds:
        return reason("moving.other_kind", kind=kind[:60])
    if not status:
        return reason("moving.unstated")
    if status != "published":
        return reason("moving.not_published", status=status[:60])
    if post.get("visibility", "public") != "public":
        return reason("moving.protected")
    return _judge_text(post)


def _judge_text(post: Mapping[str, Any]) -> Reason | None:
    markup = text_in(post, "html")
    if markup:
        return reason("moving.gated", mark=_NAME) if drop_gated(markup) is None else None
    form = next((name for name in _FORMS if text_in(post, name)), None)
    if text_in(post, "plaintext"):
        is_gated = any(_GATED_SOURCE.search(text_in(post, name)) for name in _FORMS)
        return reason("moving.gated", mark="nonMember") if is_gated else None
    return reason("moving.other_form", form=form) if form else None


def drop_gated(markup: str) -> str | None:
    """The text without the blocks that some readers alone are shown; None where one of them has no clear end."""
    kept: list[str] = []
    after = 0
    is_inside = is_shown = False
    for mark in _MARK.finditer(markup):
        begins = mark[1].lower() == "begin"
        if begins is is_inside:
            return None
        if begins or is_shown:
            kept.append(markup[after : mark.start()])
        is_inside, is_shown = begins, begins and _is_for_everybody(mark[2])
        after = mark.end()
    text = "".join((*kept, markup[after:]))
    return None if is_inside or _NAME in text.lower() else text


def _is_for_everybody(parameters: str) -> bool:
    """Whether `nonMember` is said to be true, and nothing else is said of it."""
    stated = [value.lower() for value in _NON_MEMBER.findall(parameters)]
    return stated == ["true"]
