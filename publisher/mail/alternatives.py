"""The two texts of an issue, encoded once and filled in for each reader.

Promise: filled, they are what encoding the filled texts would give; nothing is encoded for a reader but what is hers.
"""

import html
from dataclasses import dataclass, field

from publisher.mail.gaps import Gapped, encode_gapped
from publisher.mail.mime import TransferEncoding, choose_boundary, choose_encoding, last_mark, part_head
from publisher.mail.slots import Pieces, fill_slots, near_slots, parse_slots
from publisher.model.issue import Patch, Rendition

_LONGEST_URL = {Patch.UNSUBSCRIBE_URL: "https://" + "x" * 192}
"""Stands for any reader's URL when an encoding is chosen."""
_MOST_FORMS = 16
"""Readers' URLs have one length; many would mean that something is wrong, which must not cost memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledBody:
    """A reader's body. `in_text` and `in_page` are what was put into the places, `near` the texts around them. Where
    `is_new`, no body of this form has been proved yet.
    """

    form: "_Form"
    octets: bytes
    in_text: bytes
    in_page: bytes
    near: tuple[bytes, bytes]
    has_dot_lines: bool
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """Both texts encoded for URLs of one origin and length (escaped for each)."""

    key: tuple[str, int, int]
    text: Gapped
    page: Gapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """Make it with `parse_alternatives`. `forms` are those proved so far; it only remembers what can be made again."""

    boundary: str
    text: Pieces
    text_encoding: TransferEncoding
    text_near: Pieces
    page: Pieces
    page_encoding: TransferEncoding
    page_near: Pieces
    heads: tuple[bytes, bytes, bytes]
    forms: dict[tuple[str, int, int], _Form] = field(default_factory=dict, repr=False, compare=False)

    def fill(self, unsubscribe_url: str) -> FilledBody:
        """The body for a reader, each value escaped for the text it stands in."""
        escaped = html.escape(unsubscribe_url)
        in_text, in_page = unsubscribe_url.encode(), escaped.encode()
        text_values, page_values = {Patch.UNSUBSCRIBE_URL: in_text}, {Patch.UNSUBSCRIBE_URL: in_page}
        origin = unsubscribe_url[: unsubscribe_url.find("/", len("https://")) + 1] or unsubscribe_url
        key = (origin, len(in_text), len(in_page))
        known = self.forms.get(key)
        form = known or _Form(
            key=key,
            text=encode_gapped(self.text, self.text_encoding, text_values),
            page=encode_gapped(self.page, self.page_encoding, page_values),
        )
        first, second, last = self.heads
        pieces = (first, *form.text.fill(text_values), second, *form.page.fill(page_values), last)
        return FilledBody(
            form=form,
            octets=b"".join(pieces),
            in_text=in_text,
            in_page=in_page,
            near=(
                fill_slots(self.text_near, {Patch.UNSUBSCRIBE_URL: unsubscribe_url}),
                fill_slots(self.page_near, {Patch.UNSUBSCRIBE_URL: escaped}),
            ),
            has_dot_lines=form.text.has_dot_lines(text_values) or form.page.has_dot_lines(page_values),
            is_new=known is None,
        )

    def remember(self, proved: FilledBody) -> None:
        """A message with this body passed the gate as a whole: of the next of its form only the patches are checked."""
        if len(self.forms) < _MOST_FORMS:
            self.forms[proved.form.key] = proved.form


def parse_alternatives(rendition: Rendition, *, seed: str) -> Alternatives:
    """Cut and encode the texts. `seed` makes the boundary. Raises ValueError where one offers no way to leave."""
    text, page = parse_slots(rendition.text), parse_slots(rendition.html)
    if Patch.UNSUBSCRIBE_URL not in text or Patch.UNSUBSCRIBE_URL not in page:
        raise ValueError(f"both the text and the HTML must hold {Patch.UNSUBSCRIBE_URL}")
    samples = [fill_slots(text, _LONGEST_URL), fill_slots(page, _LONGEST_URL)]
    boundary = choose_boundary(seed, samples)
    encodings = [choose_encoding(sample) for sample in samples]
    first, second = (
        part_head(subtype, encoding, boundary)
        for subtype, encoding in zip(("plain", "html"), encodings, strict=True)
    )
    return Alternatives(
        boundary=boundary,
        text=text,
        text_encoding=encodings[0],
        text_near=near_slots(text),
        page=page,
        page_encoding=encodings[1],
        page_near=near_slots(page),
        heads=(first, b"\r\n" + second, b"\r\n" + last_mark(boundary)),
    )
