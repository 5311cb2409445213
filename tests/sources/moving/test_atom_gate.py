"""Of an Atom document that is more than a feed, the articles that readers had come out."""

import pytest

from publisher.sources.moving.entry import FormerEntry
from tests.sources.moving.reading import entries

ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:b="http://schemas.google.com/blogger/2018"'


def entry(inside: str, kinds: tuple[str, ...] = ("post",)) -> FormerEntry:
    """The one entry of a document."""
    (found,) = entries(f"<feed {ATOM}><entry><id>7</id><title>t</title>{inside}</entry></feed>", kinds)
    return found


def why(inside: str, kinds: tuple[str, ...] = ("post",)) -> tuple[str, object] | None:
    """Why it was left out."""
    left_out = entry(inside, kinds).left_out
    return None if left_out is None else (left_out.key, next(iter(left_out.arguments.values())))


def kind(term: str) -> str:
    """A category as Blogger's backups have it."""
    scheme = "http://schemas.google.com/g/2005#kind"
    return f'<category scheme="{scheme}" term="http://schemas.google.com/blogger/2008/kind#{term}"/>'


@pytest.mark.parametrize("namespace", ["http://www.w3.org/2007/app", "http://purl.org/atom/app#"])
@pytest.mark.parametrize(
    ("draft", "is_draft"),
    [("yes", True), (" YES ", True), ("true", True), ("", True), ("no", False), ("No", False)],
)
def test_a_draft_is_left_out(namespace: str, draft: str, is_draft: bool) -> None:
    control = f'<app:control xmlns:app="{namespace}"><app:draft>{draft}</app:draft></app:control>'
    assert why(control) == (("moving.not_published", "draft") if is_draft else None)


def test_a_control_that_says_nothing_of_drafts_is_no_draft() -> None:
    assert why('<app:control xmlns:app="http://www.w3.org/2007/app"/>') is None


@pytest.mark.parametrize("term", ["comment", "settings", "template", "page"])
def test_of_a_backup_of_blogger_only_posts_come(term: str) -> None:
    assert why(kind(term)) == ("moving.other_kind", term)
    assert why(kind("post") + kind(term)) == ("moving.other_kind", term)
    assert why(f"<b:type>{term.upper()}</b:type><b:status>LIVE</b:status>") == ("moving.other_kind", term)


def test_a_post_of_a_backup_comes_with_its_topics_alone() -> None:
    found = entry(kind("post") + '<category scheme="http://www.blogger.com/atom/ns#" term="نقل"/>')
    assert found.left_out is None
    assert [tag.name for tag in found.tags] == ["نقل"]


def test_pages_come_where_a_person_says_so() -> None:
    assert why(kind("page"), ("post", "page")) is None


@pytest.mark.parametrize(
    ("status", "told"),
    [("LIVE", None), ("DRAFT", "draft"), ("SOFT_TRASHED", "soft_trashed"), ("", "")],
)
def test_a_post_of_a_newer_backup_says_whether_it_is_live(status: str, told: str | None) -> None:
    expected = None if told is None else ("moving.not_published", told)
    assert why(f"<b:type>POST</b:type><b:status>{status}</b:status>") == expected
