"""A report is a stranger's text: reading it ends, soon, with a value, and what is kept of it is harmless."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model.feedback import FeedbackKind
from tests.mail.bounce.reports import VERP, arf, dsn, group, mail, read

SEEDS = (dsn(), arf(), mail("text"), dsn(group(), group()), arf(returned="To: x@example.net"))
INJECTIONS = (
    "5.1.1\r\nX-Injected: yes",
    "\x1b]0;owned\x07\x1b[2J",
    "<script>alert(1)</script>",
    "'; DROP TABLE feedback; --",
    "{{ 7 * 7 }} {% raw %}",
    "\u202e\u2066 reader@example.net",
    "%s%s%n",
    "a" * 100_000,
    "\x00\x01\x85\u2028",
    "=?utf-8?q?=0AX:_y?=",
)


def bounded_seconds(raw: bytes) -> float:
    begun = time.process_time()
    read(raw, VERP)
    return time.process_time() - begun


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_a_bent_report_is_still_read(seed: bytes, data: st.DataObject) -> None:
    """Octets changed, removed or repeated anywhere: a value comes out."""
    place = data.draw(st.integers(0, len(seed)))
    junk = data.draw(st.binary(max_size=40))
    length = data.draw(st.integers(0, 60))
    report = read(seed[:place] + junk + seed[place + length :], VERP)
    assert report.finding.detail.isprintable()
    assert len(report.key) == 64


@given(st.binary(max_size=400))
def test_any_octets_are_read(raw: bytes) -> None:
    assert read(raw).finding.kind is FeedbackKind.ORDINARY


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
def test_hostile_fields_stay_in_one_clean_line(text: str) -> None:
    raw = dsn(group(diagnostic=f"smtp; 550 {text}", status=text, action=f"failed {text}"), envelope_id=text)
    report = read(raw, VERP)
    assert report.finding.detail.isprintable()
    assert len(report.finding.detail) <= 500
    assert "@example" not in report.finding.detail
    assert report.claim is not None
    assert (report.claim.issue, report.claim.subscriber) == (42, 9)


def nested(depth: int) -> bytes:
    heads = [
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(depth)
    ]
    return b"From: postmaster@example.net\r\nMIME-Version: 1.0\r\n" + b"".join(heads) + b"x\r\n" * 60_000


@pytest.mark.parametrize(
    "raw",
    [
        nested(19),
        nested(2000),
        b"From: postmaster@example.net\r\n\r\n" + b"user " * 200_000,
        b"From: postmaster@example.net\r\n\r\n" + b"recipient a" + b"a" * 500_000,
        b"From: postmaster@example.net\r\n\r\n" + b"sender denied relay " * 50_000,
        b"From: postmaster@example.net\r\n\r\n" + b"<" * 300_000,
        b"From: " + b'"' * 300_000,
        b"X: y\r\n" * 100_000,
        b"From: postmaster@example.net\r\n\r\n" + VERP.encode() * 10_000,
        b"Subject: " + b"=?utf-8?b?" * 50_000,
    ],
    ids=range(10),
)
def test_no_report_keeps_us_busy(raw: bytes) -> None:
    """The limit is generous for slow machines; each takes a small part of it."""
    assert bounded_seconds(raw) < 5.0


def test_the_same_report_has_the_same_key_and_another_has_another() -> None:
    assert read(dsn()).key == read(b"Received: by another way\r\n" + dsn()).key
    assert read(dsn()).key != read(dsn(message_id="<dsn-2@mx.example.net>")).key
    without = dsn().replace(b"Message-ID", b"X-Nothing")
    assert read(without).key == read(without).key != read(without + b" ").key
