"""``4-bukti``: what supports a filing, made from the registry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING, Final

from motif.errors import EntryNotFoundError, RegistryError
from motif.filing.dossier import StoredFile, Words
from motif.filing.setting import sheet_pdf
from motif.filing.sheet import Block, Facts, Grid, Paragraph, Run, Sheet, text_of
from motif.filing.values import day_text, dimensions
from motif.photo.photo import Photo
from motif.registry.records.people import Party
from motif.registry.records.works import Specimen
from motif.registry.results import CheckResult
from motif.report.gather import check_report, entry_report
from motif.report.pdf import report_pdf

if TYPE_CHECKING:
    from datetime import datetime

    from motif.registry.registry import Registry

VERIFIER: Final = "verify_proof.py"
_READ_ME: Final = """\
BUKTI DARI BUKU CATATAN

bukti-buku-catatan.json menunjukkan bahwa motif ini terdaftar di kantor, dan sejak kapan.
Bukti ini dapat diperiksa tanpa daftar motif dan tanpa program motif, cukup dengan Python 3:

    pip install cryptography
    python verify_proof.py bukti-buku-catatan.json --key KUNCI.txt

KUNCI.txt berisi kunci publik kantor. Minta langsung dari kantor, bukan dari orang
yang memberikan bukti ini.
"""


def evidence_of(
    registry: Registry,
    entry_id: str,
    at: datetime,
    *,
    check: tuple[CheckResult, Photo] | None = None,
    closed: bool = False,
    language: str = "id",
) -> tuple[StoredFile, ...]:
    """Gather the evidence for a filing.

    Parameters
    ----------
    registry : Registry
    entry_id : str
    at : datetime
        Date of the sheets made here; reports have their own.
    check : (CheckResult, Photo), optional
        The prior search whose report goes in, and the photo that was asked about. The report is dated by
        ``CheckResult.checked_at``.
    closed : bool
        Whether nothing that shows the design may go in: no report on the search, no sheet.
    language : "en" or "id"
        Of the reports.

    Returns
    -------
    tuple of StoredFile
        Report on the prior search, motif sheet, custody of the original cloths; where a signed checkpoint
        covers the entry, also the proof of the log, with the script that verifies it.

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    EntryNotFoundError
        If there is no such entry.
    RegistryCorruptError
        If an original is missing or was changed.
    """
    files = []
    if check is not None and not closed:
        result, photo = check
        report = report_pdf(check_report(result, photo, registry), language)
        files.append(
            _file(
                "laporan-pemeriksaan.pdf", report, "Laporan pemeriksaan", "Report on the search", shows=True
            )
        )
    if not closed:
        sheet = report_pdf(entry_report(entry_id, registry), language)
        files.append(_file("lembar-motif.pdf", sheet, "Lembar motif", "Motif sheet", shows=True))
    custody = custody_sheet(registry, entry_id)
    files.append(
        _file("riwayat-kain-asli.pdf", sheet_pdf(custody, at), "Riwayat kain asli", "Custody of the cloth")
    )
    return (*files, *_proof(registry, entry_id))


def custody_sheet(registry: Registry, entry_id: str) -> Sheet:
    """Say where the original cloths of an entry are kept, and who held them.

    Parameters
    ----------
    registry : Registry
    entry_id : str

    Returns
    -------
    Sheet
        In Indonesian. A holder is named only if the record says that they may be.
    """
    entry = registry.get(entry_id)
    blocks: list[Block] = [
        Paragraph(runs=(Run(text="RIWAYAT KAIN ASLI", bold=True),), align="center"),
        Facts(rows=(("Judul", entry.title), ("Nomor registri", entry.id))),
    ]
    cloths = registry.records.list(Specimen, about=entry.id)
    if not cloths:
        blocks.append(Paragraph(runs=text_of("Belum ada kain asli yang dicatat.")))
    for cloth in cloths:
        blocks += _cloth(registry, cloth)
    return Sheet(title="Riwayat kain asli", blocks=tuple(blocks), foot=f"{entry.id} · Riwayat kain asli")


def _cloth(registry: Registry, cloth: Specimen) -> Iterator[Block]:
    rows = (
        ("Nomor contoh", cloth.id),
        ("Ukuran kain", dimensions(cloth.width_mm, cloth.height_mm)),
        ("Lokasi simpan", cloth.storage),
        ("Nomor segel", cloth.seal),
        ("Pemeriksaan terakhir", day_text(cloth.last_check or "")),
    )
    yield Facts(rows=tuple((label, value) for label, value in rows if value), title="Kain asli")
    if cloth.custody:
        moves = [
            (day_text(each.since or ""), _holder(registry, each.holder), each.place or "", each.note or "")
            for each in cloth.custody
        ]
        yield Grid(rows=(("Sejak", "Pemegang", "Tempat", "Catatan"), *moves), ruled=True)


def _holder(registry: Registry, party_id: str | None) -> str:
    if not party_id:
        return ""
    try:
        party = registry.records.get(party_id)
    except EntryNotFoundError:  # erased
        return party_id
    return (party.shown_name() if isinstance(party, Party) else None) or party_id


def _proof(registry: Registry, entry_id: str) -> Iterator[StoredFile]:
    try:
        proof = registry.ledger.proof(entry_id)
    except RegistryError:  # no checkpoint covers it
        return
    text = json.dumps(proof, ensure_ascii=False).encode()
    script = resources.files("motif.filing").joinpath(VERIFIER).read_bytes()
    yield _file("bukti-buku-catatan.json", text, "Bukti dari buku catatan", "Proof from the log")
    yield _file(VERIFIER, script, "Pemeriksa bukti", "Verifier of the proof")
    yield _file("BACA-BUKTI.txt", _READ_ME.encode(), "Cara memeriksa bukti", "How to verify the proof")


def _file(name: str, data: bytes, label_id: str, label_en: str, *, shows: bool = False) -> StoredFile:
    return StoredFile(name=name, data=data, label=Words(id=label_id, en=label_en), shows_design=shows)
