"""publisher.jobs.masking"""

from publisher.jobs.masking import mask_address
from publisher.model.address import EmailAddress


def test_only_the_first_letter_and_the_domain_are_told() -> None:
    assert mask_address(EmailAddress("sara", "example.net")) == "s•••@example.net"
    assert mask_address(EmailAddress("s", "example.net")) == "s•••@example.net"
    assert mask_address(EmailAddress("سارة", "example.net")) == "س•••@example.net"
