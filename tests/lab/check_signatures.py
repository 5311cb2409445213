"""Our signatures as OpenDKIM reads them, from mail as it arrived and with the key that `nashra dkim show` prints."""

from publisher.mail.dkim_settings import DkimSettings
from publisher.wiring.dkim import load_message_signer
from tests.bench import sample
from tests.lab import dns
from tests.lab.finding import Finding, equal
from tests.lab.newsroom import DOMAIN
from tests.lab.opendkim import verify
from tests.lab.scene import Scene
from tests.lab.zone import build_zone, read_printed

_GOOD = "succeeded"
_BAD = "failed: signature verification failed"


def check_signatures(scene: Scene) -> list[Finding]:
    """Good as they are; bad once anything is bent, added or taken away; bad once the key is withdrawn."""
    mails = {f"mail{number}": mail.payload for number, mail in enumerate(scene.inbox)}
    bent = bend(scene.digest_to("layla@readers.example").payload)
    said = verify(scene.folder / "opendkim", {**mails, **bent}, dns_port=scene.dns_port)
    good = {name: verdict for name, verdict in said.items() if name in mails}
    bad = {name: verdict for name, verdict in said.items() if name in bent}
    return [
        equal(
            "OpenDKIM: every mail as it arrived",
            good,
            dict.fromkeys(mails, _GOOD),
            figures=f"{len(good)} {_GOOD}",
        ),
        equal(
            "OpenDKIM: what was tampered with",
            bad,
            dict.fromkeys(bent, _BAD),
            figures="fails: " + ", ".join(bad),
        ),
        _withdrawn(scene),
        _second_key(scene),
    ]


def bend(payload: bytes) -> dict[str, bytes]:
    """The same mail, tampered with; each in one way."""
    head, blank, body = payload.partition(b"\r\n\r\n")
    changed = {
        "unsubscribe": payload.replace(
            b"\r\nList-Unsubscribe: <https://", b"\r\nList-Unsubscribe: <https://x", 1
        ),
        "no-one-click": payload.replace(b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", b"", 1),
        "second-subject-on-top": b"Subject: Win a prize\r\n" + payload,
        "second-subject-below": head + b"\r\nSubject: Win a prize" + blank + body,
        "second-from": b"From: <ceo@bank.example>\r\n" + payload,
        "reply-to": head + b"\r\nReply-To: <thief@bank.example>" + blank + body,
        "appended": payload + b"Buy now\r\n",
    }
    if payload in changed.values():
        raise ValueError("a mail was to be bent and is not")
    return changed


def _withdrawn(scene: Scene) -> Finding:
    """The control: with an empty key in DNS nothing passes, so it is DNS that is asked."""
    zone = {
        key: ["v=DKIM1; p="] if key[0].endswith(f"._domainkey.{DOMAIN}") else values
        for key, values in scene.zone.items()
    }
    mail = scene.digest_to("layla@readers.example").payload
    with dns.serving(zone) as port:
        said = verify(scene.folder / "opendkim-withdrawn", {"mail": mail}, dns_port=port)
    return equal(
        "OpenDKIM: once the key is withdrawn", said, {"mail": "failed: key revoked"}, figures="key revoked"
    )


def _second_key(scene: Scene) -> Finding:
    """With an Ed25519 key beside RSA (RFC 8463), each of the two signatures is good by itself."""
    for word in ("generate", "switch"):
        scene.desk.call("dkim", word, "--ed25519")
    zone = build_zone(read_printed(scene.desk.call("dkim", "show")))
    settings = DkimSettings(ed25519=True, lifetime=None)  # the sample is dated, and would expire
    signer = load_message_signer(settings, domain=DOMAIN, folder=scene.press.house.folder.dkim)
    both = (
        sample.compiled(signer).build(sample.recipient(1), unsubscribe_url=sample.unsubscribe_url(1)).payload
    )
    field = b"DKIM-Signature: v=1; a="
    _, first, second, *_ = both.split(field)
    mails = {"rsa": field + first + second[second.index(b"From: ") :], "ed25519": field + second}
    with dns.serving(zone) as port:
        said = verify(scene.folder / "opendkim-both", mails, dns_port=port)
    return equal(
        "OpenDKIM: RSA and Ed25519, each alone",
        (first.startswith(b"rsa-"), second.startswith(b"ed25519-"), said),
        (True, True, dict.fromkeys(mails, _GOOD)),
        figures=_GOOD,
    )
