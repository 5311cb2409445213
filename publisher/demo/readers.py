"""Three sample readers who subscribe as people do: the form, the mail that asks, the button.

Nothing is taken from inside the program: the form goes over HTTP, the link is read from the mail that arrived, and
confirming is a POST of the form on the page the link opens.
"""

import re
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser

from publisher.mail.mailbox import Mailbox
from publisher.model.errors import NashraError
from publisher.web.subscribe_form import ADDRESS, LANGUAGE, NEWSLETTER

PATIENCE = timedelta(seconds=60)
_LINK = re.compile(r"https?://\S+/confirm/\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReader:
    """An invented reader."""

    address: str
    language: str


SAMPLE_READERS = (
    SampleReader(address="layla@readers.example", language="ar"),
    SampleReader(address="karwan@readers.example", language="ckb"),
    SampleReader(address="sam@readers.example", language="en"),
)


def subscribe_readers(
    base_url: str, mailbox: Mailbox, *, newsletter: str, readers: Sequence[SampleReader] = SAMPLE_READERS
) -> None:
    """Take every reader through the double opt-in. Raises NashraError where a confirmation mail never comes."""
    for reader in readers:
        form = {ADDRESS: reader.address, NEWSLETTER: newsletter, LANGUAGE: reader.language}
        _post(f"{base_url}/subscribe", form)
    for reader in readers:
        link = _wait_for_link(mailbox, reader)
        with urllib.request.urlopen(link, timeout=10) as page:  # noqa: S310 - our own page, on loopback
            hidden = read_hidden_fields(page.read().decode())
        _post(link, hidden)


def read_hidden_fields(page: str) -> tuple[tuple[str, str], ...]:
    """Name and value of the hidden fields of a page, in order: what a browser posts with its button."""
    parser = _HiddenFields()
    parser.feed(page)
    parser.close()
    return tuple(parser.found)


class _HiddenFields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag == "input" and fields.get("type") == "hidden" and (name := fields.get("name")):
            self.found.append((name, fields.get("value") or ""))


def _wait_for_link(mailbox: Mailbox, reader: SampleReader) -> str:
    """The link of the newest confirmation mail to the reader, as its plain text gives it."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while time.monotonic() < deadline:
        for entry in mailbox.list_messages():
            message = mailbox.read(entry.id) if reader.address in entry.to else None
            found = _LINK.search(message.text or "") if message else None
            if found:
                return found.group()
        time.sleep(0.05)
    raise NashraError(
        f"No confirmation mail for {reader.address} arrived within {PATIENCE.total_seconds():.0f} seconds.",
        next_step="Start the demonstration again: it continues where it stopped.",
    )


def _post(url: str, form: Mapping[str, str] | Sequence[tuple[str, str]]) -> None:
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(url, data=body, timeout=10):  # noqa: S310 - our own page, on loopback
        pass
