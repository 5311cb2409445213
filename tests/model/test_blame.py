"""Whom an outcome speaks of, case by case."""

import pytest

from publisher.model.blame import (
    is_login_refused,
    is_refusal_of_us,
    is_unreachable,
    may_fail_over,
    slows_domain,
    slows_relay,
)
from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Reply, Sent, Uncertain


def deferred(phase: Phase, code: int, enhanced: str | None = None) -> Deferred:
    return Deferred(phase=phase, reply=Reply(code=code, enhanced=enhanced, text=""))


def refused(phase: Phase, code: int, enhanced: str | None = None) -> Refused:
    return Refused(phase=phase, reply=Reply(code=code, enhanced=enhanced, text=""))


GOOD = Sent(reply=Reply(code=250, text=""))
LOST = Uncertain(reply=Reply(code=0, text=""))
RULES = (is_unreachable, is_login_refused, is_refusal_of_us, slows_relay, slows_domain, may_fail_over)


@pytest.mark.parametrize(
    ("outcome", "holds"),
    [
        (GOOD, set()),
        (LOST, {slows_relay}),
        (deferred(Phase.CONNECT, 0), {is_unreachable, may_fail_over}),
        (deferred(Phase.CONNECT, 421), {is_unreachable, slows_relay, may_fail_over}),
        (deferred(Phase.CONNECT, 535, "5.7.8"), {is_unreachable, is_login_refused, may_fail_over}),
        (deferred(Phase.MAIL, 0), {may_fail_over}),
        (deferred(Phase.MAIL, 421, "4.3.2"), {slows_relay, may_fail_over}),
        (deferred(Phase.MAIL, 451, "4.7.1"), {slows_relay}),
        (deferred(Phase.MAIL, 452, "4.3.1"), set()),
        (deferred(Phase.RCPT, 450, "4.2.0"), set()),
        (deferred(Phase.RCPT, 450, "4.7.28"), {slows_domain}),
        (deferred(Phase.RCPT, 421, "4.7.0"), {slows_domain, slows_relay, may_fail_over}),
        (deferred(Phase.DATA, 0), {may_fail_over}),
        (deferred(Phase.BODY, 0), {may_fail_over}),
        (deferred(Phase.DOT, 421, "4.7.0"), {slows_domain, slows_relay}),
        (deferred(Phase.DOT, 451, "4.7.500"), {slows_domain}),
        (deferred(Phase.DOT, 0), set()),
        (refused(Phase.MAIL, 550), {is_refusal_of_us}),
        (refused(Phase.DATA, 554, "5.7.1"), {is_refusal_of_us}),
        (refused(Phase.RCPT, 550, "5.1.1"), set()),
        (refused(Phase.RCPT, 550, "5.7.1"), {is_refusal_of_us, slows_domain}),
        (refused(Phase.DOT, 550, "5.7.26"), {is_refusal_of_us, slows_domain}),
        (refused(Phase.DOT, 554), set()),
        (refused(Phase.RCPT, 0, "5.6.7"), set()),
        (refused(Phase.MAIL, 0, "5.3.4"), set()),
    ],
)
def test_each_outcome_speaks_of_whom_it_speaks(outcome: Outcome, holds: set[object]) -> None:
    assert {rule for rule in RULES if rule(outcome)} == holds
