"""publisher.web.errors"""

import pytest

from tests.web.markup import parse_page
from tests.web.reader_app import ReaderApp, with_context


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_each_error_is_said_in_the_readers_language_with_a_next_step(
    reader: ReaderApp, language: str
) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("DELETE", "/subscribe", 405)):
        answer = reader.client.request(method, f"{path}?lang={language}")
        page = parse_page(answer.text)
        assert answer.status_code == status
        assert page.get("lang") == language
        assert page.xpath("string(//h1)").strip()
        assert page.xpath("//main//p[normalize-space()]")


def test_a_wrong_method_names_the_right_ones(reader: ReaderApp) -> None:
    assert set(reader.client.put("/subscribe").headers["Allow"].split(", ")) >= {"GET", "POST"}


def test_a_defect_shows_no_traceback_and_no_secret(reader: ReaderApp) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of the house")

    broken = with_context(reader, submit=fail)
    answer = broken.post("/subscribe?lang=en", data={"email": "sara@example.net", "newsletter": "daily"})
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert reader.statuses("sara@example.net") == {}, "nothing was half done"
