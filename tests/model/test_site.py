"""Who the mail is from, and where complaints about it go."""

import pytest

from publisher.model.address import EmailAddress
from publisher.model.site import Sender

NEWS = EmailAddress("news", "news.example")


@pytest.mark.parametrize("domain", ["news.example", "b.news.example"])
def test_complaints_come_to_our_domain_or_below_it(domain: str) -> None:
    sender = Sender(name="", address=NEWS, bounce_domain=domain, takes_mail=True)
    assert str(sender.feedback_address) == f"fbl@{domain}"


@pytest.mark.parametrize(
    ("domain", "takes_mail"),
    [
        (None, False),
        ("b.news.example", False),
        ("bnews.example", True),
        ("example", True),
        ("b.other.example", True),
    ],
)
def test_without_mail_or_by_a_name_nobody_vouches_for_there_are_none(
    domain: str | None, takes_mail: bool
) -> None:
    sender = Sender(name="", address=NEWS, bounce_domain=domain, takes_mail=takes_mail)
    assert sender.feedback_address is None
