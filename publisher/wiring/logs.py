"""Logs: one JSON object a line on stderr, events with fields.

Promise: no address, token or body comes into a log. Fields are ids, and what is not in the list of known fields is not
written, so a careless call cannot leak one; addresses and tokens that come by another way, such as the text of
an exception, are masked.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from publisher.mail.token import TOKEN_LENGTH

FIELDS = frozenset((
    "batch", "document", "door", "error", "fault", "feed", "issue", "key", "kind", "mails", "network", "newsletter",
    "notice", "path", "pid", "provider", "purpose", "relay", "scope", "size_bytes", "source", "status", "subscriber",
    "until", "verdict", "work",
))  # fmt: skip
"""The fields an event may carry. `key` names a work or an article, `subscriber` is a number, `network` a keyed hash."""

_NOISY = ("alembic", "apscheduler", "mail.log", "uvicorn.access")
_ADDRESS = re.compile(r"""(?<![^\s<>@,;:()\[\]"\\])[^\s<>@,;:()\[\]"\\]+@[^\s<>@,;:()\[\]"'\\/]+""")
_TOKEN = re.compile(rf"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}(?![A-Za-z0-9_-])")


class JsonFormatter(logging.Formatter):
    """An event as one line of JSON: time, level, logger, event, fields, and the traceback of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the record; never raises on a field that is not JSON."""
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _mask(record.getMessage()),
        }
        event |= {name: _render(value) for name, value in sorted(vars(record).items()) if name in FIELDS}
        if record.exc_info and record.exc_info[0] is not None:
            event["traceback"] = _mask(self.formatException(record.exc_info))
        line = json.dumps(event, ensure_ascii=False)
        return line.encode("utf-8", "backslashreplace").decode("utf-8")  # names of files may be no text


def start_logging(level: int = logging.INFO) -> None:
    """Send every library's log through the same lines. Called once, by the process that owns stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _render(value: object) -> object:
    return value if value is None or isinstance(value, int) else _mask(str(value))


def _mask(text: str) -> str:
    return _TOKEN.sub("<token>", _ADDRESS.sub("<address>", text))
