"""An issue as anybody may read it: the very text that was mailed, without what speaks to a subscriber, without the
stories that were withdrawn since, and with what was corrected since beside its story.

The template marks those parts; a story cannot hold the marks, since its text is escaped and no address has a blank.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from html import escape
from types import MappingProxyType

from publisher.digest.phrase import Phrase
from publisher.model.direction import Direction
from publisher.model.issue import Patch, Rendition
from publisher.text.words import Words

LEAD_PLACE = 1
"""The lead is the first story of an issue; its headline is the issue's subject."""

_SUBSCRIBERS_PART = re.compile(r"<!-- subscriber -->.*?<!-- /subscriber -->\s*", re.DOTALL)
_STORY = re.compile(r"<!--story (\d+)-->.*?<!--/story \1-->", re.DOTALL)
_PREHEADER = re.compile(r'<div class="preheader".*?</div>', re.DOTALL)
_BODY = re.compile(r"<body[^>]*>")
_NOTHING: Mapping[int, Sequence[Phrase]] = MappingProxyType({})
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


def render_public(
    rendition: Rendition,
    *,
    leave_url: str,
    words: Words | None = None,
    withdrawn: Collection[int] = (),
    corrected: Mapping[int, Sequence[Phrase]] = _NOTHING,
) -> str:
    """The HTML of the web version. `leave_url` replaces a reader's own page wherever one is still named. `corrected`
    has, by place, the sentences to show at the end of a story.

    `withdrawn` are the places (from 1, in reading order) of the stories to hide; a sentence of `words` stands in for
    each. With them goes the preheader, which quotes headlines, and with the lead the title, which is its headline.
    Raises ValueError for withdrawn stories in a rendition made without marks: they cannot be hidden there.
    """
    html = _SUBSCRIBERS_PART.sub("", rendition.html).replace(Patch.UNSUBSCRIBE_URL, leave_url)
    html = _tell_corrected(html, {place: told for place, told in corrected.items() if place not in withdrawn})
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


def _tell_corrected(html: str, corrected: Mapping[int, Sequence[Phrase]]) -> str:
    """With the sentences at the end of their stories. In a rendition made without marks they stand above the issue; a
    story that has no mark where others have was too much for the mail and is not in it.
    """
    if _STORY.search(html):
        return _STORY.sub(
            lambda found: (
                found[0].removesuffix(end := f"<!--/story {found[1]}-->")
                + "".join(map(_paragraph, corrected.get(int(found[1]), ())))
                + end
            ),
            html,
        )
    above = "".join(_paragraph(sentence) for _, told in sorted(corrected.items()) for sentence in told)
    return _BODY.sub(lambda found: found[0] + above, html, count=1)


def _paragraph(sentence: Phrase) -> str:
    """Direction said three times, and runs of the other one isolated, as in the templates of the mail."""
    side = sentence.direction
    runs = "".join(_run(run.text, run.direction, run.language) for run in sentence.runs)
    return (
        f'<p lang="{escape(sentence.language)}" dir="{side}" align="{side.start}" '
        f'style="margin:0;font-size:14px;direction:{side};text-align:{side.start}">{runs}</p>\n'
    )


def _run(text: str, direction: Direction | None, language: str | None) -> str:
    if direction is None:
        return escape(text)
    spoken = f' lang="{escape(language)}"' if language else ""
    return f'<span dir="{direction}"{spoken}>{escape(text)}</span>'
