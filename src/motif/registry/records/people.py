"""People and bodies around a motif. Only what an office needs is kept, and all of it can be erased."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from motif.errors import ParameterError, RegistryError
from motif.files import default_key_path, write_once
from motif.messages import N_, system_reason
from motif.registry.records.fields import Choice, Day, Flag, Id, Many, Part, Text
from motif.registry.records.record import Piece, Record, known


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Piece):
    """What a party is to an entry or a filing."""

    role: str | None = known(Choice("roles"), "role", "peran")
    of: str | None = known(Id("MF"), "entry or filing", "nomor registri atau permohonan")

    @classmethod
    def spelled(cls, text: str) -> Role:
        """Read a role as it is typed.

        Examples
        --------
        >>> Role.spelled("pemohon: F-000042-7")
        Role(role='pemohon', of='F-000042-7')
        """
        role, colon, of = text.partition(":")
        if not colon:
            message = N_("{text!r:.60}; expected ROLE:ID", text=text)
            raise ParameterError(message, hint=N_("Such as pencipta:M-000042-7."))
        return cls(role=role.strip(), of=of.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Piece):
    """That a person agreed to a use of their data: to which text, how, and since when no more."""

    purpose: str | None = known(Text(), "purpose", "tujuan")
    date: str | None = known(Day(), "date", "tanggal")
    version: str | None = known(Text(), "version of the text", "versi teks")
    medium: str | None = known(Choice("consent_media"), "how given", "cara persetujuan")
    witness: str | None = known(Text(), "witness", "saksi")
    companion: str | None = known(Text(), "companion", "pendamping")
    withdrawn: str | None = known(Day(), "withdrawn", "dicabut")

    @classmethod
    def spelled(cls, text: str) -> Consent:
        """Read a consent as it is typed: parts with commas between, of which the first is the purpose.

        Examples
        --------
        >>> consent = Consent.spelled("permohonan, date=2026-11-24, medium=lisan, companion=Bu Tini")
        >>> consent.purpose, consent.medium, consent.companion
        ('permohonan', 'lisan', 'Bu Tini')
        """
        purpose, *rest = (part.strip() for part in text.split(","))
        values = {"purpose": purpose}
        for part in rest:
            name, equals, value = part.partition("=")
            if not equals:
                message = N_("{text!r:.60}; expected NAME=VALUE after the purpose", text=part)
                hint = N_("Names: {names}.", names="date, version, medium, witness, companion, withdrawn")
                raise ParameterError(message, hint=hint)
            values[name.strip()] = value.strip()
        return cls.from_json(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Record):
    """A person or a body, with its roles; one party may have many.

    No field tells of health or disability. ``nik_hash`` is made by ``nik.NikHasher``: the number itself is
    never kept.

    Examples
    --------
    >>> sri = Party(name="Sri", roles=(Role(role="pencipta", of="M-000042-7"),), may_be_named=False)
    >>> sri.links(), sri.shown_name()
    ({'pencipta': ('M-000042-7',)}, None)
    """

    KIND: ClassVar[str] = "party"
    LETTERS: ClassVar[str] = "P"
    PERSONAL: ClassVar[bool] = True

    name: str | None = known(Text(), "name", "nama")
    roles: tuple[Role, ...] | None = known(Many(Part(Role.from_json, Role.spelled)), "roles", "peran")
    party_kind: str | None = known(Choice("party_kinds"), "kind of applicant", "jenis pemohon")
    nationality: str | None = known(Text(), "nationality", "kewarganegaraan")
    address: str | None = known(Text(), "address", "alamat")
    district: str | None = known(Text(), "district", "kecamatan")
    regency_city: str | None = known(Text(), "regency or city", "kab./kota")
    province: str | None = known(Text(), "province", "provinsi")
    postal_code: str | None = known(Text(), "postal code", "kode pos")
    email: str | None = known(Text(), "e-mail", "email")
    phone: str | None = known(Text(), "telephone", "telepon")
    nik_hash: str | None = known(Text(), "salted hash of the NIK", "sidik NIK", typed=False)
    may_be_named: bool | None = known(Flag(), "may be named in reports?", "boleh disebut namanya?")
    represented_by: str | None = known(Text(), "who signs for a body, with the office held", "diwakili oleh")
    consent: tuple[Consent, ...] | None = known(
        Many(Part(Consent.from_json, Consent.spelled)), "consent", "persetujuan data pribadi", typed=False
    )

    def links(self) -> dict[str, tuple[str, ...]]:
        """Return the entries and filings by the party's role in them."""
        links: dict[str, tuple[str, ...]] = {}
        for each in self.roles or ():
            if each.role and each.of:
                links[each.role] = (*links.get(each.role, ()), each.of)
        return links

    def shown_name(self) -> str | None:
        """Return the name if it may be shown to others; None if not, and also if that is unknown."""
        return self.name if self.may_be_named else None


_SALT_ENV = "MOTIF_NIK_SALT"
_SALT_BYTES = 32
_SALT_ID_DIGITS = 8
_CARRY_SALT = N_(
    "Two hashes of one NIK agree only under one salt: bring the file from the computer where the first one "
    "was made, or name it in MOTIF_NIK_SALT."
)
_LOG_N, _R, _P = 15, 8, 1
_NIK = re.compile(r"[0-9]{16}")


