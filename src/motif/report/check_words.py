"""A check and a decision as documents: the answer first, then each match, then how to verify it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from motif.messages import N_, _, current_language
from motif.registry.ledger.checkpoint import Checkpoint
from motif.report import blocks
from motif.report.compared import compared_words
from motif.report.mark_text import found_sentence
from motif.report.match_words import (
    entry_name,
    file_name,
    match_blocks,
    matched_photo,
    shown_match,
    weight_words,
)
from motif.report.phrases import day, moment, number
from motif.report.record import Json
from motif.report.record_text import shortened
from motif.times import parse_iso

_MARKS: Final = {
    "clear": N_("Nothing found"),
    "review": N_("Indication: a person must look"),
    "conflict": N_("Strong indication"),
}
_DECIDED: Final[dict[str, tuple[Literal["clear", "review", "conflict"], str]]] = {
    "confirm": ("conflict", N_("{a} and {b} were judged to be the same motif.")),
    "reject": ("clear", N_("{a} and {b} were judged to be two motifs.")),
    "label": (
        "clear",
        N_("{a} and {b} were judged to be two motifs. What coincides was judged to be a label."),
    ),
    "classic": (
        "review",
        N_("What {a} and {b} share was judged to be classic, common property of the craft."),
    ),
}
"""Verdict of a person -> the mark beside the sentence, and the sentence."""


def check_document(record: Json, sha256: str) -> blocks.Document:
    """Put the record of a report on a check into a document, in the language in use.

    Parameters
    ----------
    record : mapping
        Of a ``Report`` of the kind "check".
    sha256 : str
        Of the record.

    Returns
    -------
    Document
    """
    body: list[blocks.Block] = [_answer(record)]
    if record["shown"]:
        body += _first_pictures(record)
    else:
        body.append(blocks.Beside(picture=_query_picture(record), blocks=_first_facts(record)))
    body.append(_form())
    for position, page in enumerate(record["shown"], 1):
        body += match_blocks(position, page, record)
    return blocks.Document(
        title=_("Has this motif been registered before?"),
        subtitle=_("Report of {when}").format(when=moment(record["at"])),
        language=current_language(),
        at=parse_iso(record["at"]),
        blocks=(*body, *_all_matches(record), *verification_blocks(record, sha256)),
        foot=_("The machine reports indications; people decide. Record {sha256}").format(sha256=sha256[:16]),
    )


def decision_document(record: Json, sha256: str) -> blocks.Document:
    """Put the record of a report on a decision into a document; parameters as ``check_document``."""
    decision, page = record["decision"], record["shown"][0]
    kind, sentence = _DECIDED[decision["human_verdict"]]
    evidence = record["result"]["matches"][0]["evidence"]
    answer = blocks.Answer(
        mark=_("Decision {id}").format(id=decision["id"]),
        text=_(sentence).format(a=shortened(decision["a"]), b=shortened(decision["b"])),
        more=(
            _("Decided by {who}, {when}. Reason: {reason}").format(
                who=decision["examiner"], when=moment(record["at"]), reason=decision["reason"]
            ),
            _("The program compared both again. Indication: {weight}. {sentence}").format(
                weight=weight_words(evidence["verdict"]),
                sentence=page["explanation"]["sentence"][current_language()],
            ),
        ),
        kind=kind,
    )
    return blocks.Document(
        title=_("Decision on two motifs"),
        subtitle=_("Report of {when}").format(when=moment(record["at"])),
        language=current_language(),
        at=parse_iso(record["at"]),
        blocks=(
            answer,
            *_first_pictures(record),
            *match_blocks(1, page, record),
            *verification_blocks(record, sha256),
        ),
        foot=_("Decision {id}. Record {sha256}").format(id=decision["id"], sha256=sha256[:16]),
    )


def _first_pictures(record: Json) -> list[blocks.Block]:
    """Show the checked photo beside the registered one that is shown first, and say what was searched."""
    page = record["shown"][0]
    entry = shown_match(record, page)["entry"]
    checked_sha256, registered_sha256 = page["outlined"]
    registered = blocks.Picture(
        sha256=registered_sha256,
        alt=_("The registered photo of {entry}").format(entry=entry_name(entry)),
        caption=_("Registered: {id}").format(id=entry["id"]),
    )
    checked = replace(_query_picture(record), sha256=checked_sha256)
    return [
        blocks.Pictures(pictures=(checked, registered), height_mm=66),
        blocks.Text(text=_("Outlined in orange: what was compared, and matched."), small=True),
        *_first_facts(record),
    ]


def _query_picture(record: Json) -> blocks.Picture:
    query = record["query"]
    return blocks.Picture(
        sha256=query["picture"],
        alt=_("The photo that was checked: {name}").format(name=file_name(query)),
        caption=_("The photo that was checked; outlined: what was compared"),
    )


def _first_facts(record: Json) -> tuple[blocks.Facts | blocks.Text | blocks.Items, ...]:
    """State what photo was checked, where it was searched for, and what is wrong with the capture."""
    query, result = record["query"], record["result"]
    rows = [(_("File"), file_name(query)), (_("Size"), f"{query['width_px']} × {query['height_px']} px")]
    rows.append((_("Compared"), compared_words(query["compared"])))
    if record["kind"] == "check":
        searched = _(
            "{count} registered motifs of this registry; no registry of another office, and no other register"
        )
        rows += [
            (_("Searched"), searched.format(count=result["searched_entries"])),
            (_("When"), moment(result["checked_at"])),
            (_("State of the ledger"), _ledger_words(record["searched"])),
        ]
    facts = blocks.Facts(rows=tuple(rows))
    if not query["findings"]:
        return facts, blocks.Text(text=_("The capture is good: no problems were found."))
    severity = {"warn": _("warning"), "refuse": _("take the photo again")}
    findings = tuple(
        f"{severity[finding['severity']]}: {finding['advice'][current_language()]}"
        for finding in query["findings"]
    )
    return facts, blocks.Text(text=_("What is wrong with the capture:")), blocks.Items(texts=findings)


def _answer(record: Json) -> blocks.Answer:
    """Say whether there is an indication, for which entry, and what it rests on."""
    result = record["result"]
    kind = result["verdict"]
    if result["too_little"]:
        text = _("The picture shows too few drops, lines or ornaments to compare.")
        more = [_("Nothing could be found, and this says nothing about originality: a person must look.")]
    elif kind == "clear":
        text = _("No indication of the same motif was found among the {count} registered motifs.").format(
            count=result["searched_entries"]
        )
        more = [_("This is no proof of originality: what was never registered cannot be found.")]
    else:
        page = record["shown"][0]
        text = _("There is an indication that the motif is the same as {entry}.").format(
            entry=entry_name(shown_match(record, page)["entry"])
        )
        more = [page["explanation"]["sentence"][current_language()]]
        further = sum(match["verdict"] != "clear" for match in result["matches"]) - 1
        if further:
            more.append(_("Further registered motifs with an indication: {count}.").format(count=further))
    if result["ignored_marks"]:
        more.append(found_sentence(result["ignored_marks"]))
    more += [
        _false_alarms(record),
        _("The machine does not decide. An officer looks at both cloths and decides."),
    ]
    return blocks.Answer(mark=_(_MARKS[kind]), text=text, more=tuple(more), kind=kind)


def _false_alarms(record: Json) -> str:
    """Say how often an indication like this one is a false alarm, as the profile was measured."""
    if record["result"]["verdict"] == "clear":
        rate = record["made_with"]["false_alarm_rate"]
        sentence = _(
            "False alarms: {rate} of new motifs get an indication as well, measured with 100 registered "
            "motifs."
        )
    else:
        rate = shown_match(record, record["shown"][0])["evidence"]["false_alarm_rate"]
        if rate is None:
            return _("The picture itself is the same, or nearly; no rate of false alarms applies.")
        sentence = _(
            "False alarms: {rate} of new motifs get a score this high, measured with 100 registered motifs."
        )
    return sentence.format(rate=f"{number(100 * rate, 2)} %")


def _form() -> blocks.Form:
    choices = (
        _("the same motif"),
        _("alike, but another motif"),
        _("another motif"),
        _("cannot be decided yet"),
    )
    return blocks.Form(
        title=_("The officer’s decision"),
        choices=choices,
        fields=((_("Reason"), 18), (_("Name"), 7), (_("Date and signature"), 9)),
    )


def _all_matches(record: Json) -> list[blocks.Block]:
    """Put every match into a table, with its transform in figures."""
    every = record["result"]["matches"]
    matches = [match for match in every if match["entry"]["id"] in record["listed"]]
    left_out: list[blocks.Block] = []
    if len(matches) < len(every):
        left_out.append(_left_out(len(every) - len(matches)))
    if not matches:
        return left_out
    table = blocks.Table(
        caption=_("Registered motifs, closest first"),
        headings=(
            _("Number"),
            _("Title"),
            _("Registered on"),
            _("Score, 0 to 1"),
            _("Indication"),
            _("What it rests on"),
        ),
        rows=tuple(
            (
                match["entry"]["id"],
                match["entry"]["title"],
                day(parse_iso(match["entry"]["registered_at"])),
                f"{match['evidence']['score']:.6f}",
                weight_words(match["verdict"]),
                match["evidence"]["sentence"][current_language()],
            )
            for match in matches
        ),
        columns=(20, 30, 29, 15, 16, 0),
    )
    return [
        blocks.Heading(text=_("Entries compared in detail"), new_page=True),
        table,
        *left_out,
        *_transforms(matches),
    ]


def _left_out(number: int) -> blocks.Text:
    words = _("{count} further entries were compared, without an indication. The machine record lists them.")
    return blocks.Text(text=words.format(count=number), small=True)


def _transforms(matches: Sequence[Json]) -> list[blocks.Block]:
    """Give the transform of each match that has one, in figures."""
    transform = _("{cells} cells; {scale} times; {turn} degrees; {matrix}")
    rows = tuple(
        (
            match["entry"]["id"],
            transform.format(
                cells=evidence["cells"],
                scale=f"{evidence['scale']:.4f}",
                turn=f"{evidence['turn_deg']:.2f}",
                matrix="  ".join(f"{value:.6g}" for value in evidence["transform"]),
            ),
        )
        for match in matches
        if (evidence := match["evidence"])["transform"] is not None
    )
    if not rows:
        return []
    name = _("From the checked to the registered swatch: coinciding cells, scale, rotation, matrix")
    return [blocks.Text(text=name, small=True), blocks.Facts(rows=rows, code=True)]


def verification_blocks(record: Json, sha256: str) -> list[blocks.Block]:
    """List what it takes to verify the report: versions, SHA-256 of all inputs, the ledger's state."""
    versions, searched = record["made_with"], record["searched"]
    made_with = _("motif {version}, profile {profile}; {libraries}").format(
        version=versions["motif"],
        profile=versions["profile"],
        libraries=", ".join(f"{name} {version}" for name, version in versions["libraries"].items()),
    )
    rows = (
        (_("Made with"), made_with),
        (_("Record of this report"), sha256),
        (_("Ledger"), f"{searched['origin']}, {_ledger_words(searched)}"),
        (_("Root of the ledger"), searched["root"]),
        *_inputs(record),
    )
    body: list[blocks.Block] = [
        blocks.Heading(text=_("How to verify this report")),
        blocks.Text(text=_("To verify this report: motif report --verify FILE"), small=True),
        blocks.Facts(rows=rows, code=True),
    ]
    if searched["checkpoint"] is not None and not record.get("proof"):
        body.append(blocks.Code(name=_("Signed checkpoint"), text=searched["checkpoint"]))
    return body


def _inputs(record: Json) -> list[tuple[str, str]]:
    """List the photos that the report was made from: (role and name, SHA-256)."""
    photos = [(_("Checked photo"), record["query"])] if "query" in record else []
    photos += [(_("Photo"), photo) for photo in record.get("entry", {}).get("photos", ())]
    rows = [(f"{role}: {file_name(photo)}", photo["sha256"]) for role, photo in photos]
    for match in record.get("result", {}).get("matches", ()):
        if match["entry"]["id"] not in record["listed"]:
            continue
        photo = matched_photo(match)
        rows.append((f"{match['entry']['id']}: {photo['name']}", photo["sha256"]))
    return rows


def _ledger_words(searched: Json) -> str:
    """Say how long the ledger was, and what its newest checkpoint covers."""
    events = _("{count} events").format(count=searched["events"])
    if searched["checkpoint"] is None:
        return _("{events}; no checkpoint has been signed yet").format(events=events)
    checkpoint = Checkpoint.from_note(searched["checkpoint"])
    signed = _("checkpoint at {count} events, signed {when}")
    return f"{events}; {signed.format(count=checkpoint.size, when=moment(checkpoint.at))}"
