"""Logs: one JSON object a line on stderr, events with fields.

Fields are ids, never addresses, tokens or bodies. What is not in the list of known fields is not written, so a
careless call cannot leak one.
"""

import json
import logging
import sys
from datetime import UTC, datetime

FIELDS = ("issue", "batch", "notice", "newsletter", "source", "feed", "work", "key", "error", "path")
"""The fields an event may carry."""


class JsonFormatter(logging.Formatter):
    """An event as one line of JSON: time, level, logger, event, fields, and the traceback of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the record; never raises on a field that is not JSON."""
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        event |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False, default=str)


def start_logging(level: int = logging.INFO) -> None:
    """Send every library's log through the same lines. Called once, by the process that owns stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "mail.log", "apscheduler.executors.default", "apscheduler.scheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
