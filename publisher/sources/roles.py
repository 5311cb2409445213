"""What each line of a saved page is. Every line gets exactly one role, so no word is lost unseen or kept twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from publisher.model.reason import Reason, reason
from publisher.sources.boilerplate import MAX_WORDS, TERMINATORS, Noise, classify_line
from publisher.sources.caption import split_credit
from publisher.sources.credits import name_key, parse_byline, parse_rights_holder, parse_source_line
from publisher.sources.lines import Line, ends_sentence
from publisher.sources.page_dates import PageDate

MAX_TITLE_CHARS = 300
_TAIL_SHARE = 0.4
_SIGNATURE_WORDS = 4
_CAPTION_WORDS = 40
_NAME_CHARS = 120


class Role(StrEnum):
    """What a line is on its page."""

    TITLE = "title"
    """The headline."""
    REPEATED = "repeated"
    """The headline again, as pages print it over the picture."""
    CAPTION = "caption"
    """The picture's caption, with or without the headline in front."""
    DATE = "date"
    """A date of the article."""
    BYLINE = "byline"
    """Who wrote it."""
    PUBLISHER = "publisher"
    """The house's name alone."""
    SOURCE = "source"
    """A labelled source."""
    RIGHTS = "rights"
    """The claim of rights."""
    REMOVED = "removed"
    """Boilerplate, the page's clock, or what stands behind the article."""
    BODY = "body"
    """The article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The roles, one a line. `title` is the title's index; from `end` on the page speaks of other stories."""

    by_line: tuple[Role, ...]
    title: int
    end: int

    def pick(self, lines: Sequence[Line], role: Role) -> tuple[Line, ...]:
        """The lines of one role, in order."""
        return tuple(line for line, own in zip(lines, self.by_line, strict=True) if own is role)


def decide_roles(
    lines: Sequence[Line], *, dates: Iterable[PageDate], names: Iterable[str], has_title: bool = False
) -> Roles | Reason:
    """Give every line its role, or say that the page has no title.

    `dates` are the date lines; a bare one between paragraphs is text. `names` are the house's known names. `has_title`
    says that a person stated the title: then a first line that cannot be one is text.
    """
    dates = tuple(dates)
    noises = [classify_line(line.text) for line in lines]
    roles = [Role.BODY if noise is None else Role.REMOVED for noise in noises]
    for index, (line, noise) in enumerate(zip(lines, noises, strict=True)):
        if noise is Noise.RIGHTS:
            roles[index] = Role.RIGHTS
        elif parse_source_line(line.text):
            roles[index] = Role.SOURCE
    for date in dates:
        roles[date.index] = Role.DATE
    title = _find_title(lines, roles, has_title)
    if title is None:
        return reason("sources.title_missing")
    _mark_head(lines, roles, title)
    end = _mark_tail(lines, roles, noises, title)
    _mark_names(lines, roles, names)
    _mark_bare_dates(lines, roles, [date.index for date in dates if date.label is None], title)
    return Roles(by_line=tuple(roles), title=title, end=end)


def _find_title(lines: Sequence[Line], roles: list[Role], has_title: bool) -> int | None:
    first = next((index for index, role in enumerate(roles) if role is Role.BODY), None)
    if (
        first is not None
        and len(lines[first].text) <= MAX_TITLE_CHARS
        and not (has_title and lines[first].text.endswith("."))
    ):
        roles[first] = Role.TITLE
        return first
    return -1 if has_title else None


def _mark_head(lines: Sequence[Line], roles: list[Role], title: int) -> None:
    """The repeated title, the caption and the byline, among the first lines of text under the title; and a `© AFP`
    above the text, which is the picture's credit and claims nothing for the article.
    """
    head = [index for index in range(title + 1, len(lines)) if roles[index] is Role.BODY][:3]
    headline = lines[title].text if title >= 0 else None
    for place, index in enumerate(head):
        text = lines[index].text
        if parse_byline(text):
            roles[index] = Role.BYLINE
        elif text == headline:
            roles[index] = Role.REPEATED
        elif place < 2 and (_continues(headline, text) or _is_credited(text)):
            roles[index] = Role.CAPTION

    first = next((index for index in range(title + 1, len(lines)) if roles[index] is Role.BODY), title)
    for index in range(title + 1, first):
        if roles[index] is Role.RIGHTS and _is_picture_credit(lines[index].text):
            roles[index] = Role.CAPTION


def _is_picture_credit(text: str) -> bool:
    return split_credit(text).credit is not None and not any(char.isdecimal() for char in text)


def _continues(headline: str | None, text: str) -> bool:
    return headline is not None and text.startswith(headline + " ")


def _is_credited(text: str) -> bool:
    if len(text.split()) > _CAPTION_WORDS or ends_sentence(text):
        return False
    caption = split_credit(text)
    return caption.is_known


def _mark_tail(lines: Sequence[Line], roles: list[Role], noises: Sequence[Noise | None], title: int) -> int:
    """Cut behind the article, and return where other stories begin (the number of lines where none do)."""
    total = sum(len(line.text) for line in lines[title + 1 :])
    before = 0
    has_body = False
    cut = end = len(lines)
    for index in range(title + 1, len(lines)):
        noise = noises[index]
        if has_body and noise is Noise.RELATED:
            end = min(end, index)
        if has_body and (
            noise is Noise.RELATED or (noise in TERMINATORS and before >= (1 - _TAIL_SHARE) * total)
        ):
            cut = min(cut, index)
        has_body = has_body or roles[index] is Role.BODY
        before += len(lines[index].text)
    for index in range(cut, len(lines)):
        if roles[index] is Role.BODY or (index >= end and roles[index] in (Role.DATE, Role.SOURCE)):
            roles[index] = Role.REMOVED
    return end


def _mark_names(lines: Sequence[Line], roles: list[Role], names: Iterable[str]) -> None:
    """The publisher's line, a byline at the foot, and a signature that nothing explains."""
    holders = (
        parse_rights_holder(line.text) for line, role in zip(lines, roles, strict=True) if role is Role.RIGHTS
    )
    known = {name_key(name) for name in (*names, *holders) if name}
    for index, (line, role) in enumerate(zip(lines, roles, strict=True)):
        if (
            role in (Role.BODY, Role.REMOVED)
            and len(line.text) < _NAME_CHARS
            and name_key(line.text) in known
        ):
            roles[index] = Role.PUBLISHER
    body = [index for index, role in enumerate(roles) if role is Role.BODY]
    if len(body) < 2:
        return
    last = body[-1]
    if parse_byline(lines[last].text):
        roles[last] = Role.BYLINE
    elif _is_signature(lines[last].text) and any(
        role is not Role.BODY for role in roles[last + 1 : last + 2]
    ):
        roles[last] = Role.REMOVED


def _mark_bare_dates(lines: Sequence[Line], roles: list[Role], bare: Sequence[int], title: int) -> None:
    """A bare date above the title is the page's clock; between paragraphs it belongs to the text (facts: R6)."""
    prose = [i for i, role in enumerate(roles) if role is Role.BODY and _is_prose(lines[i].text)]
    for index in bare:
        if index < title:
            roles[index] = Role.REMOVED
        elif roles[index] is Role.DATE and prose and prose[0] < index < prose[-1]:
            roles[index] = Role.BODY


def _is_prose(text: str) -> bool:
    return ends_sentence(text) or len(text.split()) > MAX_WORDS


def _is_signature(text: str) -> bool:
    return len(text.split()) <= _SIGNATURE_WORDS and not ends_sentence(text)
