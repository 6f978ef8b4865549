"""What the fields of a letter's template stand for: ``{{judul}}``, ``{{pencipta_1_nama}}`` and so on.

Letters are in Indonesian, whatever language is in use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import copy_context
from typing import Final

from motif.errors import ParameterError
from motif.filing.dossier import Dossier, Letter, Person
from motif.messages import N_, use_language
from motif.report.phrases import date
from motif.report.text import printable
from motif.vocabulary import terms

DOTS: Final = "." * 30
"""Stands for what is not known yet and is filled in by hand."""
FIELD: Final = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_DAY: Final = re.compile(r"\d{4}(-\d\d){0,2}")
_DEGREE: Final = re.compile(r"(?:[A-Z][A-Za-z]{0,4}\.)+[A-Za-z]{0,4}\.?|[A-Z]{2,4}")
"""Such as S.Sn., M.Pd., MM."""
_OF_PERSON: Final[Mapping[str, Callable[[Person], str]]] = {
    "nama": lambda person: person.name,
    "kewarganegaraan": lambda person: person.nationality,
    "alamat": lambda person: person.address,
    "kecamatan": lambda person: person.district,
    "kabupaten_kota": lambda person: person.regency_city,
    "provinsi": lambda person: person.province,
    "kode_pos": lambda person: person.postal_code,
    "alamat_lengkap": lambda person: full_address(person),
    "bagian": lambda person: person.share,
    "diwakili": lambda person: person.represented_by,
}


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of a text's fields.

    Parameters
    ----------
    text : str
    values : mapping of str to str
        From ``letter_values``.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        If a field has no such name.

    Examples
    --------
    >>> fill_in("Judul: {{judul}}", {"judul": "Ceplok Biru"})
    'Judul: Ceplok Biru'
    """

    def value(field: re.Match[str]) -> str:
        name = field[1].lower()
        if name in values:
            return values[name]
        if re.fullmatch(r"[a-z_]+_[1-9]\d?(_[a-z_]+)?", name):  # the fifth author of four
            return ""
        known = ", ".join(sorted(name for name in values if not re.search(r"_\d", name)))
        message = N_("the template asks for {{{{{name}}}}}; there is no such field", name=field[1])
        raise ParameterError(message, hint=N_("Fields are: {known}.", known=known))

    return FIELD.sub(value, text)


def letter_values(dossier: Dossier, letter: Letter) -> dict[str, str]:
    """Return what each field of a letter's template stands for.

    Parameters
    ----------
    dossier : Dossier
    letter : Letter

    Returns
    -------
    dict of str to str
        Dots for what is not known.
    """
    work, transfer = dossier.work, dossier.transfer
    values = {
        "judul": work.title,
        "jenis_ciptaan": work.kind,
        "sub_jenis_ciptaan": work.subkind,
        "uraian": work.description,
        "makna": work.meaning,
        "tanggal_diumumkan": day_text(work.announced_date),
        "kota_diumumkan": work.announced_city,
        "negara_diumumkan": work.announced_country,
        "tanggal_diungkapkan": day_text(work.disclosed_date),
        "tanggal_dibuat": day_text(work.created_date),
        "ukuran": dimensions(work.width_mm, work.height_mm),
        "teknik": work.technique,
        "kain": work.fabric,
        "lokasi_simpan": work.storage,
        "segel": work.seal,
        "nomor_registri": work.entry_id,
        "nomor_berkas": dossier.filing_id,
        "nomor_permohonan": dossier.application_no,
        "tanggal_permohonan": day_text(dossier.application_date),
        "jalur": dossier.route.label.id,
        "kantor": dossier.office,
        "alas_hak": transfer.ground if transfer else "",
        "tanggal_pengalihan": day_text(transfer.date if transfer else ""),
        "nomor_akta": transfer.deed_number if transfer else "",
        "tempat": letter.place,
        "tanggal": day_text(letter.date),
    }
    for role in terms("roles"):
        values[role] = names_of(dossier.named(role))
        for number, person in enumerate(dossier.named(role), 1):
            values |= {f"{role}_{number}_{name}": value(person) or DOTS for name, value in _OF_PERSON.items()}
    for number, signer in enumerate(letter.signers, 1):
        values |= {f"penanda_tangan_{number}": signer.name, f"jabatan_{number}": signer.capacity}
    return {name: printable(value, lines=True) or DOTS for name, value in values.items()}


def names_of(people: tuple[Person, ...]) -> str:
    """List people by name, in their order.

    Parameters
    ----------
    people : tuple of Person

    Returns
    -------
    str

    Examples
    --------
    >>> names_of(tuple(Person(name=name, roles=()) for name in ("Sri", "Tini", "Wati")))
    'Sri; Tini; Wati'
    """
    return "; ".join(person.name for person in people)


def full_address(person: Person) -> str:
    """Write an address on one line.

    Examples
    --------
    >>> full_address(Person(name="Sri", roles=(), address="Dusun Krajan RT 1", district="Doko",
    ...                     regency_city="Kabupaten Blitar", province="Jawa Timur", postal_code="66186"))
    'Dusun Krajan RT 1, Kecamatan Doko, Kabupaten Blitar, Jawa Timur 66186'
    """
    district = person.district and f"Kecamatan {person.district.removeprefix('Kecamatan ')}"
    parts = ", ".join(filter(None, (person.address, district, person.regency_city, person.province)))
    return f"{parts} {person.postal_code}".strip()


def representative(text: str) -> tuple[str, str]:
    """Part who signs for a body into name, with degrees, and office.

    Parameters
    ----------
    text : str

    Returns
    -------
    name, office : str
        The office may be empty.

    Examples
    --------
    >>> representative("Hj. Rukmini, S.Pd., M.M., Ketua"), representative("Wagiman")
    (('Hj. Rukmini, S.Pd., M.M.', 'Ketua'), ('Wagiman', ''))
    """
    name, *more = (part.strip() for part in text.split(","))
    while more and _DEGREE.fullmatch(more[0]):
        name = f"{name}, {more.pop(0)}"
    return name, ", ".join(more)


def day_text(iso: str) -> str:
    """Write a day in Indonesian; what is no day stays as it is.

    Parameters
    ----------
    iso : str

    Returns
    -------
    str

    Examples
    --------
    >>> day_text("2026-05-03"), day_text("")
    ('3 Mei 2026', '')
    """
    return said_in("id", date, iso) if _DAY.fullmatch(iso) else iso


def said_in(language: str, words: Callable[[str], str], value: str) -> str:
    """Return what a function of words says in a language; the language in use stays as it is.

    Parameters
    ----------
    language : "en" or "id"
    words : callable
    value : str

    Returns
    -------
    str
    """

    def say() -> str:
        use_language(language)
        return words(value)

    return copy_context().run(say)


def dimensions(width_mm: float | None, height_mm: float | None) -> str:
    """Write the size of a cloth in centimetres.

    Parameters
    ----------
    width_mm, height_mm : float or None

    Returns
    -------
    str
        Empty unless both are known.

    Examples
    --------
    >>> dimensions(2500, 1155), dimensions(2500, None)
    ('250 × 115,5 cm', '')
    """
    if width_mm is None or height_mm is None:
        return ""
    width, height = (f"{value / 10:.10g}".replace(".", ",") for value in (width_mm, height_mm))
    return f"{width} × {height} cm"
