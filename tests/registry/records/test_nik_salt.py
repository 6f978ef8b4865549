"""One registry hashes NIK with one salt: which one is said, and two are never mixed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from motif.cli.group import cli
from motif.errors import RegistryError
from motif.profiles import CHEAPEST_1
from motif.registry.records.people import NikHasher, Party, salt_id_of, salt_path
from motif.registry.registry import Registry

NIK, OTHER = "3505010101900001", "3505010101900002"


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work as the user who hashes the first NIK."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOTIF_SIGNING_KEY", str(tmp_path / "sri" / "key.pem"))
    monkeypatch.delenv("MOTIF_NIK_SALT", raising=False)
    Registry.open(tmp_path / "registry.motif", profile=CHEAPEST_1).close()
    return tmp_path


def run(*args: str) -> Result:
    result = CliRunner().invoke(cli, list(args), prog_name="motif")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def parties(place: str = "registry.motif") -> tuple[Party, ...]:
    with Registry.open(place) as registry:
        return registry.records.list(Party)


def as_another_user(office: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTIF_SIGNING_KEY", str(office / "joko" / "key.pem"))
    with Registry.open("registry.motif") as registry:
        return salt_path(registry.ledger.origin.rpartition("/")[2])


def test_a_salt_that_is_made_is_said_once(office: Path) -> None:
    first = run("party", "add", "--name", "Sri", "--nik", NIK)
    assert first.exit_code == 0
    assert "keep a copy of" in first.stderr and "sri/nik-" in first.stderr
    assert "Salt" not in run("party", "add", "--name", "Joko", "--nik", OTHER).stderr
    (salt_id,) = {salt_id_of(str(party.nik_hash)) for party in parties()}
    assert f"Salt {salt_id} was made" in first.stderr


def test_another_user_is_told_which_salt_is_needed_and_none_is_made(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("party", "add", "--name", "Sri", "--nik", NIK)
    place = as_another_user(office, monkeypatch)
    refused = run("party", "add", "--name", "Sri lagi", "--nik", NIK)
    assert refused.exit_code == 1
    assert salt_id_of(str(parties()[0].nik_hash)) in refused.stderr and str(place) in refused.stderr
    assert not place.exists() and len(parties()) == 1
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(next((office / "sri").glob("*.salt")).read_bytes())
    assert run("party", "add", "--name", "Sri lagi", "--nik", NIK).exit_code == 0
    first, second = parties()
    assert first.nik_hash == second.nik_hash


def test_two_salts_are_not_mixed(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("party", "add", "--name", "Sri", "--nik", NIK)
    place = as_another_user(office, monkeypatch)
    place.parent.mkdir(exist_ok=True)
    place.write_text("ab" * 32)
    refused = run("party", "add", "--name", "Joko", "--nik", OTHER)
    assert refused.exit_code == 1 and NikHasher(bytes.fromhex("ab" * 32)).salt_id in refused.stderr
    with Registry.open("registry.motif") as registry:
        strange = NikHasher(bytes(32)).hash(OTHER)
        with pytest.raises(RegistryError, match="NIK are hashed with salt"):
            registry.records.put(Party(name="Joko", nik_hash=strange))
        (only,) = registry.records.list(Party)
        registry.records.erase(only.id or "", reason="diminta")
        registry.records.put(Party(name="Joko", nik_hash=strange))


@pytest.mark.parametrize("way", ["restore", "copy"])
def test_who_restores_or_copies_is_told_which_salt_to_bring(
    office: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    run("party", "add", "--name", "Sri", "--nik", NIK)
    assert run("registry", "backup", "b.zip").exit_code == 0
    source = "b.zip" if way == "restore" else "registry.motif"
    assert "salt" not in run("registry", way, source, "at-home").stderr
    place = as_another_user(office, monkeypatch)
    elsewhere = run("registry", way, source, "elsewhere")
    assert elsewhere.exit_code == 0
    assert salt_id_of(str(parties()[0].nik_hash)) in elsewhere.stderr and str(place) in elsewhere.stderr
    assert not place.exists()
