"""`bench feeds`: what feeds cost to write, all of them, after one change, and a very long one."""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from publisher.feeds.documents import stitch_documents
from publisher.feeds.formats import FORMATS
from publisher.feeds.fragments import Fragment, write_fragment
from publisher.feeds.gate import check_document
from publisher.jobs.publish_feeds import publish_feeds
from publisher.model.article import Block, BlockKind, Parsed
from publisher.model.feed import Entry
from publisher.store.articles import save_parsed
from tests.bench.feed_sides import by_feedgen, sample_entry
from tests.bench.measure import Cost, Row, at_least, at_most, cost_of, measure
from tests.feeds.samples import make_feed
from tests.jobs.rooms import START, Scene, open_scene
from tests.store import rows as stored

_ROOT = Path(__file__).parents[2]
_COLD_SECONDS, _CHANGE_SECONDS = 8, 0.5
_READABLE_MS = 200


def bench_feeds(*, quick: bool) -> list[Row]:
    """The rows of the table."""
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as folder:
        return [
            *_many_feeds(*((8, 5, 20) if quick else (500, 50, 3_000)), rounds=1 if quick else 3),
            *_one_long_feed(Path(folder), 30 if quick else 10_000, rounds=1 if quick else 3),
            *_readable(Path(folder), *((20, 60) if quick else (1_000, 10_000)), changes=2 if quick else 9),
        ]


def _many_feeds(feeds: int, length: int, articles: int, *, rounds: int) -> list[Row]:
    """Feeds that share their articles, each in many: ours in RSS, Atom and JSON, feedgen's in RSS and Atom."""
    entries = [sample_entry(number) for number in range(articles)]
    step = articles / feeds
    slices = [[entries[int(n * step + k * 7) % articles] for k in range(length)] for n in range(feeds)]
    kept = {entry.id: write_fragment(entry) for entry in entries}
    changed = slices[feeds // 2][0]
    holding = [piece for piece in slices if any(entry is changed for entry in piece)]

    def cold() -> int:
        return _stitch(slices, {entry.id: _write(entry) for entry in entries})

    def checked() -> int:
        return _stitch(slices, {entry.id: write_fragment(entry) for entry in entries}, gate=True)

    def one_changed() -> int:
        again = {**kept, changed.id: write_fragment(replace(changed, title="عنوان آخر"))}
        _stitch(holding, again, gate=True)
        return feeds

    def whole() -> int:
        for piece in slices:
            generator = by_feedgen(piece)
            generator.rss_str()
            generator.atom_str()
        return feeds

    cost = measure({"cold": cold, "checked": checked, "one": one_changed, "feedgen": whole}, rounds=rounds)
    note = f"{feeds} feeds of {length} entries, {articles:,} articles"
    return [
        at_least("all feeds from cold", "plain feedgen, whole renders", "feeds/s",
                 1 / cost["cold"].cpu, 1 / cost["feedgen"].cpu, 5, note),
        at_least("the same, with the gate", "plain feedgen, which validates nothing", "feeds/s",
                 1 / cost["checked"].cpu, 1 / cost["feedgen"].cpu, 1, note),
        at_most("the same, with the gate, all of them", "the budget", "s",
                feeds * cost["checked"].cpu, _COLD_SECONDS, 1, note),
        at_least(f"one article changed, in {len(holding)} of them, with the gate", "plain feedgen, whole renders",
                 "feeds/s", 1 / cost["one"].cpu, 1 / cost["feedgen"].cpu, 50, note),
        at_most(f"one article changed, in {len(holding)} of them, with the gate", "the budget", "s",
                feeds * cost["one"].cpu, _CHANGE_SECONDS, 1, note),
    ]  # fmt: skip


def _write(entry: Entry) -> Fragment:
    """Written as `write_fragment` does, without its check: feedgen has none."""
    forms = tuple(format_.render_entry(entry) for format_ in FORMATS)
    return Fragment(id=entry.id, language=entry.language, updated_at=entry.updated_at, forms=forms)


def _stitch(slices: Sequence[Sequence[Entry]], written: dict[str, Fragment], *, gate: bool = False) -> int:
    for piece in slices:
        documents = stitch_documents(make_feed(), [written[entry.id] for entry in piece])
        if gate and any(map(check_document, documents)):
            raise AssertionError("the gate refused what a newsroom publishes")
    return len(slices)


def _one_long_feed(folder: Path, count: int, *, rounds: int) -> list[Row]:
    """A process of its own for each side and round, for its memory."""
    taken: dict[str, list[tuple[float, float]]] = {"ours": [], "lxml": [], "feedgen": []}
    for _ in range(rounds):
        for side, costs in taken.items():
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.feed_sides", side, str(count), str(folder / "long.rss")],
                cwd=_ROOT, check=True, capture_output=True, text=True,
            )  # fmt: skip
            seconds, held = map(float, done.stdout.split())
            costs.append((seconds * 1000, max(held, 1) / 1024))
    middle = {
        side: [statistics.median(column) for column in zip(*costs, strict=True)]
        for side, costs in taken.items()
    }
    what = f"one feed of {count:,} entries"
    return [
        at_most(f"{what}: time", "plain lxml", "ms", middle["ours"][0], middle["lxml"][0], 1.2),
        at_most(f"{what}: memory", "plain feedgen", "MiB", middle["ours"][1], middle["feedgen"][1], 0.5),
    ]


