"""How a delivery goes on after an attempt: one row of docs/notes/mail.md, "Outcomes", for each case."""

import pytest

from publisher.model.delivery import (
    FINAL_STATES,
    Deferred,
    DeliveryState,
    Outcome,
    Phase,
    Refused,
    Reply,
    Sent,
    Uncertain,
    explain_doubt,
    next_state,
)


def reply(code: int, enhanced: str | None = None) -> Reply:
    return Reply(code=code, enhanced=enhanced, text="said the relay")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent(reply=reply(250)), DeliveryState.SENT),
        (Deferred(phase=Phase.CONNECT, reply=reply(0)), DeliveryState.DEFERRED),
        (Deferred(phase=Phase.RCPT, reply=reply(450)), DeliveryState.DEFERRED),
        (Deferred(phase=Phase.BODY, reply=reply(0)), DeliveryState.DEFERRED),
        (Deferred(phase=Phase.DOT, reply=reply(421)), DeliveryState.DEFERRED),
        (Refused(phase=Phase.MAIL, reply=reply(550)), DeliveryState.DEFERRED),
        (Refused(phase=Phase.RCPT, reply=reply(550, "5.1.1")), DeliveryState.FAILED),
        (Refused(phase=Phase.RCPT, reply=reply(550, "5.2.1")), DeliveryState.FAILED),
        (Refused(phase=Phase.RCPT, reply=reply(550)), DeliveryState.FAILED),
        (Refused(phase=Phase.RCPT, reply=reply(552, "5.2.2")), DeliveryState.DEFERRED),
        (Refused(phase=Phase.RCPT, reply=reply(552)), DeliveryState.DEFERRED),
        (Refused(phase=Phase.RCPT, reply=reply(550, "5.7.1")), DeliveryState.DEFERRED),
        (Refused(phase=Phase.RCPT, reply=reply(0, "5.6.7")), DeliveryState.FAILED),
        (Refused(phase=Phase.DATA, reply=reply(0)), DeliveryState.FAILED),
        (Refused(phase=Phase.MAIL, reply=reply(0, "5.3.4")), DeliveryState.DEFERRED),
        (Refused(phase=Phase.DATA, reply=reply(554)), DeliveryState.DEFERRED),
        (Refused(phase=Phase.DOT, reply=reply(554, "5.6.0")), DeliveryState.FAILED),
        (Refused(phase=Phase.DOT, reply=reply(552)), DeliveryState.FAILED),
        (Refused(phase=Phase.DOT, reply=reply(550, "5.7.26")), DeliveryState.DEFERRED),
    ],
)
def test_each_outcome_has_its_state(outcome: Outcome, state: DeliveryState) -> None:
    assert next_state(outcome, ambiguous=0, hold=False) is state


@pytest.mark.parametrize(
    ("ambiguous", "hold", "state"),
    [
        (0, False, DeliveryState.DEFERRED),
        (1, False, DeliveryState.UNCERTAIN),
        (0, True, DeliveryState.UNCERTAIN),
    ],
)
def test_a_doubt_is_tried_once_more_and_never_a_third_time(
    ambiguous: int, hold: bool, state: DeliveryState
) -> None:
    assert next_state(Uncertain(reply=reply(0)), ambiguous=ambiguous, hold=hold) is state


def test_refusal_does_not_undo_an_earlier_doubt() -> None:
    """The first copy may have arrived all the same: it must not be listed as failed."""
    refused = Refused(phase=Phase.RCPT, reply=reply(550, "5.1.1"))
    assert next_state(refused, ambiguous=1, hold=False) is DeliveryState.UNCERTAIN
    later = Refused(phase=Phase.RCPT, reply=reply(550, "5.7.1"))
    assert next_state(later, ambiguous=1, hold=False) is DeliveryState.DEFERRED


def test_doubt_is_told_with_what_came_then() -> None:
    assert explain_doubt("it was cancelled") == "nobody knows whether it arrived; then it was cancelled"


def test_five_states_are_final() -> None:
    """The five that must add up to the frozen count."""
    assert {str(state) for state in FINAL_STATES} == {"sent", "failed", "suppressed", "expired", "uncertain"}
