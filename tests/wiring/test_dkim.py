"""Which keys sign, as the settings and the data folder have it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.mail.dkim import DkimSigner
from publisher.mail.dkim_folder import save_new_key, switch_keys
from publisher.mail.dkim_key import Algorithm
from publisher.mail.dkim_settings import DkimMode, DkimSettings
from publisher.mail.signers import Signers, count_signers
from publisher.model.errors import NashraError
from publisher.wiring.dkim import load_message_signer, signing_beside
from tests.mail.dkim_oracle import DOMAIN, ED25519, RSA

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DEFAULT = DkimSettings()


def selectors(settings: DkimSettings, folder: Path) -> list[str]:
    """Of the keys that sign."""
    signer = load_message_signer(settings, domain=DOMAIN, folder=folder)
    if signer is None:
        return []
    assert isinstance(signer, DkimSigner)
    assert (signer.domain, signer.lifetime) == (DOMAIN, settings.lifetime)
    return [key.selector for key in signer.keys]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A folder with an active RSA key and an active Ed25519 key."""
    for algorithm in Algorithm:
        save_new_key(tmp_path, algorithm, now=NOW)
        switch_keys(tmp_path, algorithm, now=NOW)
    return tmp_path


def test_without_a_key_nothing_is_signed(tmp_path: Path) -> None:
    assert selectors(DEFAULT, tmp_path / "dkim") == []


def test_a_key_that_waits_for_dns_signs_nothing(tmp_path: Path) -> None:
    save_new_key(tmp_path, Algorithm.RSA, now=NOW)
    assert selectors(DEFAULT, tmp_path) == []


def test_the_active_key_signs_and_the_second_only_where_asked_for(keys: Path) -> None:
    assert selectors(DEFAULT, keys) == ["n2026a"]
    assert selectors(replace(DEFAULT, ed25519=True, lifetime=timedelta(days=30)), keys) == [
        "n2026a",
        "e2026a",
    ]


def test_ed25519_never_signs_alone(tmp_path: Path) -> None:
    save_new_key(tmp_path, Algorithm.ED25519, now=NOW)
    switch_keys(tmp_path, Algorithm.ED25519, now=NOW)
    assert selectors(replace(DEFAULT, ed25519=True), tmp_path) == []


def test_where_the_relay_signs_no_key_is_even_read(keys: Path) -> None:
    (keys / "n2026a.pem").write_text("broken")
    assert selectors(replace(DEFAULT, mode=DkimMode.RELAY), keys) == []


def test_a_key_kept_elsewhere_goes_before_the_folders(
    keys: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("elsewhere") / "key"
    file.write_bytes(RSA.render_pem())
    assert selectors(replace(DEFAULT, selector="own", key_file=file), keys) == ["own"]


def test_a_key_that_is_to_sign_and_cannot_stops_the_start(tmp_path: Path) -> None:
    """Unsigned mail from a newsroom that signs would go to the spam folder."""
    with pytest.raises(NashraError, match="cannot be read"):
        selectors(replace(DEFAULT, selector="own", key_file=tmp_path / "gone"), tmp_path)
    (tmp_path / "ed").write_bytes(ED25519.render_pem())
    with pytest.raises(NashraError, match="Ed25519"):
        selectors(replace(DEFAULT, selector="own", key_file=tmp_path / "ed"), tmp_path)


@pytest.mark.parametrize(("most", "wanted"), [(0, 0), (1, 1), (None, count_signers())])
def test_processes_sign_beside_as_the_settings_say_and_end_with_the_block(
    most: int | None, wanted: int
) -> None:
    async def work(signers: Signers) -> int:
        async with asyncio.timeout(20):
            while not signers.ready and wanted:
                await signers.sign(b"x" * 32)
                await asyncio.sleep(0.005)
        return len(signers.pids)

    with signing_beside(DkimSigner(domain=DOMAIN, keys=(RSA,)), most) as (signer, signers):
        assert signer is not None
        assert signer.beside == signers.sign
        assert asyncio.run(work(signers)) == min(wanted, 1)
    assert signers.pids == ()


def test_without_a_key_no_process_signs() -> None:
    with signing_beside(None, None) as (signer, signers):
        assert (signer, signers.pids) == (None, ())
