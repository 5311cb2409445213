"""publisher.web.subscribe"""

import re
from dataclasses import replace

import pytest

from publisher.jobs.subscribe import Limits
from tests.web.markup import parse_page
from tests.web.reader_app import DAILY, ReaderApp, client_from, with_context

SARA = "sara@example.net"


def test_a_reader_subscribes_confirms_and_leaves(reader: ReaderApp) -> None:
    """The whole way, through the pages alone."""
    form = parse_page(reader.client.get("/subscribe?lang=en").text).forms[0]
    form.fields["email"] = SARA
    answer = reader.client.post(form.action, data=dict(form.form_values()))
    assert answer.status_code == 200
    assert "Check your mail" in answer.text
    assert reader.statuses(SARA) == {"daily": "pending"}

    question = parse_page(reader.client.get(reader.confirm_path()).text)
    form = question.forms[0]
    welcome = reader.client.post(form.action, data=dict(form.form_values()))
    assert welcome.status_code == 200
    assert reader.statuses(SARA) == {"daily": "confirmed"}

    question = parse_page(reader.client.get(reader.leave_path("daily")).text)
    left = reader.client.post(question.forms[0].action)
    assert left.status_code == 200
    assert reader.statuses(SARA) == {"daily": "unsubscribed"}


def test_the_answer_is_the_same_for_every_address(reader: ReaderApp) -> None:
    """New, pending, confirmed, departed, suppressed: status, headers and body tell nothing."""
    people = {kind: f"{kind}@example.net" for kind in ("fresh", "asked", "happy", "gone", "banned")}
    for kind in ("happy", "gone"):
        reader.subscribe(people[kind])
        reader.press()
    reader.client.post(reader.leave_path("daily", subscriber=2))
    reader.subscribe(people["asked"])
    reader.suppress(people["banned"])
    answers = set()
    for kind, address in people.items():
        got = reader.client.post("/subscribe", data={"email": address, "newsletter": "daily"})
        headers = {name: value for name, value in got.headers.items() if name != "content-length"}
        answers.add((got.status_code, repr(headers), got.text.replace(address, "X")))
        assert address in got.text, kind
    assert len(answers) == 1
    assert [row["daily"] for row in map(reader.statuses, people.values()) if row] == [
        "pending",
        "pending",
        "confirmed",
        "pending",
    ]


def test_an_address_with_a_slip_is_shown_again_with_what_to_mend(reader: ReaderApp) -> None:
    data = {"email": "sara@@example.net", "newsletter": ["weekly"], "language": "ckb"}
    answer = reader.client.post("/subscribe?lang=en", data=data)
    assert answer.status_code == 422
    page = parse_page(answer.text)
    field = page.get_element_by_id("email")
    assert (field.get("value"), field.get("aria-invalid")) == ("sara@@example.net", "true")
    assert "fault" in str(field.get("aria-describedby")).split()
    assert page.get_element_by_id("fault").text_content().strip()
    assert page.xpath("//input[@type='checkbox'][@checked]/@value") == ["weekly"]
    assert page.xpath("//input[@type='radio'][@checked]/@value") == ["ckb"]
    assert reader.works == []


def test_somebody_who_chooses_nothing_is_asked_to(reader: ReaderApp) -> None:
    answer = reader.client.post("/subscribe?lang=en", data={"email": SARA})
    assert answer.status_code == 422
    assert "Choose at least one newsletter" in answer.text


def test_where_there_is_one_newsletter_there_is_one_field_and_one_button(reader: ReaderApp) -> None:
    client = with_context(reader, newsletters=(DAILY,), site=replace(reader.context.site, languages=("ar",)))
    page = parse_page(client.get("/subscribe").text)
    seen = [field for field in page.forms[0].xpath(".//input") if field.get("type") != "hidden"]
    assert [field.get("name") for field in seen] == ["email", "note"], (
        "the second is the trap, seen by nobody"
    )
    assert client.post("/subscribe", data={"email": SARA}).status_code == 200
    assert reader.statuses(SARA) == {"daily": "pending"}


