"""People and bodies around a motif. Only what an office needs is kept, and all of it can be erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from motif.errors import ParameterError
from motif.messages import N_
from motif.registry.entity import Piece, Record, known
from motif.registry.values import Choice, Day, Flag, Id, Many, Part, Text


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
            raise ParameterError(
                N_("{text!r:.60}; expected ROLE:ID", text=text), hint=N_("Such as pencipta:M-000042-7.")
            )
        return cls(role=role.strip(), of=of.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Piece):
    """That a person agreed to a use of their data, and since when no more."""

    purpose: str | None = known(Text(), "purpose", "tujuan")
    date: str | None = known(Day(), "date", "tanggal")
    withdrawn: str | None = known(Day(), "withdrawn", "dicabut")


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
    consent: tuple[Consent, ...] | None = known(
        Many(Part(Consent.from_json)), "consent", "persetujuan data pribadi", typed=False
    )

    def links(self) -> dict[str, tuple[str, ...]]:
        """Return the entries and filings by the party's role in them."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.roles or ():
            if one.role and one.of:
                found[one.role] = (*found.get(one.role, ()), one.of)
        return found

    def shown_name(self) -> str | None:
        """Return the name if it may be shown to others; None if not, and also if that is unknown."""
        return self.name if self.may_be_named else None
