"""What Ghost showed to members alone is not brought, nor is half a post for a whole one."""

import json
from typing import Any

import pytest

from publisher.sources.moving.entry import FormerEntry
from tests.sources.moving.reading import accepted, entries

LEXICAL = '{"root":{"children":[{"type":"paragraph"}]}}'
END = "<!--kg-gated-block:end-->"


def post(**fields: Any) -> FormerEntry:
    """A post that was published for everybody."""
    row = {"id": "7", "title": "t", "status": "published", "published_at": "2025-11-01T00:00:00Z", **fields}
    (found,) = entries(json.dumps({"data": {"posts": [row]}}))
    return found


def begin(parameters: str) -> str:
    """The comment before a block for some readers."""
    return f"<!--kg-gated-block:begin {parameters} -->"


def why(**fields: Any) -> tuple[str, dict[str, str | int]] | None:
    """Why a post was left out."""
    left_out = post(**fields).left_out
    return None if left_out is None else (left_out.key, dict(left_out.arguments))


@pytest.mark.parametrize("status", ["", None, 7])
def test_a_post_without_a_status_does_not_say_that_it_was_published(status: object) -> None:
    assert why(html="<p>t</p>", status=status) == ("moving.unstated", {})


@pytest.mark.parametrize(
    "parameters",
    [
        'nonMember:false memberSegment:"status:free,status:-free"',
        'memberSegment:"status:-free"',
        "nonMember:True nonMember:false",
        "nonMember:",
        "nonMember:truely",
        "anonMember:true",
        "",
    ],
)
def test_a_block_that_not_everybody_may_see_is_taken_out(parameters: str) -> None:
    found = post(html=f"<p>قبل</p>{begin(parameters)}<p>سر</p>{END}<p>بعد</p>")
    assert (found.left_out, found.content) == (None, "<p>قبل</p><p>بعد</p>")


@pytest.mark.parametrize(
    "parameters", ['nonMember:true memberSegment:""', 'nonMember:"true"', "nonmember:TRUE"]
)
def test_a_block_for_everybody_stays(parameters: str) -> None:
    found = post(html=f"<p>قبل</p>{begin(parameters)}<p>لكل قارئ</p>{END}<p>بعد</p>")
    assert (found.left_out, found.content) == (None, "<p>قبل</p><p>لكل قارئ</p><p>بعد</p>")


def test_blocks_follow_one_another() -> None:
    members, everybody = begin("nonMember:false"), begin("nonMember:true")
    found = post(html=f"{members}a{END}{everybody}<p>b</p>{END}{members}c{END}<p>d</p>")
    assert found.content == "<p>b</p><p>d</p>"


@pytest.mark.parametrize(
    "html",
    [
        f"<p>قبل</p>{begin('nonMember:false')}<p>سر</p>",
        f"<p>قبل</p>{begin('nonMember:true')}<p>x</p>{begin('nonMember:false')}<p>سر</p>{END}{END}",
        f"<p>قبل</p>{END}",
        f"<p>قبل</p><!--kg-gated-block:begin nonMember:false <p>سر</p>{END}",
        f"<p>قبل</p><!--kg-gated-block:begin a:<b> --><p>سر</p>{END}",
        "<p>قبل</p><!--kg-gated-block nonMember:false --><p>سر</p>",
    ],
)
def test_a_post_whose_blocks_cannot_be_told_apart_is_left_out(html: str) -> None:
    assert why(html=html) == ("moving.gated", {"mark": "kg-gated-block"})
    assert "سر" not in post(html=html).content


def test_what_is_left_of_a_post_for_members_alone_is_not_made_up_of_its_plain_text() -> None:
    found = post(html=f"{begin('nonMember:false')}<p>سر</p>{END}", plaintext="سر")
    assert found.content == ""


def test_plain_text_that_has_lost_its_marks_is_not_taken() -> None:
    form = json.dumps({"root": {"children": [{"visibility": {"web": {"nonMember": False}}}]}})
    assert why(plaintext="سر", lexical=form) == ("moving.gated", {"mark": "nonMember"})
    assert why(plaintext="نص", lexical=LEXICAL) is None


@pytest.mark.parametrize("form", ["lexical", "mobiledoc", "markdown"])
@pytest.mark.parametrize("picture", [None, "__GHOST_URL__/content/images/top.jpg"])
def test_a_text_in_a_form_that_is_not_read_is_told_and_never_a_picture_alone(
    form: str, picture: str | None
) -> None:
    fields = {form: LEXICAL, "feature_image": picture}
    assert why(html=None, **fields) == ("moving.other_form", {"form": form})
    assert why(html="<p>نص</p>", **fields) is None


def test_a_picture_without_any_text_is_an_article_still() -> None:
    found = accepted(post(html=None, feature_image="__GHOST_URL__/content/images/top.jpg"), language="en")
    assert (found.blocks, found.image is not None) == ((), True)
