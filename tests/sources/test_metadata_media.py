"""What a person states beside the words: pictures, recordings, topics, wire copy, corrections."""

from datetime import datetime
from typing import Any

import pytest

from publisher.model.correction import StatedCorrection
from publisher.model.media import Enclosure, Image, Tag, Wire
from publisher.model.reason import Reason
from publisher.sources.metadata import Metadata, parse_metadata
from tests.sources.build import BAGHDAD

MP3 = "https://cdn.example/a.mp3"


def read(**raw: Any) -> Metadata:
    """Metadata that is expected to be right."""
    result = parse_metadata(raw, file="a.md", zone=BAGHDAD)
    assert isinstance(result, Metadata), result
    return result


def at(text: str) -> datetime:
    """A moment in Baghdad."""
    return datetime.fromisoformat(f"{text}+03:00")


def test_pictures_say_all_that_is_known_of_them() -> None:
    stated = read(
        image={
            "src": "https://cdn.example/a",
            "type": "image/webp",
            "size": "700",
            "thumbnail": "https://cdn.example/s",
        },
        images=["https://cdn.example/b.jpg", {"src": "https://cdn.example/c.jpg", "credit": "AP"}],
    )
    assert stated.image == Image(
        src="https://cdn.example/a",
        media_type="image/webp",
        size_bytes=700,
        thumbnail="https://cdn.example/s",
    )
    assert stated.images == (
        Image(src="https://cdn.example/b.jpg"),
        Image(src="https://cdn.example/c.jpg", credit="AP"),
    )


@pytest.mark.parametrize(
    ("value", "enclosure"),
    [
        (MP3, Enclosure(url=MP3, media_type="audio/mpeg")),
        (
            {
                "url": "https://cdn.example/a",
                "type": "Audio/OGG",
                "size": 5,
                "duration": "1:02",
                "title": "استمع",
            },
            Enclosure(
                url="https://cdn.example/a",
                media_type="audio/ogg",
                size_bytes=5,
                duration_seconds=62,
                title="استمع",
            ),
        ),
        (
            {"url": MP3, "duration": "1:00:05", "file": "audio/a.mp3"},
            Enclosure(url=MP3, media_type="audio/mpeg", duration_seconds=3605, file="audio/a.mp3"),
        ),
        ({"url": MP3, "duration": "90"}, Enclosure(url=MP3, media_type="audio/mpeg", duration_seconds=90)),
    ],
)
def test_recordings(value: object, enclosure: Enclosure) -> None:
    assert read(audio=value).enclosures == (enclosure,)
    assert read(audio=[value, value]).enclosures == (enclosure, enclosure)


def test_topics_and_authors() -> None:
    tags = ["مالي", {"name": "war", "scheme": "http://cv.iptc.org/newscodes"}, " "]
    stated = read(tags=tags, author=["سارة", "Omar"])
    assert stated.tags == (Tag(name="مالي"), Tag(name="war", scheme="http://cv.iptc.org/newscodes"))
    assert (stated.author, stated.authors) == (None, ("سارة", "Omar"))
    assert read(tags="مالي", authors="سارة").tags == (Tag(name="مالي"),)


def test_wire_copy() -> None:
    assert read(wire="رويترز").wire == Wire(name="رويترز")
    group = {
        "name": "AFP",
        "url": "https://afp.example/1",
        "feed": "https://afp.example/rss",
        "id": "urn:afp",
        "updated": "2025-11-01 10:00",
    }
    assert read(wire=group).wire == Wire(
        name="AFP",
        url="https://afp.example/1",
        feed="https://afp.example/rss",
        id="urn:afp",
        updated_at=at("2025-11-01T10:00"),
    )


def test_corrections_with_and_without_words_and_moments() -> None:
    assert read(correction="كان 7").corrections == (StatedCorrection(note="كان 7"),)
    assert read(correction="كان 7", corrected_at="2025-11-02 08:00").corrections == (
        StatedCorrection(note="كان 7", at=at("2025-11-02T08:00")),
    )
    assert read(corrected_at="2025-11-02 08:00").corrections == (
        StatedCorrection(note="", at=at("2025-11-02T08:00")),
    )
    several = read(
        correction=["أول", {"note": "ثان", "at": "2025-11-03 09:00", "announce": "yes"}, {"note": " "}]
    )
    assert several.corrections == (
        StatedCorrection(note="أول"),
        StatedCorrection(note="ثان", at=at("2025-11-03T09:00"), announce=True),
    )


def test_an_embargo_is_a_date() -> None:
    found = read(embargo="2025-11-01 18:00").embargo
    assert found is not None
    assert found.at == at("2025-11-01T18:00")


@pytest.mark.parametrize(
    ("raw", "key", "field"),
    [
        ({"audio": "https://cdn.example/a"}, "sources.bad_enclosure", "audio"),
        ({"audio": {"type": "audio/mpeg"}}, "sources.bad_enclosure", "audio"),
        ({"audio": 7}, "sources.bad_enclosure", "audio"),
        ({"audio": {"url": MP3, "type": "mp3"}}, "sources.bad_media_type", "audio.type"),
        ({"audio": {"url": MP3, "size": 0}}, "sources.bad_number", "audio.size"),
        ({"audio": {"url": MP3, "size": "-1"}}, "sources.bad_number", "audio.size"),
        ({"audio": {"url": MP3, "duration": "0:00"}}, "sources.bad_number", "audio.duration"),
        ({"audio": {"url": "x.mp3"}}, "sources.bad_url", "audio.url"),
        ({"images": [{"width": 0}]}, "sources.bad_number", "images.width"),
        ({"images": 7}, "sources.bad_image", "images"),
        ({"tags": [{"names": "x"}]}, "sources.unknown_key_near", "tags.names"),
        ({"tags": [7]}, "sources.bad_text", "tags"),
        ({"wire": {"url": "https://afp.example/1"}}, "sources.bad_text", "wire"),
        ({"wire": 7}, "sources.bad_text", "wire"),
        ({"correction": [7]}, "sources.bad_text", "correction"),
        ({"correction": {"at": 7}}, "sources.bad_date", "correction.at"),
    ],
)
def test_what_is_wrong_is_named(raw: dict[str, object], key: str, field: str) -> None:
    result = parse_metadata(raw, file="a.md", zone=BAGHDAD)
    assert isinstance(result, Reason), result
    assert (result.key, result.arguments["field"]) == (key, field)