def _readable(folder: Path, few: int, many: int, *, changes: int) -> list[Row]:
    """From the commit of one changed article until every file it stands in is in place, gzip twins and the folder's
    memory included, in a newsroom of few articles and one of many.
    """
    costs = {count: _time_changes(folder / str(count), count, changes) for count in (few, many)}
    what = f"one change to its readable files, {many:,} articles"
    return [
        at_most(what, "the goal", "ms", costs[many].wall, _READABLE_MS, 1),
        at_most(f"{what}: processor time", f"{few:,} articles", "ms", costs[many].cpu, costs[few].cpu, 1.5),
    ]


def _time_changes(folder: Path, count: int, changes: int) -> Cost:
    """Medians, in milliseconds."""
    folder.mkdir()
    with open_scene(folder) as scene:
        for begin in range(0, count, 500):
            _save(scene, range(begin, min(count, begin + 500)), "خبر")
        publish_feeds(scene.room)
        costs = [_time_change(scene, number) for number in range(changes)]
    return Cost(
        wall=statistics.median(cost.wall for cost in costs) * 1000,
        cpu=statistics.median(cost.cpu for cost in costs) * 1000,
    )


def _time_change(scene: Scene, number: int) -> Cost:
    """The article is among the newest, so it stands in the pages that readers ask for."""
    scene.time.pass_(minutes=1)
    title = f"آخر {number}"
    _save(scene, [number], title)
    cost = cost_of(lambda: bool(publish_feeds(scene.room).listings))
    for name in ("index.json", "section/world.json"):
        if title not in (scene.room.feeds_folder / name).read_text(encoding="utf-8"):
            raise AssertionError(f"{name} does not hold the change")
    return cost


def _save(scene: Scene, numbers: Sequence[int], title: str) -> None:
    with scene.room.database.write() as tx:
        for number in numbers:
            save_parsed(
                tx, _parsed(number, title), home="https://news.example", present=(), now=scene.time.now
            )


def _parsed(number: int, title: str) -> Parsed:
    """5 KB in one of ten sections, by one of a hundred authors."""
    text = sample_entry(number).content_html or ""
    paragraphs = (
        text.replace('<div dir="rtl" lang="ar">', "").removesuffix("</div>").split('<p dir="rtl">')[1:]
    )
    return stored.parsed(
        f"{number}.md",
        title=f"{title} {number}",
        url=f"https://news.example/{number}",
        section="World" if number < 20 else f"قسم {number % 10}",
        byline=f"كاتب {number % 100}",
        blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=part.removesuffix("</p>")) for part in paragraphs),
        published_at=START - timedelta(minutes=number + 1),
    )
