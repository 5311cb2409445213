"""The three changes the ledger makes to a delivery: its intent is written, it may not be sent after all, it came to
something. Each names the attempt and the lease it belongs to; where one of them is past, it matches no row.

They are written once, for values that are bound (both databases) and for values in a trigger's NEW row
(`store.ledger_page`).
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from publisher.model.delivery import DeliveryState
from publisher.model.issue import IssueState
from publisher.model.subscriber import SubscriptionStatus
from publisher.store.doubts import GONE, build_reply, is_doubted
from publisher.store.schema import BatchState, batch, delivery, issue, subscriber, subscription, suppression

Value = Callable[[str], sa.ColumnElement[Any]]
"""How a value of that name is written in a statement."""

VALUES = (
    "of_issue",
    "of_subscriber",
    "this_attempt",
    "last_attempt",
    "lease_issue",
    "lease_ordinal",
    "lease_fence",
    "to_state",
    "to_ambiguous",
    "to_reply",
    "to_relay",
    "now",
)
"""What a change is made of, in this order. Those that begin with `to_` are None for an intent. The names are no
column's, as SQLAlchemy keeps those.
"""

_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    **dict.fromkeys(("of_issue", "of_subscriber", "lease_issue", "now"), sa.BigInteger()),
    **dict.fromkeys(
        ("this_attempt", "last_attempt", "lease_ordinal", "lease_fence", "to_ambiguous"), sa.Integer()
    ),
    **dict.fromkeys(("to_state", "to_reply", "to_relay"), sa.Text()),
}


def bound(name: str) -> sa.ColumnElement[Any]:
    """A value that is given with each run."""
    return sa.bindparam(name, type_=_TYPES[name])


def new_row(name: str) -> sa.ColumnElement[Any]:
    """A value of the row that a trigger was called for."""
    return sa.literal_column(f"NEW.{name}", type_=_TYPES[name])


def build_begin(value: Value) -> sa.Update:
    """The intent: only where the reader is still subscribed, and the issue goes on."""
    return (
        sa.update(delivery)
        .where(*_waiting(value), _goes_on(value), _subscribed(), ~_suppressed())
        .values(state=DeliveryState.SENDING, attempt=value("this_attempt"), at=value("now"))
    )


def build_stop(value: Value) -> sa.Update:
    """Not to be sent: for a delivery whose intent did not match while the issue goes on. One that carries a doubt may
    have reached her before she left: it is `uncertain`.
    """
    state = sa.case((is_doubted, DeliveryState.UNCERTAIN.value), else_=DeliveryState.SUPPRESSED.value)
    reply = sa.case((is_doubted, build_reply(GONE)), else_=delivery.c.reply)
    return (
        sa.update(delivery)
        .where(*_waiting(value), _goes_on(value))
        .values(state=state, reply=reply, at=value("now"))
    )


def build_settle(value: Value) -> sa.Update:
    """What the attempt came to. Also where the issue was paused meanwhile: what was begun is still settled."""
    return (
        sa.update(delivery)
        .where(
            *_this_delivery(value),
            delivery.c.state == DeliveryState.SENDING,
            delivery.c.attempt == value("this_attempt"),
            sa.exists().where(*_held(value)),
        )
        .values(
            state=value("to_state"),
            ambiguous=value("to_ambiguous"),
            reply=value("to_reply"),
            relay=value("to_relay"),
            at=value("now"),
        )
    )


def _this_delivery(value: Value) -> tuple[sa.ColumnElement[bool], ...]:
    return (delivery.c.issue == value("of_issue"), delivery.c.subscriber == value("of_subscriber"))


def _waiting(value: Value) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        *_this_delivery(value),
        sa.or_(delivery.c.state == DeliveryState.PENDING, delivery.c.state == DeliveryState.DEFERRED),
        delivery.c.attempt == value("last_attempt"),
    )


def _goes_on(value: Value) -> sa.ColumnElement[bool]:
    """The lease holds and nobody paused or cancelled the issue."""
    return sa.exists().where(*_held(value), issue.c.id == batch.c.issue, issue.c.state == IssueState.SENDING)


def _held(value: Value) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        batch.c.issue == value("lease_issue"),
        batch.c.ordinal == value("lease_ordinal"),
        batch.c.fence == value("lease_fence"),
        batch.c.state == BatchState.LEASED,
    )


def _subscribed() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        issue.c.id == delivery.c.issue,
        subscription.c.newsletter == issue.c.newsletter,
        subscription.c.subscriber == delivery.c.subscriber,
        subscription.c.status == SubscriptionStatus.CONFIRMED,
    )


def _suppressed() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        subscriber.c.id == delivery.c.subscriber,
        suppression.c.address_hash == subscriber.c.address_hash,
    )
