"""A follower, or a hub, on loopback: answers as told and remembers what it was asked and sent."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from publisher.fetch.client import Fetcher
from publisher.jobs.pushing import Push
from publisher.model.push import PushSettings
from tests.fetch.servers import OWN, QUICK, SERVER, Server, reply, serving
from tests.jobs.rooms import Scene, open_scene

SECRET = "a secret of the follower"


@dataclass(slots=True)
class Program:
    """`says` is the answer to a POST, `echoes` whether it confirms what it is asked (None: not even with 2xx).
    One that `stalls` answers nothing.
    """

    server: Server
    says: str = "204 No Content"
    echoes: bool | None = True
    stalls: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def url(self, path: str = "/cb") -> str:
        """Where it is."""
        return f"http://{SERVER}:{self.server.port}{path}"

    @property
    def host(self) -> str:
        return f"http://{SERVER}:{self.server.port}"

    @property
    def sent(self) -> list[bytes]:
        """The bodies it was sent."""
        return [
            body
            for head, body in zip(self.server.heads, self.server.bodies, strict=True)
            if head.startswith("POST")
        ]

    def header(self, name: str, place: int = -1) -> str | None:
        """A header of one POST, the last unless said otherwise."""
        heads = [head for head in self.server.heads if head.startswith("POST")]
        lines = (line.partition(": ") for line in heads[place].split("\r\n"))
        return next((value for key, _, value in lines if key.lower() == name.lower()), None)

    def answer(self, head: str) -> bytes | Sequence[bytes]:
        method, target, _ = head.split("\r\n")[0].split(" ")
        self.paths.append(f"{method} {target}")
        if self.stalls:
            return ()
        if method == "POST":
            return reply(self.says)
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        self.asked.append(query)
        if self.echoes is None:
            return reply("404 Not Found")
        return reply("200 OK", query.get("hub.challenge", "").encode() if self.echoes else b"no")


@asynccontextmanager
async def program() -> AsyncIterator[Program]:
    """One that confirms and takes everything."""
    found: list[Program] = []
    async with serving(lambda head: found[0].answer(head)) as server:
        found.append(Program(server=server))
        yield found[0]


@asynccontextmanager
async def pushing(folder: Path, **settings: object) -> AsyncIterator[Scene]:
    """A newsroom with push: our own hub unless `settings` say otherwise."""
    push = Push(
        settings=PushSettings(**({"own_hub": True} | settings)),  # type: ignore[arg-type]
        to_hubs=Fetcher(OWN, limits=QUICK),
        to_followers=Fetcher(OWN, limits=QUICK),
        challenge=lambda: "c" * 43,
    )
    with open_scene(folder, push=push) as scene:
        yield scene
    await push.close()


def is_signed(body: bytes, signature: str | None, secret: str = SECRET) -> bool:
    """Whether the signature verifies, as a follower would check it (WebSub section 8)."""
    method, _, digest = (signature or "").partition("=")
    return method == "sha256" and hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() == digest
