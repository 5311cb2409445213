"""Ghost's export: one JSON document with the tables of its database.

An export names neither the site nor the posts' addresses, so they are made as Ghost makes them unless told otherwise:
`home`, then the slug. Ghost's feed has the post's `id` for a guid.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publisher.sources.moving.entry import FormerEntry
from publisher.sources.moving.ghost_gate import drop_gated, judge_post
from publisher.sources.moving.json_values import find_maps, text_in
from publisher.sources.moving.parts import build_image, build_tags, read_words

_PLACEHOLDER = "__GHOST_URL__"

Row = Mapping[str, Any]


def find_tables(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The tables of an export; None for JSON that is none. Older exports have no `db` around them."""
    wrapped = find_maps(document.get("db"))
    data = (wrapped[0] if wrapped else document).get("data")
    return data if isinstance(data, dict) and isinstance(data.get("posts"), list) else None


def read_ghost(tables: Mapping[str, Any], *, home: str, kinds: Collection[str]) -> Iterator[FormerEntry]:
    """The posts in the order of the export."""
    names = {str(row.get("id")): row for row in find_maps(tables.get("users"))}
    topics = {str(row.get("id")): row for row in find_maps(tables.get("tags"))}
    authors = _join(tables.get("posts_authors"), "author_id", names)
    tags = _join(tables.get("posts_tags"), "tag_id", topics)
    metas = {str(row.get("post_id")): row for row in find_maps(tables.get("posts_meta"))}
    language = _setting(tables, "locale") or _setting(tables, "lang")
    for number, post in enumerate(find_maps(tables["posts"]), 1):
        key = str(post.get("id"))
        written_by = authors.get(key) or [names.get(str(post.get("author_id")), {})]
        meta = metas.get(key, {})
        yield _read_post(post, f"post {number}", home, language, written_by, tags.get(key, []), meta, kinds)


def _join(table: object, column: str, rows: Mapping[str, Row]) -> dict[str, list[Row]]:
    """What belongs to each post, in its order."""
    found: dict[str, list[Row]] = {}
    for link in sorted(find_maps(table), key=_order):
        row = rows.get(str(link.get(column)))
        if row is not None:
            found.setdefault(str(link.get("post_id")), []).append(row)
    return found


def _order(link: Row) -> int:
    value = link.get("sort_order")
    return value if isinstance(value, int) else 0


def _setting(tables: Mapping[str, Any], key: str) -> str:
    rows = (row for row in find_maps(tables.get("settings")) if row.get("key") == key)
    return next((text_in(row, "value") for row in rows), "")


def _read_post(
    post: Row, place: str, home: str, language: str, written_by: Sequence[Row], tags: Sequence[Row], meta: Row,
    kinds: Collection[str],
) -> FormerEntry:  # fmt: skip
    site = home.rstrip("/")
    markup = text_in(post, "html")
    shown_markup = (drop_gated(markup) or "").replace(_PLACEHOLDER, site)
    picture = text_in(post, "feature_image").replace(_PLACEHOLDER, site)
    shown = [row for row in tags if row.get("visibility", "public") == "public"]
    image = build_image(picture, base=home, alt=meta.get("feature_image_alt"))
    names = (read_words(row.get("name")) for row in written_by)
    key = post.get("id")
    return FormerEntry(
        place=place,
        guid="" if key is None else str(key),
        url=f"{site}/{text_in(post, 'slug')}/" if text_in(post, "slug") else "",
        title=text_in(post, "title"),
        published=_moment(post.get("published_at")),
        content=shown_markup if markup else text_in(post, "plaintext"),
        summary=text_in(post, "custom_excerpt"),
        is_plain=not markup,
        feed_language=language,
        base=f"{site}/",
        authors=tuple(dict.fromkeys(filter(None, names))),
        section=(read_words(shown[0].get("name")) or "") if shown else "",
        tags=build_tags((text_in(row, "name"), None) for row in shown[1:]),
        images=(image,) if image else (),
        left_out=judge_post(post, kinds),
    )


def _moment(value: object) -> str:
    """Old exports count milliseconds."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**14:
        return datetime.fromtimestamp(value / 1000, tz=UTC).isoformat()
    return value if isinstance(value, str) else ""
