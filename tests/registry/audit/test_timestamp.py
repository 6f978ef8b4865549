"""Checkpoints are timestamped by an authority, here OpenSSL's with keys made for the test, and verified."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from motif.cli.group import cli
from motif.errors import EntryNotFoundError, ParameterError
from motif.registry.audit.timestamp import request_for
from motif.registry.records.filing import Filing
from motif.registry.registry import Registry

pytest.importorskip("rfc3161_client")
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl to play the authority")

SETTINGS = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    """An authority with a root of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        root_key, key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
        root = certificate("root", root_key, "root", root_key, ca=True)
        own = certificate("authority", key, "root", root_key, ca=False)
        self.folder = folder
        self.chain = folder / "chain.pem"
        self.chain.write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "own.pem").write_bytes(own.public_bytes(Encoding.PEM))
        made = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key.pem").write_bytes(made)
        (folder / "settings").write_text(SETTINGS.format(folder=folder))
        (folder / "serial").write_text("01")

    def answer(self, request: bytes) -> bytes:
        (self.folder / "in.tsq").write_bytes(request)
        command = (
            "openssl ts -reply -config settings -queryfile in.tsq -signer own.pem -inkey key.pem -out out.tsr"
        )
        subprocess.run(command.split(), cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "out.tsr").read_bytes()


def certificate(
    name: str,
    key: EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "authority")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    monkeypatch.setenv("MOTIF_SIGNING_KEY", str(tmp_path / "key.pem"))
    with Registry.open(tmp_path / "r") as opened:
        opened.records.put(Filing(route="copyright"))
        yield opened


def run(*args: str | Path) -> Result:
    result = CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="motif")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_a_request_names_the_checkpoint_by_its_hash_and_openssl_reads_it(registry: Registry) -> None:
    request = request_for(registry.ledger.checkpoint())
    shown = subprocess.run(
        ["openssl", "ts", "-query", "-in", "/dev/stdin", "-text"],
        input=request,
        capture_output=True,
        check=True,
    )
    assert b"Hash Algorithm: sha256" in shown.stdout and b"Certificate required: yes" in shown.stdout


def test_an_answer_is_kept_and_verified_again_later(
    registry: Registry, authority: Authority, tmp_path: Path
) -> None:
    note = registry.ledger.checkpoint()
    registry.records.put(Filing(route="design"))
    chain = authority.chain.read_bytes()
    asked = datetime.datetime.now(datetime.UTC)
    answer = authority.answer(request_for(note))
    answered = datetime.datetime.now(datetime.UTC)
    found = registry.ledger.import_timestamp(answer, chain)
    assert found.authority == "CN=authority"
    assert asked.replace(microsecond=0) <= found.at <= answered, "the authority tells whole seconds"
    checked = registry.ledger.verify()
    assert checked.whole and any("by CN=authority" in one for one in checked.notes)
    assert registry.ledger.verify(chain=chain).whole
    other = Authority(tmp_path / "other").chain.read_bytes()
    assert [str(one) for one in registry.ledger.verify(chain=other).findings if "timestamp of" in one.what]


def test_an_answer_under_another_root_is_refused(
    registry: Registry, authority: Authority, tmp_path: Path
) -> None:
    answer = authority.answer(request_for(registry.ledger.checkpoint()))
    with pytest.raises(ParameterError, match="not valid"):
        registry.ledger.import_timestamp(answer, Authority(tmp_path / "other").chain.read_bytes())


