"""Who signs: made from the settings and the keys of the data folder."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from publisher.mail.dkim import DkimSigner
from publisher.mail.dkim_folder import load_active_key
from publisher.mail.dkim_key import Algorithm, DkimKey, parse_key
from publisher.mail.dkim_settings import DkimMode, DkimSettings
from publisher.mail.signers import Signers, count_signers
from publisher.model.errors import NashraError


def load_message_signer(settings: DkimSettings, *, domain: str, folder: Path) -> DkimSigner | None:
    """The signer for mail from `domain`, with the keys that are active now; None where the relay signs, or where there
    is no key yet. Raises NashraError where a key that is to sign cannot be used: mail that readers' filters expect
    signed must not go out unsigned.
    """
    if settings.mode is DkimMode.RELAY:
        return None
    main = _load_own_key(settings) or load_active_key(folder, Algorithm.RSA)
    second = load_active_key(folder, Algorithm.ED25519) if settings.ed25519 else None
    if main is None:
        return None
    keys = (main,) if second is None else (main, second)
    return DkimSigner(domain=domain, keys=keys, lifetime=settings.lifetime)


@contextmanager
def signing_beside(
    signer: DkimSigner | None, most: int | None
) -> Iterator[tuple[DkimSigner | None, Signers]]:
    """The signer with up to `most` processes beside this one (None: by the machine's cores), and these processes, which
    end with the block. Without a signer there are none.
    """
    wanted = count_signers() if most is None else most
    with closing(Signers(() if signer is None else signer.keys, most=wanted)) as signers:
        yield None if signer is None else replace(signer, beside=signers.sign), signers


def _load_own_key(settings: DkimSettings) -> DkimKey | None:
    """The key that is kept elsewhere. It must be RSA: a lone Ed25519 signature counts for nothing at most mailboxes."""
    if settings.key_file is None or settings.selector is None:
        return None
    try:
        key = parse_key(settings.selector, settings.key_file.read_bytes())
    except OSError as error:
        step = "let this account read it, or correct dkim_key_file in [mail]"
        raise NashraError(f"{settings.key_file} cannot be read: {error.strerror}", next_step=step) from error
    if key.algorithm is not Algorithm.RSA:
        raise NashraError("dkim_key_file holds an Ed25519 key", next_step="give it an RSA key")
    return key
