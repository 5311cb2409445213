"""`nashra serve` as its own process tells a follower (checklist 43 G)."""

import asyncio
from pathlib import Path

import httpx2
import pytest

from tests.cli.conftest import Desk
from tests.cli.test_serve import away, served, serving
from tests.jobs.pushed import SECRET, is_signed, program
from tests.test_serving import ARTICLE, until

__all__ = ["away", "served"]

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
NEAR = ("-m", "tests.cli.near_followers", "serve")


async def test_a_follower_that_was_verified_is_told_of_a_change_at_the_next_start(
    served: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASHRA_PUSH__OWN_HUB", "true")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    async with program() as reader:
        fields = {
            "hub.mode": "subscribe",
            "hub.topic": "http://127.0.0.1:8000/feeds/index.atom",
            "hub.callback": reader.url(),
            "hub.secret": SECRET,
        }
        with serving(served, *NEAR) as first:
            found = await asyncio.to_thread(first.wait_for, r"pages (http://127\.0\.0\.1:\d+)/ ")
            async with httpx2.AsyncClient(base_url=found[1]) as client:
                assert (await client.post("/hub", data=fields)).status_code == 202
            await until(lambda: len(reader.asked) == 1)
            assert await asyncio.to_thread(first.end) == 0
        served.write("articles/news.md", ARTICLE.format(title="Pushed"))
        with serving(served, *NEAR) as second:
            await until(lambda: len(reader.sent) == 1)
            assert await asyncio.to_thread(second.end) == 0
        assert reader.sent == [(served.folder / "var/public/feeds/index.atom").read_bytes()]
        assert b"Pushed" in reader.sent[0]
        assert is_signed(reader.sent[0], reader.header("X-Hub-Signature"))
        assert SECRET not in "".join(first.seen + second.seen)
