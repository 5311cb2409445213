"""Postfix as the source of reports: what it writes of refusals reaches the right reader's row, by two doors; what a
stranger makes up reaches nobody's.
"""

import email
import email.policy
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

from publisher.mail.address import parse_address
from publisher.mail.maildir_intake import Pass, take_maildir
from publisher.model.feedback import FeedbackKind, FeedbackSource, Proof, Verdict
from publisher.store.feedback import StoredFeedback
from publisher.store.suppressions import hash_address, is_suppressed
from publisher.wiring.intake import build_intake, build_take
from tests.lab.finding import Finding, equal
from tests.lab.forged import VICTIM
from tests.lab.scene import CAME_BACK, TAKEN, TURNED_AWAY, Scene

MEANT = {
    "unknown@refusing.example": (FeedbackKind.HARD, "5.1.1"),
    "full@refusing.example": (FeedbackKind.SOFT, "5.2.2"),
    "busy@refusing.example": (FeedbackKind.SOFT, "4.3.2"),
    "blocked@refusing.example": (FeedbackKind.POLICY, "5.7.1"),
    "مجهول@refusing.example": (FeedbackKind.HARD, "5.1.1"),
    "sink@sink.example": (FeedbackKind.SOFT, "5.3.0"),
    "سعاد@sink.example": (FeedbackKind.POLICY, "5.6.7"),
    "away@closed.example": (FeedbackKind.SOFT, "4.4.1"),
}
"""What the readers' servers meant: kind and code. A 4xx comes back when the relay's time for it is over."""
LATER = timedelta(hours=25)
"""Two reports of one day are one evidence."""
_FIRST = {FeedbackKind.POLICY: Verdict.ALARM}
_SECOND = {FeedbackKind.POLICY: Verdict.ALARM, FeedbackKind.HARD: Verdict.SUPPRESS}


def check_reports(scene: Scene) -> list[Finding]:
    """LMTP took the reports of the first issue while the scene was opened; the Maildir's are taken here."""
    by_lmtp = scene.feedback()
    letters = [path.read_bytes() for path in sorted((scene.bounces / "new").iterdir())]
    passed = _take_maildir(scene)
    by_maildir = scene.feedback()[: -len(by_lmtp)]
    first, second = scene.issues
    return [
        _extensions(scene, letters),
        _rows(f"by LMTP, issue {first}", scene, by_lmtp, first, _FIRST),
        equal("the Maildir is taken whole", passed, Pass(recognised=len(CAME_BACK), kept=1, left=0)),
        _rows(f"by Maildir a day later, issue {second}", scene, by_maildir, second, _SECOND),
        _forged(scene),
        _suppressed(scene),
    ]


def _take_maildir(scene: Scene) -> Pass:
    intake = build_intake(scene.press.house)
    later = replace(intake, now=lambda: scene.press.room.now() + LATER)
    return take_maildir(scene.bounces, build_take(later))


def _rows(
    what: str,
    scene: Scene,
    rows: tuple[StoredFeedback, ...],
    issue: int,
    verdicts: Mapping[FeedbackKind, Verdict],
) -> Finding:
    """Each reader's row, and nobody else's."""
    names = {number: address for address, number in scene.ids.items()}
    found = {
        names[row.subscriber]: (row.feedback.finding.kind, row.feedback.finding.status, row.verdict)
        for row in rows
        if row.subscriber is not None
        and row.feedback.issue == issue
        and row.feedback.proof is Proof.VERP
        and row.feedback.finding.source is FeedbackSource.DSN
    }
    expected = {
        address: (kind, status, verdicts.get(kind, Verdict.COUNTED))
        for address, (kind, status) in MEANT.items()
    }
    said = ", ".join(f"{status} {kind} {verdict}" for kind, status, verdict in found.values())
    return equal(f"reports {what}: each reader's own row", found, expected, figures=said)


def _extensions(scene: Scene, letters: list[bytes]) -> Finding:
    """Our ENVID and ORCPT come back, and the returned part is the header only, as RET asked (RFC 3461); for an address
    beyond ASCII in the types of RFC 6533, with no ORCPT of ours but with the address as it was.
    """
    found = {_echoed(email.message_from_bytes(letter, policy=email.policy.default)) for letter in letters}
    issue = scene.issues[1]
    expected = {
        (
            f"i{issue}.s{scene.ids[address]}",
            f"rfc822;{address}",
            "text/rfc822-headers" if address.isascii() else "message/global-headers",
        )
        for address in CAME_BACK
    }
    forged = ("", "", "text/rfc822-headers")
    return equal(
        "ENVID, ORCPT and RET=HDRS are obeyed",
        found - {forged},
        expected,
        figures=f"{len(expected)} reports, {sum(not who.isascii() for who in CAME_BACK)} of them by RFC 6533",
    )


def _echoed(report: EmailMessage) -> tuple[str, str, str]:
    """The envelope a report names, the recipient as we gave it, and the type of the returned part."""
    _, status, returned = report.iter_parts()
    text = status.as_bytes().decode("utf-8")
    named, original = (
        re.search(rf"^{name}: (.*)$", text, re.MULTILINE)
        for name in ("Original-Envelope-Id", "Original-Recipient")
    )
    kind = returned.get_content_type()
    return named[1] if named else "", original[1] if original else "", kind


def _forged(scene: Scene) -> Finding:
    """A wrong code in the mark: a row for nobody by each door, and both letters kept for a person."""
    victim = scene.ids[VICTIM]
    rows = scene.feedback()
    nobodys = [(row.feedback.proof, row.verdict) for row in rows if row.subscriber is None]
    hers = [row for row in rows if row.subscriber == victim]
    kept = len(build_intake(scene.press.house).shelf.list_mails())
    found: tuple[object, ...] = (nobodys, hers, kept)
    expected: tuple[object, ...] = ([(Proof.NONE, Verdict.REVIEW)] * 2, [], 2)
    return equal("a forged mark changes nothing", found, expected, figures=f"{kept} letters for a person")


def _suppressed(scene: Scene) -> Finding:
    """Who is gone for good, by two reports a day apart or by our relay's own refusal; nobody else."""
    key = scene.press.house.keys.suppression
    everyone = [*(reader.address for reader in TAKEN), *CAME_BACK, TURNED_AWAY]
    with scene.press.room.database.read() as tx:
        found = {who for who in everyone if is_suppressed(tx, hash_address(key, parse_address(who)))}
    expected = {who for who, (kind, _) in MEANT.items() if kind is FeedbackKind.HARD} | {TURNED_AWAY}
    return equal(
        "only who is gone for good is suppressed", found, expected, figures=f"{len(found)} of {len(everyone)}"
    )
