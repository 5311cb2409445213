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
"""A mail larger than this is not taken: a report that returns a whole digest has less than 1 MB."""


class Take(Protocol):
    """Takes one mail; called in a thread. `envelope_to` are the recipients of its envelope, where the door knows them.

    True: it was recognised, nothing is left to do. False: it was kept for a person. Raises where it could not be made
    durable; then the mail must come again.
    """

    def __call__(self, raw: bytes, envelope_to: Sequence[str] = (), /) -> bool:
        """Take one mail."""
        ...


class TakeEvents(Protocol):
    """Takes the events of a verified webhook call; called in a thread. `call` is what makes the call unique.

    False: the same call was taken before, and nothing was done. Raises where it could not be made durable.
    """

    def __call__(self, events: Sequence[ProviderEvent], call: str, /) -> bool:
        """Take one call."""
        ...
