"""Players and frames of others' pages, turned into where they lead: no reader or mail program runs a frame.

Nothing is fetched to find that out. What a frame's address says by its form (the video's page, and at two houses its
still picture) is taken; of every other frame its own address is the link.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import SplitResult, parse_qs, urlsplit

from lxml import html

from publisher.model.article import Block
from publisher.model.media import Embed, EmbedKind, Enclosure
from publisher.model.media_type import media_type_of
from publisher.sources.sanitise import strip_markup
from publisher.sources.web_address import parse_web_address, resolve_address

TAGS = frozenset({"iframe", "video", "audio"})
"""The elements that are read here."""
MAX_EMBEDS = 50
"""Of one piece of markup, at most."""

_HINT = re.compile(r"<(?:iframe|video|audio)\b", re.IGNORECASE)
_LONGEST_TITLE = 300
_TINY = re.compile(r"\s*[01](?:px)?\s*")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def find_embeds(markup: str, *, base: str = "") -> tuple[Embed, ...]:
    """Every player and frame in a piece of HTML, in order, each once. `base` resolves relative addresses."""
    if not _HINT.search(markup):
        return ()
    root = html.fragment_fromstring(markup, create_parent="div")
    found = filter(None, (read_embed(element, base=base) for element in root.iter(*TAGS)))
    return tuple(dict.fromkeys(found))[:MAX_EMBEDS]


def read_embed(element: html.HtmlElement, *, base: str = "") -> Embed | None:
    """Where an `iframe`, `video` or `audio` leads; None for one that shows nothing or leads nowhere.

    `base` resolves relative addresses. A frame is not taken where it is hidden or a point in size: such frames count
    visitors.
    """
    title = strip_markup(element.get("title") or element.get("aria-label") or "")[:_LONGEST_TITLE] or None
    if element.tag == "iframe":
        url = None if _is_hidden(element) else resolve_address(_source(element), base or "https:")
        return read_frame(url, title) if url else None
    url = next(filter(None, (resolve_address(source, base or "https:") for source in _files(element))), None)
    if url is None:
        return None
    kind = EmbedKind.VIDEO if element.tag == "video" else EmbedKind.AUDIO
    return Embed(
        kind=kind, url=url, title=title, poster=resolve_address(element.get("poster"), base or "https:")
    )


def read_frame(url: str, title: str | None = None) -> Embed | None:
    """What a frame shows, by its address: http(s), absolute. None where it leads to nothing that can be shown."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    read = _HOUSES.get(host)
    known = read(parts) if read else None
    if known is None:
        return Embed(kind=EmbedKind.PAGE, url=url, title=title)
    kind, address, poster = known
    plain = parse_web_address(address)
    return Embed(kind=kind, url=plain, title=title, poster=poster) if plain else None


def enclosures_of(blocks: Iterable[Block]) -> tuple[Enclosure, ...]:
    """The recordings that stand in the text as files, each once."""
    found = (_enclosure_of(block.embed) for block in blocks if block.embed is not None)
    return tuple(dict.fromkeys(filter(None, found)))


def _enclosure_of(embed: Embed) -> Enclosure | None:
    """The file itself, where the embed is one whose type its address tells. Its length nobody knows here."""
    media_type = media_type_of(embed.url)
    if media_type is None or media_type.partition("/")[0] not in ("audio", "video"):
        return None
    return Enclosure(url=embed.url, media_type=media_type, title=embed.title)


def _source(element: html.HtmlElement) -> str:
    """Pages that load late keep the address beside `src`."""
    named = (element.get(name) or "" for name in ("src", "data-src", "data-lazy-src"))
    return next((text for text in named if text.strip() and text.strip() != "about:blank"), "")


def _files(element: html.HtmlElement) -> Iterator[str]:
    yield _source(element)
    yield from (_source(child) for child in element.iterdescendants("source"))


def _is_hidden(element: html.HtmlElement) -> bool:
    sizes = (element.get("width") or "", element.get("height") or "")
    return any(map(_TINY.fullmatch, sizes)) or bool(_HIDDEN.search(element.get("style") or ""))


