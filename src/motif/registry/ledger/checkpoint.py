"""Signed checkpoints: one short text that fixes all that the log held at a moment.

The form is the *signed note* of C2SP with a *tlog-checkpoint* body [1]_ [2]_, which other logs and
their witnesses speak too: origin, size, root, here also the time; an empty line; a signature. Whoever
keeps such a text (on paper, in a letter, at a notary) can later tell whether the log was only appended to.

References
----------
.. [1] C2SP, signed-note. https://c2sp.org/signed-note
.. [2] C2SP, tlog-checkpoint. https://c2sp.org/tlog-checkpoint
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from motif.errors import ParameterError, RegistryError
from motif.files import default_key_path, write_once
from motif.messages import N_
from motif.registry.ledger.merkle import HASH_BYTES
from motif.times import iso, parse_iso

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


_ED25519 = b"\x01"
_NOTE_MAX = 1_000_000
"""Most characters of a note; C2SP asks for 16 signatures at least, and leaves their lengths open."""
_ORIGIN = re.compile(r"motif-registry/[0-9a-f]{32}")
_BODY = re.compile(r"(.*)\n(0|[1-9][0-9]{0,15})\n(.*)\ntime (.*)\n")


def origin_of(registry_id: str) -> str:
    """Return the name under which a registry's log signs.

    Parameters
    ----------
    registry_id : str, 32 lower-case hex digits

    Returns
    -------
    str, such as ``"motif-registry/0123…"``
    """
    return f"motif-registry/{registry_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a checkpoint states.

    Parameters
    ----------
    origin : str, such as ``"motif-registry/0123…"``
    size : int
        Events in the log.
    root : bytes, 32
        Of the tree over them.
    at : datetime, UTC
        When it was signed, as the signer's clock said.

    Examples
    --------
    >>> from datetime import UTC
    >>> at = datetime(2026, 11, 24, tzinfo=UTC)
    >>> checkpoint = Checkpoint(origin=origin_of("ab" * 16), size=7, root=bytes(32), at=at)
    >>> print(checkpoint.body(), end="")
    motif-registry/abababababababababababababababab
    7
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    time 2026-11-24T00:00:00.000000Z
    >>> Checkpoint.from_note(checkpoint.body() + "\\n") == checkpoint
    True
    """

    origin: str
    size: int
    root: bytes
    at: datetime

    def __post_init__(self) -> None:
        if not _ORIGIN.fullmatch(self.origin) or self.size < 0 or len(self.root) != HASH_BYTES:
            values = {"origin": self.origin, "size": self.size}
            raise ParameterError(N_("checkpoint of {origin!r:.80} with size {size} is malformed", **values))

    def body(self) -> str:
        """Return the text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {iso(self.at)}\n"

    @classmethod
    def from_note(cls, note: str) -> Checkpoint:
        """Read what a note states, *without* looking at its signature; see ``signed_by``."""
        body, _ = _parts(note)
        match = _BODY.fullmatch(body)
        if not match:
            raise ParameterError(
                N_("this is not a checkpoint of a registry"), hint=N_("Give the file as it was made.")
            )
        origin, size, root, at = match.groups()
        checkpoint = cls(origin=origin, size=int(size), root=_decoded(root), at=parse_iso(at))
        if checkpoint.body() != body:
            raise ParameterError(N_("a checkpoint that is spelled otherwise than ours"))
        return checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key as text: ``name+hash+base64``, to be published and kept apart from the registry.

    Parameters
    ----------
    name : str
        The log's origin.
    public : bytes, 32
        Of Ed25519.
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or re.search(r"[+\s]", self.name) or len(self.public) != 32:
            values = {"name": self.name, "count": len(self.public)}
            raise ParameterError(N_("a key of {name!r:.80} with {count} bytes; expected 32", **values))

    def __str__(self) -> str:
        coded = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.key_hash().hex()}+{coded}"

    def key_hash(self) -> bytes:
        """Return the four bytes that name the key in a signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read the text form; raise ``ParameterError`` on anything else.

        Examples
        --------
        >>> key = VerifierKey(name="motif-registry/x", public=bytes(32))
        >>> VerifierKey.parse(str(key)) == key
        True
        """
        parts = text.strip().split("+", 2)
        coded = _decoded(parts[2]) if len(parts) == 3 else b""
        if coded[:1] == _ED25519 and len(coded) == 33:
            key = cls(name=parts[0], public=coded[1:])
            if key.key_hash().hex() == parts[1]:
                return key
        message = N_("{text!r:.80} is not a verifier key", text=text)
        raise ParameterError(message, hint=N_("Copy the whole line."))

    def signed(self, note: str) -> bool:
        """Tell whether a note bears a valid signature of this key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        body, signatures = _parts(note)
        for line in signatures:
            match = re.fullmatch(r"— (\S+) (\S+)", line)
            coded = _decoded(match[2]) if match and match[1] == self.name else b""
            if coded[:4] == self.key_hash():
                try:
                    Ed25519PublicKey.from_public_bytes(self.public).verify(coded[4:], body.encode())
                except InvalidSignature:
                    return False
                return True
        return False


class SigningKey:
    """An office's private key, in a file that only its owner can read.

    It lies outside the registry: who can write the registry's folder cannot sign for it.

    Parameters
    ----------
    key : Ed25519PrivateKey
    """

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def load(cls, path: Path | None = None) -> SigningKey:
        """Read a key, or make one where there is none.

        Parameters
        ----------
        path : Path, optional
            By default ``MOTIF_SIGNING_KEY``, or a file in the user's settings.

        Raises
        ------
        RegistryError
            If the file is no Ed25519 key, or cannot be read or made.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        place = path or default_key_path()
        try:
            if not place.exists():
                _make_key(place)
            key = load_pem_private_key(place.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            message = N_("signing key {place} cannot be used: {error}", place=place, error=error)
            hint = N_("Give another file, or set MOTIF_SIGNING_KEY.")
            raise RegistryError(message, hint=hint) from error
        if not isinstance(key, Ed25519PrivateKey):
            message = N_("signing key {place} is not of Ed25519", place=place)
            raise RegistryError(message, hint=N_("Give another file."))
        return cls(key)

    def verifier(self, origin: str) -> VerifierKey:
        """Return the public half, under the name of a log."""
        return VerifierKey(name=origin, public=self._key.public_key().public_bytes_raw())

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return the signed note."""
        key, body = self.verifier(checkpoint.origin), checkpoint.body()
        signature = base64.b64encode(key.key_hash() + self._key.sign(body.encode())).decode()
        return f"{body}\n— {key.name} {signature}\n"


def _make_key(place: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_once(place, pem)


def _parts(note: str) -> tuple[str, list[str]]:
    if len(note) > _NOTE_MAX:
        raise ParameterError(
            N_("a note of {count} characters; expected at most {most}", count=len(note), most=_NOTE_MAX)
        )
    body, gap, rest = note.partition("\n\n")
    if not gap:
        message = N_("this is not a signed note: it has no empty line")
        raise ParameterError(message, hint=N_("Give the whole file."))
    return body + "\n", rest.splitlines()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
