"""Leave by mail: the reader, or her mail program, wrote to her own unsubscribe address.

Promise: as with the page, the end of the subscription is on disk before the mail is acknowledged. The same mail taken
again, by any door and also after she came back, ends nothing a second time.
"""

import logging
from datetime import datetime

from publisher.model.subscriber import ConsentKind
from publisher.store.database import Transaction
from publisher.store.subscriptions import end_subscriptions, is_recorded, record_consent

log = logging.getLogger(__name__)


def leave_by_mail(tx: Transaction, *, subscriber: int, newsletter: int, mail: str, now: datetime) -> None:
    """End one subscription (the newsletter by its id). `mail` identifies the mail among all others; it stays in the
    record of consent. Nothing to do where she was erased, or has left already.
    """
    evidence = f"by mail to her unsubscribe address, {mail[:32]}"
    if is_recorded(tx, subscriber, evidence=evidence):
        return
    ended = end_subscriptions(tx, subscriber, newsletter, now)
    kind = ConsentKind.UNSUBSCRIBED
    record_consent(tx, subscriber, ended, kind, network=None, evidence=evidence, now=now)
    log.info("unsubscribed.by_mail", extra={"subscriber": subscriber, "newsletter": newsletter})
