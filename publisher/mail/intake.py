"""What every intake door is given: one function that takes a mail (LMTP, Maildir, IMAP), one that takes a call
(webhooks).

Promise of the doors: a mail is acknowledged to whoever handed it over (250, the seen flag) only after `Take`
returned, and it returns after what it found is durable. Whatever breaks in between, the mail comes again, and
taking it twice is taking it once. No door ever deletes.
"""

from collections.abc import Sequence
from typing import Protocol

from publisher.mail.hooks.event import ProviderEvent

MAX_MAIL_OCTETS = 10 * 1024 * 1024
"""A mail larger than this is not read as a report: one that returns a whole digest has less than 1 MB."""

HEAD_OCTETS = 64 * 1024
"""So much of a mail that is too large is kept for a person: who wrote it, what it says, where it is whole."""


class Take(Protocol):
    """Takes one mail; called in a thread. `envelope_to` are the recipients of its envelope, where the door knows them.

    True: it was recognised, nothing is left to do. False: it was kept for a person. Raises where it could not be made
    durable; then the mail must come again.
    """

    def __call__(self, raw: bytes, envelope_to: Sequence[str] = (), /) -> bool:
        """Take one mail."""
        ...

    def head(self, raw: bytes, *, size_bytes: int, place: str) -> None:
        """Keep for a person the first octets of a mail that is too large. `size_bytes` is the whole of it, which stays
        where it lies: `place`, in words. Raises as above.
        """
        ...


class TakeEvents(Protocol):
    """Takes the events of a verified webhook call; called in a thread. `call` is what makes the call unique.

    False: the same call was taken before, and nothing was done. Raises where it could not be made durable.
    """

    def __call__(self, events: Sequence[ProviderEvent], call: str, /) -> bool:
        """Take one call."""
        ...
