"""Articles and feeds for the tests of the feeds. Everything but the seed article is invented."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher.model.article import Article, ArticleState, Block, BlockKind, Parsed
from publisher.model.direction import Direction
from publisher.model.feed import Category, Entry, Feed
from publisher.model.identity import build_article_id
from publisher.model.media import Enclosure, Image, Wire
from publisher.model.site import Site
from publisher.text.words import Words, load_words
from tests.feeds.whole import build_feeds

BAGHDAD = ZoneInfo("Asia/Baghdad")
NOW = datetime(2025, 11, 2, 9, 0, tzinfo=UTC)
SITE = Site(
    title="الجبال",
    home="https://aljeebal.com/",
    base_url="https://nashra.aljeebal.com",
    language="ar",
    timezone=BAGHDAD,
    description="أخبار العراق والعالم",
    rights="© 2025 الجبال. كل الحقوق محفوظة.",
)
PICTURE = Image(
    src="https://aljeebal.com/img/1.jpg",
    alt="رجل في السوق",
    caption="سوق الشورجة",
    credit="AP",
    width=1200,
    height=800,
)
SECOND_PICTURE = Image(
    src="https://aljeebal.com/img/2", caption="بلا وصف", media_type="image/webp", size_bytes=7,
    thumbnail="https://aljeebal.com/img/2-small.webp",
)  # fmt: skip
RECORDING = Enclosure(
    url="https://aljeebal.com/audio/1.mp3",
    media_type="audio/mpeg",
    size_bytes=123_456,
    duration_seconds=90,
    title="استمع",
)
WIRE = Wire(
    name="رويترز",
    url="https://reuters.example/1",
    feed="https://reuters.example/rss",
    id="urn:reuters:feed",
    updated_at=datetime(2025, 11, 1, 14, 0, tzinfo=BAGHDAD),
)


@cache
def all_words() -> dict[str, Words]:
    """The catalogues of the three languages."""
    return {language: load_words(language) for language in ("ar", "en", "ckb")}


@cache
def seed_expected() -> dict[str, object]:
    """What parsing the seed article gives, field by field."""
    path = Path(__file__).parents[1] / "data" / "seed_article.expected.json"
    found: dict[str, object] = json.loads(path.read_text("utf-8"))
    return found


def make_article(number: int = 1, **changes: object) -> Article:
    """An invented article, one hour newer for each number; `changes` are fields of its `Parsed`."""
    parsed = Parsed(
        source="samples",
        key=f"{number}.md",
        title=f"عنوان مختلق {number}",
        language="ar",
        direction=Direction.RTL,
        blocks=(
            Block(kind=BlockKind.PARAGRAPH, text="فقرة أولى مختلقة."),
            Block(kind=BlockKind.PARAGRAPH, text="فقرة ثانية."),
        ),
        published_at=datetime(2025, 10, 1, 8, 0, tzinfo=UTC) + timedelta(hours=number),
        published_raw="",
        zone_from="test",
        url=f"https://aljeebal.com/posts/{number}",
        publisher="الجبال",
    )
    parsed = replace(parsed, **changes)  # type: ignore[arg-type]
    return accept(parsed, number)


def accept(parsed: Parsed, number: int) -> Article:
    """The article the store makes of it."""
    return Article(
        id=build_article_id(
            url=parsed.url,
            home=SITE.home,
            source=parsed.source,
            key=parsed.key,
            published_at=parsed.published_at,
        ),
        number=number,
        revision=1,
        state=ArticleState.LIVE,
        accepted_at=NOW,
        revised_at=NOW,
        parsed=parsed,
    )


def seed_article() -> Article:
    """The founding article, as the expected result describes it."""
    expected = json.loads(json.dumps(seed_expected()))
    parsed = Parsed(
        source="seeds",
        key="seed_article.txt",
        title=expected["title"],
        language=expected["language"],
        direction=Direction(expected["direction"]),
        blocks=tuple(Block(kind=BlockKind(b["kind"]), text=b["text"]) for b in expected["blocks"]),
        published_at=datetime.fromisoformat(expected["published_at"]),
        published_raw=expected["published_raw"],
        zone_from=expected["zone_from"],
        url=expected["url"],
        publisher=expected["publisher"],
        image=Image(**expected["image"]),
        attributed_to=tuple(expected["attributed_to"]),
        rights=expected["rights"],
        words=expected["words"],
    )
    return accept(parsed, 100)


def make_entry(**changes: object) -> Entry:
    """An entry with something in every field."""
    entry = Entry(
        id="tag:aljeebal.com,2025-11-01:/posts/10750",
        url="https://aljeebal.com/posts/10750",
        title="عنوان & <علامة>",
        summary='خلاصة "قصيرة"',
        content_html='<div dir="rtl" lang="ar"><p dir="rtl" lang="ar">نص &amp; متن</p></div>',
        language="ar",
        direction=Direction.RTL,
        published_at=datetime(2025, 11, 1, 15, 15, tzinfo=BAGHDAD),
        updated_at=datetime(2025, 11, 1, 16, 0, tzinfo=BAGHDAD),
        authors=("سارة", "Omar"),
        categories=(
            Category(term="سياسة", scheme="https://aljeebal.com/#section"),
            Category(term="مالي", scheme="https://aljeebal.com/#topic"),
            Category(term="plain"),
        ),
        images=(PICTURE, SECOND_PICTURE),
        enclosures=(RECORDING,),
        source=WIRE,
        rights="© الجبال",
        correction="تصحيح: كان الرقم خطأ",
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


def make_feed(*entries: Entry, **changes: object) -> Feed:
    """A feed of these entries."""
    feed = Feed(
        id="urn:uuid:5f0b9e0a-0000-5000-8000-000000000000",
        path="index",
        title="الجبال: كل المقالات",
        description="أخبار العراق والعالم",
        home="https://aljeebal.com/",
        base_url="https://nashra.aljeebal.com/feeds",
        language="ar",
        direction=Direction.RTL,
        updated_at=max((e.updated_at for e in entries), default=datetime(1970, 1, 1, tzinfo=UTC)),
        entries=entries,
        rights="© الجبال",
        author="الجبال",
        icon="https://aljeebal.com/icon.png",
    )
    return replace(feed, **changes)  # type: ignore[arg-type]


def build_index(*articles: Article) -> Feed:
    """The whole site's feed of these articles."""
    return build_feeds(SITE, articles, (), all_words(), now=NOW).feeds[0]
