"""From a newsroom to what the intake doors are given: one function for a mail, one for a webhook's events."""

from collections.abc import Sequence

from publisher.jobs.take_events import take_events
from publisher.jobs.take_report import Intake, take_report
from publisher.mail.bounce.read import Marks
from publisher.mail.hooks.event import ProviderEvent
from publisher.mail.intake import Take, TakeEvents
from publisher.mail.shelf import Shelf
from publisher.wiring.newsroom import House

SHELF = "unrecognised"
"""The folder below the data folder."""


def build_intake(house: House) -> Intake:
    """What the jobs that take feedback work with."""
    room = house.room
    return Intake(
        database=room.database,
        marks=Marks(signer=room.signer, message_domain=room.sender.address.domain),
        shelf=Shelf(house.folder.path / SHELF),
        hash_key=house.keys.suppression,
        now=room.now,
    )


def build_take(intake: Intake) -> Take:
    """For LMTP, Maildir and IMAP."""

    def take(raw: bytes, envelope_to: Sequence[str] = (), /) -> bool:
        return take_report(intake, raw, envelope_to=envelope_to).kept is None

    return take


def build_take_events(intake: Intake) -> TakeEvents:
    """For the webhooks."""

    def take(events: Sequence[ProviderEvent], call: str, /) -> bool:
        return take_events(intake, events, call=call)

    return take
