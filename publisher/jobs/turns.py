"""The deliveries of a batch in the order in which they are begun: a reader whose domain rests lets the others by."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from publisher.mail.domains import Domains
from publisher.model.delivery import Recipient


class Turns:
    """What is left to be begun. Who was let by keeps her place among those of her domain."""

    def __init__(self, recipients: Iterable[Recipient]) -> None:
        self._waiting = deque(recipients)
        self._aside: dict[str, deque[Recipient]] = {}

    def __len__(self) -> int:
        return len(self._waiting) + sum(len(queue) for queue in self._aside.values())

    def __bool__(self) -> bool:
        return bool(self._waiting or self._aside)

    def take(self, domains: Domains, now: datetime) -> Recipient | None:
        """The next that may be begun, counted at her domain; None where all that are left must wait."""
        for domain, queue in self._aside.items():
            if not domains.wait(domain, now):
                return self._take_aside(domain, queue, domains, now)
        while self._waiting:
            recipient = self._waiting.popleft()
            domain = recipient.address.domain
            if domain not in self._aside and not domains.wait(domain, now):
                domains.take(domain, now)
                return recipient
            self._aside.setdefault(domain, deque()).append(recipient)
        return None

    def again_at(self, domains: Domains, now: datetime) -> datetime | None:
        """When the first domain that was let by may be tried again; None where none was."""
        return min((now + domains.wait(domain, now) for domain in self._aside), default=None)

    def _take_aside(self, domain: str, queue: deque[Recipient], domains: Domains, now: datetime) -> Recipient:
        domains.take(domain, now)
        recipient = queue.popleft()
        if not queue:
            del self._aside[domain]
        return recipient
