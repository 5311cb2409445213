"""The hostile corpus as articles, by the two ways in: as documents of a source, and straight to the writers."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from publisher.model.article import Article, Block, BlockKind, Parsed, Quarantined
from publisher.sources.folder import read_folder
from tests.feeds.hostile.payloads import BROKEN, every_payload
from tests.feeds.hostile.texts import NAUGHTY, WRITTEN, code_points, megabyte
from tests.feeds.samples import NOW, SITE, accept, make_article

BEGINNING = NOW - timedelta(days=30)
HEAD = "---\ntitle: {title}\ndate: 2025-11-01T10:00:00+03:00\nlanguage: ar\nurl: https://aljeebal.com/h/{number}\n---\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One hostile text. `markup` says that it is meant as HTML; else it is what a person wrote."""

    name: str
    text: str
    markup: bool = False


def every_hostile() -> Iterator[Hostile]:
    """The whole corpus."""
    for number, text in enumerate(code_points()):
        yield Hostile(name=f"code points {number}", text=text)
    for number in range(0, len(NAUGHTY), 5):
        yield Hostile(name=f"naughty {number}", text="\n\n".join(NAUGHTY[number : number + 5]))
    for name, text in WRITTEN.items():
        yield Hostile(name=name, text=text)
    yield Hostile(name="megabyte", text=megabyte())
    for number, text in enumerate(every_payload()):
        yield Hostile(name=f"payload {number}", text=text, markup=True)
    for number, text in enumerate(BROKEN):
        yield Hostile(name=f"broken {number}", text=text, markup=True)


def write_documents(folder: Path, hostiles: Sequence[Hostile], *, headlined: bool = False) -> None:
    """Each as the body of a Markdown document; `headlined`: its beginning stands in the headline too."""
    for number, hostile in enumerate(hostiles):
        title = f"عنوان {number}"
        if headlined:
            title = json.dumps(f"{hostile.text[:120]} {title}", ensure_ascii=False)
        data = f"{HEAD.format(title=title, number=number)}نص قبله\n\n{hostile.text}\n"
        (folder / f"{number:05}.md").write_bytes(data.encode("utf-8", "surrogatepass"))


def read_documents(folder: Path) -> tuple[list[Parsed], list[Quarantined]]:
    """What the source makes of them."""
    read = list(read_folder(folder, slug="hostile", site=SITE, now=NOW))
    parsed = [item for item in read if isinstance(item, Parsed)]
    return parsed, [item for item in read if isinstance(item, Quarantined)]


def as_articles(parsed: Sequence[Parsed]) -> list[Article]:
    """The articles the store makes of them, each an hour newer."""
    return [accept(item, number) for number, item in enumerate(parsed)]


def straight(number: int, hostile: Hostile) -> Article:
    """The text in every field a person can fill, past every source; markup stands as text."""
    text = hostile.text
    return make_article(
        number,
        published_at=BEGINNING + timedelta(minutes=number),
        title=f"{text[:300]} عنوان",
        summary=text[:2000],
        section=text[:80] or None,
        byline=text[:80] or None,
        rights=text[:80] or None,
        blocks=(
            Block(kind=BlockKind.PARAGRAPH, text=text),
            Block(kind=BlockKind.LIST, text=text, items=(text, text)),
        ),
    )


def smuggled(number: int, hostile: Hostile) -> Article:
    """Markup that no sanitiser saw, where only sanitised markup may stand."""
    return make_article(
        number,
        published_at=BEGINNING + timedelta(minutes=number),
        blocks=(Block(kind=BlockKind.PARAGRAPH, text="x", html=hostile.text),),
    )
