"""The line that tells a correction, the same in feeds, digests and pages: `تصحيح، السبت 1 نوفمبر 2025: …`."""

from zoneinfo import ZoneInfo

from publisher.model.correction import Correction
from publisher.model.site import HouseStyle
from publisher.text.house_date import format_date
from publisher.text.words import Words


def tell_correction(correction: Correction, words: Words, *, style: HouseStyle, zone: ZoneInfo) -> str:
    """One sentence in the language of `words`, dated in `zone`; the note as it stands, or none where it is blank."""
    date = format_date(correction.at, language=words.language, style=style, zone=zone)
    if not correction.note.strip():
        return words.say("articles.corrected", date=date)
    return words.say("articles.correction", date=date, note=correction.note)
