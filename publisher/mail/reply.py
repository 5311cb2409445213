"""Reads a relay's replies (RFC 5321 section 4.2) and keeps of them what may be kept.

Promise: text from a relay that ends in our database and on our pages carries no address and no control
character and is short. Relays quote the recipient in refusals; a log of refusals must not become a list of readers.
"""

import re
from functools import lru_cache

from publisher.model.delivery import Reply

MAX_REPLY_OCTETS = 32_768
"""Of one whole reply. RFC 5321 asks for 512 a line; this leaves room for a talkative relay, not for an endless one."""
MAX_TEXT = 500
_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\r\n]*))?\r?\n")
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:\s+|$)")
_ADDRESS = re.compile(
    r"<?[^\s<>@,;:()\"']{1,320}@[^\s<>,;:()\"']+>?"
)  # bounded: a relay may send 32 KB of "x"


class GarbledReplyError(Exception):
    """What came is no SMTP reply."""


def read_reply(buffer: bytes) -> tuple[Reply, int] | None:
    """The first reply in `buffer` and how many octets it takes; None while it is not complete.

    Lines may end in bare LF: some relays do that, and it is not ours to mend. Raises GarbledReplyError.
    """
    lines: list[bytes] = []
    end, code = 0, b""
    while (stop := buffer.find(b"\n", end)) != -1:
        match = _LINE.fullmatch(buffer, end, stop + 1)
        if match is None or code not in (b"", match[1]):
            raise GarbledReplyError("a line that is no reply")
        code = match[1]
        lines.append(match[3] or b"")
        end = stop + 1
        if end > MAX_REPLY_OCTETS:
            break
        if match[2] != b"-":
            return build_reply(int(code), b"\n".join(lines).decode("utf-8", "replace")), end
    if len(buffer) > MAX_REPLY_OCTETS:
        raise GarbledReplyError("a reply that is too long")
    return None


@lru_cache(maxsize=256)
def build_reply(code: int, text: str) -> Reply:
    """A reply fit to keep: the enhanced code (RFC 2034) taken off its lines, the rest cleaned. A relay says the same
    few things again and again, so the last ones are remembered.
    """
    enhanced = None
    kept: list[str] = []
    for line in text.split("\n"):
        match = _ENHANCED.match(line)
        if match is not None and match[1][0] == str(code)[0]:
            enhanced = enhanced or match[1]
            line = line[match.end() :]
        kept.append(line)
    return Reply(code=code, text=clean_reply_text(" ".join(kept)), enhanced=enhanced)


def clean_reply_text(text: str) -> str:
    """Printable, one line, without addresses, at most 500 letters."""
    printable = text[: 8 * MAX_TEXT]
    if not printable.isprintable():
        printable = "".join(c if c.isprintable() else " " for c in printable)
    return " ".join(_ADDRESS.sub("<address>", printable).split())[:MAX_TEXT]


def broken(text: str) -> Reply:
    """Stands for the answer nobody gave; `text` names what happened."""
    return Reply(code=0, text=clean_reply_text(text))
