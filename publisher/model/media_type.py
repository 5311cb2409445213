"""The media type of a file by the ending of its address. A table of our own: the system's differs from machine to
machine, and equal articles must give equal bytes everywhere.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

_BY_ENDING: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "pdf": "application/pdf",
    "epub": "application/epub+zip",
}


def media_type_of(url: str) -> str | None:
    """`image/jpeg` for `https://cdn.example/a.JPG?w=600`; None where the ending tells nothing."""
    return _BY_ENDING.get(urlsplit(url).path.rpartition(".")[2].lower())
