"""The last pages of a check: all that was looked at closely, and what it takes to check it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from motif.messages import _
from motif.registry.checkpoint import Checkpoint
from motif.registry.records import parse_iso
from motif.report.blocks import Block, Code, Facts, Heading, Table, Text
from motif.report.match_words import weight_words
from motif.report.phrases import day, moment, number

Json = Mapping[str, Any]


def others_blocks(record: Json, language: str) -> list[Block]:
    matches = record["result"]["matches"]
    if not matches:
        return []
    rows = tuple(
        (
            match["entry"]["id"],
            match["entry"]["title"],
            day(parse_iso(match["entry"]["registered_at"]), language),
            number(match["evidence"]["score"], 6, "en"),
            weight_words(match["verdict"], language),
            evidence_sentence(match["evidence"], language),
        )
        for match in matches
    )
    headings = (
        _("Number", language),
        _("Title", language),
        _("Registered on", language),
        _("Score, 0 to 1", language),
        _("Indication", language),
        _("What it rests on", language),
    )
    return [
        Heading(text=_("All that was looked at closely", language), new_page=True),
        Table(
            caption=_("Registered motifs, closest first", language),
            headings=headings,
            rows=rows,
            columns=(20, 30, 29, 15, 16, 0),
        ),
        *_places(matches, language),
    ]


def _places(matches: Sequence[Json], language: str) -> list[Block]:
    """Give the transform of each match that has one, in figures."""
    said = _("{cells} fields; {scale} times; {turn} degrees; {matrix}", language)
    rows = tuple(
        (
            match["entry"]["id"],
            said.format(
                cells=match["evidence"]["cells"],
                scale=number(match["evidence"]["scale"], 4, "en"),
                turn=number(match["evidence"]["turn_deg"], 2, "en"),
                matrix="  ".join(f"{value:.6g}" for value in match["evidence"]["transform"]),
            ),
        )
        for match in matches
        if match["evidence"]["transform"] is not None
    )
    if not rows:
        return []
    name = _("From the asked to the registered swatch: fields that coincide, size, turn, matrix", language)
    return [Text(text=name, small=True), Facts(rows=rows, code=True)]


def again_blocks(record: Json, sha256: str, language: str) -> list[Block]:
    """Tell what it takes to check the report again: versions, SHA-256 of all inputs, the ledger's state."""
    made, searched = record["made_with"], record["searched"]
    libraries = ", ".join(f"{name} {version}" for name, version in made["libraries"].items())
    versions = _("motif {version}, profile {profile}; {libraries}", language)
    made_with = versions.format(version=made["motif"], profile=made["profile"], libraries=libraries)
    rows = [
        (_("Made with", language), made_with),
        (_("Record of this report", language), sha256),
        (_("Ledger", language), f"{searched['origin']}, {ledger_words(searched, language)}"),
        (_("Root of the ledger", language), searched["root"]),
    ]
    rows += [(f"{what}: {name}", digest) for what, name, digest in inputs_of(record, language)]
    how = _("To check this report again: motif report --verify FILE", language)
    blocks: list[Block] = [
        Heading(text=_("To check it again", language)),
        Text(text=how, small=True),
        Facts(rows=tuple(rows), code=True),
    ]
    if searched["checkpoint"] is not None and not record.get("proof"):
        blocks.append(Code(name=_("Signed checkpoint", language), text=searched["checkpoint"]))
    return blocks


def inputs_of(record: Json, language: str) -> list[tuple[str, str, str]]:
    """List what went in: (what it is, its name, its SHA-256)."""
    rows = []
    if "query" in record:
        query = record["query"]
        rows.append((_("Photo asked about", language), file_name(query, language), query["sha256"]))
    rows += [
        (_("Photo", language), file_name(photo, language), photo["sha256"])
        for photo in record.get("entry", {}).get("photos", ())
    ]
    for match in record.get("result", {}).get("matches", ()):
        photo = next(one for one in match["entry"]["photos"] if one["sha256"] == match["photo_sha256"])
        rows.append((match["entry"]["id"], photo["name"], photo["sha256"]))
    return rows


def evidence_sentence(evidence: Json, language: str) -> str:
    return str(evidence["sentence"][language])


def file_name(photo: Json, language: str) -> str:
    return photo["name"] or _("without a name", language)


def ledger_words(searched: Json, language: str) -> str:
    """Say how long the log was, and what was signed last."""
    events = _("{count} events", language).format(count=searched["events"])
    if searched["checkpoint"] is None:
        return _("{events}; no checkpoint has been signed yet", language).format(events=events)
    signed = Checkpoint.from_note(searched["checkpoint"])
    words = _("checkpoint at {count} events, signed {when}", language)
    return f"{events}; {words.format(count=signed.size, when=moment(signed.at, language))}"
