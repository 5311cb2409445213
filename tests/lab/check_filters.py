"""What spam filters make of our mail: rspamd with the network's view (SPF, DKIM, DMARC), SpamAssassin by its rules."""

import re
from collections.abc import Mapping
from dataclasses import replace

from tests.lab.arrived import Arrived
from tests.lab.finding import Finding
from tests.lab.newsroom import RELAY
from tests.lab.rspamd import Judgement, Rspamd, running_rspamd
from tests.lab.scene import ASKING, Scene
from tests.lab.spamassassin import Score, score
from tests.lab.zone import ADDRESS, STRANGER

RSPAMD_LIMIT = 0.5
_SPARED = {"digest ckb"}
"""SpamAssassin takes a second for each mail, and has no rules for Kurdish."""
ALLOWED = frozenset({"R_SPF_ALLOW", "R_DKIM_ALLOW", "DMARC_POLICY_ALLOW"})


def check_rspamd(scene: Scene) -> list[Finding]:
    """Every kind of mail from our relay; then, as a control, what is not ours."""
    with running_rspamd(scene.folder / "rspamd", dns_port=scene.dns_port) as rspamd:
        ours = {name: rspamd.judge(mail, address=ADDRESS) for name, mail in kinds(scene).items()}
        return [*(_allowed(name, said) for name, said in ours.items()), *_controls(scene, rspamd)]


def check_spamassassin(scene: Scene) -> list[Finding]:
    """The same mails; the control is a digest that lost its Date and its list fields."""
    mails = {name: mail for name, mail in kinds(scene).items() if name not in _SPARED}
    digest = mails["digest ar"]
    bare = re.sub(
        rb"^(?:Date|List-[A-Za-z-]+): .*\r\n(?:[ \t].*\r\n)*", b"", digest.payload, flags=re.MULTILINE
    )
    asked: Mapping[str, Arrived] = {**mails, "control": replace(digest, payload=bare)}
    said = score(
        scene.folder / "spamassassin",
        {
            name.replace(" ", "-"): mail.as_received(address=ADDRESS, name=RELAY)
            for name, mail in asked.items()
        },
    )
    control = said.pop("control")
    return [
        *(_harmless(name, said.get(name.replace(" ", "-"))) for name in mails),
        Finding(
            what="SpamAssassin does mind a digest without Date and list fields",
            holds=control.points > 0,
            figures=control.describe(),
        ),
    ]


def kinds(scene: Scene) -> dict[str, Arrived]:
    """One mail of each kind, by its name."""
    digests = {
        "digest ar": scene.digest_to("layla@readers.example"),
        "digest en": scene.digest_to("sam@readers.example"),
        "digest ckb": scene.digest_to("karwan@readers.example"),
    }
    notices = {
        f"{'confirmation' if confirms else 'welcome'} {language}": scene.notice_to(address, confirms=confirms)
        for language, address in ASKING.items()
        for confirms in (True, False)
    }
    return digests | notices


def _allowed(name: str, said: Judgement) -> Finding:
    return Finding(
        what=f"rspamd, {name}: SPF, DKIM and DMARC allow, score below {RSPAMD_LIMIT}",
        holds=said.symbols.keys() >= ALLOWED and said.score < RSPAMD_LIMIT,
        figures=said.describe(),
    )


def _controls(scene: Scene, rspamd: Rspamd) -> list[Finding]:
    """From a stranger's address SPF fails; without our signature DMARC does; with a bent one DKIM does."""
    mail = scene.digest_to("sam@readers.example")
    unsigned = replace(mail, payload=mail.payload[mail.payload.index(b"\r\nFrom: ") + 2 :])
    bent = replace(mail, payload=b"Subject: Win a prize\r\n" + mail.payload)
    cases = {
        "from elsewhere, unsigned": (unsigned, STRANGER, {"R_SPF_FAIL", "DMARC_POLICY_SOFTFAIL"}),
        "with a second Subject": (bent, ADDRESS, {"R_DKIM_REJECT"}),
    }
    found = []
    for name, (letter, address, wanted) in cases.items():
        said = rspamd.judge(letter, address=address)
        found.append(
            Finding(
                what=f"rspamd does mind a digest {name}",
                holds=said.symbols.keys() >= wanted and said.score >= RSPAMD_LIMIT,
                figures=said.describe(),
            )
        )
    return found


def _harmless(name: str, said: Score | None) -> Finding:
    return Finding(
        what=f"SpamAssassin, {name}: at most 0",
        holds=said is not None and said.points <= 0,
        figures="no score" if said is None else said.describe(),
    )
