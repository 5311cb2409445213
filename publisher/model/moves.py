"""Addresses that are no more: moved to another one for ever, or retired.

A feed is named by its path below `/feeds/` (`section/world`), which stands for all its formats and its page; any other
address by its path from the root (`/rss.xml`, `/category/politics/feed/`), with its query where it has one
(`/?feed=rss2`), as another system left it behind: percent-decoded, as servers compare it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """`moved` says where a feed or an old address went: to a feed's path, with an ending where one format is meant, or
    to an address anywhere. `retired`, in order, are feeds and addresses that will not come back. `build_moves` makes
    it.
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    retired: tuple[str, ...] = ()

    def is_gone(self, path: str) -> bool:
        """Whether a feed of this path is not to be published any more."""
        return path in self.moved or path in self.retired

    def heir(self, path: str) -> str:
        """The path of the feed that takes in what would stand in the feed `path`: its own, unless it moved to another
        feed of ours.
        """
        target = self.moved.get(path, path)
        return target if is_feed_path(target) else path


def is_feed_path(target: str) -> bool:
    """Whether a target is a feed of ours as a whole: no address, no single format."""
    return not target.startswith("/") and "://" not in target and "." not in target


def build_moves(moved: Mapping[str, str], retired: Iterable[str]) -> Moves:
    """The moves with every chain followed to its end: a reader is sent on once, however often a feed moved. Slashes at
    the end of old addresses do not count. Raises ValueError, naming it, for an address that comes back to itself, and
    for one that is retired or leads to one that is.
    """
    steps = {_plain(before): after for before, after in moved.items()}
    gone = tuple(sorted({_plain(address) for address in retired}))
    ends: dict[str, str] = {}
    for begin in steps:
        seen, here = {begin}, steps[begin]
        while here in steps:
            if here in seen:
                raise ValueError(f"{begin} moves in a circle")
            seen.add(here)
            here = steps[here]
        if begin in gone:
            raise ValueError(f"{begin} both moves and is retired")
        if here in gone:
            raise ValueError(f"{begin} moves to {here}, which is retired")
        ends[begin] = here
    return Moves(moved=ends, retired=gone)


def compared(path: str, query: str = "") -> str:
    """The form in which an old address is looked up: no slash at the end of its path, the query after it."""
    return (path.rstrip("/") or path[:1]) + (f"?{query}" if query else "")


def _plain(address: str) -> str:
    path, _, query = address.partition("?")
    return compared(path, query)
