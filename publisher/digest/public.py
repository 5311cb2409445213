"""An issue as anybody may read it: the very text that was mailed, without what speaks to a subscriber and without the
stories that were withdrawn since.

The template marks those parts; a story cannot hold the marks, since its text is escaped and no address has a blank.
"""

import re
from collections.abc import Collection
from html import escape

from publisher.model.issue import Patch, Rendition
from publisher.text.words import Words

LEAD_PLACE = 1
"""The lead is the first story of an issue; its headline is the issue's subject."""

_SUBSCRIBERS_PART = re.compile(r"<!-- subscriber -->.*?<!-- /subscriber -->\s*", re.DOTALL)
_STORY = re.compile(r"<!--story (\d+)-->.*?<!--/story \1-->", re.DOTALL)
_PREHEADER = re.compile(r'<div class="preheader".*?</div>', re.DOTALL)
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


def render_public(
    rendition: Rendition, *, leave_url: str, words: Words | None = None, withdrawn: Collection[int] = ()
) -> str:
    """The HTML of the web version. `leave_url` replaces a reader's own page wherever one is still named.

    `withdrawn` are the places (from 1, in reading order) of the stories to hide; a sentence of `words` stands in for
    each. With them goes the preheader, which quotes headlines, and with the lead the title, which is its headline.
    Raises ValueError for withdrawn stories in a rendition made without marks: they cannot be hidden there.
    """
    html = _SUBSCRIBERS_PART.sub("", rendition.html).replace(Patch.UNSUBSCRIBE_URL, leave_url)
    if not withdrawn:
        return html
    if words is None or not _STORY.search(html):
        raise ValueError(f"the {rendition.variant} rendition cannot hide stories {sorted(withdrawn)}")
    sentence = escape(words.say("digest.withdrawn"))
    side = words.direction
    instead = (
        f'<p lang="{words.language}" dir="{side}" style="margin:0;direction:{side};text-align:{side.start}">'
        f"{sentence}</p>"
    )
    html = _STORY.sub(lambda found: instead if int(found[1]) in withdrawn else found[0], html)
    html = _PREHEADER.sub("", html, count=1)
    return _TITLE.sub(f"<title>{sentence}</title>", html, count=1) if LEAD_PLACE in withdrawn else html