def test_an_answer_about_something_else_is_refused(registry: Registry, authority: Authority) -> None:
    registry.ledger.checkpoint()
    with pytest.raises(EntryNotFoundError, match="no checkpoint"):
        registry.ledger.import_timestamp(authority.answer(request_for("other")), authority.chain.read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("place", [0, 40, -30, -1])
def test_a_changed_answer_is_refused_and_nothing_is_kept(
    registry: Registry, authority: Authority, place: int
) -> None:
    answer = bytearray(authority.answer(request_for(registry.ledger.checkpoint())))
    answer[place] ^= 1
    events = len(registry.ledger)
    with pytest.raises((ParameterError, EntryNotFoundError)):
        registry.ledger.import_timestamp(bytes(answer), authority.chain.read_bytes())
    assert len(registry.ledger) == events


@pytest.mark.parametrize("answer", [b"", b"x", b"0" * 300_000])
def test_what_is_no_answer_is_refused(registry: Registry, authority: Authority, answer: bytes) -> None:
    registry.ledger.checkpoint()
    with pytest.raises(ParameterError):
        registry.ledger.import_timestamp(answer, authority.chain.read_bytes())


def test_what_is_no_chain_is_refused(registry: Registry, authority: Authority) -> None:
    answer = authority.answer(request_for(registry.ledger.checkpoint()))
    with pytest.raises(ParameterError, match="PEM"):
        registry.ledger.import_timestamp(answer, b"no certificate")


@pytest.mark.slow
def test_a_later_answer_does_not_take_the_place_of_an_earlier_one(
    registry: Registry, authority: Authority, tmp_path: Path
) -> None:
    note, chain = registry.ledger.checkpoint(), authority.chain.read_bytes()
    first = authority.answer(request_for(note))
    registry.ledger.import_timestamp(first, chain)
    events = len(registry.ledger)
    registry.ledger.import_timestamp(first, chain)  # once more changes nothing
    time.sleep(1.1)  # the authority tells whole seconds
    other = Authority(tmp_path / "other")
    for later, trusted in ((authority, chain), (other, other.chain.read_bytes())):
        with pytest.raises(ParameterError, match="has a timestamp already"):
            registry.ledger.import_timestamp(later.answer(request_for(note)), trusted)
    assert len(registry.ledger) == events
    assert registry.ledger.checkpoints()[0].timestamp_token == first


@pytest.mark.slow
def test_an_earlier_answer_and_one_after_what_is_not_valid_are_taken(
    registry: Registry, authority: Authority
) -> None:
    note, chain = registry.ledger.checkpoint(), authority.chain.read_bytes()
    earlier = authority.answer(request_for(note))
    time.sleep(1.1)
    later = authority.answer(request_for(note))
    registry.ledger.add_timestamp(
        registry.ledger.checkpoints()[0].size, b"no timestamp", chain=chain.decode()
    )
    for answer in (later, earlier):
        registry.ledger.import_timestamp(answer, chain)
        assert registry.ledger.checkpoints()[0].timestamp_token == answer
    assert registry.ledger.verify().whole


def test_from_the_command_line(registry: Registry, authority: Authority, tmp_path: Path) -> None:
    place = ("--registry", tmp_path / "r")
    signed = run("checkpoint", "--timestamp-request", tmp_path / "out.tsq", *place)
    assert signed.exit_code == 0 and signed.stdout.startswith("motif-registry/")
    (tmp_path / "in.tsr").write_bytes(authority.answer((tmp_path / "out.tsq").read_bytes()))
    kept = run("checkpoint", "--timestamp-answer", tmp_path / "in.tsr", "--chain", authority.chain, *place)
    assert kept.exit_code == 0 and "CN=authority" in kept.stdout
    verified = run("verify", "--chain", authority.chain, "--json", *place)
    assert verified.exit_code == 0 and "CN=authority" in json.dumps(json.loads(verified.stdout)["notes"])
    other = Authority(tmp_path / "other").chain
    assert run("verify", "--chain", other, *place).exit_code == 1
    assert run("checkpoint", "--chain", authority.chain, *place).exit_code == 2
    (tmp_path / "note.txt").write_text(signed.stdout)
    command = ["openssl", "ts", "-verify", "-data", "note.txt", "-in", "in.tsr", "-CAfile", authority.chain]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
