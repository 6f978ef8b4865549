"""An entry as a document, the motif sheet: the cloth, one repeat, its colors, its photos, the proof."""

from __future__ import annotations

import json

from motif.messages import _, current_language
from motif.report import blocks
from motif.report.check_words import verification_blocks
from motif.report.description import lattice_words
from motif.report.match_words import color_of, file_name, known_facts, record_blocks
from motif.report.phrases import moment, number, percent
from motif.report.qr import QR_MOST_BYTES
from motif.report.record import Json
from motif.times import parse_iso


def sheet_document(record: Json, sha256: str) -> blocks.Document:
    """Put the record of a report on an entry into a document; parameters as ``check_document``."""
    entry, described, at = record["entry"], record["described"], record["at"]
    linked = record_blocks(record["records"])
    return blocks.Document(
        title=_("Motif sheet: {title}").format(title=entry["title"]),
        subtitle=_("{id}, as registered on {when}").format(id=entry["id"], when=moment(at)),
        language=current_language(),
        at=parse_iso(at),
        blocks=(
            _entry_facts(entry),
            _cloth_pictures(described, entry["title"]),
            *([blocks.Heading(text=_("What is recorded about it")), *linked] if linked else []),
            *_measured(described),
            *_captures(record),
            *_proof(record["proof"]),
            *verification_blocks(record, sha256),
        ),
        foot=_("Motif sheet {id}. Record {sha256}").format(id=entry["id"], sha256=sha256[:16]),
    )


def _entry_facts(entry: Json) -> blocks.Facts:
    withdrawn_at, reason = entry["withdrawn_at"], entry["withdrawn_reason"]
    return known_facts(
        (_("Number"), entry["id"]),
        (_("Title"), entry["title"]),
        (_("Registered on"), moment(entry["registered_at"])),
        (_("Note"), entry["note"]),
        (_("Resembled when registered"), ", ".join(entry["similar_to"])),
        (_("Withdrawn"), f"{moment(withdrawn_at)}: {reason}" if withdrawn_at else ""),
    )


def _cloth_pictures(described: Json, title: str) -> blocks.Pictures:
    words = {
        "cloth": (_("The cloth of {title}, cut out and straightened").format(title=title), _("The cloth")),
        "unit": (_("One repeat of the drawing, averaged over all visible ones"), _("One repeat")),
        "lattice": (
            _("The first photo with the lattice of its repeat, mirror axes and centres of rotation"),
            _("Lattice of the repeat; red: mirror axes; blue: glide axes; yellow: centres of rotation"),
        ),
    }
    pictures = tuple(
        blocks.Picture(sha256=described[name], alt=alt, caption=caption)
        for name, (alt, caption) in words.items()
        if described[name] is not None
    )
    return blocks.Pictures(pictures=pictures, height_mm=90 if len(pictures) < 3 else 60)


def _measured(described: Json) -> list[blocks.Block]:
    measured = described["measured"]
    repeat, lattice = measured["repeat"], measured["repeat"]["lattice"]
    symmetries = (f"{group} {number(score, 2)}" for group, score in measured["symmetry"]["ranked"][:3])
    fillers = (f"{filler['key']} ({percent(filler['share'])})" for filler in measured["isen"])
    facts = known_facts(
        (_("Repeat"), _vectors(repeat)),
        (_("Lattice"), lattice_words(lattice, current_language()) if lattice else ""),
        (_("Raport"), repeat["raport"] or ""),
        (_("Likely symmetries"), ", ".join(symmetries)),
        (_("Suggested isen-isen"), ", ".join(fillers)),
    )
    colors = tuple(color_of(color, color["share"]) for color in measured["palette"]["colors"])
    words = _("Measured on the first photo by the program. A person decides what is right.")
    return [
        blocks.Heading(text=_("What was measured")),
        blocks.Text(text=words, small=True),
        facts,
        blocks.Palettes(palettes=(blocks.Palette(name=_("Colors by area"), colors=colors),)),
        blocks.Heading(text=_("Draft of the short description (uraian singkat)"), level=3),
        blocks.Items(texts=tuple(described["draft"][current_language()])),
    ]


def _vectors(repeat: Json) -> str:
    vectors = "; ".join(f"({round(x)}, {round(y)})" for x, y in repeat["vectors_px"])
    if not vectors:
        return _("none found")
    confidence = _("confidence {value}").format(value=number(repeat["confidence"], 2))
    return f"{vectors} px, {confidence}"


def _captures(record: Json) -> list[blocks.Block]:
    advice = {
        capture["sha256"]: "; ".join(finding["advice"][current_language()] for finding in capture["findings"])
        for capture in record["captures"]
    }
    rows = tuple(
        (
            str(position),
            file_name(photo),
            f"{photo['width_px']} × {photo['height_px']}",
            moment(photo["added_at"]),
            advice.get(photo["sha256"]) or _("no problems"),
        )
        for position, photo in enumerate(record["entry"]["photos"], 1)
    )
    alt = _("Photo {place}: {name}")
    pictures = tuple(
        blocks.Picture(
            sha256=capture["picture"],
            alt=alt.format(place=position, name=capture["name"]),
            caption=str(position),
        )
        for position, capture in enumerate(record["captures"], 1)
    )
    headings = (_("No."), _("File"), _("Size, px"), _("Added"), _("Capture"))
    return [
        blocks.Heading(text=_("All photos")),
        *(blocks.Pictures(pictures=pictures[at : at + 3], height_mm=50) for at in range(0, len(pictures), 3)),
        blocks.Table(
            caption=_("Photos of this entry"), headings=headings, rows=rows, columns=(9, 40, 24, 34, 0)
        ),
    ]


def _proof(proof: Json | None) -> list[blocks.Block]:
    heading = blocks.Heading(text=_("Proof from the ledger"))
    if proof is None:
        words = _("No signed checkpoint covers this entry yet. Sign one: motif checkpoint")
        return [heading, blocks.Text(text=words)]
    text, short = (
        json.dumps(proof, separators=(",", ":"), sort_keys=True, ensure_ascii=is_ascii)
        for is_ascii in (True, False)  # what is copied from a page in ASCII comes out whole
    )
    how = _(
        "For somebody who cannot see the registry: docs/verify_proof.py verifies it with the office’s "
        "public key alone. The machine record holds it as well."
    )
    name = _("Proof that this entry is in the signed ledger (JSON)")
    code = blocks.Code(name=name, text=text)
    if len(short.encode()) <= QR_MOST_BYTES:
        code = blocks.Code(name=name, text=text, qr=short, qr_alt=_("QR code of the text beside it"))
    return [heading, blocks.Text(text=how, small=True), code]
