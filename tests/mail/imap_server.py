"""A small IMAP server on loopback: one mailbox, the commands the intake uses, and a refusal of every other.

That it knows no EXPUNGE, MOVE or COPY is the point: an intake that deleted would fail here.
"""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

_PART = re.compile(r"BODY\.PEEK\[\](?:<0\.(\d+)>)?")
_STORE = re.compile(r"STORE (\d+) \+FLAGS\.SILENT \(([^)]*)\)")


@dataclass(slots=True)
class ImapServer:
    """`mails` by UID; `flags` of each; `commands` are all that were given, passwords too. With `trust` it offers
    STARTTLS by this context; `is_tls`: it begins with TLS. `secret` are the commands that came under TLS. What
    `vanished` is found and then gone, as where another program deletes it.
    """

    mails: dict[int, bytes]
    has_keywords: bool = True
    flags: dict[int, set[str]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    port: int = 0
    trust: ssl.SSLContext | None = None
    is_tls: bool = False
    secret: list[str] = field(default_factory=list)
    vanished: set[int] = field(default_factory=set)

    def answer(self, command: str) -> list[bytes]:
        """The untagged lines for a command; raises KeyError for one that is not known."""
        verb = command.partition(" ")[0].upper()
        if verb == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1" + (b" STARTTLS" if self.trust and not self.is_tls else b"")]
        if verb == "LOGIN":
            return []
        if verb in ("SELECT", "EXAMINE"):
            permanent = rb"\Seen \Flagged" + (rb" \*" if self.has_keywords else b"")
            return [b"* %d EXISTS" % len(self.mails), b"* OK [PERMANENTFLAGS (" + permanent + b")] ok"]
        if verb == "LOGOUT":
            return [b"* BYE"]
        return self._uid(command.partition(" ")[2]) if verb == "UID" else self._unknown(command)

    def _uid(self, command: str) -> list[bytes]:
        if command.startswith("SEARCH"):
            absent = "NashraTaken" if "UNKEYWORD" in command else r"\Seen"
            found = [uid for uid in sorted(self.mails) if absent not in self.flags.get(uid, set())]
            return [b"* SEARCH " + " ".join(map(str, found)).encode()]
        stored = _STORE.fullmatch(command)
        if stored:
            self.flags.setdefault(int(stored[1]), set()).update(stored[2].split())
            return []
        uid = int(command.split()[1])
        if uid in self.vanished:
            return []
        mail = self.mails[uid]
        if "RFC822.SIZE" in command:
            return [b"* 1 FETCH (UID %d RFC822.SIZE %d)" % (uid, len(mail))]
        part = _PART.search(command)
        if part:
            octets, origin = (mail[: int(part[1])], b"<0>") if part[1] else (mail, b"")
            return [b"* 1 FETCH (UID %d BODY[]%s {%d}\r\n%s)" % (uid, origin, len(octets), octets)]
        return self._unknown(command)

    def _unknown(self, command: str) -> list[bytes]:
        raise KeyError(command)

    def serve(self, listening: socket.socket) -> None:
        """One connection after the other until the socket is closed."""
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with suppress(OSError):
                if self.trust and self.is_tls:
                    connection = self.trust.wrap_socket(connection, server_side=True)
                self._talk(connection, b"* OK ready\r\n", is_secret=self.is_tls)
            connection.close()

    def _talk(self, connection: socket.socket, greeting: bytes, *, is_secret: bool) -> None:
        with connection.makefile("rwb") as stream:
            stream.write(greeting)
            stream.flush()
            for line in stream:
                tag, _, command = line.decode("latin-1").strip().partition(" ")
                self.commands.append(command)
                self.secret += [command] if is_secret else []
                if command == "STARTTLS" and self.trust:
                    stream.write(f"{tag} OK begin\r\n".encode())
                    stream.flush()
                    with self.trust.wrap_socket(connection, server_side=True) as secret:
                        self._talk(secret, b"", is_secret=True)
                    return
                try:
                    lines = [*self.answer(command), f"{tag} OK done".encode()]
                except KeyError:
                    lines = [f"{tag} NO unknown".encode()]
                stream.write(b"".join(line + b"\r\n" for line in lines))
                stream.flush()


@contextmanager
def serving(mails: dict[int, bytes], **more: Any) -> Iterator[ImapServer]:
    """A running server with these mails."""
    server = ImapServer(mails=mails, **more)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listening,), daemon=True)
        thread.start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)
