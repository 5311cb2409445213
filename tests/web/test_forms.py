"""publisher.web.forms"""

import pytest

from publisher.web.body_cap import MAX_BODY_BYTES
from publisher.web.forms import MAX_FIELD_BYTES, MAX_FIELDS
from tests.web.reader_app import ReaderApp

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


MULTIPART = "multipart/form-data; boundary=x"


def test_a_body_beyond_the_cap_is_refused_in_words(reader: ReaderApp) -> None:
    answer = reader.client.post("/subscribe?lang=en", content=b"email=" + b"x" * MAX_BODY_BYTES, headers=FORM)
    assert answer.status_code == 413
    assert "too large" in answer.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM["Content-Type"], b"&".join(b"a=1" for _ in range(MAX_FIELDS + 1))),
        (FORM["Content-Type"], b"email=" + b"x" * (MAX_FIELD_BYTES + 1)),
        ("multipart/form-data", b"no boundary"),
        (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nb\r\n--x--'),
        (MULTIPART, b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--"),
    ],
)  # fmt: skip
def test_what_is_no_form_is_a_bad_request(reader: ReaderApp, content_type: str, body: bytes) -> None:
    answer = reader.client.post("/subscribe", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400
    assert "<html" in answer.text
    assert reader.works == []


def test_another_kind_of_body_has_no_fields(reader: ReaderApp) -> None:
    answer = reader.client.post("/subscribe", json={"email": "sara@example.net", "newsletter": "daily"})
    assert answer.status_code == 422
    assert reader.works == []


@pytest.mark.parametrize("charset", ["rot13", "nonsense", "hex", "utf-16", "punycode", ""])
def test_an_odd_charset_is_no_defect(reader: ReaderApp, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nxn--%\r\n--x--'
    headers = {"Content-Type": f"{MULTIPART}; charset={charset}"}
    assert reader.client.post("/subscribe", content=body, headers=headers).status_code in (400, 422)


def test_both_encodings_of_a_form_are_read(reader: ReaderApp) -> None:
    fields = {"email": (None, "sara@example.net"), "newsletter": (None, "daily")}
    assert reader.client.post("/subscribe", files=fields).status_code == 200
    assert reader.statuses("sara@example.net") == {"daily": "pending"}
