"""The lint of finished mail HTML: every rule is shown to bite, on a real mail with one thing broken."""

import re

import pytest

from publisher.digest.error import DigestError
from publisher.digest.lint import Fault, FaultKind, find_faults
from publisher.model.issue import Patch
from tests.digest.samples import a_draft, render

HTML = render(a_draft()).html


def kinds(html: str) -> set[FaultKind]:
    return {fault.kind for fault in find_faults(html)}


def broken(old: str, new: str, count: int = 1) -> str:
    assert old in HTML
    return HTML.replace(old, new, count)


def test_what_we_render_has_no_fault() -> None:
    assert find_faults(HTML) == ()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ('<html lang="ar" dir="rtl"', '<html lang="ar"', FaultKind.DIRECTION),
        ('lang="ar" dir="rtl" align="right">', 'lang="ar" align="right">', FaultKind.DIRECTION),
        ('lang="ar" dir="rtl" align="right">', 'dir="rtl" align="right">', FaultKind.DIRECTION),
        ("direction: rtl;text-align: right", "text-align: right", FaultKind.DIRECTION),
        ("direction: rtl;text-align: right", "direction: rtl;text-align: left", FaultKind.ALIGNMENT),
        ('dir="rtl" align="right">', 'dir="rtl" align="left">', FaultKind.ALIGNMENT),
        ('<tr><td lang="ar" dir="rtl"><![endif]', '<tr><td lang="ar"><![endif]', FaultKind.DIRECTION),
        ("</td></tr></table><![endif]", "</td></tr><![endif]", FaultKind.TABLE),
        ('border="0" role="presentation"', 'border="0"', FaultKind.TABLE),
        ("</h1>", "</h1><bdi>x</bdi>", FaultKind.MARKUP),
        ('<a class="ink"', '<a dir="ltr" class="ink"', FaultKind.MARKUP),
        ('<a class="ink"', '<a onclick="x()" class="ink"', FaultKind.MARKUP),
        ("</h1>", "</h1><form></form>", FaultKind.MARKUP),
        ("</h1>", '</h1><img src="https://example.org/pixel.gif" alt="">', FaultKind.REMOTE),
        ("</h1>", "</h1><script>1</script>", FaultKind.REMOTE),
        ("</head>", '<link rel="stylesheet" href="https://example.org/x.css"></head>', FaultKind.REMOTE),
        ("</head>", "<style>@import 'https://example.org/x.css';</style></head>", FaultKind.REMOTE),
        ("<td class", '<td background="https://example.org/x.png" class', FaultKind.REMOTE),
        ("padding-top: 28px", "background:url(https://example.org/x.png)", FaultKind.REMOTE),
        ("padding-top: 28px", "padding-inline-start:4px", FaultKind.STYLE),
        ("padding-top: 28px", "display: flex", FaultKind.STYLE),
        ("padding-top: 28px", "color: var(--ink)", FaultKind.STYLE),
        ("padding-top: 28px", "text-align: start", FaultKind.STYLE),
        ('href="https://aljeebal.com/posts/10750"', 'href="javascript:x"', FaultKind.LINK),
        ('href="https://aljeebal.com/posts/10750"', "", FaultKind.LINK),
        ("</h1>", '</h1><a href="https://example.org/"> </a>', FaultKind.LINK),
        ("</h1>", "</h1><h1>x</h1>", FaultKind.HEADINGS),
        ("</h1>", "</h1><h4>x</h4>", FaultKind.HEADINGS),
        (Patch.UNSUBSCRIBE_URL.value, "https://example.org/", FaultKind.LEAVE),
        ("</h1>", "</h1>" + "x" * 100_000, FaultKind.SIZE),
    ],
)
def test_each_rule_bites(old: str, new: str, kind: FaultKind) -> None:
    assert kind in kinds(broken(old, new))


def test_a_mail_without_headings_or_wrapper_is_faulty_and_does_not_crash_the_lint() -> None:
    bare = re.sub(r"</?(?:h\d|div)[^>]*>", "", HTML)
    assert {FaultKind.HEADINGS, FaultKind.DIRECTION} <= kinds(bare)


def test_words_of_an_article_that_look_like_markup_are_no_fault() -> None:
    assert find_faults(broken("</h1>", " &lt;bdi&gt; display:flex url(x) var(y)</h1>")) == ()


def test_the_error_names_the_issue_and_every_fault() -> None:
    fault = Fault(kind=FaultKind.REMOTE, detail="<img>")
    error = DigestError(newsletter="evening", number=12, variant="ar", faults=(fault,))
    assert str(error) == "issue 12 of evening (ar) breaks the rules of mail: remote: <img>"
    assert error.faults == (fault,)