def salt_path(registry_id: str) -> Path:
    """Return where the salt of a registry's NIK lies: beside the user's signing key, or MOTIF_NIK_SALT.

    Parameters
    ----------
    registry_id : str

    Returns
    -------
    Path
    """
    named = os.environ.get(_SALT_ENV)
    return Path(named) if named else default_key_path().with_name(f"nik-{registry_id}.salt")


def salt_id_of(nik_hash: str) -> str:
    """Return the id of the salt of which a hash was made.

    Parameters
    ----------
    nik_hash : str
        Made by ``NikHasher.hash``.

    Returns
    -------
    str, 8 hex digits
        Empty if the hash does not say.

    Examples
    --------
    >>> salt_id_of("scrypt:15:8:1:0a1b2c3d:ff")
    '0a1b2c3d'
    """
    parts = nik_hash.split(":")
    return parts[4] if len(parts) == 6 else ""


def require_one_salt(nik_hash: str, others: Iterable[str]) -> None:
    """Refuse a hash that was made of another salt than others.

    Parameters
    ----------
    nik_hash : str
    others : iterable of str
        Those of the same registry.

    Raises
    ------
    RegistryError
    """
    own = salt_id_of(nik_hash)
    for other in others:
        needed = salt_id_of(other)
        if needed != own:
            values = {"needed": needed, "own": own}
            message = N_("NIK are hashed with salt {needed} here, and this one with {own}", **values)
            raise RegistryError(message, hint=_CARRY_SALT)


class NikHasher:
    """Hashes NIK for one registry.

    Parameters
    ----------
    salt : bytes, 32

    Attributes
    ----------
    salt_id : str
        By which hashes name the salt; tells nothing of it.

    Examples
    --------
    >>> hasher = NikHasher(bytes(32))
    >>> hashed = hasher.hash("3505 0101 0190 0001")
    >>> hashed[:22], hasher.matches("3505010101900001", hashed), hasher.matches("3505010101900002", hashed)
    ('scrypt:15:8:1:5aad8fff', True, False)
    """

    def __init__(self, salt: bytes) -> None:
        if len(salt) != _SALT_BYTES:
            values = {"count": len(salt), "expected": _SALT_BYTES}
            raise RegistryError(N_("the salt of the NIK has {count} bytes; expected {expected}", **values))
        self._salt = salt

        self.salt_id = hashlib.sha256(b"motif nik salt" + salt).hexdigest()[:_SALT_ID_DIGITS]

    @classmethod
    def load(cls, registry_id: str, *, needed: str = "") -> NikHasher:
        """Read a registry's salt; make it if there is none, and no hash needs another.

        Parameters
        ----------
        registry_id : str
        needed : str
            Id of the salt of which the registry's hashes were made; empty if it has none.

        Raises
        ------
        RegistryError
            If another salt is needed, or the file cannot be read or made.
        """
        place = salt_path(registry_id)
        if needed and not place.exists():
            values = {"needed": needed, "place": place}
            message = N_("NIK are hashed with salt {needed} here; there is none at {place}", **values)
            raise RegistryError(message, hint=_CARRY_SALT)
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not place.exists():
                write_once(place, secrets.token_hex(_SALT_BYTES).encode("ascii"))
        except OSError as error:
            values = {"place": place, "reason": system_reason(error)}
            raise RegistryError(
                N_("the salt of the NIK cannot be made at {place}: {reason}", **values)
            ) from error
        try:
            hasher = cls(bytes.fromhex(place.read_text(encoding="ascii").strip()))
        except (OSError, ValueError) as error:
            hint = N_("Restore the file from a backup, or name another in {name}.", name=_SALT_ENV)
            message = N_("the salt of the NIK at {place} cannot be used: {error}", place=place, error=error)
            raise RegistryError(message, hint=hint) from error
        if needed and needed != hasher.salt_id:
            values = {"needed": needed, "place": place, "there": hasher.salt_id}
            message = N_("NIK are hashed with salt {needed} here; {place} is salt {there}", **values)
            raise RegistryError(message, hint=_CARRY_SALT)
        return hasher

    def hash(self, nik: str) -> str:
        """Return the hash of 16 digits, spaces, dots and dashes among them; raise ``ParameterError``."""
        digits = re.sub(r"[\s.\-]", "", nik)
        if not _NIK.fullmatch(digits):  # the message never repeats what was typed
            raise ParameterError(N_("a NIK has 16 digits"), hint=N_("Type it again."))
        return f"scrypt:{_LOG_N}:{_R}:{_P}:{self.salt_id}:{self._derive(digits).hex()}"

    def matches(self, nik: str, hashed: str) -> bool:
        """Tell whether a hash was made of this NIK."""
        return hmac.compare_digest(self.hash(nik), hashed)

    def _derive(self, digits: str) -> bytes:
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        return Scrypt(salt=self._salt, length=32, n=2**_LOG_N, r=_R, p=_P).derive(digits.encode())
