"""Push of a running Nashra: from an article's file to a follower (checklist 43 G)."""

import asyncio
import re
import time
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from publisher.serving import Plan, Service, running
from publisher.settings import load_settings
from publisher.wiring.folder import DataFolder
from tests.fetch.servers import OWN
from tests.jobs.pushed import SECRET, Program, is_signed, program
from tests.test_serving import ARTICLE, TEXT, until

pytestmark = pytest.mark.anyio

PUSH = "[push]\nown_hub = true\n"
BASE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """Followers of the tests are on this machine, where no setting would let Nashra reach them."""
    monkeypatch.setattr("publisher.wiring.newsroom.FOR_STRANGERS", OWN)


async def follow(service: Service, reader: Program) -> None:
    """Find hub and topic as WebSub section 4 says, in the answer's headers, and ask for the feed."""
    async with httpx2.AsyncClient(base_url=service.address) as client:
        links = (await client.get("/feeds/index.rss")).headers["link"]
        found = dict(re.findall(r'<([^>]+)>; rel="(hub|self)"', links))
        addresses = {rel: address for address, rel in found.items()}
        assert addresses == {"hub": f"{BASE}/hub", "self": f"{BASE}/feeds/index.rss"}
        fields = {
            "hub.mode": "subscribe",
            "hub.topic": addresses["self"],
            "hub.callback": reader.url(),
            "hub.secret": SECRET,
        }
        assert (await client.post(addresses["hub"].removeprefix(BASE), data=fields)).status_code == 202
    await until(lambda: len(reader.asked) == 1)


async def test_a_follower_has_a_publication_within_five_seconds_with_a_signature_that_verifies(
    tmp_path: Path,
) -> None:
    """Checklist 43 G: within 5 s of publish, once per change, signed with sha256."""
    (tmp_path / "nashra.toml").write_text(TEXT + PUSH, encoding="utf-8")
    (tmp_path / "articles").mkdir()
    settings = load_settings(tmp_path / "nashra.toml", {})
    folder = DataFolder(tmp_path / "data", lock=True)
    feed = folder.feeds / "index.rss"
    async with program() as reader:
        async with running(settings, folder, Plan(sweep_every=timedelta(seconds=0.1))) as service:
            await follow(service, reader)
            before = feed.read_bytes()
            (tmp_path / "articles" / "a.md").write_text(ARTICLE.format(title="Alpha"))
            await until(lambda: feed.read_bytes() != before)
            published = time.monotonic()
            await until(lambda: len(reader.sent) == 1)
            assert time.monotonic() - published < 5
            await asyncio.sleep(0.5)
        assert reader.sent == [feed.read_bytes()], "whole, and once"
        assert b"Alpha" in reader.sent[0]
        assert is_signed(reader.sent[0], reader.header("X-Hub-Signature"))
        assert reader.header("Link") == f'<{BASE}/hub>; rel="hub", <{BASE}/feeds/index.rss>; rel="self"'


async def test_a_change_made_while_nashra_was_away_is_told_when_it_is_back(tmp_path: Path) -> None:
    """Checklist 43 G: crash-safe."""
    (tmp_path / "nashra.toml").write_text(TEXT + PUSH, encoding="utf-8")
    (tmp_path / "articles").mkdir()
    settings = load_settings(tmp_path / "nashra.toml", {})
    plan = Plan(sweep_every=timedelta(seconds=0.1))
    async with program() as reader:
        with DataFolder(tmp_path / "data", lock=True) as folder:
            async with running(settings, folder, plan) as service:
                await follow(service, reader)
        (tmp_path / "articles" / "a.md").write_text(ARTICLE.format(title="Alpha"))
        with DataFolder(tmp_path / "data", lock=True) as folder:
            async with running(settings, folder, plan):
                await until(lambda: len(reader.sent) == 1)
                assert reader.sent == [(folder.feeds / "index.rss").read_bytes()]
