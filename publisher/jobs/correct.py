"""Correct an article: say what was wrong, with a date that feeds and pages show.

A correction is added and never taken back. It moves the article's `updated` (RFC 4287 section 4.2.15), which a mere
edit never does; the words of the article are mended in its source.
"""

from dataclasses import dataclass

from publisher.jobs.newsroom import Newsroom
from publisher.model.correction import StatedCorrection
from publisher.model.work import Work, WorkKind
from publisher.store.corrections import correct_article
from publisher.store.withdrawals import find_article_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What it came to. `is_new` is False where the same correction was made before."""

    article_id: str
    is_new: bool


def correct(room: Newsroom, name: str, *, note: str, announce: bool = False) -> Corrected | None:
    """Add a correction to the article of this id, address or `source/key`; None where there is none.

    `announce` gives it an entry of its own in every feed of the article, for readers that never update.
    """
    stated = StatedCorrection(note=note.strip(), announce=announce)
    with room.database.write() as tx:
        article_id = find_article_id(tx, name)
        if article_id is None:
            return None
        is_new = correct_article(tx, article_id, stated, now=room.now())
        if is_new:
            room.dispatcher.submit(tx, Work(WorkKind.PUBLISH_FEEDS))
        return Corrected(article_id=article_id, is_new=is_new)
