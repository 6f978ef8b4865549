"""Timestamps of checkpoints by an authority, RFC 3161: asked for offline, imported when the answer is there.

The request holds nothing but the SHA-256 of a signed checkpoint, and can be carried to a computer with a
network. The authority's answer is verified against certificates that the office trusts; those are kept in the
log, so that ``motif verify`` can verify it again.

References
----------
.. [1] RFC 3161, Time-Stamp Protocol. https://www.rfc-editor.org/rfc/rfc3161
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from motif.errors import EntryNotFoundError, MissingExtraError, ParameterError
from motif.extras import require
from motif.messages import N_, message_of
from motif.registry.audit.cms import with_certificates
from motif.registry.audit.findings import Finding
from motif.registry.ledger.event import Event
from motif.registry.storage.failures import is_damage
from motif.registry.store import LogReader, StoredCheckpoint
from motif.times import iso

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


EXTRA = "timestamp"
ANSWER_MAX = 200_000
"""Most bytes of an answer; they are a few thousand."""

CHAIN_MAX = 60_000
_KIND = '"kind":"checkpoint.timestamped"'
_HASHES = ("sha256", "sha384", "sha512")
_CHAIN_HINT = N_(
    "Give its answer as it came, and in --chain all certificates of the authority: its own, those between, "
    "and the root."
)
_NO_FIT = N_("its signature does not fit")
_REASONS = {
    "issuer certificate": N_("a certificate between the authority's and the root is missing, or the root"),
    "self-signed certificate": N_("it is under another root than the one given"),
    "self signed certificate": N_("it is under another root than the one given"),
    "certificate signature failure": N_("it is under another root than the one given"),
    "has expired": N_("a certificate had expired when it was signed"),
    "not yet valid": N_("a certificate was not valid yet when it was signed"),
    "Mismatch between messages": N_("it is about another text"),
    "Unsupported hash": N_("it is about a hash that is too weak; ask with SHA-256"),
    "EKU": N_("the certificate is not one for timestamps"),
    "purpose": N_("the certificate is not one for timestamps"),
}
"""What a failure of the verifier says, and how it is said to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """What an authority vouches for.

    Parameters
    ----------
    size : int
        Of the checkpoint.
    at : datetime, UTC
        The checkpoint existed at this time.
    authority : str
        Subject of the certificate that signed.
    """

    size: int
    at: datetime
    authority: str

    def to_json(self) -> dict[str, Any]:
        """Return the timestamp as JSON-ready values."""
        return {"size": self.size, "at": iso(self.at), "authority": self.authority}


def request_for(note: str) -> bytes:
    """Make the timestamp request for a signed checkpoint.

    It asks for the authority's certificate, and bears no nonce: what is verified is the checkpoint's hash.

    Parameters
    ----------
    note : str
        A signed checkpoint.

    Returns
    -------
    bytes
        RFC 3161 TimeStampReq, DER.
    """
    client = require("rfc3161_client", extra=EXTRA)
    builder = client.TimestampRequestBuilder().data(note.encode())
    builder = builder.hash_algorithm(client.HashAlgorithm.SHA256).nonce(nonce=False)
    return bytes(builder.cert_request(cert_request=True).build().as_bytes())


def checkpoint_of(answer: bytes, checkpoints: Iterable[StoredCheckpoint]) -> StoredCheckpoint:
    """Return the checkpoint that an answer is about; raise ``EntryNotFoundError`` if it is none of these."""
    imprint = bytes(_decoded(answer).tst_info.message_imprint.message)
    for stored in checkpoints:
        if imprint in {hashlib.new(name, stored.note.encode()).digest() for name in _HASHES}:
            return stored
    hint = N_("Ask for it with motif checkpoint --timestamp-request, in this registry.")
    raise EntryNotFoundError(N_("the answer is about no checkpoint of this registry"), hint=hint)


def verify_answer(answer: bytes, stored: StoredCheckpoint, chain: str) -> Timestamp:
    """Verify an authority's answer for a checkpoint.

    Parameters
    ----------
    answer : bytes
        DER, as the authority sent it.
    stored : StoredCheckpoint
    chain : str
        PEM certificates that are trusted: the root, and what lies between it and the authority's own.

    Raises
    ------
    ParameterError
        If it is no valid timestamp of this checkpoint by an authority under these certificates.
    """
    client = require("rfc3161_client", extra=EXTRA)
    certificates = list(dict.fromkeys(_certificates(chain.encode())))
    roots = [each for each in certificates if each.issuer == each.subject]
    if not roots:
        message = N_("the certificates given hold no root, which signs itself")
        raise ParameterError(message, hint=_CHAIN_HINT)
    response = _decoded(answer, certificates)
    between = [each for each in certificates if each not in roots]
    verifier = client.VerifierBuilder(roots=roots, intermediates=between).build()
    try:
        verifier.verify_message(response, stored.note.encode())
    except (client.VerificationError, ValueError) as error:
        reason = next((said for part, said in _REASONS.items() if part in str(error)), _NO_FIT)
        message = N_("the timestamp is not valid: {reason}", reason=reason)
        raise ParameterError(message, hint=_CHAIN_HINT) from error
    at = response.tst_info.gen_time.astimezone(UTC)
    return Timestamp(size=stored.size, at=at, authority=_authority(response))


