"""An entry as a document, the motif sheet: the cloth, one repeat, its colors, its photos, the proof."""

from __future__ import annotations

import json

from motif.messages import _
from motif.report.blocks import (
    Block,
    Code,
    Document,
    Facts,
    Heading,
    Items,
    Palette,
    Palettes,
    Picture,
    Pictures,
    Table,
    Text,
)
from motif.report.check_words import verification_blocks
from motif.report.description import lattice_words
from motif.report.match_words import color_of, record_blocks
from motif.report.phrases import moment, number, percent
from motif.report.qr import QR_MOST_BYTES
from motif.report.record import Json
from motif.times import parse_iso


def sheet_document(record: Json, sha256: str, language: str) -> Document:
    """Put the record of a report on an entry into a document; parameters as ``check_document``."""
    entry, at = record["entry"], parse_iso(record["at"])
    blocks = [
        *_entry(record, language),
        *_records(record, language),
        *_measured(record["described"], language),
        *_captures(record, language),
        *_proof(record, language),
        *verification_blocks(record, sha256, language),
    ]
    return Document(
        title=_("Motif sheet: {title}", language).format(title=entry["title"]),
        subtitle=_("{id}, as registered on {when}", language).format(
            id=entry["id"], when=moment(at, language)
        ),
        language=language,
        at=at,
        blocks=tuple(blocks),
        foot=_("Motif sheet {id}. Record {sha256}", language).format(id=entry["id"], sha256=sha256[:16]),
    )


def _entry(record: Json, language: str) -> list[Block]:
    entry, described = record["entry"], record["described"]
    pictures = [
        Picture(
            sha256=described["cloth"],
            alt=_("The cloth of {title}, cut out and straightened", language).format(title=entry["title"]),
            caption=_("The cloth", language),
        )
    ]
    if described["unit"] is not None:
        alt = _("One repeat of the drawing, averaged over all visible ones", language)
        pictures.append(Picture(sha256=described["unit"], alt=alt, caption=_("One repeat", language)))
    if described["lattice"] is not None:
        alt = _(
            "The first photo with the lattice of its repeat, mirror axes and centres of rotation", language
        )
        caption = _(
            "Lattice of the repeat; red: mirror axes; blue: glide axes; yellow: centres of rotation", language
        )
        pictures.append(Picture(sha256=described["lattice"], alt=alt, caption=caption))
    rows = [
        (_("Number", language), entry["id"]),
        (_("Title", language), entry["title"]),
        (_("Registered on", language), moment(entry["registered_at"], language)),
        (_("Note", language), entry["note"]),
        (_("Resembled when registered", language), ", ".join(entry["similar_to"])),
    ]
    if entry["withdrawn_at"]:
        rows.append(
            (
                _("Withdrawn", language),
                f"{moment(entry['withdrawn_at'], language)}: {entry['withdrawn_reason']}",
            )
        )
    return [
        Facts(rows=tuple(row for row in rows if row[1])),
        Pictures(pictures=tuple(pictures), height_mm=90 if len(pictures) < 3 else 60),
    ]


def _records(record: Json, language: str) -> list[Block]:
    blocks = record_blocks(record["records"], language)
    return [Heading(text=_("What is recorded about it", language)), *blocks] if blocks else []


def _measured(described: Json, language: str) -> list[Block]:
    measured = described["measured"]
    repeat, ranked = measured["repeat"], measured["symmetry"]["ranked"]
    rows = [
        (_("Repeat", language), _vectors(repeat, language)),
        (_("Lattice", language), lattice_words(repeat["lattice"], language) if repeat["lattice"] else ""),
        (_("Raport", language), repeat["raport"] or ""),
        (
            _("Likely symmetries", language),
            ", ".join(f"{group} {number(score, 2, language)}" for group, score in ranked[:3]),
        ),
        (
            _("Suggested isen-isen", language),
            ", ".join(
                f"{filler['key']} ({percent(filler['share'], language)})" for filler in measured["isen"]
            ),
        ),
    ]
    colors = tuple(color_of(color, color["share"], language) for color in measured["palette"]["colors"])
    words = _("Measured on the first photo by the program. A person decides what is right.", language)
    return [
        Heading(text=_("What was measured", language)),
        Text(text=words, small=True),
        Facts(rows=tuple(row for row in rows if row[1])),
        Palettes(palettes=(Palette(name=_("Colors by area", language), colors=colors),)),
        Heading(text=_("Draft of the short description (uraian singkat)", language), level=3),
        Items(texts=tuple(described["draft"][language])),
    ]


def _vectors(repeat: Json, language: str) -> str:
    vectors = "; ".join(f"({round(x)}, {round(y)})" for x, y in repeat["vectors_px"])
    if not vectors:
        return _("none found", language)
    confidence = _("confidence {value}", language).format(value=number(repeat["confidence"], 2, language))
    return f"{vectors} px, {confidence}"


def _captures(record: Json, language: str) -> list[Block]:
    entry = record["entry"]
    findings = {capture["sha256"]: capture["findings"] for capture in record["captures"]}
    rows = tuple(
        (
            str(place),
            photo["name"] or _("without a name", language),
            f"{photo['width_px']} × {photo['height_px']}",
            moment(photo["added_at"], language),
            "; ".join(finding["advice"][language] for finding in findings.get(photo["sha256"], ()))
            or _("no problems", language),
        )
        for place, photo in enumerate(entry["photos"], 1)
    )
    headings = (
        _("No.", language),
        _("File", language),
        _("Size, px", language),
        _("Added", language),
        _("Capture", language),
    )
    alt = _("Photo {place}: {name}", language)
    pictures = tuple(
        Picture(
            sha256=capture["picture"], alt=alt.format(place=place, name=capture["name"]), caption=str(place)
        )
        for place, capture in enumerate(record["captures"], 1)
    )
    picture_rows = [
        Pictures(pictures=pictures[start : start + 3], height_mm=50) for start in range(0, len(pictures), 3)
    ]
    return [
        Heading(text=_("All photos", language)),
        *picture_rows,
        Table(
            caption=_("Photos of this entry", language),
            headings=headings,
            rows=rows,
            columns=(9, 40, 24, 34, 0),
        ),
    ]


def _proof(record: Json, language: str) -> list[Block]:
    proof = record["proof"]
    heading = Heading(text=_("Proof from the ledger", language))
    if proof is None:
        words = _("No signed checkpoint covers this entry yet. Sign one: motif checkpoint", language)
        return [heading, Text(text=words)]
    text = json.dumps(proof, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    how = _(
        "For somebody who cannot see the registry: docs/verify_proof.py verifies it with the office’s "
        "public key alone. The machine record holds it as well.",
        language,
    )
    fits = len(text.encode()) <= QR_MOST_BYTES
    name = _("Proof that this entry is in the signed ledger (JSON)", language)
    alt = _("QR code of the text beside it", language)
    return [
        heading,
        Text(text=how, small=True),
        Code(name=name, text=text, qr=text if fits else "", qr_alt=alt if fits else ""),
    ]
