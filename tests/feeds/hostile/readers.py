"""What readers and schemas say of one document, where tests/feeds/read_back.py is not enough."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import atoma
import feedparser
import jsonschema
from lxml import etree

import publisher.feeds.validate as room

_DATA = Path(__file__).parents[2] / "data"
_ATOM = {"rss": atoma.parse_rss_bytes, "atom": atoma.parse_atom_bytes, "json": atoma.parse_json_feed_bytes}


def ids_by_feedparser(data: bytes) -> list[str]:
    """feedparser: RSS and Atom."""
    document = feedparser.parse(data)
    assert not document.bozo, document.get("bozo_exception")
    return [entry.id for entry in document.entries]


def titles(kind: str, data: bytes) -> list[str]:
    """The titles as atoma reads them, which sanitises nothing."""
    document = _ATOM[kind](data)
    if kind == "atom":
        return [entry.title.value for entry in document.entries]
    return [item.title for item in document.items]


def check_schema(kind: str, data: bytes) -> None:
    """Atom against the RELAX NG schema of RFC 4287, JSON against that of JSON Feed 1.1; RSS has none."""
    if kind == "atom":
        _relax_ng().assertValid(etree.fromstring(data))
    elif kind == "json":
        _json_schema().validate(json.loads(data))


@cache
def _relax_ng() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(Path(room.__path__[0]) / "atom.rng"))


@cache
def _json_schema() -> Any:
    schema = json.loads((_DATA / "jsonfeed_schema" / "schema-v1.1.json").read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def entries_by_reader(folder: Path, names: list[str]) -> dict[str, set[str]]:
    """`reader` (PyPI) over files of this folder: the ids of each."""
    import reader

    found: dict[str, set[str]] = {}
    with reader.make_reader(":memory:", feed_root=str(folder)) as shelf:
        for name in names:
            shelf.add_feed(name)
        for updated in shelf.update_feeds_iter():
            assert not isinstance(updated.value, Exception), (updated.url, updated.value)
        for name in names:
            found[name] = {entry.id for entry in shelf.get_entries(feed=name)}
    return found
