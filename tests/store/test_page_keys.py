"""However its address is spelt, an article is found again and keeps its id."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import publisher.store
from publisher.model.article import Parsed, Quarantined
from publisher.model.identity import IMPORTED
from publisher.model.page import build_page_key
from publisher.sources.web_address import parse_page_address
from publisher.store.articles import Saved, load_articles, save_parsed
from publisher.store.database import Database, Transaction, open_database
from publisher.store.migrate import migrate
from publisher.store.schema import article
from tests.store.rows import HOME, NOW, parsed

PAGE = "https://old.example/%D8%AE%D8%A8%D8%B1"
SPELT = (
    "https://old.example/خبر",
    "https://old.example/%d8%ae%d8%a8%d8%b1",
    "http://old.example/%D8%ae%D8%A8%d8%b1",
    "https://old.example:443/خبر",
    "http://old.example:80/خبر",
    f"{PAGE}#rss",
)


def save(tx: Transaction, item: Parsed, *present: str) -> Saved | Quarantined:
    return save_parsed(tx, item, home=HOME, present=present or (item.key,), now=NOW)


def imported(guid: str, url: str) -> Parsed:
    return parsed(guid, source=IMPORTED, guid=guid, url=url)


def ids(tx: Transaction) -> set[str]:
    return {item.id for item in load_articles(tx)}


@pytest.mark.parametrize("former", SPELT)
def test_a_document_takes_an_imported_article_over_however_its_address_is_spelt(
    database: Database, former: str
) -> None:
    """On another day too, and where an earlier version stored the address as it was written."""
    with database.write() as tx:
        save(tx, imported("7", former))
        assert save(tx, parsed("own.md", url=PAGE, published_at=NOW)) is Saved.REVISED
        assert save(tx, imported("7", former), "own.md") is Saved.DUPLICATE
        (found,) = load_articles(tx)
    assert (found.id, found.parsed.key, found.parsed.url) == ("7", "own.md", PAGE)


@pytest.mark.parametrize("former", SPELT)
def test_an_import_never_doubles_a_document_that_is_there_already(database: Database, former: str) -> None:
    with database.write() as tx:
        save(tx, parsed("own.md", url=PAGE))
        late = save(tx, imported("7", former))
        assert isinstance(late, Quarantined)
        assert late.reason.key == "articles.guid_late"
        assert len(ids(tx)) == 1


def test_entries_of_a_running_report_stay_apart(database: Database) -> None:
    """One page, an entry with a guid of its own for each fragment, and one for the page."""
    entries = [imported(guid, PAGE + fragment) for guid, fragment in (("0", ""), ("1", "#1"), ("2", "#2"))]
    for order in (entries, entries[::-1]):
        with database.write() as tx, tx.begin_nested() as point:
            assert [save(tx, item) for item in order] == [Saved.NEW] * 3
            assert ids(tx) == {"0", "1", "2"}
            assert save(tx, parsed("own.md", url=PAGE.lower())) is Saved.REVISED
            assert {item.id: item.parsed.key for item in load_articles(tx)}["0"] == "own.md"
            point.rollback()


def test_a_slash_at_the_end_and_www_are_no_spelling(database: Database) -> None:
    with database.write() as tx:
        for n, url in enumerate((PAGE, PAGE + "/", PAGE.replace("//", "//www."))):
            assert save(tx, imported(str(n), url)) is Saved.NEW


def test_a_guid_for_another_spelling_of_its_own_page_is_no_claim_on_anothers(database: Database) -> None:
    with database.write() as tx:
        save(tx, parsed("1.md", guid="7", url=PAGE))
        again = parsed("2.md", guid="7", url=PAGE.replace("https", "http"))
        assert save(tx, again, "1.md", "2.md") is Saved.DUPLICATE


def test_two_that_an_earlier_version_stored_stay_two_and_each_is_mended(database: Database) -> None:
    """It compared addresses as strings. A third that would move to the page is left aside."""
    with database.write() as tx:
        one, two, three = (parsed(f"{n}.md", url=f"https://old.example/{n}") for n in range(3))
        for item in (one, two, three):
            save(tx, item)
        for item, url in ((one, SPELT[1]), (two, PAGE)):
            row = sa.update(article).where(article.c.key == item.key)
            tx.execute(row.values(url=url, page_key=build_page_key(PAGE)))
        mended = parsed("1.md", url=PAGE, title="آخر")
        assert save(tx, mended, "0.md", "1.md") is Saved.REVISED
        moving = parsed("2.md", url=PAGE.replace("https", "http"))
        assert save(tx, moving, "0.md", "1.md", "2.md") is Saved.DUPLICATE
        assert len(ids(tx)) == 3


STORED_BY_AN_EARLIER_VERSION = (
    "http://old.example/same",
    "https://old.example/same",
    "https://old.example/same?utm_source=tw",
    "https://old.example:443/%d8%ae",
    "https://old.example/خ",
)


def test_each_that_an_earlier_version_stored_is_mended_where_its_new_spelling_is_anothers(
    database: Database,
) -> None:
    """The later one keeps the spelling it was stored at; read again, nothing is written."""
    former = [
        parsed(f"{n}.md", url=url, published_at=NOW - timedelta(days=n + 1))
        for n, url in enumerate(STORED_BY_AN_EARLIER_VERSION)
    ]
    read = [replace(item, url=parse_page_address(item.url or "")) for item in former]
    mended = [replace(item, title="آخر") for item in read]
    present = [item.key for item in former]
    with database.write() as tx:
        _save_as_an_earlier_version(tx, former)
        assert [save(tx, item, *present) for item in read[:3]] == [Saved.UNCHANGED] * 3
        assert [save(tx, item, *present) for item in mended] == [Saved.REVISED] * 5
        assert [save(tx, item, *present) for item in mended] == [Saved.UNCHANGED] * 5
        found = {item.parsed.key: item for item in load_articles(tx)}
    assert [(found[key].revision, found[key].parsed.title) for key in present] == [(2, "آخر")] * 5
    kept = [found[key].parsed.url for key in present]
    assert kept == [*STORED_BY_AN_EARLIER_VERSION[:3], "https://old.example/%D8%AE", "https://old.example/خ"]


def test_a_document_that_moves_to_anothers_entry_of_its_running_report_is_left_aside(
    database: Database,
) -> None:
    """Another fragment of one page is no spelling."""
    with database.write() as tx:
        for n in (1, 2):
            save(tx, imported(str(n), f"{PAGE}#{n}"))
        assert save(tx, imported("2", f"{PAGE}#1")) is Saved.DUPLICATE


def _save_as_an_earlier_version(tx: Transaction, items: list[Parsed]) -> None:
    """It had no page keys; revision 0012 gave each article its own."""
    for item in items:
        assert save(tx, item) is Saved.NEW
        tx.execute(sa.update(article).values(page_key=None))
    for item in items:
        row = sa.update(article).where(article.c.key == item.key)
        tx.execute(row.values(page_key=build_page_key(item.url or "")))


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """Two spellings of one address, each as a person or a system might write it."""
    slug = draw(st.text("خبرa-~.9é", min_size=1, max_size=6))
    return draw(_spelling(slug)), draw(_spelling(slug))


@st.composite
def _spelling(draw: st.DrawFn, slug: str) -> str:
    written = ""
    for char in slug:
        octets = char.encode()
        encoded = "".join(f"%{octet:02x}" for octet in octets)
        cased = "".join(draw(st.sampled_from((sign, sign.upper()))) for sign in encoded)
        written += draw(st.sampled_from((char, cased, quote(char))))
    scheme, port = draw(st.sampled_from((("http", ":80"), ("https", ":443"))))
    host = draw(st.sampled_from(("old.example", "Old.Example")))
    end = draw(st.sampled_from(("", "#rss", "?utm_source=rss", "?fbclid=1#%72ss")))
    return f"{scheme}://{host}{draw(st.sampled_from(('', port)))}/p/{written}{end}"


@given(spellings())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_all_spellings_of_one_address_are_one_article(database: Database, spelt: tuple[str, str]) -> None:
    """Whichever was imported, whichever the newsroom's own document has: one article, with the id it came with."""
    former, own = spelt
    with database.write() as tx, tx.begin_nested() as point:
        save(tx, imported("7", parse_page_address(former) or ""))
        save(tx, parsed("own.md", url=parse_page_address(own)))
        assert [(item.id, item.parsed.key) for item in load_articles(tx)] == [("7", "own.md")]
        point.rollback()


ODD = (*SPELT, "https://old.example", "https://old.example/a?utm_x=1&b=%7e&&c", "http://[::1]:80/~%2f%41%")


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[Database]:
    """A SQLite database at revision 0011 with articles at these addresses."""
    database = open_database(tmp_path / "nashra.db")
    config = Config()
    config.set_main_option("script_location", str(Path(publisher.store.__file__).parent / "migrations"))
    with database.write() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0011")
        for n, url in enumerate((*ODD, "http://[", None)):
            statement = (
                "INSERT INTO article (id, source, key, url, revision, language, published_at, accepted_at,"
                " revised_at) VALUES (:id, 'desk', :id, :url, 1, 'ar', 0, 0, 0)"
            )
            tx.execute(sa.text(statement), {"id": str(n), "url": url})
    yield database
    database.close()


def test_revision_0012_gives_stored_articles_the_key_that_they_are_looked_up_by(earlier: Database) -> None:
    migrate(earlier)
    with earlier.read() as tx:
        rows = tx.execute(sa.select(article.c.url, article.c.page_key).order_by(article.c.number)).all()
    assert [row.page_key for row in rows] == [*(build_page_key(url) for url in ODD), None, None]
