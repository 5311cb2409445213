"""Domains rest when they complain or when a pause is asked for, and cost nothing otherwise."""

from datetime import UTC, datetime, timedelta

from publisher.mail.domains import Domains
from publisher.model.delivery import Deferred, Phase, Refused, Reply, Sent
from publisher.model.feedback import Pause, PauseReason

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLOWER = Deferred(phase=Phase.RCPT, reply=Reply(code=450, enhanced="4.7.28", text="slower"))
GREYLISTED = Deferred(phase=Phase.RCPT, reply=Reply(code=450, enhanced="4.2.0", text="later"))
SPAM = Refused(phase=Phase.DOT, reply=Reply(code=550, enhanced="5.7.26", text="spam"))
GOOD = Sent(reply=Reply(code=250, text="ok"))


def test_a_domain_that_complains_rests_and_no_other_does() -> None:
    for complaint in (SLOWER, SPAM):
        domains = Domains()
        domains.note("slow.example", complaint, NOW)
        assert domains.wait("slow.example", NOW) == MINUTE
        assert domains.wait("other.example", NOW) == timedelta()
        domains.note("slow.example", complaint, NOW + MINUTE)
        assert domains.wait("slow.example", NOW + MINUTE) == 2 * MINUTE


def test_what_is_no_complaint_changes_nothing() -> None:
    domains = Domains()
    domains.note("a.example", GREYLISTED, NOW)
    domains.note("a.example", GOOD, NOW)
    domains.take("a.example", NOW)
    assert domains.wait("a.example", NOW) == timedelta()


def test_after_its_rest_a_domain_has_its_rate_and_is_forgiven() -> None:
    domains, now = Domains(), NOW + MINUTE
    domains.note("a.example", SLOWER, NOW)
    for _ in range(60):
        assert domains.wait("a.example", now) == timedelta()
        domains.take("a.example", now)
    assert domains.wait("a.example", now) == timedelta(seconds=1)
    for _ in range(80):
        domains.note("a.example", GOOD, now)
    assert domains.wait("a.example", now) == timedelta()


def test_pauses_hold_exactly_as_asked() -> None:
    domains, until = Domains(), NOW + timedelta(hours=1)
    asked = [
        Pause(scope="domain:a.example", until=until, reason=PauseReason.POLICY_DOMAIN),
        Pause(scope="relay", until=until, reason=PauseReason.POLICY_RELAY),
    ]
    domains.obey(asked, NOW)
    assert domains.wait("a.example", NOW) == timedelta(hours=1)
    assert domains.paused_until("a.example", NOW) == until
    assert domains.wait("a.example", until) == timedelta()
    assert domains.wait("relay", NOW) == timedelta()
    domains.obey([], NOW)
    assert domains.wait("a.example", NOW) == timedelta()


def test_a_complaint_is_forgotten_after_a_day() -> None:
    domains = Domains()
    domains.note("a.example", SLOWER, NOW)
    domains.obey([], NOW + timedelta(hours=23))
    assert domains.wait("a.example", NOW) == MINUTE
    domains.obey([], NOW + timedelta(hours=25))
    assert domains.wait("a.example", NOW) == timedelta()