Known = tuple[EmbedKind, str, str | None]
"""What it is, the page where it plays, its still picture where the address tells it."""

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _youtube(parts: SplitResult) -> Known | None:
    """`/embed/ID`, `/v/ID`, `/shorts/ID`, `/live/ID`, `/watch?v=ID`, youtu.be/ID, and lists."""
    query = parse_qs(parts.query)
    steps = parts.path.strip("/").split("/")
    video = next(iter(query.get("v", ())), steps[-1])
    if _YOUTUBE_ID.fullmatch(video) and video != "videoseries":
        page = f"https://www.youtube.com/watch?v={video}"
        return EmbedKind.VIDEO, page, f"https://i.ytimg.com/vi/{video}/hqdefault.jpg"
    listed = next(iter(query.get("list", ())), "")
    return _video(f"https://www.youtube.com/playlist?list={listed}") if _WORD.fullmatch(listed) else None


def _vimeo(parts: SplitResult) -> Known | None:
    """`/video/123?h=abc`; an unlisted video opens with its `h` alone."""
    found = re.fullmatch(r"/(?:video/)?([0-9]{1,15})/?", parts.path)
    if found is None:
        return None
    key = next(iter(parse_qs(parts.query).get("h", ())), "")
    return _video(f"https://vimeo.com/{found[1]}" + (f"/{key}" if _WORD.fullmatch(key) else ""))


def _dailymotion(parts: SplitResult) -> Known | None:
    """`/embed/video/ID` and `player.html?video=ID`."""
    found = re.fullmatch(r"/(?:embed/)?video/([A-Za-z0-9]{1,20})/?", parts.path)
    video = found[1] if found else next(iter(parse_qs(parts.query).get("video", ())), "")
    if not re.fullmatch(r"[A-Za-z0-9]{1,20}", video):
        return None
    page = f"https://www.dailymotion.com/video/{video}"
    return EmbedKind.VIDEO, page, f"https://www.dailymotion.com/thumbnail/video/{video}"


def _facebook(parts: SplitResult) -> Known | None:
    """`/plugins/video.php?href=…`: the page is in the query."""
    page = next(iter(parse_qs(parts.query).get("href", ())), "")
    if not parts.path.startswith("/plugins/") or not page.startswith("https://"):
        return None
    kind = EmbedKind.VIDEO if "video" in parts.path else EmbedKind.PAGE
    return kind, page, None


def _soundcloud(parts: SplitResult) -> Known | None:
    page = next(iter(parse_qs(parts.query).get("url", ())), "")
    is_page = page.startswith("https://") and not page.startswith("https://api.")
    return (EmbedKind.AUDIO, page, None) if is_page else None


def _spotify(parts: SplitResult) -> Known | None:
    found = re.fullmatch(r"/embed(/(?:episode|show|track|playlist|album)/[A-Za-z0-9]{1,40})/?", parts.path)
    return (EmbedKind.AUDIO, f"https://open.spotify.com{found[1]}", None) if found else None


def _tweet(parts: SplitResult) -> Known | None:
    number = next(iter(parse_qs(parts.query).get("id", ())), "")
    is_number = re.fullmatch(r"[0-9]{1,25}", number)
    return (EmbedKind.PAGE, f"https://x.com/i/status/{number}", None) if is_number else None


def _instagram(parts: SplitResult) -> Known | None:
    found = re.fullmatch(r"(/(?:p|reel|tv)/[A-Za-z0-9_-]{1,40}/)embed(?:/captioned)?/?", parts.path)
    return (EmbedKind.PAGE, f"https://www.instagram.com{found[1]}", None) if found else None


def _video(page: str) -> Known:
    return EmbedKind.VIDEO, page, None


_HOUSES: dict[str, Callable[[SplitResult], Known | None]] = {
    "youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "youtu.be": _youtube,
    "vimeo.com": _vimeo,
    "player.vimeo.com": _vimeo,
    "dailymotion.com": _dailymotion,
    "geo.dailymotion.com": _dailymotion,
    "facebook.com": _facebook,
    "w.soundcloud.com": _soundcloud,
    "open.spotify.com": _spotify,
    "platform.twitter.com": _tweet,
    "platform.x.com": _tweet,
    "instagram.com": _instagram,
}
"""By host, without `www.` and `m.`. Another house is a function and a line here; without one a frame is a link."""


def is_player(url: str) -> bool:
    """Whether the address is a video's or recording's at a house we know: WordPress plays it where it stands alone."""
    embed = read_frame(url)
    return embed is not None and embed.kind is not EmbedKind.PAGE
