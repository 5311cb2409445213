"""Documents held back, and why. A row goes when its document is mended or gone."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from publisher.model.article import Quarantined
from publisher.store.database import Transaction, to_ms
from publisher.store.encoding import decode_reason, encode_value
from publisher.store.schema import quarantine


def replace_quarantined(
    tx: Transaction, source: str, held: Collection[Quarantined], *, now: datetime
) -> None:
    """Make the source's quarantine exactly `held`; a document held for the same reason keeps its `since`."""
    rows = tx.execute(sa.select(quarantine).where(quarantine.c.source == source)).all()
    before = {row.key: row.reason for row in rows}
    after = {item.key: encode_value(item.reason) for item in held}
    for key in before:
        if after.get(key) != before[key]:
            tx.execute(sa.delete(quarantine).where(quarantine.c.source == source, quarantine.c.key == key))
    for key, text in after.items():
        if before.get(key) != text:
            tx.execute(sa.insert(quarantine).values(source=source, key=key, reason=text, since=to_ms(now)))


def load_quarantined(tx: Transaction) -> tuple[Quarantined, ...]:
    """Everything held back, by source and key."""
    query = sa.select(quarantine).order_by(quarantine.c.source, quarantine.c.key)
    return tuple(
        Quarantined(source=row.source, key=row.key, reason=decode_reason(row.reason))
        for row in tx.execute(query)
    )
