"""Hostile input through every door: whatever arrives, no answer is a defect and no text becomes markup."""

import json
from pathlib import Path
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.markup import parse_page
from tests.web.reader_app import ReaderApp

NAUGHTY: list[str] = json.loads(
    (Path(__file__).parents[1] / "data" / "naughty_strings.json").read_text("utf-8")
)
LATIN_1 = st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=60)
FIELDS = ("email", "newsletter", "language")


def test_naughty_strings_in_the_form_are_never_a_defect_nor_markup(reader: ReaderApp) -> None:
    for place, text in enumerate(NAUGHTY):
        clean = text.encode("utf-8", "replace").decode()
        sound = {"email": "sara@example.net", "newsletter": "daily", "language": "ar"}
        odd = FIELDS[place % 3]
        answer = reader.client.post("/subscribe", data=sound | {odd: clean})
        assert answer.status_code in (200, 422, 429), text
        assert "<script" not in answer.text.lower()
        page = parse_page(answer.text)
        assert not page.xpath("//@*[starts-with(name(), 'on')]"), text


def test_naughty_strings_in_addresses_are_never_a_defect(reader: ReaderApp) -> None:
    doors = ("/{}", "/u/{}", "/confirm/{}", "/newsletters/{}", "/subscribe?lang={0}&newsletter={0}")
    for place, text in enumerate(NAUGHTY):
        safe = quote(text.encode("utf-8", "replace"), safe="")
        path = doors[place % len(doors)].format(safe)
        answer = reader.client.get(path)
        assert answer.status_code in (200, 307, 404, 429), path
        assert "<script" not in answer.text.lower()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=400), multipart=st.booleans())
def test_no_body_is_a_defect(reader: ReaderApp, body: bytes, multipart: bool) -> None:
    kind = "multipart/form-data; boundary=x" if multipart else "application/x-www-form-urlencoded"
    answer = reader.client.post("/subscribe", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 422)
    assert reader.works == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lang=st.text(max_size=30),
    accept=st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=60),
)
def test_no_header_or_parameter_is_a_defect(reader: ReaderApp, lang: str, accept: str) -> None:
    answer = reader.client.get(
        "/subscribe", params={"lang": lang}, headers=[(b"Accept-Language", accept.encode("latin-1"))]
    )
    assert answer.status_code == 200
