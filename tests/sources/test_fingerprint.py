"""A folder that changed looks different; one that did not, does not."""

from pathlib import Path

from publisher.sources.fingerprint import fingerprint


def test_writing_renaming_and_removing_change_the_digest(tmp_path: Path) -> None:
    seen = [fingerprint(tmp_path)]
    (tmp_path / "a.txt").write_text("a", "utf-8")
    seen.append(fingerprint(tmp_path))
    (tmp_path / "a.txt").write_text("ab", "utf-8")
    seen.append(fingerprint(tmp_path))
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    seen.append(fingerprint(tmp_path))
    (tmp_path / "gone.txt").symlink_to("nowhere")
    seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == len(seen)
    assert fingerprint(tmp_path) == seen[-1]


def test_missing_folder_is_as_an_empty_one(tmp_path: Path) -> None:
    assert fingerprint(tmp_path / "nowhere") == fingerprint(tmp_path)
