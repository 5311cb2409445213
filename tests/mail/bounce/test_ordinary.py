"""Mail that is no bounce stays mail, whatever it talks about."""

import pytest

from publisher.model.feedback import FeedbackKind, FeedbackSource
from tests.mail.bounce.ordinary import ordinary_mails
from tests.mail.bounce.reports import read

MAILS = ordinary_mails()
HARMLESS = {FeedbackKind.ORDINARY, FeedbackKind.AUTO_REPLY, FeedbackKind.DELAYED, FeedbackKind.DELIVERED}


def test_there_are_enough_to_mean_something() -> None:
    assert len(MAILS) >= 20


@pytest.mark.parametrize("name", MAILS)
def test_it_is_no_failure_of_any_kind(name: str) -> None:
    assert read(MAILS[name]).finding.kind in HARMLESS


@pytest.mark.parametrize(
    "name", [name for name in MAILS if name.startswith(("vacation", "challenge", "ticket"))]
)
def test_answers_of_machines_are_known_as_such(name: str) -> None:
    finding = read(MAILS[name]).finding
    assert (finding.kind, finding.source) == (FeedbackKind.AUTO_REPLY, FeedbackSource.MAIL)
