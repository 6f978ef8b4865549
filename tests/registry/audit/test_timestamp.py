"""Checkpoints are timestamped by an authority, here OpenSSL's with keys made for the test, and verified."""

from __future__ import annotations

import datetime
import hashlib
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
from tests.records import keep_token

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
    valid: tuple[float, float] = (-1, 9),
) -> x509.Certificate:
    """Make a certificate that is valid between two times, in days from now."""
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=valid[0]))
        .not_valid_after(now + datetime.timedelta(days=valid[1]))
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
    size = registry.ledger.checkpoints()[0].size
    found = registry.ledger.import_timestamp(answer, chain, by="Sri")
    assert found.authority == "CN=authority"
    *_, event = registry.ledger.events()
    assert (event.kind, event.by) == ("checkpoint.timestamped", "Sri")
    assert event.data == {
        "size": size,
        "token_sha256": hashlib.sha256(answer).hexdigest(),
        "chain": chain.decode(),
    }
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
    keep_token(registry, registry.ledger.checkpoints()[0].size, b"no timestamp")
    for answer in (later, earlier):
        registry.ledger.import_timestamp(answer, chain)
        assert registry.ledger.checkpoints()[0].timestamp_token == answer
    assert registry.ledger.verify().whole


class LongAuthority:
    """An authority with a certificate between its own and the root, as most have."""

    def __init__(self, folder: Path, *, valid: tuple[float, float] = (-1, 9)) -> None:
        folder.mkdir()
        self.folder = folder
        keys = [generate_private_key(SECP256R1()) for _ in range(3)]
        self.root = certificate("root", keys[0], "root", keys[0], ca=True)
        self.between = certificate("between", keys[1], "root", keys[0], ca=True)
        self.own = certificate("authority", keys[2], "between", keys[1], ca=False, valid=valid)
        (folder / "own.pem").write_bytes(pem(self.own))
        (folder / "others.pem").write_bytes(pem(self.between, self.root))
        made = keys[2].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key.pem").write_bytes(made)
        settings = SETTINGS.format(folder=folder).replace("sha256, sha512", "sha1, sha256, sha384, sha512")
        (folder / "settings").write_text(settings)
        (folder / "serial").write_text("01")

    def answer(self, note: str, *query: str, chain: bool = False) -> bytes:
        """Answer a query made by openssl, with the words given, about a note."""
        (self.folder / "note.txt").write_text(note, encoding="utf-8")
        others = ["-chain", "others.pem"] if chain else []
        ask = ["-query", "-data", "note.txt", "-no_nonce", *query, "-out", "in.tsq"]
        sign = ["-reply", "-config", "settings", "-queryfile", "in.tsq", "-out", "out.tsr", *others]
        sign += ["-signer", "own.pem", "-inkey", "key.pem"]
        for words in (ask, sign):
            subprocess.run(["openssl", "ts", *words], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "out.tsr").read_bytes()

    def openssl_verifies(self) -> bool:
        """Tell whether openssl takes the last answer, given all certificates."""
        command = "openssl ts -verify -data note.txt -in out.tsr -CAfile others.pem -untrusted own.pem"
        return not subprocess.run(
            command.split(), cwd=self.folder, capture_output=True, check=False
        ).returncode


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


@pytest.mark.parametrize("chain", [False, True], ids=["without its chain", "with its chain"])
@pytest.mark.parametrize("cert", [False, True], ids=["without its certificate", "with its certificate"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_what_openssl_verifies_is_taken(
    registry: Registry, tmp_path: Path, digest: str, cert: bool, chain: bool
) -> None:
    authority = LongAuthority(tmp_path / "long")
    note = registry.ledger.checkpoint()
    answer = authority.answer(note, f"-{digest}", *(["-cert"] if cert else []), chain=chain)
    assert authority.openssl_verifies()
    trusted = pem(authority.root, authority.own, authority.between)
    assert registry.ledger.import_timestamp(answer, trusted).authority == "CN=authority"
    assert registry.ledger.verify().whole
    assert registry.ledger.checkpoints()[0].timestamp_token == answer, "it is kept as it came"


@pytest.mark.parametrize("seed", range(8))
def test_certificates_are_taken_in_any_order(registry: Registry, tmp_path: Path, seed: int) -> None:
    authority = LongAuthority(tmp_path / f"long-{seed}")  # other keys, and so another order in DER
    answer = authority.answer(registry.ledger.checkpoint(), "-sha256", "-cert", chain=True)
    registry.ledger.import_timestamp(answer, pem(authority.root))
    assert registry.ledger.verify().whole


def test_an_answer_stays_valid_when_its_certificates_have_expired(registry: Registry, tmp_path: Path) -> None:
    authority = LongAuthority(tmp_path / "long", valid=(-1, 3 / 86_400))
    answer = authority.answer(registry.ledger.checkpoint(), "-sha256", "-cert", chain=True)
    time.sleep(4)
    registry.ledger.import_timestamp(answer, pem(authority.root))
    assert registry.ledger.verify().whole


REFUSED = {
    "expired": "a certificate had expired",
    "not yet valid": "a certificate was not valid yet",
    "another root": "under another root",
    "certificate between missing": "between the authority's and the root is missing",
    "no root": "hold no root",
    "no certificate of its own": "does not fit",
    "weak hash": "about no checkpoint",
    "no certificates at all": "not PEM certificates",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_openssl_refuses_is_refused_in_words(registry: Registry, tmp_path: Path, what: str) -> None:
    valid = {"expired": (-3.0, -1.0), "not yet valid": (1.0, 3.0)}.get(what, (-1.0, 9.0))
    authority, other = LongAuthority(tmp_path / "a", valid=valid), LongAuthority(tmp_path / "b")
    note = registry.ledger.checkpoint()
    bare = what in ("certificate between missing", "no certificate of its own", "no root")
    query = ["-sha1" if what == "weak hash" else "-sha256"]
    query += [] if what == "no certificate of its own" else ["-cert"]
    answer = authority.answer(note, *query, chain=not bare)
    trusted = {
        "another root": pem(other.root),
        "certificate between missing": pem(authority.root),
        "no root": pem(authority.own, authority.between),
        "no certificate of its own": pem(authority.root, authority.between),
        "no certificates at all": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    }.get(what, pem(authority.root))
    events = len(registry.ledger)
    with pytest.raises((ParameterError, EntryNotFoundError), match=REFUSED[what]) as caught:
        registry.ledger.import_timestamp(answer, trusted)
    assert "ErrorStack" not in str(caught.value) and caught.value.hint
    assert len(registry.ledger) == events


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
