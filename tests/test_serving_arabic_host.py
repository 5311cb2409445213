"""A newsroom whose own addresses are in Arabic: `nashra serve`, its feeds, its moves (checklist 15)."""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from publisher.feeds.formats import FORMATS
from publisher.jobs.check_feed import check_bytes
from publisher.serving import Plan, running
from publisher.settings import load_settings
from publisher.wiring.folder import DataFolder
from tests.test_serving import ARTICLE

pytestmark = pytest.mark.anyio

ASCII = "https://xn--ogbpi5e.example"
TEXT = """
[site]
title = "نشرة"
home = "https://نشرة.example/أخبار"
icon = "https://نشرة.example/رمز.png"
[[source]]
kind = "folder"
path = "articles"
[mail]
from = "news@news.example"
[[moved]]
from = "/category/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9/feed/"
to = "index"
[[moved]]
from = "/?feed=rss2"
to = "index"
[[moved]]
from = "away"
to = "https://نشرة.example/خلاصة"
[feeds]
retired = ["section/olympics"]
[web]
base_url = "https://نشرة.example"
bind = "127.0.0.1:0"
"""


@pytest.mark.parametrize("push", ["", '[push]\nown_hub = true\nhubs = ["https://محور.example/"]\n'])
async def test_every_address_in_feeds_and_headers_is_ascii(tmp_path: Path, push: str) -> None:
    (tmp_path / "nashra.toml").write_text(TEXT + push, encoding="utf-8")
    (tmp_path / "articles").mkdir()
    article = ARTICLE.format(title="Alpha").replace("date:", "url: https://نشرة.example/مقال\ndate:")
    (tmp_path / "articles" / "a.md").write_text(article, encoding="utf-8")
    settings = load_settings(tmp_path / "nashra.toml", {})
    folder = DataFolder(tmp_path / "data", lock=True)
    async with (
        running(settings, folder, Plan()) as service,
        httpx2.AsyncClient(base_url=service.address) as client,
    ):
        for format_ in FORMATS:
            answer = await client.get(f"/feeds/index{format_.ending}")
            assert answer.status_code == 200
            assert "Alpha" in answer.text
            addresses = re.findall(r'https?:(?://|\\/\\/)[^"<\s]+', answer.text)
            assert any(address.startswith(f"{ASCII}/feeds/index") for address in addresses)
            assert any(address.startswith(f"{ASCII}/{quote('أخبار')}") for address in addresses)
            assert [address for address in addresses if not address.isascii()] == []
            served = f"{ASCII}/feeds/index{format_.ending}"
            report = check_bytes(answer.content, url=served, now=datetime.now(UTC))
            assert [finding.code for finding in report.findings] == []
            assert ("link" in answer.headers) is bool(push)
            if push:
                assert f'<{ASCII}/hub>; rel="hub"' in answer.headers["link"]
                assert '<https://xn--sgbi2dn.example/>; rel="hub"' in answer.headers["link"]
        for old, new in {
            "/category/سياسة/feed": f"{ASCII}/feeds/index.rss",
            "/?feed=rss2": f"{ASCII}/feeds/index.rss",
            "/feeds/away.rss": f"{ASCII}/{quote('خلاصة')}",
        }.items():
            answer = await client.get(old)
            assert (answer.status_code, answer.headers["location"]) == (301, new)
        assert (await client.get("/feeds/section/olympics.rss")).status_code == 410
        assert (await client.get("/feeds")).status_code == 200
        for path in ("/feeds/index.opml", "/robots.txt"):
            assert ASCII in (await client.get(path)).text
