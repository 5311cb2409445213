"""A folder is read whole: whatever is wrong with one document, the next one is read."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import publisher.sources.folder as folder_module
from publisher.model.article import Parsed, Quarantined
from publisher.sources.decoding import MAX_BYTES
from publisher.sources.folder import read_folder
from tests.sources.build import NOW, SEEDS, document, site

PAGE = "عنوان الصفحة\n\nنص الخبر كاملاً هنا.\n\nنشر في: 1 نوفمبر 2025"


def read(path: Path) -> list[Parsed | Quarantined]:
    """Everything in a folder, in order."""
    return list(read_folder(path, slug="desk", site=site(), now=NOW))


def reasons(path: Path) -> dict[str, str | None]:
    """Each document's reason by its key; None for an article."""
    return {item.key: item.reason.key if isinstance(item, Quarantined) else None for item in read(path)}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with one good document, which every test must find again."""
    place = tmp_path / "articles"
    place.mkdir()
    (place / "zz-good.md").write_text(document(), "utf-8")
    yield place
    assert reasons(place)["zz-good.md"] is None


def test_documents_come_in_the_order_of_their_keys(folder: Path) -> None:
    for name in ("b/2.txt", "a.MD", "b/1.markdown", "B.txt", "b.TXT"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(PAGE if name.lower().endswith("txt") else document(), "utf-8")
    assert list(reasons(folder)) == ["B.txt", "a.MD", "b.TXT", "b/1.markdown", "b/2.txt", "zz-good.md"]
    assert read(folder) == read(folder)
    assert {item.source for item in read(folder)} == {"desk"}


def test_everything_else_is_passed_over(folder: Path) -> None:
    for name in (
        "README.md",
        "readme.txt",
        ".draft.md",
        "photo.jpg",
        "notes.docx",
        "nashra.toml",
        "no-ending",
        "a.txt~",
    ):
        (folder / name).write_text("x", "utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "a.md").write_text("x", "utf-8")
    assert list(reasons(folder)) == ["zz-good.md"]


def test_sidecar_belongs_to_its_page(folder: Path) -> None:
    (folder / "a.txt").write_text(PAGE, "utf-8")
    (folder / "a.toml").write_text('section = "سياسة"', "utf-8")
    (folder / "b.txt").write_text(PAGE, "utf-8")
    (folder / "b.toml").write_text('sectoin = "سياسة"', "utf-8")
    first, second, _ = read(folder)
    assert isinstance(first, Parsed)
    assert first.section == "سياسة"
    assert isinstance(second, Quarantined)
    assert second.reason.arguments["file"] == "b.toml"


def test_broken_documents_are_held_back_each_with_its_reason(folder: Path) -> None:
    files = {
        "empty.txt": b"",
        "binary.txt": b"\x00\x01\x02",
        "word.txt": b"PK\x03\x04",
        "mojibake.txt": PAGE.encode().decode("latin-1").encode(),
        "huge.txt": b"x" * (MAX_BYTES + 1),
        "no-date.txt": "عنوان\n\nنص الخبر كاملاً هنا.".encode(),
        "no-head.md": "نص".encode(),
        "cut.md": b"---\ntitle: a\n",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    assert reasons(folder) == {
        "binary.txt": "sources.binary",
        "cut.md": "sources.front_matter_unclosed",
        "empty.txt": "sources.empty",
        "huge.txt": "sources.too_large",
        "mojibake.txt": "sources.mojibake",
        "no-date.txt": "sources.date_missing",
        "no-head.md": "sources.front_matter_missing",
        "word.txt": "sources.binary_kind",
        "zz-good.md": None,
    }


def test_five_megabytes_are_refused_without_being_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "huge.txt").write_bytes(b"x" * 5_000_000)
    (folder / "huge.toml").write_bytes(b"x")
    monkeypatch.setattr(folder_module, "parse_saved_page", None)
    assert reasons(folder)["huge.txt"] == "sources.too_large"


def test_links_may_lead_within_the_folder_only(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(PAGE, "utf-8")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "a.txt").write_text(PAGE, "utf-8")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up.txt").symlink_to("../secret.txt")
    (folder / "in.md").symlink_to("zz-good.md")
    (folder / "gone.md").symlink_to("nowhere.md")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "linked").symlink_to(tmp_path / "secrets")
    (folder / "self").symlink_to(folder)
    assert reasons(folder) == {
        "gone.md": "sources.vanished",
        "in.md": None,
        "loop.md": "sources.unreadable",
        "out.txt": "sources.link_outside",
        "up.txt": "sources.link_outside",
        "zz-good.md": None,
    }


def test_sidecar_that_leads_outside_holds_its_page_back(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text('section = "x"', "utf-8")
    (folder / "a.txt").write_text(PAGE, "utf-8")
    (folder / "a.toml").symlink_to(tmp_path / "secret.toml")
    assert reasons(folder)["a.txt"] == "sources.link_outside"


def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    (folder / "folder.md").mkdir()
    assert reasons(folder) == {"pipe.txt": "sources.not_a_file", "zz-good.md": None}


def test_names_that_cannot_be_shown_are_refused(folder: Path) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff.txt"))).write_text(PAGE, "utf-8")
    (folder / "line\nend.txt").write_text(PAGE, "utf-8")
    (folder / "دەست\u200cپێک.md").write_text(document(), "utf-8")
    assert reasons(folder) == {
        "bad\ufffd.txt": "sources.name_unreadable",
        "line\ufffdend.txt": "sources.name_unreadable",
        "zz-good.md": None,
        "دەست\u200cپێک.md": None,
    }


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "denied"), "sources.no_permission"),
        (FileNotFoundError(2, "gone"), "sources.vanished"),
        (OSError(5, "Input/output error"), "sources.unreadable"),
    ],
)
def test_file_that_cannot_be_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, reason: str
) -> None:
    """Injected, because a test run by root may read everything."""
    (folder / "a.txt").write_text(PAGE, "utf-8")
    really_open = os.open

    def refuse(path: Path, flags: int) -> int:
        if path.name == "a.txt":
            raise error
        return really_open(path, flags)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        assert reasons(folder) == {"a.txt": reason, "zz-good.md": None}


def test_folder_that_cannot_be_listed_stands_with_its_reason(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "locked").mkdir()
    really_scan = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "locked":
            raise PermissionError(13, "denied")
        return really_scan(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        assert reasons(folder) == {"locked": "sources.no_permission", "zz-good.md": None}


def test_defect_of_ours_costs_one_document(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "a.txt").write_text(PAGE, "utf-8")

    def fail(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "parse_saved_page", fail)
        assert reasons(folder) == {"a.txt": "sources.unexpected", "zz-good.md": None}
    assert "document not read" in caplog.text


def test_file_that_grows_while_it_is_read_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.txt").write_bytes(b"x" * (MAX_BYTES + 5))
    really_stat = os.fstat

    def small(descriptor: int) -> os.stat_result:
        found = list(really_stat(descriptor))
        found[6] = 10
        return os.stat_result(found)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", small)
        assert reasons(folder)["a.txt"] == "sources.too_large"


def test_missing_folder_is_one_reason(tmp_path: Path) -> None:
    (item,) = read(tmp_path / "nowhere")
    assert isinstance(item, Quarantined)
    assert (item.key, item.reason.key) == (".", "sources.folder_missing")


def test_seeds_are_eight_articles_in_three_languages() -> None:
    items = read(SEEDS)
    articles = [item for item in items if isinstance(item, Parsed)]
    assert len(articles) == len(items) == 8
    assert {article.language for article in articles} == {"ar", "en", "ckb"}
    assert {article.direction.value for article in articles if article.language == "ckb"} == {"rtl"}
    assert len({article.section for article in articles}) == 6


def test_every_invented_seed_says_so_and_no_other_does() -> None:
    for article in (item for item in read(SEEDS) if isinstance(item, Parsed)):
        invented = article.key.endswith(".md")
        assert article.sample is invented
        assert (article.url or "").startswith("https://samples.example/") is invented
        if invented:
            last = article.blocks[-1].text
            assert any(word in last for word in ("عيّنة مختلقة", "invented sample", "نموونەیەکی داهێنراو"))
            assert article.rights
