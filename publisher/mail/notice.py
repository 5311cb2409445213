"""The two single mails: please confirm, and welcome.

Promise: nothing a visitor typed stands in a confirmation mail but the address it goes to, so the form cannot be used
to mail somebody else's words to a stranger. A confirmation offers no unsubscribe, as nothing was subscribed; a welcome
offers one-click from the first day. Both are auto-generated (RFC 3834), so no vacation program answers them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import css_inline
import jinja2

from publisher.mail.block import CRLF, content_fields, message_id_field, origin_fields, recipient_field
from publisher.mail.gate import ask_second_opinion, pass_gate
from publisher.mail.header import token_field, uri_field
from publisher.mail.message import Message, MessageKind
from publisher.mail.mime import (
    canonical_octets,
    choose_boundary,
    choose_encoding,
    encode_part,
    render_alternatives,
)
from publisher.mail.phrase import Phrase, build_phrase
from publisher.mail.signing import MessageSigner
from publisher.mail.token import Purpose
from publisher.model.address import EmailAddress
from publisher.model.colour import build_dark, build_light
from publisher.model.direction import Direction
from publisher.model.site import Sender, Site
from publisher.model.subscriber import NoticeKind
from publisher.text.digits import localise_digits
from publisher.text.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLetter:
    """What a notice is about. `newsletters` are titles. `url` is the reader's own page, at most 200 ASCII characters:
    to confirm, or in a welcome to leave all the newsletters named. `date` (aware) is the same at every attempt, so
    that a second copy is the same letter. `return_path` is where a bounce comes back to; None: the house's own address.
    """

    kind: NoticeKind
    notice: int
    address: EmailAddress
    newsletters: tuple[str, ...]
    url: str
    date: datetime
    return_path: EmailAddress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """The context of templates/mail/confirm.* and welcome.*, called `page`."""

    language: str
    direction: Direction
    subject: Phrase
    preheader: Phrase
    site: Phrase
    home: str
    """The house's front page."""
    title: Phrase
    newsletters: tuple[Phrase, ...]
    before: Phrase
    after: tuple[Phrase, ...]
    button: Phrase
    button_url: str
    spare: Phrase
    """Goes before an address in full, for those who cannot press the link."""
    spare_url: str
    small_print: tuple[Phrase, ...]
    accent: str
    dark_accent: str


def build_notice(
    letter: NoticeLetter,
    *,
    site: Site,
    sender: Sender,
    words: Words,
    env: jinja2.Environment,
    dkim: MessageSigner | None = None,
) -> Message:
    """The whole message, gate passed. `words` and `env` are of the reader's language; without `dkim` the relay signs.
    Raises GateError, HeaderError, and ValueError where `dkim` is not of the sender's domain.
    """
    page = build_page(letter, site=site, words=words)
    octets = [
        canonical_octets(env.get_template(f"mail/{letter.kind}.txt").render(page=page)),
        canonical_octets(_inlined(env.get_template(f"mail/{letter.kind}.html").render(page=page))),
    ]
    parts = [
        encode_part(kind, body, choose_encoding(body))
        for kind, body in zip(("plain", "html"), octets, strict=True)
    ]
    boundary = choose_boundary(f"n{letter.notice}", [part.body for part in parts])
    message_id = f"<n{letter.notice}.{letter.kind}@{sender.address.domain}>"
    header = [
        *origin_fields(sender, page.subject.text, letter.date),
        recipient_field(letter.address),
        message_id_field(message_id),
        *_notice_fields(letter),
        *content_fields(page.language, boundary),
    ]
    payload = CRLF.join([*header, b"", render_alternatives(parts, boundary)])
    signature = b"" if dkim is None else dkim.sign(payload, signed_at=letter.date)
    is_welcome = letter.kind is NoticeKind.WELCOME
    message = Message(
        kind=MessageKind.WELCOME if is_welcome else MessageKind.CONFIRM,
        message_id=message_id,
        envelope_from=letter.return_path or sender.address,
        envelope_to=letter.address,
        payload=signature + payload,
        unsubscribe_url=letter.url if is_welcome else None,
    )
    return ask_second_opinion(pass_gate(message))


def build_page(letter: NoticeLetter, *, site: Site, words: Words) -> NoticePage:
    """Every word of the notice, in the reader's language."""
    is_welcome = letter.kind is NoticeKind.WELCOME

    def quote(text: str) -> Phrase:
        return build_phrase(text, default=words.direction)

    def say(name: str, **arguments: str | int) -> Phrase:
        return quote(words.say(f"mail.{letter.kind}_{name}", **arguments))

    after = [say("after")] if is_welcome else [quote(_days(site, words)), say("ignore")]
    return NoticePage(
        language=words.language,
        direction=words.direction,
        subject=say("subject", site=site.title),
        preheader=say("preheader"),
        site=quote(site.title),
        home=site.home,
        title=say("title"),
        newsletters=tuple(quote(title) for title in letter.newsletters),
        before=say("before"),
        after=tuple(after),
        button=say("button"),
        button_url=site.home if is_welcome else letter.url,
        spare=say("spare"),
        spare_url=letter.url,
        small_print=tuple(quote(text) for text in (site.postal_address, site.rights) if text),
        accent=build_light(site.accent).accent,
        dark_accent=build_dark(site.accent).accent,
    )


def _days(site: Site, words: Words) -> str:
    """How long the link works, in the house's digits."""
    lifetime = Purpose.CONFIRM.lifetime or timedelta()
    sentence = words.count("mail.confirm_days", lifetime.days)
    return localise_digits(sentence, language=words.language, digits=site.style.digits)


def _notice_fields(letter: NoticeLetter) -> list[bytes]:
    fields = [token_field("Auto-Submitted", "auto-generated")]
    if letter.kind is NoticeKind.WELCOME:
        fields += [
            uri_field("List-Unsubscribe", [letter.url]),
            token_field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    return fields


def _inlined(page: str) -> str:
    """Styles written into the elements; the dark scheme stays in the head. Loads nothing from anywhere."""
    inliner = css_inline.CSSInliner(
        load_remote_stylesheets=False, keep_style_tags=True, remove_inlined_selectors=True
    )
    return inliner.inline(page)
