"""A minimal decoder of encoded-words (RFC 2047), written from the RFC; shares no code with ours or `email`."""

import base64
import re

_WORD = re.compile(r"=\?utf-8\?b\?([A-Za-z0-9+/]+={0,2})\?=", re.IGNORECASE)


def decode_field(line: bytes) -> str:
    """The text of an unstructured field as a reader sees it. Refuses a word that is not whole code points."""
    value = line.decode("ascii").partition(":")[2].replace("\r\n", "")[1:]
    value = re.sub(
        r"(\?=)[ \t]+(?==\?)", r"\1", value
    )  # section 6.2: blanks between adjacent words are not shown
    return _WORD.sub(lambda match: base64.b64decode(match[1], validate=True).decode("utf-8"), value)
