"""When to try again: later each time, and never at the same moment as everybody else.

Full jitter between a floor and a ceiling that doubles: readers deferred together do not come back together. Randomness
is passed in, so that the rule stays a rule.
"""

from datetime import datetime, timedelta

FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=4)
DOUBT_RETRY = timedelta(minutes=15)
"""After a relay that did not answer the final dot: by then even a slow one has done what it was going to do with the
message, and a receiver that drops copies by Message-ID knows the first.
"""
_AFTERWARDS = timedelta(seconds=1)
_MOST_DOUBLINGS = 16


def next_retry(
    tries: int, *, now: datetime, spread: float, not_after: datetime, earliest: datetime | None = None
) -> datetime:
    """The moment of the next try after `tries` in vain (from 1): 5 minutes at least, 5 × 2ⁿ minutes and 4 hours at
    most; `spread` from 0 to 1 says where between. Not before `earliest`, where one is given. Never later than just
    after `not_after`, when what is left expires.
    """
    if tries < 1:
        raise ValueError("nothing was tried yet")
    ceiling = min(FIRST_RETRY * (1 << min(tries, _MOST_DOUBLINGS)), LAST_RETRY)
    retry = now + FIRST_RETRY + (ceiling - FIRST_RETRY) * spread
    if earliest is not None:
        retry = max(retry, earliest)
    return max(now, min(retry, not_after + _AFTERWARDS))
