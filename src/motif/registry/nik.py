"""NIK, the identity number, as a salted hash only: enough to notice one person, no way back to the number.

A NIK has little chance in it, so the hash is slow (scrypt) and its salt is a secret that lies *beside* the
registry, with the user's signing key: who copies the registry alone cannot try numbers out.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from pathlib import Path

from motif.errors import ParameterError, RegistryError
from motif.messages import N_, system_reason
from motif.registry.checkpoint import default_key_path
from motif.registry.originals import write_once

_SALT_ENV = "MOTIF_NIK_SALT"
_SALT_BYTES = 32
_LOG_N, _R, _P = 15, 8, 1
_NIK = re.compile(r"[0-9]{16}")


class NikHasher:
    """Hashes NIK for one registry.

    Parameters
    ----------
    salt : bytes, 32

    Examples
    --------
    >>> hasher = NikHasher(bytes(32))
    >>> made = hasher.hash("3505 0101 0190 0001")
    >>> made[:13], hasher.matches("3505010101900001", made), hasher.matches("3505010101900002", made)
    ('scrypt:15:8:1', True, False)
    """

    def __init__(self, salt: bytes) -> None:
        if len(salt) != _SALT_BYTES:
            raise RegistryError(
                N_(
                    "the salt of the NIK has {count} bytes; expected {expected}",
                    count=len(salt),
                    expected=_SALT_BYTES,
                )
            )
        self._salt = salt

    @classmethod
    def load(cls, registry_id: str) -> NikHasher:
        """Read a registry's salt; make it if there is none.

        It lies beside the user's signing key, or in the file that MOTIF_NIK_SALT names.
        """
        named = os.environ.get(_SALT_ENV)
        place = Path(named) if named else default_key_path().with_name(f"nik-{registry_id}.salt")
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not place.exists():
                write_once(place, secrets.token_hex(_SALT_BYTES).encode("ascii"))
        except OSError as error:
            raise RegistryError(
                N_(
                    "the salt of the NIK cannot be made at {place}: {reason}",
                    place=place,
                    reason=system_reason(error),
                )
            ) from error
        try:
            return cls(bytes.fromhex(place.read_text(encoding="ascii").strip()))
        except (OSError, ValueError) as error:
            hint = N_("Restore the file from a backup, or name another in {name}.", name=_SALT_ENV)
            raise RegistryError(
                N_("the salt of the NIK at {place} cannot be used: {error}", place=place, error=error),
                hint=hint,
            ) from error

    def hash(self, nik: str) -> str:
        """Return the hash of 16 digits, spaces, dots and dashes among them; raise ``ParameterError``."""
        digits = re.sub(r"[\s.\-]", "", nik)
        if not _NIK.fullmatch(digits):
            raise ParameterError(
                N_("a NIK has 16 digits"), hint=N_("Type it again.")
            )  # never repeat what came
        return f"scrypt:{_LOG_N}:{_R}:{_P}:{self._derive(digits).hex()}"

    def matches(self, nik: str, hashed: str) -> bool:
        """Tell whether a hash was made of this NIK."""
        return hmac.compare_digest(self.hash(nik), hashed)

    def _derive(self, digits: str) -> bytes:
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        return Scrypt(salt=self._salt, length=32, n=2**_LOG_N, r=_R, p=_P).derive(digits.encode())
