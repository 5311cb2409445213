"""Feed checklist 24: the length of a local file is measured, never believed."""

from pathlib import Path

import pytest

from publisher.model.article import Parsed, Quarantined
from publisher.sources.folder import read_folder
from tests.sources.build import NOW, document, site

HEAD = "url: 'https://cdn.example/a.mp3', file: audio/a.mp3"


def read(folder: Path, audio: str) -> Parsed | Quarantined:
    """The one article of the folder."""
    (folder / "story.md").write_text(document("نص الخبر.", audio="{" + audio + "}"), encoding="utf-8")
    (result,) = read_folder(folder, slug="desk", site=site(), now=NOW)
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source with a recording of seven octets."""
    (tmp_path / "desk" / "audio").mkdir(parents=True)
    (tmp_path / "desk" / "audio" / "a.mp3").write_bytes(b"1234567")
    return tmp_path / "desk"


@pytest.mark.parametrize("stated", ["", ", size: 7"])
def test_a_local_file_is_measured(folder: Path, stated: str) -> None:
    article = read(folder, HEAD + stated)
    assert isinstance(article, Parsed)
    assert [(item.size_bytes, item.file) for item in article.enclosures] == [(7, "audio/a.mp3")]


def test_a_file_elsewhere_has_the_length_that_is_stated_or_none(folder: Path) -> None:
    for stated, size in (("", None), (", size: 9", 9)):
        article = read(folder, "url: 'https://cdn.example/a.mp3'" + stated)
        assert isinstance(article, Parsed)
        assert article.enclosures[0].size_bytes == size


@pytest.mark.parametrize(
    ("audio", "reason"),
    [
        (HEAD + ", size: 8", "sources.enclosure_size"),
        (HEAD.replace("a.mp3'", "b.mp3'").replace("audio/a", "audio/b"), "sources.enclosure_missing"),
        (HEAD.replace("audio/a.mp3", "audio"), "sources.enclosure_missing"),
        (HEAD.replace("audio/a.mp3", "../outside.mp3"), "sources.enclosure_missing"),
        (HEAD.replace("audio/a.mp3", "empty.mp3"), "sources.enclosure_empty"),
    ],
)
def test_a_file_that_is_not_what_was_stated_holds_the_article_back(
    folder: Path, audio: str, reason: str
) -> None:
    (folder.parent / "outside.mp3").write_bytes(b"1")
    (folder / "empty.mp3").write_bytes(b"")
    result = read(folder, audio)
    assert isinstance(result, Quarantined)
    assert result.reason.key == reason
