"""From a newsroom to what the intake doors are given: one function for a mail, one for a webhook's events."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.jobs.take_events import take_events
from publisher.jobs.take_report import Intake, take_report
from publisher.mail.bounce.read import Marks
from publisher.mail.hooks.event import ProviderEvent
from publisher.mail.intake import Take, TakeEvents
from publisher.mail.shelf import Shelf
from publisher.wiring.newsroom import House


def shelf_of(folder: Path) -> Path:
    """Where a data folder has its shelf."""
    return folder / "unrecognised"


@dataclass(frozen=True, slots=True)
class _Taking:
    """A `Take` into this intake."""

    intake: Intake

    def __call__(self, raw: bytes, envelope_to: Sequence[str] = (), /) -> bool:
        return take_report(self.intake, raw, envelope_to=envelope_to).kept is None

    def head(self, raw: bytes, *, size_bytes: int, place: str) -> None:
        self.intake.shelf.keep_head(raw, size_bytes=size_bytes, place=place)


def build_intake(house: House) -> Intake:
    """What the jobs that take feedback work with."""
    room = house.room
    return Intake(
        database=room.database,
        marks=Marks(signer=room.signer, message_domain=room.sender.address.domain),
        shelf=Shelf(shelf_of(house.folder.path)),
        hash_key=house.keys.suppression,
        now=room.now,
    )


def build_take(intake: Intake) -> Take:
    """For LMTP, Maildir and IMAP."""
    return _Taking(intake)


def build_take_events(intake: Intake) -> TakeEvents:
    """For the webhooks."""

    def take(events: Sequence[ProviderEvent], call: str, /) -> bool:
        return take_events(intake, events, call=call)

    return take
