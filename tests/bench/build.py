"""`bench build`: what a personalised message costs before it is sent."""

import base64
import html
import itertools
from collections.abc import Callable
from email import policy
from email.message import EmailMessage

import dkim as dkimpy  # type: ignore[import-untyped]

from publisher.mail.dkim import DkimSigner
from publisher.mail.dkim_key import Algorithm, generate_key
from publisher.mail.gaps import encode_gapped
from publisher.mail.mime import TransferEncoding, encode_part
from publisher.mail.slots import fill_slots, parse_slots
from publisher.model.issue import Patch
from tests.bench import sample
from tests.bench.measure import Row, Work, at_least, measure

SIGNED = [
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"list-unsubscribe",
    b"content-type",
    b"mime-version",
]


def bench_build(*, quick: bool) -> list[Row]:
    """The rows of the table, then the three ways of filling in, each against encoding everything again."""
    rounds, ours, theirs = (1, 20, 2) if quick else (7, 3_000, 60)
    key = generate_key("bench", Algorithm.RSA)
    signed = sample.compiled(DkimSigner(domain=sample.SENDER.address.domain, keys=(key,)))
    pem = key.render_pem()
    plain = measure(
        {
            "ours": _built(sample.compiled().build, ours),
            "both ways out": _built(sample.compiled_for_complaints().build, ours, leaves_by_mail=True),
            "peer": _slow(theirs, lambda octets: octets),
        },
        rounds=rounds,
    )
    with_rsa = measure(
        {
            "ours": _built(signed.build, 20 if quick else 300),
            "peer": _slow(theirs // 2, lambda octets: dkimpy.sign(
                octets, b"bench", b"news.example.org", pem,
                canonicalize=(b"relaxed", b"relaxed"), include_headers=SIGNED) + octets),
        },
        rounds=rounds,
    )  # fmt: skip
    ways = measure(_ways(20 if quick else 2_000), rounds=rounds)
    rows = [
        at_least("build, unsigned", "EmailMessage.as_bytes()", "messages/s",
                 1 / plain["ours"].cpu, 1 / plain["peer"].cpu, 60),
        at_least("build and RSA sign", "EmailMessage and dkimpy", "messages/s",
                 1 / with_rsa["ours"].cpu, 1 / with_rsa["peer"].cpu, 30),
    ]  # fmt: skip
    rows.append(
        _beside("build, with mailto and feedback id", "build, unsigned", "messages/s",
                1 / plain["both ways out"].cpu, 1 / plain["ours"].cpu)
    )  # fmt: skip
    again = 1 / ways["base64, everything again"].cpu
    for name, cost in ways.items():
        rows.append(
            _beside(f"filling in: {name}", "base64, everything again", "bodies/s", 1 / cost.cpu, again)
        )
    return rows


def _beside(what: str, peer: str, unit: str, ours: float, theirs: float) -> Row:
    """A row that is told and has no goal."""
    row = at_least(what, peer, unit, ours, theirs, 0)
    return Row(**{**row.as_json(), "goal": "", "reached": True})


def _built(build: Callable[..., object], count: int, *, leaves_by_mail: bool = False) -> Work:
    """Whole messages by the compiler: token, return path, header, body and gate."""
    numbers = itertools.count(1)

    def work() -> int:
        for _ in range(count):
            number = next(numbers)
            build(
                sample.recipient(number),
                unsubscribe_url=sample.unsubscribe_url(number),
                unsubscribe_mailbox=sample.leave_address(number) if leaves_by_mail else None,
            )
        return count

    return work


def _slow(count: int, sign: Callable[[bytes], bytes]) -> Work:
    """The same message as a program without a compiler writes it; the peer's texts are joined by `str.replace`."""
    written = sample.rendition()
    smtp = policy.SMTP.clone(max_line_length=998)
    numbers = itertools.count(1)

    def work() -> int:
        for _ in range(count):
            number = next(numbers)
            url = sample.unsubscribe_url(number)
            message = EmailMessage(policy=smtp)
            message["From"] = f"{sample.SENDER.name} <{sample.SENDER.address}>"
            message["To"] = f"reader{number}@example.net"
            message["Subject"] = written.subject
            message["Date"] = sample.NOW
            message["Message-ID"] = f"<i42.s{number}@news.example.org>"
            message["List-Unsubscribe"] = f"<{url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            message["List-Id"] = "daily-ar <daily-ar.news.example.org>"
            message.set_content(written.text.replace(Patch.UNSUBSCRIBE_URL, url))
            page = written.html.replace(Patch.UNSUBSCRIBE_URL, html.escape(url))
            message.add_alternative(page, subtype="html")
            sign(message.as_bytes())
        return count

    return work


def _ways(count: int) -> dict[str, Work]:
    """The page alone, filled in the three ways that could be taken."""
    pieces = parse_slots(sample.rendition().html)
    value = html.escape(sample.unsubscribe_url(1))
    values = {Patch.UNSUBSCRIBE_URL: value.encode()}
    base64_page = encode_gapped(pieces, TransferEncoding.BASE64, values)
    qp_page = encode_gapped(pieces, TransferEncoding.QUOTED_PRINTABLE, values)
    size = len(b"".join(base64_page.fill(values))), len(b"".join(qp_page.fill(values)))

    def again() -> bytes:
        octets = fill_slots(pieces, {Patch.UNSUBSCRIBE_URL: value})
        return encode_part("html", octets, TransferEncoding.BASE64).body

    def repeated(way: Callable[[], bytes]) -> Work:
        def work() -> int:
            for _ in range(count):
                way()
            return count

        return work

    base64.b64decode(again())
    return {
        "base64, everything again": repeated(again),
        f"base64, groups patched, {size[0]:,} octets": repeated(lambda: b"".join(base64_page.fill(values))),
        f"quoted-printable, fenced, {size[1]:,} octets": repeated(lambda: b"".join(qp_page.fill(values))),
    }
