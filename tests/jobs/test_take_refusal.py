"""publisher.jobs.take_refusal: what our own relay says, under the same policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.jobs.take_refusal import take_refusal
from publisher.model.delivery import Phase, Recipient, Refused, Reply
from publisher.model.feedback import Verdict
from tests.jobs.returns import Returns, address_of, open_returns

UNKNOWN = Reply(code=550, enhanced="5.1.1", text="User unknown")


@pytest.fixture
def returns(tmp_path: Path) -> Iterator[Returns]:
    with open_returns(tmp_path) as returns:
        yield returns


def refuse(
    returns: Returns, phase: Phase, reply: Reply, *, issue: int = 1, attempt: int = 1, reader: int = 1
) -> Verdict:
    recipient = Recipient(
        issue=issue, subscriber=reader, address=address_of(reader), variant="ar", attempt=attempt, ambiguous=0
    )
    refused = Refused(phase=phase, reply=reply)
    return take_refusal(returns.database, recipient, refused, now=returns.intake.now()).verdict


@pytest.mark.parametrize(
    ("phase", "reply", "verdict"),
    [
        (Phase.RCPT, UNKNOWN, Verdict.SUPPRESS),
        (Phase.RCPT, Reply(code=550, text="no such user here"), Verdict.SUPPRESS),
        (Phase.RCPT, Reply(code=550, text="no"), Verdict.COUNTED),
        (Phase.RCPT, Reply(code=552, enhanced="5.2.2", text="mailbox full"), Verdict.COUNTED),
        (Phase.RCPT, Reply(code=550, enhanced="5.7.1", text="user unknown"), Verdict.ALARM),
        (Phase.RCPT, Reply(code=550, enhanced="5.1.1", text="blocked by spamhaus"), Verdict.ALARM),
        (Phase.MAIL, UNKNOWN, Verdict.ALARM),
        (Phase.DATA, UNKNOWN, Verdict.ALARM),
        (Phase.DOT, UNKNOWN, Verdict.COUNTED),
        (Phase.DOT, Reply(code=554, enhanced="5.7.1", text="spam"), Verdict.ALARM),
    ],
)
def test_phase_code_and_words_decide(returns: Returns, phase: Phase, reply: Reply, verdict: Verdict) -> None:
    assert refuse(returns, phase, reply) is verdict
    assert returns.is_suppressed() == (verdict is Verdict.SUPPRESS)
    assert returns.is_subscribed()


def test_an_attempt_is_noted_once(returns: Returns) -> None:
    full = Reply(code=552, enhanced="5.2.2", text="mailbox full")
    assert refuse(returns, Phase.RCPT, full) is Verdict.COUNTED
    assert refuse(returns, Phase.RCPT, full) is Verdict.NONE
    assert refuse(returns, Phase.RCPT, full, attempt=2) is Verdict.COUNTED
    assert len(returns.rows()) == 2


def test_a_relay_that_refuses_everybody_empties_no_list(
    returns: Returns, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With the limit at three: the fourth reader is only counted, and an hour later one refusal is enough again."""
    monkeypatch.setattr("publisher.jobs.note_feedback.SPIKE_LIMIT", 3)
    monkeypatch.setattr("publisher.model.feedback_policy.SPIKE_LIMIT", 3)
    verdicts = [refuse(returns, Phase.RCPT, UNKNOWN, reader=n) for n in range(1, 7)]
    assert verdicts == [Verdict.SUPPRESS] * 3 + [Verdict.COUNTED] * 3
    assert "feedback.spike" in caplog.text
    returns.wait(minutes=61)
    assert refuse(returns, Phase.RCPT, UNKNOWN, reader=7) is Verdict.SUPPRESS
