"""Who is next: nobody waits behind a slow domain but its own readers, and nobody is forgotten."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publisher.jobs.turns import Turns
from publisher.mail.domains import Domains
from publisher.model.address import EmailAddress
from publisher.model.delivery import Deferred, Phase, Recipient, Reply

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
SLOWER = Deferred(phase=Phase.RCPT, reply=Reply(code=450, enhanced="4.7.1", text="slower"))


def recipient(number: int, domain: str) -> Recipient:
    address = EmailAddress(f"r{number}", domain)
    return Recipient(issue=1, subscriber=number, address=address, variant="ar", attempt=1)


def resting(*names: str) -> Domains:
    domains = Domains()
    for name in names:
        domains.note(name, SLOWER, NOW)
    return domains


@given(st.lists(st.sampled_from(["a.example", "b.example", "c.example"]), max_size=30))
def test_everybody_comes_once_and_those_of_resting_domains_last(names: list[str]) -> None:
    """In order but for them, and among themselves in order too."""
    domains, turns = resting("b.example"), Turns(recipient(n, name) for n, name in enumerate(names))
    came = []
    while (found := turns.take(domains, NOW)) is not None:
        came.append(found.subscriber)
    assert came == [n for n, name in enumerate(names) if name != "b.example"]
    assert len(turns) == names.count("b.example")
    assert bool(turns) == ("b.example" in names)
    assert turns.again_at(domains, NOW) == (NOW + timedelta(minutes=1) if turns else None)
    later = []
    while (found := turns.take(domains, NOW + timedelta(minutes=1))) is not None:
        later.append(found.subscriber)
    assert later == [n for n, name in enumerate(names) if name == "b.example"]
    assert not turns


def test_after_its_rest_a_domain_comes_at_its_own_rate() -> None:
    domains, turns = resting("b.example"), Turns(recipient(n, "b.example") for n in range(100))
    later = NOW + timedelta(minutes=1)
    came = 0
    while turns.take(domains, later) is not None:
        came += 1
    assert came == 60
    assert turns.again_at(domains, later) == later + timedelta(seconds=1)
