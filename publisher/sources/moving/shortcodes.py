"""WordPress's shortcodes: `[name field="value"]words[/name]`, which a plugin puts something else for on the page.

They go; the words between two of them stay, and so does every bracket that a person may have written: `[1]`, `[عاجل]`,
`[sic]`, `[the co-founder]`, `[x_i]`. What tells a shortcode: fields with quoted values, its end somewhere in the text,
a slash before the bracket, an underscore in its name and plain fields, or a whole line for itself and an underscore or
a hyphen in its name. What stands within a tag (`?filter[my_key]=1`) or in `code` is none.
"""

import re
from collections.abc import Collection, Iterator
from html import escape, unescape

from publisher.sources.embeds import is_player
from publisher.sources.web_address import parse_web_address

KEPT = r"(?P<kept>(?is:<code\b.*?(?:</code\s*>|\Z))|<[A-Za-z/][^<>]*>)"
"""What every pattern of shortcodes looks for first: tags with their addresses, and code, which stay as they are."""
_CODE = re.compile(
    KEPT + r"|(?P<shown>\[)?\[(?P<end>/)?(?P<name>[A-Za-z][A-Za-z0-9_-]{1,59})"
    r"(?P<fields>(?:[\s/][^\[\]]{0,2000})?)\](?(shown)\])"
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
_FIELD = re.compile(r"[A-Za-z0-9_-]=[^\s=]|://")
_BREAK = re.compile(
    r"\n|</?(?:p|div|h[1-6]|li|ul|ol|t[dhr]|table|section|article|blockquote|figure|br|hr)\b[^<>]*>",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"(?:\s|<[^<>]*>|\[/?[A-Za-z][^\[\]]*\])*+")
_LINE = 400
"""Characters on either side that are looked at for the ends of a line."""
_NUMBERED = re.compile(r"(?:[0-9\s]|[\"'][^\"']*[\"'])*")
_ENCODED = re.compile(
    KEPT + r"|\[vc_raw_(?P<raw>html|js)\b[^\[\]]{0,2000}\][A-Za-z0-9+/=%\s]*\[/vc_raw_(?P=raw)\]",
    re.IGNORECASE,
)
"""A plugin's own markup in base64."""
_ADDRESS = re.compile(r"https://[^\s\"'<>\[\]“”″]+")
_GALLERY = re.compile(r"\[gallery\b([^\[\]]{0,2000})\]", re.IGNORECASE)
_NUMBERS = re.compile(r"\b(?:ids|include)\s?=\s?(?:[\"'“”″]|&quot;)?([0-9,\s]+)")


def drop_shortcodes(text: str) -> str:
    """`text` without them. A film's or a post's address in one becomes its frame; `[[name]]` is how WordPress writes
    a shortcode that is shown as it is.
    """
    text = _ENCODED.sub(lambda found: found["kept"] or "\n\n", text)
    ended = {found["name"].lower() for found in _CODE.finditer(text) if found["end"]}

    def put(found: re.Match[str]) -> str:
        if found["kept"]:
            return found[0]
        if found["shown"]:
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
        or ("_" in name and name.islower() and _is_a_plugins(found))
        or (_PLAYS.fullmatch(name) is not None and "://" in fields)
        or (bool(_ON_A_LINE.fullmatch(name) and _NUMBERED.fullmatch(fields)) and _stands_on_a_line(found))
    )


def _is_a_plugins(found: re.Match[str]) -> bool:
    """Whether a name with an underscore is more than a person's `[x_i]`: with fields, or a line for itself."""
    fields = found["fields"].strip()
    if not fields:
        return _stands_on_a_line(found)
    return bool(_FIELD.search(fields) or _NUMBERED.fullmatch(fields))


def _stands_on_a_line(found: re.Match[str]) -> bool:
    """Alone, but for tags and other shortcodes."""
    text, start, end = found.string, found.start(), found.end()
    first, last = max(0, start - _LINE), min(len(text), end + _LINE)
    begun = max((line.end() for line in _BREAK.finditer(text, first, start)), default=None if first else 0)
    broken = _BREAK.search(text, end, last)
    ended = broken.start() if broken else len(text)
    if begun is None or ended > last:
        return False
    return bool(_NO_WORDS.fullmatch(text, begun, start) and _NO_WORDS.fullmatch(text, end, ended))


def _put_for(found: re.Match[str]) -> str:
    address = _ADDRESS.search(unescape(found["fields"]))
    shown = parse_web_address(address[0]) if address else None
    if shown is not None and (is_player(shown) or _PLAYS.fullmatch(found["name"])):
        return f'\n\n<iframe src="{escape(shown)}"></iframe>\n\n'
    return "\n\n" if _LAYOUT.fullmatch(found["name"]) else ""
