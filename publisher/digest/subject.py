"""The subject and the preheader: the two lines that are read before the mail is opened.

The subject is the lead story's headline. The newsletter's name is not in it: it is the sender's name, which every inbox
shows beside it, and a phone shows forty characters of a subject. No bidi control but a lead mark: isolates do not help
in a subject (Thunderbird ignores them) and cost spam points.
"""

import re

from publisher.digest.phrase import tidy
from publisher.model.direction import Direction
from publisher.model.reason import Reason, reason
from publisher.text.bidi import lead_mark
from publisher.text.direction import direction_of
from publisher.text.truncate import truncate

SUBJECT_CHARACTERS = 100
"""Longer subjects are cut at a word. An ordinary headline is never cut, though a phone shows forty characters of it:
the whole of it stands in the opened mail and in the list of a wide screen."""
PREHEADER_CHARACTERS = 110
"""Enough to fill the line after the subject, short enough to need no invisible filler."""


def build_subject(headline: str, *, default: Direction) -> str:
    """The subject for a lead headline; `default` is the direction of one without letters."""
    line = tidy(headline)
    return lead_mark(truncate(line, SUBJECT_CHARACTERS), direction_of(line, default=default))


def build_preheader(other_headlines: tuple[str, ...], summary: str) -> str:
    """What the inbox shows after the subject: what else is in the issue, else how the lead story goes on.

    As many whole headlines as fit, so that none is cut short while another stands whole.
    """
    told = ""
    for headline in other_headlines:
        longer = f"{told} · {tidy(headline)}" if told else tidy(headline)
        if told and len(longer) > PREHEADER_CHARACTERS:
            break
        told = longer
    return truncate(told or tidy(summary), PREHEADER_CHARACTERS)


def lint_subject(subject: str) -> tuple[Reason, ...]:
    """What an editor should know before this subject goes out. Warnings only.

    `digest.subject.latin-inside`: a Latin run between Arabic words; inboxes laid out left to right swap the halves
    around it. `digest.subject.shouting`: `!!` costs trust and spam points.
    """
    found = []
    if direction_of(subject, default=Direction.LTR) is Direction.RTL and (
        run := _LATIN_INSIDE.search(subject)
    ):
        found.append(reason("digest.subject.latin-inside", run=run["run"].strip()))
    if _SHOUTING.search(subject):
        found.append(reason("digest.subject.shouting"))
    return tuple(found)


_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_LATIN_INSIDE = re.compile(rf"[{_RTL}][^A-Za-z]*(?P<run>[A-Za-z][^{_RTL}]*)[{_RTL}]")
_SHOUTING = re.compile(r"[!！]{2}")
