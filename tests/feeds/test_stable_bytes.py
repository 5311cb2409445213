"""Equal articles are equal bytes, in every process, under every hash seed, locale and zone."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import hashlib
from tests.feeds.whole import build_feeds, render_documents
from tests.feeds.samples import NOW, SITE, all_words, make_article, make_entry, seed_article
from publisher.feeds.twins import GZIP
articles = [seed_article(), *(make_article(n, section=s) for n, s in enumerate(["سياسة", "World", "رياضة"]))]
digest = hashlib.sha256()
for document in render_documents(build_feeds(SITE, articles, (), all_words(), now=NOW).feeds).documents:
    digest.update(document.path.encode() + document.data + GZIP.compress(document.data))
print(digest.hexdigest())
"""
ROOT = Path(__file__).parents[2]


def digest_with(**environment: str) -> str:
    """The digest of every document and twin, written by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_two_processes_write_the_same_bytes() -> None:
    first = digest_with(PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    second = digest_with(PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="ar_SA.UTF-8", LANG="ar_SA.UTF-8")
    assert len(first) == len(hashlib.sha256().hexdigest())
    assert first == second


@pytest.mark.parametrize("module", ["rss", "atom", "rss_extension", "files"])
def test_no_module_depends_on_another_being_imported_first(module: str) -> None:
    """feedgen.util fails when it is imported before lxml.etree."""
    subprocess.run([sys.executable, "-c", f"import publisher.feeds.{module}"], cwd=ROOT, check=True)
