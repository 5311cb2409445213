"""How values stand in a text column: JSON by msgspec, decoded into the same frozen types."""

import msgspec

from publisher.model.article import Parsed
from publisher.model.reason import Reason

_encoder = msgspec.json.Encoder(order="deterministic")
_as_given = msgspec.json.Encoder()
_parsed = msgspec.json.Decoder(Parsed)
_reason = msgspec.json.Decoder(Reason)


_LATER = ("authors", "tags", "images", "enclosures", "wire", "embargo_until", "corrections", "guid")
_LATER_OF_IMAGE = ("media_type", "size_bytes", "thumbnail")


def encode_value(value: Parsed | Reason) -> str:
    """One line of JSON; equal values give equal text.

    Fields that came after the first release are left out where they say nothing: an article that uses none of them
    keeps the text it was stored with, or every article would get a new revision the day Nashra is brought up to date.
    """
    if isinstance(value, Reason):
        return _encoder.encode(value).decode()
    fields = msgspec.to_builtins(value, order="deterministic")
    for name in _LATER:
        if not fields[name]:
            del fields[name]
    for block in fields["blocks"]:
        if block["embed"] is None:
            del block["embed"]
    for image in filter(None, (fields["image"], *fields.get("images", ()))):
        for name in _LATER_OF_IMAGE:
            if image[name] is None:
                del image[name]
    return _as_given.encode(fields).decode()


def decode_parsed(text: str) -> Parsed:
    """A stored revision. Raises msgspec.ValidationError where the text is not one."""
    return _parsed.decode(text)


def decode_reason(text: str) -> Reason:
    """A stored reason. Raises msgspec.ValidationError where the text is not one."""
    return _reason.decode(text)
