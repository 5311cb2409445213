"""WordPress's shortcodes: `[name field="value"]words[/name]`, which a plugin puts something else for on the page.

They go; the words between two of them stay, and so does every bracket that a person may have written: `[1]`, `[عاجل]`,
`[sic]`, `[the co-founder]`. What tells a shortcode: fields with quoted values, its end somewhere in the text, a slash
before the bracket, an underscore in its name, or a whole line for itself and a hyphen in its name.
"""

import re
from collections.abc import Collection, Iterator
from html import escape, unescape

from publisher.sources.embeds import is_player
from publisher.sources.web_address import parse_web_address

_CODE = re.compile(
    r"(\[)?\[(?P<end>/)?(?P<name>[A-Za-z][A-Za-z0-9_-]{1,59})(?P<fields>(?:[\s/][^\[\]]{0,2000})?)\](?(1)\])"
)
_LAYOUT = re.compile(
    r"(?:(?:wp_)?caption|gallery|playlist|embed|(?:vc|et_pb|fusion)_[A-Za-z0-9_]+)", re.IGNORECASE
)
"""What stands between paragraphs on the page; any other may stand in the middle of a sentence."""
_QUOTED = re.compile(r"[A-Za-z0-9_-]\s?=\s?(?:[\"'“”″«]|&quot;|&#)")
_PLAIN = re.compile(r"(?:\s+[A-Za-z][A-Za-z0-9_-]+=[^\s=]+)+\s*")
_PLAYS = re.compile(
    r"youtube|vimeo|dailymotion|soundcloud|tweet|twitter|instagram|facebook|tiktok|spotify|video|audio"
)
_ON_A_LINE = re.compile(r"toc|ads?|adsense|[a-z0-9]+(?:-[a-z0-9]+)+")
_NUMBERED = re.compile(r"(?:[0-9\s]|[\"'][^\"']*[\"'])*")
_ENCODED = re.compile(r"\[vc_raw_(html|js)\b[^\[\]]{0,2000}\][A-Za-z0-9+/=%\s]*\[/vc_raw_\1\]", re.IGNORECASE)
"""A plugin's own markup in base64."""
_ADDRESS = re.compile(r"https://[^\s\"'<>\[\]“”″]+")
_GALLERY = re.compile(r"\[gallery\b([^\[\]]{0,2000})\]", re.IGNORECASE)
_NUMBERS = re.compile(r"\b(?:ids|include)\s?=\s?(?:[\"'“”″]|&quot;)?([0-9,\s]+)")


def drop_shortcodes(text: str) -> str:
    """`text` without them. A film's or a post's address in one becomes its frame; `[[name]]` is how WordPress writes
    a shortcode that is shown as it is.
    """
    text = _ENCODED.sub("\n\n", text)
    ended = {found["name"].lower() for found in _CODE.finditer(text) if found["end"]}

    def put(found: re.Match[str]) -> str:
        if found[1]:
            return found[0][1:-1]
        return _put_for(found) if _is_shortcode(found, ended) else found[0]

    return _CODE.sub(put, text)


def find_gallery(text: str) -> Iterator[str]:
    """The numbers of the pictures that its galleries show, in order."""
    for gallery in _GALLERY.finditer(text):
        for listed in _NUMBERS.finditer(gallery[1]):
            yield from re.findall("[0-9]+", listed[1])


def _is_shortcode(found: re.Match[str], ended: Collection[str]) -> bool:
    name, fields = found["name"], found["fields"]
    return (
        name.lower() in ended
        or fields.endswith("/")
        or _LAYOUT.fullmatch(name) is not None
        or _QUOTED.search(fields) is not None
        or _PLAIN.fullmatch(fields) is not None
        or ("_" in name and name.islower())
        or (_PLAYS.fullmatch(name) is not None and "://" in fields)
        or (_stands_on_a_line(found) and bool(_ON_A_LINE.fullmatch(name) and _NUMBERED.fullmatch(fields)))
    )


def _stands_on_a_line(found: re.Match[str]) -> bool:
    """Alone, but for the tags of a paragraph."""
    text, start, end = found.string, found.start(), found.end()
    before, after = text[max(0, start - 60) : start].rstrip(" \t"), text[end : end + 60].lstrip(" \t")
    return (not before or before.endswith(("\n", ">"))) and (not after or after.startswith(("\n", "<")))


def _put_for(found: re.Match[str]) -> str:
    address = _ADDRESS.search(unescape(found["fields"]))
    shown = parse_web_address(address[0]) if address else None
    if shown is not None and (is_player(shown) or _PLAYS.fullmatch(found["name"])):
        return f'\n\n<iframe src="{escape(shown)}"></iframe>\n\n'
    return "\n\n" if _LAYOUT.fullmatch(found["name"]) else ""
