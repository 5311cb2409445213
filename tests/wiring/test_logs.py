"""publisher.wiring.logs"""

import ast
import json
import logging
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import publisher
from publisher.mail.token import Purpose, TokenSigner
from publisher.wiring.logs import FIELDS, JsonFormatter, start_logging
from tests.wiring.test_keys import NOW, SECRET

ADDRESS = "sara.h@reader.example"
TOKEN = TokenSigner({1: SECRET}).mint(Purpose.CONFIRM, subscriber=7, subject=1, issued_at=NOW)


def render(message: str, *args: object, exc_info: object = None, **extra: object) -> dict[str, object]:
    """The line of one event, read back."""
    logger = logging.Logger("publisher.test")
    record = logger.makeRecord(
        "publisher.test", logging.WARNING, "x.py", 1, message, args, exc_info, extra=extra  # type: ignore[arg-type]
    )  # fmt: skip
    line = JsonFormatter().format(record)
    assert "\n" not in line
    found: dict[str, object] = json.loads(line)
    return found


def failure(text: str) -> tuple[type[BaseException], BaseException, object]:
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        return type(error), error, error.__traceback__


def test_an_event_is_one_line_with_time_level_logger_and_its_fields() -> None:
    line = render("sent %d", 3, issue=7, batch=0, newsletter="daily", path=Path("/x"), error=None)
    assert datetime.fromisoformat(str(line.pop("at"))).tzinfo is not None
    assert line == {
        "level": "warning",
        "logger": "publisher.test",
        "event": "sent 3",
        "issue": 7,
        "batch": 0,
        "newsletter": "daily",
        "path": "/x",
        "error": None,
    }


def test_only_known_fields_are_written() -> None:
    line = render("x", address=ADDRESS, token=TOKEN, body="…", issue=1)
    assert line.keys() == {"at", "level", "logger", "event", "issue"}


def test_no_address_and_no_token_comes_in_by_any_way() -> None:
    url = f"https://news.example/u/{TOKEN}?x=1"
    line = render(
        f"refused {ADDRESS} %s", url, exc_info=failure(f"[parameters: ('{ADDRESS}', '{TOKEN}')]"),
        error=f"550 <{ADDRESS}> unknown", path=Path(TOKEN), key=f"mailto:{ADDRESS}",
    )  # fmt: skip
    assert ADDRESS not in str(line)
    assert "sara" not in str(line)
    assert TOKEN not in str(line)
    assert line["event"] == "refused <address> https://news.example/u/<token>?x=1"
    assert line["error"] == "550 <<address>> unknown"


@given(st.text("aZ0.!#$%&'*+-/=?^_`{|}~é", min_size=1), st.sampled_from([" ", "<", "(", ":", ","]))
def test_whatever_a_local_part_looks_like_the_address_is_masked(local: str, before: str) -> None:
    assert local + "@" not in str(render(f"x{before}{local}@reader.example>")["event"])


def test_an_exception_keeps_its_traceback() -> None:
    text = str(render("failed", exc_info=failure("broken"))["traceback"])
    assert text.startswith("Traceback (most recent call last):")
    assert "test_logs.py" in text
    assert text.endswith("RuntimeError: broken")
    assert "traceback" not in render("failed", exc_info=(None, None, None))


def test_a_file_name_that_is_no_text_does_not_cost_the_line() -> None:
    line = render("unreadable", path=Path(os.fsdecode(b"\xff.txt")))
    assert line["path"] == "\udcff.txt"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, given back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield root
    root.handlers[:], root.level = handlers, level


def test_every_library_speaks_through_the_same_lines_and_chatter_is_left_out(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    start_logging()
    logging.getLogger("uvicorn.error").info("started")
    for chatty in ("apscheduler.scheduler", "apscheduler.executors.default", "uvicorn.access", "mail.log"):
        logging.getLogger(chatty).info("chatter")
    logging.getLogger("alembic.runtime.migration").info("chatter")
    out, err = capsys.readouterr()
    assert out == ""
    assert [json.loads(line)["event"] for line in err.splitlines()] == ["started"]
    assert sys.stderr is not None


def test_every_field_that_the_package_logs_is_a_known_one() -> None:
    """A field that is not in the list is dropped in silence: then the list is to be thought over, or the call."""
    used = {
        key.value
        for file in Path(publisher.__file__).parent.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict)
        for key in keyword.value.keys
        if isinstance(key, ast.Constant)
    }
    assert used
    assert used <= FIELDS
