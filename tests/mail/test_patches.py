"""A compiled issue filled in is what building each message slowly would give, and checking the patches is enough."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publisher.mail.compile import Contact
from publisher.mail.gate import GateError, GateRule, Patches, pass_gate, pass_patches
from publisher.mail.header import HeaderError
from publisher.mail.message import Message
from publisher.model.address import EmailAddress
from publisher.model.issue import Patch
from tests.mail.builders import READER, SENDER, URL, compiled, digest, read_by_stranger, recipient, rendition

PLACE = str(Patch.UNSUBSCRIBE_URL)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=200)
LATIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=300)
ONE_LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=80)
TAIL = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7A, exclude_characters='<>\\^`"'), max_size=150
)


def slowly(subject: str, text: str, page: str, url: str) -> EmailMessage:
    """As a program without our compiler would write it."""
    message = EmailMessage()
    message["To"] = str(READER)
    message.set_content(text.replace(PLACE, url), cte="base64")
    message.add_alternative(
        page.replace(PLACE, url.replace("&", "&amp;").replace("'", "&#x27;")), subtype="html"
    )
    message["Subject"] = subject
    return message


def lines_of(message: EmailMessage, kind: str) -> list[str]:
    part = message.get_body((kind,))
    assert part is not None
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets.decode().replace("\r\n", "\n").removesuffix("\n").split("\n")


@settings(max_examples=80, deadline=None)
@given(ONE_LINE.filter(str.strip), ONE_LINE, st.one_of(TEXT, LATIN), st.one_of(TEXT, LATIN), TAIL, TAIL)
@example("s", "n", ".", "\n.\n..", "a=b&c='d'", "")
def test_filled_in_equals_built_slowly(
    subject: str, name: str, before: str, behind: str, tail: str, other: str
) -> None:
    """The first message of a form, the next of the same form, one of another length, and the first again."""
    text, page = f"{before}{PLACE}{behind}", f"{behind}<a href='{PLACE}'>{before}"
    issue = compiled(rendition(subject=subject, text=text, html=page), sender=replace(SENDER, name=name))
    for end in (tail, tail[::-1], other, tail):
        url = f"https://news.example.org/u/{end}"
        message = issue.build(recipient(), unsubscribe_url=url)
        read, slow = read_by_stranger(message), slowly(subject, text, page, url)
        for kind in ("plain", "html"):
            assert lines_of(read, kind) == lines_of(slow, kind)
        assert str(read["To"]) == str(slow["To"])
        assert str(read["List-Unsubscribe"]) == f"<{url}>"
        assert message.payload.isascii()
        assert message.is_dotless is (b"\r\n." not in message.payload)
        pass_gate(message)


HOSTILE = (
    "\r\nBcc: x@example.org", "\n", "\r", "\x00", "é", "=?utf-8?q?a?=", "<", ">", ">,\r\n <https://evil.example/",
    " ", "\t", PLACE, PLACE[:30], PLACE[30:], "\x7f", "\u2028", "\udc80", "&", "'", "", "\r\n\r\n", "\r\n.\r\n",
)  # fmt: skip


def forged(text: str) -> EmailAddress:
    """An address that no door would let in."""
    address = EmailAddress("reader", "example.net")
    object.__setattr__(address, "local", text)
    return address


def attempt(
    text: str, page: str, url: str, address: EmailAddress, mailbox: EmailAddress | None
) -> Message | None:
    """The second message of its form, so that only its patches are checked; None where it is refused."""
    try:
        issue = compiled(rendition(text=text, html=page))
        origin, slash, tail = url.partition("/u/")
        harmless = origin + slash + "".join(c if c in "&'\"" else "x" for c in tail)
        issue.build(recipient(), unsubscribe_url=harmless)
        return issue.build(recipient(address), unsubscribe_url=url, unsubscribe_mailbox=mailbox)
    except (GateError, HeaderError, UnicodeError):
        return None


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from((*HOSTILE, "a", "خبر", "x" * 60)), min_size=2, max_size=4),
    st.sampled_from(
        ("https://news.example.org/u/", "http://plain.example/u/", "https://", "mailto:", PLACE[:20])
    ),
    st.lists(st.sampled_from((*HOSTILE, "token")), max_size=3).map("".join),
    st.one_of(st.none(), st.sampled_from(HOSTILE)),
    st.one_of(st.none(), st.sampled_from(HOSTILE)),
)
@example(["a", PLACE[30:] + "b"], "https://news.example.org/u/", PLACE[:30], None, None)
@example(["a", "b"], "https://news.example.org/u/", "=?utf-8?q?a?=", None, None)
def test_whatever_the_gate_would_refuse_the_check_of_the_patches_refuses(
    texts: list[str], start: str, tail: str, local: str | None, mailbox: str | None
) -> None:
    address = READER if local is None else forged(f"reader{local}")
    leave = None if mailbox is None else forged(f"leave{mailbox}")
    written = PLACE.join(texts)
    message = attempt(written, f"<p>{written}", start + tail, address, leave)
    if message is not None:
        assert pass_gate(message) is message
        assert str(message.envelope_to) == str(address)


def test_a_stand_in_that_only_forms_in_a_filled_text_is_refused() -> None:
    url = f"https://news.example.org/u/{PLACE[:30]}"
    assert attempt(f"{PLACE}{PLACE[30:]}", f"<p>{PLACE}", url, READER, None) is None
    assert attempt(f"{PLACE} {PLACE[30:]}", f"<p>{PLACE}", url, READER, None) is not None


MESSAGE = digest()
OWN = b"\r\n".join(
    line
    for line in MESSAGE.payload.split(b"\r\n\r\n")[0].split(b"\r\n")
    if line.startswith((b"To:", b"Message-ID:", b"List-Unsubscribe:"))
)
GOOD = Patches(own_fields=OWN, signatures=b"", in_text=URL.encode(), in_page=URL.encode(), near=(b"a", b"b"))


@pytest.mark.parametrize(
    ("rule", "bent"),
    [
        (GateRule.READABLE, replace(GOOD, own_fields=OWN + b"\r\nBcc: x@example.org")),
        (GateRule.READABLE, replace(GOOD, own_fields=OWN.replace(b"To: ", b"To: a "))),
        (GateRule.READABLE, replace(GOOD, own_fields=OWN.replace(b"To: reader", "To: قارئ".encode()))),
        (GateRule.READABLE, replace(GOOD, own_fields=OWN.replace(b"\r\n", b"\n"))),
        (GateRule.READABLE, replace(GOOD, own_fields=OWN.replace(b"/u/", b"/u\x00/"))),
        (GateRule.READABLE, replace(GOOD, signatures=b"X-Other: 1\r\n")),
        (GateRule.READABLE, replace(GOOD, signatures=b"DKIM-Signature: a\r\n\r\nb\r\n")),
        (GateRule.READABLE, replace(GOOD, signatures=b"DKIM-Signature: a\r\n" * 3)),
        (GateRule.RECIPIENT, replace(GOOD, own_fields=OWN.replace(b"To: reader", b"To: writer"))),
        (GateRule.IDENTITY, replace(GOOD, own_fields=OWN.replace(b"i42.s9", b"i42.s8"))),
        (GateRule.ENCODED_WORD, replace(GOOD, own_fields=OWN + b",\r\n <mailto:a=?b>")),
        (GateRule.ONE_CLICK, replace(GOOD, own_fields=OWN.replace(b"/u/", b"/v/"))),
        (GateRule.ONE_CLICK, replace(GOOD, own_fields=OWN + b",\r\n <mailto:unsub+n3.s8.x@b.example>")),
        (GateRule.IDENTITY, replace(GOOD, own_fields=OWN + b"\r\nCFBL-Feedback-ID: i42:s8:x")),
        (GateRule.READABLE, replace(GOOD, own_fields=OWN + b"\r\nCFBL-Feedback-ID: i42: s8")),
        (GateRule.WAY_OUT, replace(GOOD, in_text=b"https://example.org/")),
        (GateRule.WAY_OUT, replace(GOOD, in_page=b"https://example.org/")),
        (GateRule.STAND_IN, replace(GOOD, near=(b"a" + PLACE.encode(), b"b"))),
        (GateRule.STAND_IN, replace(GOOD, near=(b"a", PLACE.encode()))),
    ],
)
def test_each_rule_of_the_patches_broken_once(rule: GateRule, bent: Patches) -> None:
    assert pass_patches(MESSAGE, GOOD) is MESSAGE
    with pytest.raises(GateError) as caught:
        pass_patches(MESSAGE, bent)
    assert caught.value.rule is rule


LEAVE = EmailAddress("unsub+n3.s9.x", "b.example.org")
WHOLE = compiled(contact=Contact(feedback_address=EmailAddress("fbl", "b.news.example.org"))).build(
    recipient(), unsubscribe_url=URL, unsubscribe_mailbox=LEAVE
)
FEEDBACK = f"\r\nCFBL-Feedback-ID: {WHOLE.feedback_id}".encode()
WHOLE_OWN = OWN + f",\r\n <mailto:{LEAVE}?subject=unsubscribe>".encode() + FEEDBACK


@pytest.mark.parametrize(
    ("rule", "own"),
    [
        (GateRule.ONE_CLICK, OWN + FEEDBACK),
        (GateRule.ONE_CLICK, WHOLE_OWN.replace(b".s9.x", b".s8.x")),
        (GateRule.ONE_CLICK, WHOLE_OWN.replace(b"?subject=unsubscribe", b"")),
        (GateRule.IDENTITY, WHOLE_OWN.replace(b"i42:s9", b"i42:s8")),
        (GateRule.IDENTITY, WHOLE_OWN.partition(b"\r\nCFBL")[0]),
        (GateRule.READABLE, WHOLE_OWN.replace(b",\r\n <mailto", b", <mailto")),
        (GateRule.READABLE, WHOLE_OWN.replace(b"?subject", b"\r\n ?subject")),
        (GateRule.READABLE, WHOLE_OWN.replace(b"?subject", b">, <mailto:x@example.org?subject")),
    ],
)
def test_the_second_way_out_and_the_feedback_id_are_hers_alone(rule: GateRule, own: bytes) -> None:
    good = replace(GOOD, own_fields=WHOLE_OWN)
    assert pass_gate(WHOLE) is WHOLE
    assert pass_patches(WHOLE, good) is WHOLE
    with pytest.raises(GateError) as caught:
        pass_patches(WHOLE, replace(good, own_fields=own))
    assert caught.value.rule is rule


def test_a_form_that_failed_is_read_as_a_whole_again() -> None:
    """Plain http is found by the whole gate only; a second reader must not slip by."""
    issue = compiled()
    for _ in range(3):
        with pytest.raises(GateError) as caught:
            issue.build(recipient(), unsubscribe_url="http://plain.example/u/token")
        assert caught.value.rule is GateRule.ONE_CLICK


def test_forms_without_end_cost_no_memory() -> None:
    issue = compiled()
    for length in range(40):
        issue.build(recipient(), unsubscribe_url=URL + "x" * length)
    assert len(issue.body.forms) <= 16


def test_what_is_known_of_a_payload_is_not_believed_of_another() -> None:
    """Else a line that is only a dot would end the message early: SMTP smuggling."""
    assert MESSAGE.is_dotless
    assert not replace(MESSAGE, payload=MESSAGE.payload + b".\r\n").is_dotless
