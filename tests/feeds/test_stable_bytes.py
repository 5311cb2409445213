"""Equal articles are equal bytes, in every process, under every hash seed, locale and zone."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import hashlib, locale, os, re, time
from datetime import timedelta
locale.setlocale(locale.LC_ALL, "")
named = time.strftime("%A", time.gmtime(0))
before = locale.setlocale(locale.LC_ALL)
from tests.feeds.whole import build_feeds, render_documents
from tests.feeds.samples import NOW, SITE, all_words, make_article, make_entry, seed_article
from publisher.feeds.twins import GZIP
articles = [seed_article(), *(make_article(n, section=s) for n, s in enumerate(["سياسة", "World", "رياضة"]))]
now = NOW + timedelta(days=int(os.environ.get("DAYS", "0")))
digest = hashlib.sha256()
for document in render_documents(build_feeds(SITE, articles, (), all_words(), now=now).feeds).documents:
    dates = re.findall(rb"<(?:pubDate|lastBuildDate)>(.*?)<", document.data)
    assert all(re.match(rb"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} ", date) for date in dates), dates
    digest.update(document.path.encode() + document.data + GZIP.compress(document.data))
assert locale.setlocale(locale.LC_ALL) == before
print(digest.hexdigest(), named)
"""
FINGERPRINT = """
from dataclasses import replace
from publisher.feeds.places import FeedPlan
from publisher.jobs.place_articles import rules_fingerprint
from publisher.model.moves import build_moves
from publisher.model.site import FeedRules, Selection
from tests.feeds.samples import SITE
moves = build_moves({"a": "index", "b": "index"}, {"section/x", "section/y", "/old", "/older"})
print(rules_fingerprint(FeedPlan(site=replace(SITE, moves=moves), rules=FeedRules())))
"""
ROOT = Path(__file__).parents[2]


def digest_with(**environment: str) -> tuple[str, str]:
    """The digest of every document and twin, written by a process of its own; and what that calls a Thursday."""
    digest, thursday = run(SCRIPT, **environment).split()
    return digest, thursday


def run(script: str, **environment: str) -> str:
    """What the script prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the locale of Saudi Arabia, made from Debian's description of it."""
    folder = tmp_path_factory.mktemp("locales")
    if not Path("/usr/share/i18n/locales/ar_SA").exists():
        pytest.skip("no description of ar_SA here (Debian: locales)")
    subprocess.run(["localedef", "-i", "ar_SA", "-f", "UTF-8", folder / "ar_SA.UTF-8"], check=True)
    return folder


def test_two_processes_two_days_two_zones_two_hash_seeds_write_the_same_bytes() -> None:
    first = digest_with(PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    second = digest_with(PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C.UTF-8", DAYS="1")
    assert len(first[0]) == len(hashlib.sha256().hexdigest())
    assert first == second


def test_equal_settings_have_one_fingerprint_under_every_hash_seed() -> None:
    """Another one would have every article looked at again, at each start."""
    assert run(FINGERPRINT, PYTHONHASHSEED="1") == run(FINGERPRINT, PYTHONHASHSEED="2")


def test_an_arabic_process_writes_the_same_bytes_and_keeps_its_locale(arabic: Path) -> None:
    """feedgen's formatter would write Arabic months, or switch the locale of every thread to C and back."""
    here, there = digest_with(LC_ALL="C"), digest_with(LC_ALL="ar_SA.UTF-8", LOCPATH=str(arabic))
    assert (here[1], there[1]) == ("Thursday", "الخميس")
    assert here[0] == there[0]


@pytest.mark.parametrize("module", ["rss", "atom", "rss_extension", "files"])
def test_no_module_depends_on_another_being_imported_first(module: str) -> None:
    """feedgen.util fails when it is imported before lxml.etree."""
    subprocess.run([sys.executable, "-c", f"import publisher.feeds.{module}"], cwd=ROOT, check=True)