def test_newsletters_nobody_knows_are_left_out(reader: ReaderApp) -> None:
    assert reader.subscribe(SARA, "daily", "nonsense", "daily") == 200
    assert reader.statuses(SARA) == {"daily": "pending"}


def test_a_language_nobody_speaks_becomes_the_pages(reader: ReaderApp) -> None:
    reader.client.post("/subscribe?lang=ckb", data={"email": SARA, "newsletter": "daily", "language": "xx"})
    (notice, _) = reader.notices()[0]
    page = reader.client.get(reader.confirm_path())
    assert notice == 1
    assert '<html lang="ckb"' in page.text


def test_what_falls_into_the_trap_gets_the_same_answer_and_nothing_else(reader: ReaderApp) -> None:
    honest = reader.client.post("/subscribe", data={"email": SARA, "newsletter": "daily"})
    trapped = reader.client.post(
        "/subscribe", data={"email": "bots@example.net", "newsletter": "daily", "note": "buy"}
    )
    assert trapped.status_code == 200
    assert trapped.text == honest.text.replace(SARA, "bots@example.net")
    assert reader.statuses("bots@example.net") == {}


def test_no_program_that_fills_in_forms_knows_the_traps_name(reader: ReaderApp) -> None:
    """A reader taken for a machine would be lost without a word."""
    known = re.compile(
        "name|mail|phone|tel|url|web|addr|company|city|zip|country|user|birth|card", re.IGNORECASE
    )
    (trap,) = parse_page(reader.client.get("/subscribe").text).xpath("//div[@aria-hidden='true']//input")
    assert not known.search(trap.get("name"))
    assert (trap.get("tabindex"), trap.get("autocomplete")) == ("-1", "off")


def test_too_many_requests_from_a_network_are_told_to_come_back(reader: ReaderApp) -> None:
    client = with_context(reader, limits=Limits(per_network=2))
    answers = [
        client.post("/subscribe", data={"email": f"r{n}@example.net", "newsletter": "daily"})
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "3600"
    assert reader.statuses("r2@example.net") == {}
    elsewhere = client_from(reader.context, "203.0.113.9")
    assert elsewhere.post("/subscribe", data={"email": SARA, "newsletter": "daily"}).status_code == 200


def test_another_site_may_post_the_form_without_cookie_or_referrer(reader: ReaderApp) -> None:
    answer = reader.client.post(
        "/subscribe?lang=ar",
        data={"email": SARA, "newsletter": "daily", "language": "ar"},
        headers={"Origin": "https://aljeebal.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert reader.statuses(SARA) == {"daily": "pending"}


@pytest.mark.parametrize("address", ["سارة@example.net", "sara@شبكة.example.net", "\u200fsara@example.net "])
def test_addresses_beyond_ascii_and_pasted_marks_are_taken(reader: ReaderApp, address: str) -> None:
    assert reader.subscribe(address) == 200
    assert len(reader.notices()) == 1


def test_a_forged_host_changes_no_address(reader: ReaderApp) -> None:
    page = reader.client.get("/subscribe", headers={"Host": "evil.example"})
    assert "evil.example" not in page.text


def test_a_link_may_choose_a_newsletter_beforehand(reader: ReaderApp) -> None:
    page = parse_page(reader.client.get("/subscribe?newsletter=weekly").text)
    assert page.xpath("//input[@type='checkbox'][@checked]/@value") == ["weekly"]


def test_the_record_of_consent_names_the_wording(reader: ReaderApp) -> None:
    reader.subscribe(SARA)
    reader.press(reader.confirm_path() + "?lang=en")
    with reader.database.read() as tx:
        rows = tx.exec_driver_sql("SELECT kind, evidence FROM consent ORDER BY id").all()
    assert rows[0].kind == "requested"
    assert re.fullmatch(r"form ar [0-9a-f]{12}", rows[0].evidence)
    assert re.fullmatch(r"confirmation page en [0-9a-f]{12}", rows[1].evidence)
