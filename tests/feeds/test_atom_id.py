"""publisher.feeds.atom_id"""

import pytest
from lxml import etree

from publisher.feeds.atom import render_atom
from publisher.feeds.atom_id import atom_id
from publisher.feeds.fragments import write_fragment
from publisher.feeds.json_feed import json_item
from publisher.feeds.namespaces import ATOM
from publisher.feeds.rss import render_rss
from publisher.feeds.validate.finding import Point
from publisher.feeds.validate.urls import check_iri
from publisher.model.feed import Tombstone
from tests.feeds.samples import make_entry, make_feed

IRIS = [
    "https://news.example/?p=123",
    "http://News.Example/a#1",
    "tag:news.example,2025-11-01:/a",
    "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
    "https://news.example/%D8%A3",
    "https://news.example/خبر",
    "post:123",
]
OTHERS = [
    "123",
    "6541d1a5c1f2b40001a1b2c3",
    "/2025/11/a",
    "//news.example/a",
    "https://news.example/a b",
    "https://news.example/<a>",
    "https://news.example/%zz",
    "https://news.example/\u200fخبر",
    "خبر:1",
    "https:",
]


@pytest.mark.parametrize("guid", IRIS)
def test_an_iri_stays_to_the_letter(guid: str) -> None:
    assert atom_id(guid) == guid


@pytest.mark.parametrize("guid", OTHERS)
def test_what_is_no_iri_has_a_uuid_of_its_own_in_atom(guid: str) -> None:
    assert atom_id(guid).startswith("urn:uuid:")
    assert atom_id(guid) == atom_id(guid)
    assert not list(check_iri(atom_id(guid), "id", Point(where="id")))


def test_ids_stay_apart() -> None:
    assert len({atom_id(guid) for guid in (*IRIS, *OTHERS)}) == len(IRIS) + len(OTHERS)


def test_the_mapping_is_for_ever() -> None:
    """Whoever changes it gives every reader these entries a second time."""
    assert atom_id("123") == "urn:uuid:fad62036-9541-5edb-8d3d-e79353a9bf7b"


@pytest.mark.parametrize("guid", [*IRIS, *OTHERS])
def test_rss_and_json_have_every_id_as_it_is_and_the_gate_lets_it_pass(guid: str) -> None:
    feed = make_feed(make_entry(id=guid))
    rss, atom = (etree.fromstring(render(feed)) for render in (render_rss, render_atom))
    assert rss.findtext("channel/item/guid") == guid
    assert json_item(feed.entries[0])["id"] == guid
    assert atom.findtext("a:entry/a:id", namespaces={"a": ATOM}) == atom_id(guid)
    assert write_fragment(feed.entries[0]).id == guid


def test_a_tombstone_names_the_entry_as_the_feed_did() -> None:
    """RFC 6721 section 3: `ref` is the entry's id."""
    dead = Tombstone(id="123", at=make_entry().updated_at)
    root = etree.fromstring(render_atom(make_feed(tombstones=(dead,))))
    (found,) = root.iterfind("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert found.get("ref") == atom_id("123")
