"""A newsroom's folder with an issue that was sent to some readers, for tests of commands."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from publisher.cli.house import opened
from publisher.model.delivery import DeliveryState
from publisher.store.database import to_ms
from publisher.store.deliveries import close_batch, freeze_issue, lease_batch
from publisher.store.schema import issue
from tests.store.rows import approved_issue, readers
from tests.store.sending import put

TEXT = """
[site]
title = "صحيفة"
home = "https://news.example"
[[newsletter]]
slug = "daily"
title = "نشرة"
"""


def write_settings(folder: Path) -> Path:
    file = folder / "nashra.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def send(settings: Path, states: Sequence[DeliveryState], *, hours_left: float = 5) -> int:
    """An issue whose deliveries came to these states; its id. Its readers are reader0, reader1, …"""
    now = datetime.now(UTC)
    with opened(settings) as house, house.room.database.write() as tx:
        ids = readers(tx, house.room.newsletter_ids["daily"], len(states))
        issue_id = approved_issue(tx, house.room.newsletter_ids["daily"])
        not_after = to_ms(now + timedelta(hours=hours_left))
        tx.execute(sa.update(issue).values(not_after=not_after))
        freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=now)
        lease = lease_batch(tx, issue_id, 0, now=now, until=now + timedelta(minutes=1), hold=False)
        assert lease is not None
        for reader, state in zip(ids, states, strict=True):
            for step in () if state is DeliveryState.PENDING else (DeliveryState.SENDING, state):
                put(tx, reader, step)
        close_batch(tx, lease, now=now, retry_at=now)
    return issue_id
