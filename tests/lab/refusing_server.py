"""A mail server that answers RCPT by the recipient's local part, as a table says, and takes nothing; `{0}` in an answer
is the address.

Postfix meets it as the readers' own server and writes its reports from what it said.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.lab.daemon import free_port


class _Handler:
    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, _envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        return self._answers[address.partition("@")[0]].format(address)


@contextmanager
def refusing(answers: Mapping[str, str]) -> Iterator[int]:
    """Its port, while it runs in a thread."""
    controller = Controller(
        _Handler(answers),
        hostname="127.0.0.1",
        port=free_port(),
        server_hostname="mx.refusing.example",
        enable_SMTPUTF8=True,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
