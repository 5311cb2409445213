"""publisher.web.newsletters"""

import pytest

from publisher.model.correction import StatedCorrection
from publisher.model.direction import Direction
from publisher.model.issue import Choice, Patch
from publisher.model.reason import reason
from publisher.store.articles import load_articles, save_parsed
from publisher.store.corrections import correct_article
from publisher.store.issues import load_issues, save_choices
from publisher.store.withdrawals import withdraw_article
from tests.store.rows import HOME, NOW, parsed
from tests.web.markup import parse_page
from tests.web.reader_app import ReaderApp, with_context

MAIL = f'<html lang="ar"><head><style>p{{}}</style></head><body><a href="{Patch.UNSUBSCRIBE_URL}">x</a></body></html>'


def test_a_newsletter_has_its_form_and_its_issues(reader: ReaderApp) -> None:
    for number in (1, 2, 3):
        reader.add_issue("daily", number, {"ar": f"عنوان {number}"})
    page = parse_page(reader.client.get("/newsletters/daily?lang=ar").text)
    assert page.xpath("string(//h1)").strip() == "نشرة المساء"
    assert page.xpath("//form//input[@type='hidden'][@name='newsletter']/@value") == ["daily"]
    assert page.xpath("//ol[@class='issues']//bdi/text()") == ["عنوان 3", "عنوان 2", "عنوان 1"]
    assert "3 أعداد" in page.text_content()


def test_the_form_of_a_newsletters_page_subscribes_to_it_alone(reader: ReaderApp) -> None:
    form = parse_page(reader.client.get("/newsletters/weekly").text).forms[0]
    form.fields["email"] = "sara@example.net"
    assert reader.client.post(form.action, data=dict(form.form_values())).status_code == 200
    assert reader.statuses("sara@example.net") == {"weekly": "pending"}


def test_a_newsletter_without_issues_says_what_to_do(reader: ReaderApp) -> None:
    assert "the first one comes to you" in reader.client.get("/newsletters/daily?lang=en").text


def test_an_issue_is_shown_as_it_was_sent_without_anybodys_own_link(reader: ReaderApp) -> None:
    reader.add_issue("daily", 1, {"ar": "عنوان"}, html=MAIL)
    answer = reader.client.get("/newsletters/daily/1")
    assert answer.text == MAIL.replace(Patch.UNSUBSCRIBE_URL, "https://news.example/newsletters/daily")
    assert "nashra.invalid" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    assert "script" not in policy
    assert "img-src" not in policy


def test_an_issue_comes_in_the_visitors_language_if_it_was_sent_in_it(reader: ReaderApp) -> None:
    reader.add_issue("daily", 1, {"ar": "عنوان", "en": "Title"})
    reader.add_issue("weekly", 1, {"en": "Title"})
    assert reader.client.get("/newsletters/daily/1?lang=en").headers["Content-Language"] == "en"
    assert reader.client.get("/newsletters/daily/1?lang=ckb").headers["Content-Language"] == "ar"
    assert reader.client.get("/newsletters/weekly/1?lang=ckb").headers["Content-Language"] == "en"


def test_the_issues_of_a_newsletter_that_left_the_settings_stay(reader: ReaderApp) -> None:
    reader.add_issue("weekly", 1, {"en": "Title"})
    client = with_context(reader, newsletters=reader.context.newsletters[:1])
    assert client.get("/newsletters/weekly/1").status_code == 200
    assert client.get("/newsletters/weekly").status_code == 404


MARKED = """<html lang="ar"><head><title>Lead</title></head><body><div class="preheader">Second</div>
<!--story 1--><h2>Lead</h2><!--/story 1--><!--story 2--><h3>Second</h3><!--/story 2--></body></html>"""


def withdraw_lead(reader: ReaderApp) -> None:
    """Issue 1 of `daily` carried one stored article as its lead, and that was withdrawn."""
    with reader.database.write() as tx:
        save_parsed(tx, parsed(), home=HOME, present=(), now=NOW)
        (article,) = load_articles(tx)
        (issue,) = load_issues(tx)
        choice = Choice(article=article, included=True, reason=reason("selection.new"))
        save_choices(tx, issue.id, [choice], [article.number])
        withdraw_article(tx, article.id, now=NOW)


def test_a_withdrawn_story_is_shown_neither_in_its_issue_nor_in_the_lists(reader: ReaderApp) -> None:
    reader.add_issue("daily", 1, {"ar": "Lead"}, html=MARKED)
    withdraw_lead(reader)
    issue = reader.client.get("/newsletters/daily/1").text
    assert "Lead" not in issue
    assert issue.count("Second") == 1, "the story, not the preheader"
    gone = reader.context.words["ar"].say("digest.withdrawn")
    assert gone in issue
    for path in ("/newsletters/daily?lang=ar", "/?lang=ar"):
        page = reader.client.get(path).text
        assert "Lead" not in page
        assert gone in page


@pytest.mark.parametrize(("spoken", "side"), [("ar", "rtl"), ("en", "ltr")])
def test_a_story_corrected_after_its_issue_says_so_on_the_web_in_its_own_language(
    reader: ReaderApp, spoken: str, side: str
) -> None:
    reader.add_issue("daily", 1, {"ar": "Lead"}, html=MARKED)
    with reader.database.write() as tx:
        direction = Direction(side)
        save_parsed(tx, parsed(language=spoken, direction=direction), home=HOME, present=(), now=NOW)
        (article,) = load_articles(tx)
        (issue,) = load_issues(tx)
        choice = Choice(article=article, included=True, reason=reason("selection.new"))
        save_choices(tx, issue.id, [choice], [article.number])
    before = reader.client.get("/newsletters/daily/1").text
    assert before == MARKED
    with reader.database.write() as tx:
        correct_article(tx, article.id, StatedCorrection(note="40, <not> 400"), now=NOW)
    page = parse_page(reader.client.get("/newsletters/daily/1").text)
    (line,) = page.xpath("//p")
    assert (line.get("lang"), line.get("dir")) == (spoken, side)
    date = {"ar": "تصحيح، السبت 1 نوفمبر 2025: ", "en": "Correction, Saturday 1 November 2025: "}[spoken]
    assert line.text_content() == date + "40, <not> 400"
    assert line.getprevious().text == "Lead"
    assert "Cache-Control" in reader.client.get("/newsletters/daily/1").headers


def test_an_issue_that_cannot_hide_a_withdrawn_story_is_not_shown(reader: ReaderApp) -> None:
    reader.add_issue("daily", 1, {"ar": "Lead"}, html="<h2>Lead</h2>")
    withdraw_lead(reader)
    assert reader.client.get("/newsletters/daily/1").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/newsletters/nothing",
        "/newsletters/daily/2",
        "/newsletters/daily/0",
        "/newsletters/daily/-1",
        "/newsletters/daily/1.0",
        "/newsletters/daily/" + "9" * 5000,
        "/newsletters/daily/99999999999999999999",
        "/newsletters/daily/²",
        "/newsletters/daily/١",
        "/newsletters/%00/1",
        "/newsletters/..%2f..%2fetc%2fpasswd/1",
        "/newsletters/daily'--/1",
    ],
)
def test_what_is_not_there_is_not_found(reader: ReaderApp, path: str) -> None:
    reader.add_issue("daily", 1, {"ar": "عنوان"})
    assert reader.client.get(path).status_code == 404
