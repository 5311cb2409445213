"""How values stand in a text column: JSON by msgspec, decoded into the same frozen types."""

import msgspec

from publisher.model.article import Parsed
from publisher.model.reason import Reason

_encoder = msgspec.json.Encoder(order="deterministic")
_parsed = msgspec.json.Decoder(Parsed)
_reason = msgspec.json.Decoder(Reason)


def encode_value(value: Parsed | Reason) -> str:
    """One line of JSON; equal values give equal text."""
    return _encoder.encode(value).decode()


def decode_parsed(text: str) -> Parsed:
    """A stored revision. Raises msgspec.ValidationError where the text is not one."""
    return _parsed.decode(text)


def decode_reason(text: str) -> Reason:
    """A stored reason. Raises msgspec.ValidationError where the text is not one."""
    return _reason.decode(text)
