"""The work in its three forms: the motif is the design, the specimen a cloth, the capture a photo of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from motif.registry.records.fields import (
    Choice,
    Day,
    Flag,
    Id,
    Many,
    Moment,
    Number,
    Part,
    PastDay,
    Sha256,
    Text,
)
from motif.registry.records.record import Piece, Record, known

LINES = Text(lines=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Motif(Record):
    """What is known of the design of an entry, and bears the entry's id; None is unknown.

    The title is the entry's. ``docs/records.md`` lists the fields with their labels.

    Examples
    --------
    >>> known = Motif(id="m 42 7", isen=("cecek", "sawut"), first_announced_date="2024-05")
    >>> known.id, known.is_traditional
    ('M-000042-7', None)
    >>> Motif.from_json(known.to_json()) == known
    True
    """

    KIND: ClassVar[str] = "motif"
    LETTERS: ClassVar[str] = "M"

    alt_titles: tuple[str, ...] | None = known(Many(Text()), "other titles", "nama lain")
    work_type: str | None = known(Text(), "kind of work", "jenis ciptaan")
    work_subtype: str | None = known(Text(), "sub-kind of work", "sub-jenis ciptaan")
    description_short: str | None = known(LINES, "short description", "uraian singkat")
    philosophy: str | None = known(LINES, "meaning", "filosofi / makna")
    history: str | None = known(LINES, "history", "sejarah")
    usage: str | None = known(LINES, "use", "penggunaan")
    references: tuple[str, ...] | None = known(Many(LINES), "sources", "sumber/referensi")
    condition: str | None = known(Text(), "condition", "kondisi")
    access_class: str | None = known(Choice("access_classes"), "access class", "klasifikasi")
    main_ornaments: tuple[str, ...] | None = known(Many(Text()), "main ornaments", "ornamen utama")
    filler_ornaments: tuple[str, ...] | None = known(Many(Text()), "filler ornaments", "ornamen pengisi")
    isen: tuple[str, ...] | None = known(Many(Choice("isen")), "fine fill", "isen-isen")
    family: str | None = known(Choice("families"), "family of motifs", "golongan motif")
    color_composition: str | None = known(Text(), "colour composition", "komposisi warna")
    is_traditional: str | None = known(Choice("traditional_values"), "traditional?", "motif tradisional?")
    traditional_basis: str | None = known(LINES, "why so judged", "dasar penilaian")
    locarno: tuple[str, ...] | None = known(Many(Text()), "Locarno classes", "kelas Locarno")
    vienna: tuple[str, ...] | None = known(Many(Text()), "Vienna classes", "kelas Wina")
    first_announced_date: str | None = known(
        PastDay(), "date first announced", "tanggal pertama kali diumumkan"
    )
    first_announced_city: str | None = known(Text(), "city first announced", "kota pertama kali diumumkan")
    first_announced_country: str | None = known(
        Text(), "country first announced", "negara pertama kali diumumkan"
    )
    first_announced_proof: str | None = known(LINES, "proof of it", "bukti pengumuman pertama")
    first_disclosed_date: str | None = known(
        PastDay(), "date first disclosed", "tanggal pengungkapan pertama"
    )
    first_disclosed_kind: str | None = known(Text(), "how first disclosed", "cara pengungkapan pertama")
    created_date: str | None = known(PastDay(), "date made", "tanggal/tahun cipta")
    origin_village: str | None = known(Text(), "village of origin", "desa asal")
    origin_district: str | None = known(Text(), "district of origin", "kecamatan asal")
    origin_regency_city: str | None = known(Text(), "regency or city of origin", "kab./kota asal")
    origin_province: str | None = known(Text(), "province of origin", "provinsi asal")
    origin_code: str | None = known(Text(), "code of the region", "kode wilayah")
    link: str | None = known(Text(), "link to the work", "tautan ciptaan")
    dispute_flag: bool | None = known(Flag(), "in dispute?", "tanda sengketa")
    source_key: str | None = known(Text(), "key in the list it came from", "nomor di daftar asal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Piece):
    """Who held a cloth from when on; the holder is a party, so that a name can be erased."""

    holder: str | None = known(Id("P"), "holder, a party", "pemegang")
    since: str | None = known(Day(), "since", "sejak")
    place: str | None = known(Text(), "place", "tempat")
    note: str | None = known(LINES, "note", "catatan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen(Record):
    """A cloth that shows the motif; one motif may be on many."""

    KIND: ClassVar[str] = "specimen"
    LETTERS: ClassVar[str] = "S"

    entry: str | None = known(Id("M"), "entry", "nomor registri", link="entry")
    storage: str | None = known(Text(), "where it is kept", "lokasi simpan")
    seal: str | None = known(Text(), "number of the seal", "nomor segel")
    custody: tuple[Movement, ...] | None = known(
        Many(Part(Movement.from_json)), "who held it", "riwayat pemegang", typed=False
    )
    last_check: str | None = known(Day(), "last checked", "pemeriksaan terakhir")
    technique: tuple[str, ...] | None = known(Many(Choice("techniques")), "techniques", "teknik")
    tools: tuple[str, ...] | None = known(Many(Choice("tools")), "tools", "alat")
    dyes: tuple[str, ...] | None = known(Many(Choice("dyes")), "dyes", "pewarna")
    fabric: str | None = known(Choice("fabrics"), "fabric", "kain")
    width_mm: float | None = known(Number(1, 100_000), "width, mm", "lebar, mm")
    height_mm: float | None = known(Number(1, 100_000), "height, mm", "tinggi, mm")
    note: str | None = known(LINES, "note", "catatan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture(Record):
    """A photo of a cloth: by whom, when, and on what scale; the picture itself is the entry's photo."""

    KIND: ClassVar[str] = "capture"
    LETTERS: ClassVar[str] = "C"

    entry: str | None = known(Id("M"), "entry", "nomor registri", link="entry")
    specimen: str | None = known(Id("S"), "cloth", "nomor contoh", link="specimen")
    sha256: str | None = known(Sha256(), "SHA-256 of the photo's file", "sidik berkas", link="photo")
    taken_at: datetime | None = known(Moment(), "when taken, with offset from UTC", "waktu")
    device: str | None = known(Text(), "device", "alat")
    operator: str | None = known(Id("P"), "photographer, a party", "pemotret", link="operator")
    scale_source: str | None = known(Text(), "what gives the scale", "sumber skala")
    view: str | None = known(Choice("views"), "view", "tampak")
    quality: tuple[str, ...] | None = known(Many(Text()), "findings of the capture check", "mutu foto")
    note: str | None = known(LINES, "note", "catatan")
