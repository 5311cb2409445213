"""Reports that a stranger makes up: right in form, about a real reader, with a mark whose code is wrong."""

import smtplib
from collections.abc import Sequence

from publisher.mail.return_path import build_return_path
from tests.lab.newsroom import BOUNCES, Press
from tests.lab.postfix import Postfix
from tests.mail.bounce.reports import dsn, group

VICTIM = "layla@readers.example"


def send_forgeries(press: Press, postfix: Postfix, issues: Sequence[int], reader: int) -> None:
    """One about each issue, with a null sender, to the relay's port as anybody in its network could."""
    with smtplib.SMTP("127.0.0.1", postfix.port, local_hostname="stranger.example", timeout=10) as client:
        for issue in issues:
            bent = bend(
                str(build_return_path(press.room.signer, issue=issue, subscriber=reader, domain=BOUNCES))
            )
            raw = dsn(group(recipient=VICTIM), to=bent, message_id=f"<forged-{issue}@stranger.example>")
            client.sendmail("<>", [bent], raw)


def bend(address: str) -> str:
    """The same with one letter of its code changed."""
    local, _, domain = address.partition("@")
    last = "a" if local[-1] != "a" else "b"
    return f"{local[:-1]}{last}@{domain}"
