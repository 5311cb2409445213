"""Postfix as our relay: what it offers is used, and everybody has her mail as it was meant."""

import re
from collections import Counter

from publisher.mail.address import parse_address
from publisher.mail.return_path import build_return_path
from publisher.model.delivery import DeliveryState
from tests.lab.finding import Finding, equal
from tests.lab.newsroom import BOUNCES, DOMAIN
from tests.lab.postfix import SIZE_LIMIT
from tests.lab.scene import ASKING, CAME_BACK, TAKEN, Scene

_USED = {"pipelining", "size", "8bitmime", "smtputf8", "dsn", "starttls"}


def check_relay(scene: Scene) -> list[Finding]:
    """All of it; the mails went out when the scene was opened."""
    return [
        _announced(scene),
        _states(scene),
        _digests(scene),
        _notices(scene),
        _protocols(scene),
        _connections(scene),
        equal("Postfix finds no fault with us", scene.postfix.complaints(), [], figures="no warning"),
    ]


def _announced(scene: Scene) -> Finding:
    tls, plain = scene.postfix.announced(tls=True), scene.postfix.announced(tls=False)
    return Finding(
        what="Postfix offers the extensions we use",
        holds=tls >= _USED and plain >= _USED - {"starttls"} and "starttls" not in plain,
        figures=" ".join(sorted(_USED & tls)) + f", at most {SIZE_LIMIT:,} octets",
    )


def _states(scene: Scene) -> Finding:
    """One reader is turned away at RCPT in the first issue, so the second does not try her."""
    taken = len(TAKEN) + len(CAME_BACK)
    expected = [
        {DeliveryState.SENT: taken, DeliveryState.FAILED: 1},
        {DeliveryState.SENT: taken, DeliveryState.SUPPRESSED: 1},
    ]
    found = [scene.press.states(issue) for issue in scene.issues]
    figures = "; ".join(", ".join(f"{n} {state}" for state, n in sorted(s.items())) for s in found)
    return equal("every delivery ends as the relay answered", found, expected, figures=figures)


def _digests(scene: Scene) -> Finding:
    """By envelope and Message-ID."""
    expected = Counter(
        (
            str(parse_address(reader.address)),
            str(build_return_path(scene.press.room.signer, issue=n, subscriber=number, domain=BOUNCES)),
            f"<i{n}.s{number}@{DOMAIN}>",
        )
        for n in scene.issues
        for reader in TAKEN
        for number in [scene.ids[reader.address]]
    )
    found = Counter((m.to, m.return_path, m.message_id) for m in scene.inbox if m.is_list_mail)
    return equal("each reader has each issue once", found, expected, figures=f"{found.total()} digests")


def _notices(scene: Scene) -> Finding:
    """A confirmation and, after the button, a welcome for each who asked."""
    expected = sorted([*ASKING.values()] * 2)
    found = sorted(m.to for m in scene.inbox if not m.is_list_mail)
    return equal("who asked was asked back and welcomed", found, expected, figures=f"{len(found)} notices")


def _protocols(scene: Scene) -> Finding:
    """As Postfix wrote into Received (RFC 6531 section 4.3 for the first two)."""
    found: dict[str, set[str]] = {}
    for mail in scene.inbox:
        found.setdefault(mail.protocol, set()).add(mail.to)
    utf8 = {reader.address for reader in TAKEN if not reader.address.partition("@")[0].isascii()}
    digests = {mail.to for mail in scene.inbox if mail.is_list_mail}
    expected = {"UTF8SMTPS": utf8, "ESMTPS": digests - utf8, "ESMTP": set(ASKING.values())}
    figures = ", ".join(f"{name} for {len(who)}" for name, who in sorted(found.items()))
    return equal("STARTTLS and SMTPUTF8 where they belong", found, expected, figures=figures)


def _connections(scene: Scene) -> Finding:
    """Many messages on few connections, by what Postfix counted when they were closed."""
    total = len(scene.issues) * (len(TAKEN) + len(CAME_BACK)) + 1
    holds = scene.postfix.comes_to_say(lambda log: sum(_closed(log)) == total)
    mails = _closed(scene.postfix.read_log())
    return Finding(
        what="connections are kept and closed in good order",
        holds=holds and len(mails) <= scene.press.room.relay.lanes * len(scene.issues),
        figures=f"{sum(mails)} of {total} messages on {len(mails)} connections",
    )


def _closed(log: str) -> list[int]:
    """How many mails were begun on each connection that was encrypted and ended by QUIT."""
    found = re.findall(r"disconnect from .* ehlo=2 starttls=1 mail=(\d+) .*quit=1 ", log)
    return [int(count) for count in found]
