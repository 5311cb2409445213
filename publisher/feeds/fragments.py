"""Entries written once and kept: the bytes of each in every format, from one publication to the next.

An article stands in several feeds and stays there for many publications. Its bytes depend on its revision and its
corrections alone, so one changed article costs one writing; every feed is stitched from what is kept.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from publisher.feeds.entry_gate import check_forms
from publisher.feeds.formats import FORMATS
from publisher.model.feed import Entry

WRITER = 4
"""Counts the ways entries have been written. A change of the writers that changes bytes must count it up: then every
feed is written anew at the next start (`jobs/place_articles.py`)."""
LIMIT_BYTES = 128 * 1024 * 1024
"""What is kept at most: about 7,000 articles of 5 KB in three formats. More than the feeds show helps nobody."""


@dataclass(frozen=True, slots=True)
class FragmentKey:
    """What an entry's bytes depend on. `correction` is the number of the correction whose own entry it is, 0 for the
    article's; `corrections` is how many the article has; `full` is false in a feed of summaries.
    """

    article_id: str
    revision: int
    corrections: int
    correction: int
    full: bool
    writer: int = WRITER


@dataclass(frozen=True, slots=True)
class Fragment:
    """A written entry: what its feed must know of it, and its bytes in the order of `FORMATS`."""

    id: str
    language: str
    updated_at: datetime
    forms: tuple[bytes, ...]

    @property
    def size_bytes(self) -> int:
        """What it takes to keep it."""
        return sum(map(len, self.forms))


def write_fragment(entry: Entry) -> Fragment:
    """Write the entry in every format. Raises whatever a writer raises for an entry that cannot be written, and
    RefusedEntryError for one that our validator finds an error in.
    """
    forms = tuple(format_.render_entry(entry) for format_ in FORMATS)
    check_forms(forms)
    return Fragment(id=entry.id, language=entry.language, updated_at=entry.updated_at, forms=forms)


class Fragments:
    """What is kept, the least used given up first. Safe to use from several threads."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._kept: OrderedDict[FragmentKey, Fragment] = OrderedDict()
        self._limit = limit_bytes
        self._size = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: FragmentKey) -> Fragment | None:
        """The fragment, or None where it must be written."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: FragmentKey, fragment: Fragment) -> None:
        """Keep it as the one used last."""
        with self._lock:
            before = self._kept.pop(key, None)
            self._size += fragment.size_bytes - (before.size_bytes if before else 0)
            self._kept[key] = fragment
            while self._size > self._limit and len(self._kept) > 1:
                self._size -= self._kept.popitem(last=False)[1].size_bytes
