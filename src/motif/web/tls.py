"""A certificate for the office's network, made here where nobody brings one."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from motif.errors import ParameterError
from motif.files import write_durably
from motif.messages import N_

DAYS: Final = 397
_RENEW_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files of a certificate and its key.

    Parameters
    ----------
    certificate, key : Path
    fingerprint : str
        SHA-256, in pairs, as browsers show it.
    """

    certificate: Path
    key: Path
    fingerprint: str


def given_certificate(certificate: Path, key: Path) -> Certificate:
    """Take a certificate that somebody brings.

    Parameters
    ----------
    certificate, key : Path
        PEM files.

    Returns
    -------
    Certificate

    Raises
    ------
    ParameterError
        If the file holds no certificate.
    """
    return Certificate(certificate=certificate, key=key, fingerprint=_spelled(_read(certificate)))


def own_certificate(folder: Path, hosts: Sequence[str]) -> Certificate:
    """Return a certificate for some hosts, made here; a new one where the old one ends soon or names others.

    Parameters
    ----------
    folder : Path
        Where both files lie, readable by their owner only.
    hosts : sequence of str
        Names and addresses.

    Returns
    -------
    Certificate
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place, key_place = folder / "certificate.pem", folder / "key.pem"
    if not (place.exists() and key_place.exists() and _serves(_read(place), hosts)):
        key = ec.generate_private_key(ec.SECP256R1())
        made = _signed(key, hosts)
        write_durably(
            key_place,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        write_durably(place, made.public_bytes(serialization.Encoding.PEM))
    return given_certificate(place, key_place)


def hosts_of_this_machine() -> tuple[str, ...]:
    """Return the names and addresses under which others in the network reach this machine.

    Returns
    -------
    tuple of str
    """
    name = socket.gethostname().lower()
    hosts = {name, f"{name.partition('.')[0]}.local"}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:  # sends nothing: it only picks a way out
        try:
            probe.connect(("192.0.2.1", 9))
            hosts.add(probe.getsockname()[0])
        except OSError:
            pass
    return tuple(sorted(hosts))


def _signed(key: ec.EllipticCurvePrivateKey, hosts: Sequence[str]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "motif")])
    at = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return x509.DNSName(host)


def _serves(certificate: x509.Certificate, hosts: Sequence[str]) -> bool:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    left = certificate.not_valid_after_utc - datetime.now(UTC)
    return left > timedelta(days=_RENEW_DAYS) and set(names) == {_general_name(host) for host in hosts}


def _read(place: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(place.read_bytes())
    except (OSError, ValueError) as error:
        message = N_("{name!r} is no certificate", name=place.name)
        raise ParameterError(message, hint=N_("Give a PEM file.")) from error


def _spelled(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
