"""What entries of every format are made of: addresses, pictures, recordings, topics, from what strangers wrote."""

from collections.abc import Iterable

from publisher.model.media import Enclosure, Image, Tag
from publisher.model.media_type import media_type_of
from publisher.sources.metadata_values import MAX_LISTED, is_media_type
from publisher.sources.sanitise import strip_markup
from publisher.sources.web_address import resolve_address

_LONGEST = 300
_LARGEST = 10**12


def read_words(text: object) -> str | None:
    """One line of plain words, as long as a title may be; None for none."""
    return strip_markup(text)[:_LONGEST].strip() or None if isinstance(text, str) else None


def read_number(value: object, *, most: int = _LARGEST) -> int | None:
    """A whole number above 0; None for anything else, as exports write `0` and `` for what they do not know."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 20:
        value = int(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= most
    return int(value) if is_number else None  # type: ignore[call-overload]


def build_image(
    src: str | None, *, base: str = "", alt: object = None, credit: object = None, width: object = None,
    height: object = None,
) -> Image | None:  # fmt: skip
    """A picture that has an address."""
    address = resolve_address(src, base)
    if address is None:
        return None
    return Image(
        src=address,
        alt=read_words(alt),
        credit=read_words(credit),
        width=read_number(width, most=20_000),
        height=read_number(height, most=20_000),
    )


def build_enclosure(
    url: str | None, *, base: str = "", media_type: object = None, size: object = None, title: object = None,
    seconds: object = None,
) -> Enclosure | None:  # fmt: skip
    """A file that goes with the entry; None without an address or a type. A length of 0 is one that nobody knew."""
    address = resolve_address(url, base)
    stated = media_type.strip().lower() if isinstance(media_type, str) else ""
    known = stated if is_media_type(stated) else media_type_of(address or "")
    if address is None or known is None:
        return None
    return Enclosure(
        url=address,
        media_type=known,
        size_bytes=read_number(size),
        title=read_words(title),
        duration_seconds=read_number(seconds, most=10**6),
    )


def part_pictures(
    enclosures: Iterable[Enclosure | None],
) -> tuple[tuple[Image, ...], tuple[Enclosure, ...]]:
    """Pictures that stood as enclosures, and the rest."""
    found = list(dict.fromkeys(filter(None, enclosures)))
    pictures = (item for item in found if item.media_type.startswith("image/"))
    others = (item for item in found if not item.media_type.startswith("image/"))
    images = (
        Image(src=item.url, media_type=item.media_type, size_bytes=item.size_bytes) for item in pictures
    )
    return tuple(images), tuple(others)[:MAX_LISTED]


def build_tags(names: Iterable[tuple[str | None, str | None]]) -> tuple[Tag, ...]:
    """Topics by name and scheme, each name once."""
    by_name: dict[str, Tag] = {}
    for name, scheme in names:
        if words := read_words(name):
            by_name.setdefault(words, Tag(name=words, scheme=resolve_address(scheme)))
    return tuple(by_name.values())[:MAX_LISTED]
