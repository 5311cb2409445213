"""A token does one thing for one reader, and nobody else can make it do more."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.token import TOKEN_LENGTH, Purpose, TokenContent, TokenFault, TokenSigner

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
OLD, NEW = TokenSigner({1: b"o" * 32}), TokenSigner({1: b"o" * 32, 2: b"n" * 32})
IDS = st.integers(min_value=0, max_value=2**48 - 1)


def mint(signer: TokenSigner = OLD, purpose: Purpose = Purpose.UNSUBSCRIBE) -> str:
    return signer.mint(purpose, subscriber=9, subject=3, issued_at=NOW)


@given(IDS, IDS, st.sampled_from(Purpose), st.integers(0, 2**32 - 1))
def test_what_was_minted_is_read(subscriber: int, subject: int, purpose: Purpose, second: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    token = OLD.mint(purpose, subscriber=subscriber, subject=subject, issued_at=at)
    assert len(token) == TOKEN_LENGTH
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert OLD.read(token, purpose, at) == TokenContent(
        purpose=purpose, subscriber=subscriber, subject=subject, minted_at=at.replace(second=0, microsecond=0)
    )


def test_every_flipped_bit_is_refused() -> None:
    octets = base64.urlsafe_b64decode(mint())
    for bit in range(len(octets) * 8):
        bent = bytearray(octets)
        bent[bit // 8] ^= 1 << bit % 8
        token = base64.urlsafe_b64encode(bent).decode()
        assert isinstance(OLD.read(token, Purpose.UNSUBSCRIBE, NOW), TokenFault)


def test_every_changed_letter_is_refused() -> None:
    """The text has no unused bits: no second spelling of a token works."""
    token = mint()
    for place in range(len(token)):
        for letter in "Ab-_9 =/+":
            bent = token[:place] + letter + token[place + 1 :]
            assert bent == token or isinstance(OLD.read(bent, Purpose.UNSUBSCRIBE, NOW), TokenFault)


@pytest.mark.parametrize("made_for", Purpose)
@pytest.mark.parametrize("used_for", Purpose)
def test_a_token_opens_its_own_purpose_only(made_for: Purpose, used_for: Purpose) -> None:
    read = OLD.read(mint(purpose=made_for), used_for, NOW)
    assert isinstance(read, TokenContent) if made_for is used_for else read is TokenFault.WRONG_PURPOSE


def test_a_purpose_cannot_be_renamed_in_the_token() -> None:
    """Keys differ by purpose: changing the purpose octet is forging."""
    octets = bytearray(base64.urlsafe_b64decode(mint(purpose=Purpose.CONFIRM)))
    octets[1] = list(Purpose).index(Purpose.UNSUBSCRIBE)
    assert OLD.read(base64.urlsafe_b64encode(octets).decode(), Purpose.UNSUBSCRIBE, NOW) is TokenFault.FORGED


@pytest.mark.parametrize(
    "text",
    ["", "x", "A" * 47, "A" * 49, "é" * 48, "A" * 47 + "=", "A" * 47 + "\n", "ا" * 48, "A" * 1_000_000],
)
def test_what_is_no_token_is_malformed(text: str) -> None:
    assert OLD.read(text, Purpose.CONFIRM, NOW) is TokenFault.MALFORMED


def test_an_unknown_purpose_or_key_is_named() -> None:
    octets = bytearray(base64.urlsafe_b64decode(mint()))
    octets[1] = 99
    assert OLD.read(base64.urlsafe_b64encode(octets).decode(), Purpose.CONFIRM, NOW) is TokenFault.MALFORMED
    assert OLD.read(mint(NEW), Purpose.UNSUBSCRIBE, NOW) is TokenFault.UNKNOWN_KEY


def test_tokens_of_the_old_key_work_after_rotation_and_new_ones_use_the_new_key() -> None:
    assert isinstance(NEW.read(mint(OLD), Purpose.UNSUBSCRIBE, NOW), TokenContent)
    assert isinstance(NEW.read(mint(NEW), Purpose.UNSUBSCRIBE, NOW), TokenContent)
    assert mint(NEW) != mint(OLD)


def test_an_unsubscribe_token_never_expires() -> None:
    assert isinstance(OLD.read(mint(), Purpose.UNSUBSCRIBE, NOW + timedelta(days=36500)), TokenContent)


def test_a_confirmation_token_lives_seven_days() -> None:
    token = mint(purpose=Purpose.CONFIRM)
    assert isinstance(OLD.read(token, Purpose.CONFIRM, NOW + timedelta(days=7)), TokenContent)
    late = NOW + timedelta(days=7, minutes=1)
    assert OLD.read(token, Purpose.CONFIRM, late) is TokenFault.EXPIRED
    assert OLD.read(token, Purpose.CONFIRM, late, timedelta(days=900)) is TokenFault.EXPIRED


def test_a_caller_may_shorten_a_lifetime() -> None:
    hour = timedelta(hours=1)
    assert OLD.read(mint(), Purpose.UNSUBSCRIBE, NOW + 2 * hour, hour) is TokenFault.EXPIRED


@pytest.mark.parametrize("keys", [{}, {1: b"short"}, {256: b"k" * 32}, {-1: b"k" * 32}])
def test_weak_keys_are_refused(keys: dict[int, bytes]) -> None:
    with pytest.raises(ValueError):
        TokenSigner(keys)


def test_a_signer_does_not_show_its_secrets() -> None:
    assert repr(NEW) == "TokenSigner(newest=2)"