def valid_timestamp(reader: LogReader, stored: StoredCheckpoint, chain: str) -> Timestamp | None:
    """Return a checkpoint's timestamp if it is valid under the chain that the log names, or else this one."""
    if stored.timestamp_token is None:
        return None
    with suppress(ParameterError):
        named = dict(_chains(reader)).get(stored.size) or chain
        return verify_answer(bytes(stored.timestamp_token), stored, named)
    return None


def require_earlier(timestamp: Timestamp, present: Timestamp | None) -> None:
    """Refuse a timestamp that would replace one that is as early; raise ``ParameterError``."""
    if present is not None and present.at <= timestamp.at:
        values = {"size": present.size, "when": iso(present.at), "who": present.authority}
        message = N_("the checkpoint at {size} events has a timestamp already: {when}, by {who}", **values)
        hint = N_("It proves more than a later one. Sign a new checkpoint, and have that timestamped.")
        raise ParameterError(message, hint=hint)


def clean_chain(pem: bytes) -> str:
    """Return certificates as PEM and nothing else, to be stored; raise ``ParameterError``."""
    from cryptography.hazmat.primitives.serialization import Encoding

    text = "".join(each.public_bytes(Encoding.PEM).decode() for each in _certificates(pem))
    if len(text) > CHAIN_MAX:
        message = N_("the chain has {count} bytes; expected at most {most}", count=len(text), most=CHAIN_MAX)
        raise ParameterError(message)
    return text


def check_timestamps(reader: LogReader, chain: str | None) -> tuple[list[Finding], list[str]]:
    """Verify all timestamps of a log.

    Parameters
    ----------
    reader : LogReader
    chain : str or None
        Trusted certificates; by default those that the log names.

    Returns
    -------
    findings, notes
    """
    stamped = [stored for stored in reader.checkpoints() if stored.timestamp_token is not None]
    named = dict(_chains(reader)) if stamped else {}
    findings, notes = [], []
    for stored in stamped:
        what = N_("timestamp of the checkpoint at {size} events", size=stored.size)
        trusted = chain or named.get(stored.size)
        if not trusted:
            notes.append(N_("{what} was not verified: no certificates are named for it", what=what))
            continue
        try:
            timestamp = verify_answer(bytes(stored.timestamp_token or b""), stored, trusted)
            values = {"what": what, "when": iso(timestamp.at), "who": timestamp.authority}
            notes.append(N_("{what}: {when}, by {who}", **values))
        except MissingExtraError as error:
            notes.append(N_("{what} was not verified: {why}", what=what, why=error.message))
        except Exception as error:
            if not is_damage(error):
                raise
            findings.append(Finding(how="changed", what=what, detail=message_of(error, 200)))
    return findings, notes


def _chains(reader: LogReader) -> Iterator[tuple[int, str]]:
    for _, body in reader.bodies():
        if _KIND in body:
            with suppress(ParameterError):  # the audit names it
                data = Event.from_bytes(body).data
                yield data["size"], str(data.get("chain", ""))


def _decoded(answer: bytes, trusted: Sequence[Certificate] = ()) -> Any:
    """Read an answer; its signer's certificate is taken from those trusted where it does not bring it."""
    client = require("rfc3161_client", extra=EXTRA)
    if len(answer) > ANSWER_MAX:
        size = len(answer)
        raise ParameterError(
            N_("the answer has {count} bytes; expected at most {most}", count=size, most=ANSWER_MAX)
        )
    try:
        response = client.decode_timestamp_response(with_certificates(answer))
        if response.status != client.PKIStatus.GRANTED:
            message = N_("the authority refused: status {status}", status=response.status)
            raise ParameterError(message, hint=N_("Ask again."))
        response.tst_info  # noqa: B018  a token that cannot be read raises here
        own = [_der(each) for each in trusted if _signs(each, response)]
        if own:
            response = client.decode_timestamp_response(with_certificates(answer, own))
    except ParameterError:
        raise
    except ValueError as error:
        message = N_("this is not an answer of a timestamp authority")
        raise ParameterError(message, hint=N_("Give the .tsr file as the authority sent it.")) from error
    return response


def _certificates(pem: bytes) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(pem)
    except ValueError as error:
        hint = N_("Give the authority's certificates in one file: -----BEGIN CERTIFICATE-----.")
        raise ParameterError(N_("these are not PEM certificates"), hint=hint) from error


def _signs(certificate: Certificate, response: Any) -> bool:
    signer = (certificate.issuer, certificate.serial_number)
    return signer in [(each.issuer, each.serial_number) for each in response.signed_data.signer_infos]


def _der(certificate: Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.DER)


def _authority(response: Any) -> str:
    """Return the subject of the certificate that signed, or what the signature says of it."""
    from cryptography.x509 import load_der_x509_certificate

    for signer in response.signed_data.signer_infos:
        for der in response.signed_data.certificates:
            certificate = load_der_x509_certificate(bytes(der))
            if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
                return certificate.subject.rfc4514_string()
        return f"serial number {signer.serial_number}, issued by {signer.issuer.rfc4514_string()}"
    return "unknown"
