"""The founding article, field by field, and everything that must not change it."""

import json
import random
from dataclasses import replace
from email.utils import format_datetime as rfc822
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model.article import Parsed
from publisher.model.site import HouseStyle
from publisher.text.house_date import format_datetime
from tests.sources.build import BAGHDAD, DATA, SEEDS, parsed, read_page

SHARED = Path(__file__).parents[2].parent / "shared"
SEED = (SEEDS / "seed_article.txt").read_bytes()
SIDECAR = (SEEDS / "seed_article.toml").read_bytes()
EXPECTED: dict[str, Any] = json.loads((DATA / "seed_article.expected.json").read_text("utf-8"))
BOILERPLATE = [*EXPECTED["removed"], EXPECTED["rights"], EXPECTED["publisher"]]


def seed() -> Parsed:
    """The article as the demonstration reads it."""
    return parsed(read_page(SEED, SIDECAR))


def as_json(article: Parsed) -> dict[str, Any]:
    """An article in the words of the expected result."""
    image = article.image
    house = format_datetime(article.published_at, language="ar", style=HouseStyle(), zone=BAGHDAD)
    return {
        "title": article.title,
        "url": article.url,
        "url_from": article.url_from,
        "language": article.language,
        "direction": article.direction.value,
        "byline": article.byline,
        "section": article.section,
        "publisher": article.publisher,
        "image": image and {"src": image.src, "caption": image.caption, "credit": image.credit},
        "blocks": [{"kind": block.kind.value, "text": block.text} for block in article.blocks],
        "published_at": article.published_at.isoformat(),
        "published_raw": article.published_raw,
        "zone_from": article.zone_from,
        "updated_at": article.updated_at,
        "words": article.words,
        "attributed_to": list(article.attributed_to),
        "rights": article.rights,
        "removed": list(article.removed),
        "rss_pub_date": rfc822(article.published_at),
        "house_date": house,
    }


@pytest.mark.parametrize("field", sorted(EXPECTED))
def test_seed_gives_exactly_what_is_expected(field: str) -> None:
    assert as_json(seed())[field] == EXPECTED[field]


def test_every_field_of_the_expected_result_is_compared() -> None:
    assert as_json(seed()) == EXPECTED


def test_seed_is_no_sample_and_has_no_markup() -> None:
    article = seed()
    assert not article.sample
    assert all(block.html is None and block.items == () for block in article.blocks)
    assert article.summary is None


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder is not here")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (SEEDS / "seed_article.txt", "seed_article.txt"),
        (DATA / "seed_article.expected.json", "seed_article.expected.json"),
    ],
)
def test_copies_are_byte_for_byte_the_originals(ours: Path, theirs: str) -> None:
    assert ours.read_bytes() == (SHARED / "data" / theirs).read_bytes()


def changed(name: str) -> bytes:
    """The seed in another outer form that says the same."""
    text = SEED.decode()
    forms = {
        "crlf": text.replace("\n", "\r\n").encode(),
        "cr": text.replace("\n", "\r").encode(),
        "line separators": text.replace("\n", "\u2028").encode(),
        "bom": b"\xef\xbb\xbf" + SEED,
        "utf-16": text.encode("utf-16"),
        "windows-1256": text.encode("cp1256"),
        "nbsp for every blank": text.replace(" ", "\u00a0").encode(),
        "narrow nbsp and tabs": text.replace(" ", "\u202f", 40).replace(" ", "\t", 20).encode(),
        "nbsp on blank lines": text.replace("\n\n", "\n\u00a0\n").encode(),
        "blanks at line ends": text.replace("\n", " \t\n").encode(),
        "direction marks at edges": "\n".join(f"\u200f{line}\u200e" for line in text.split("\n")).encode(),
        "final newlines": SEED + b"\n\n\n",
        "three blank lines for one": text.replace("\n\n", "\n\n\n\n").encode(),
        "presentation forms": text.replace("لا", "\ufefb").encode(),
        "no diacritic in the label": text.replace("نُشرت", "نشرت").encode(),
    }
    return forms[name]


@pytest.mark.parametrize(
    "form",
    [
        *("crlf", "cr", "line separators", "bom", "utf-16", "windows-1256", "nbsp for every blank"),
        *("narrow nbsp and tabs", "nbsp on blank lines", "blanks at line ends", "direction marks at edges"),
        *("final newlines", "three blank lines for one", "presentation forms", "no diacritic in the label"),
    ],
)
def test_outer_form_does_not_change_the_article(form: str) -> None:
    article = parsed(read_page(changed(form), SIDECAR))
    assert replace(article, published_raw=seed().published_raw) == seed()


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])
def test_digits_of_the_date_do_not_change_the_date(digits: str) -> None:
    line = EXPECTED["published_raw"]
    other = line.translate(str.maketrans("0123456789", digits))
    article = parsed(read_page(SEED.decode().replace(line, other), SIDECAR))
    assert article.published_raw == other
    assert replace(article, published_raw=line) == seed()


@pytest.mark.parametrize("line", BOILERPLATE)
def test_any_one_boilerplate_line_may_be_missing(line: str) -> None:
    """Only a field that this line alone carried is lost with it."""
    lines = SEED.decode().split("\n")
    lines.remove(line)
    article = parsed(read_page("\n".join(lines), SIDECAR))
    expected = seed()
    if line == EXPECTED["rights"]:
        # Who holds the rights also told that the line الجبال names the house; now an editor sees it was cut.
        expected = replace(expected, rights=None, publisher=None, removed=("الجبال", *expected.removed))
    else:
        expected = replace(expected, removed=tuple(other for other in expected.removed if other != line))
    assert article == expected


def test_without_a_rights_line_the_site_still_knows_its_own_name() -> None:
    text = SEED.decode().replace(EXPECTED["rights"], "")
    article = parsed(read_page(text, SIDECAR, title="الجبال"))
    assert article == replace(seed(), rights=None)


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["\n", "\n\n", "\n\u00a0\n\n"]))
def test_order_of_the_lines_below_the_article_does_not_matter(chance: random.Random, between: str) -> None:
    body, _, tail = SEED.decode().partition("\n\n\n")
    lines = [line for line in tail.split("\n") if line.strip()]
    assert len(lines) == 7
    chance.shuffle(lines)
    article = parsed(read_page(body + "\n\n\n" + between.join(lines), SIDECAR))
    assert sorted(article.removed) == sorted(seed().removed)
    assert replace(article, removed=seed().removed) == seed()


def test_page_without_its_sidecar_has_no_address() -> None:
    assert parsed(read_page(SEED)) == replace(seed(), url=None, url_from=None)
