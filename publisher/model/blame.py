"""Whom an outcome speaks of: the relay, the reader's domain, or us. Never the reader: that is `delivery.next_state`."""

from publisher.model.delivery import Deferred, Outcome, Phase, Refused, Uncertain

CLOSING = 421
"""The relay is about to hang up (RFC 5321 section 3.8)."""
_LOGIN = frozenset({530, 534, 535, 538})
"""Who we say we are is not accepted (RFC 4954 section 6)."""
_OF_THE_READER = frozenset({Phase.RCPT, Phase.DOT})
"""Only here does a relay that passes mail on at once repeat what the reader's domain said."""


def is_unreachable(outcome: Outcome) -> bool:
    """Whether no session could be had: connecting, EHLO, TLS, AUTH."""
    return isinstance(outcome, Deferred) and outcome.phase is Phase.CONNECT


def is_login_refused(outcome: Outcome) -> bool:
    """Whether the relay does not accept our name and password: trying on would lock us out."""
    return is_unreachable(outcome) and outcome.reply.code in _LOGIN


def is_refusal_of_us(outcome: Outcome) -> bool:
    """Whether somebody refused us, not the reader: policy (5.7.x, RFC 3463 section 3.8) at any phase, or the
    sender or the whole session at MAIL or DATA. Code 0 is our own refusal and says nothing of anybody.
    """
    if not isinstance(outcome, Refused) or outcome.reply.code == 0:
        return False
    return (outcome.reply.enhanced or "").startswith("5.7.") or outcome.phase not in _OF_THE_READER


def slows_relay(outcome: Outcome) -> bool:
    """Whether the relay asks for fewer connections: 421 anywhere, 4.7.x before a reader was named, or a final dot
    that was never answered.
    """
    if isinstance(outcome, Uncertain):
        return True
    if not isinstance(outcome, Deferred):
        return False
    return outcome.reply.code == CLOSING or (_is_4_7(outcome) and outcome.phase not in _OF_THE_READER)


def slows_domain(outcome: Outcome) -> bool:
    """Whether the reader's domain asks for fewer messages: 4.7.x or 421 where she was named, or it refused us there."""
    if isinstance(outcome, Refused):
        return outcome.phase in _OF_THE_READER and is_refusal_of_us(outcome)
    if not isinstance(outcome, Deferred) or outcome.phase not in _OF_THE_READER:
        return False
    return outcome.reply.code == CLOSING or _is_4_7(outcome)


def may_fail_over(outcome: Outcome) -> bool:
    """Whether another relay may be tried with the same message at once: this one certainly did not take it, was not
    past the final dot, and was itself the cause (it could not be reached, broke off, or said 421). What it answered
    about the message or the reader, another relay would only be told again.
    """
    if not isinstance(outcome, Deferred) or outcome.phase is Phase.DOT:
        return False
    return outcome.phase is Phase.CONNECT or outcome.reply.code in (0, CLOSING)


def _is_4_7(outcome: Deferred) -> bool:
    return (outcome.reply.enhanced or "").startswith("4.7.")
