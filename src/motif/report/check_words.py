"""A check and a decision as documents: the answer first, then each match, then how to verify it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from motif.messages import N_, _
from motif.registry.ledger.checkpoint import Checkpoint
from motif.report.blocks import (
    Answer,
    Beside,
    Block,
    Code,
    Document,
    Facts,
    Form,
    Heading,
    Items,
    Picture,
    Pictures,
    Table,
    Text,
)
from motif.report.match_words import match_blocks, weight_words
from motif.report.phrases import day, moment, number
from motif.report.record import Json
from motif.times import parse_iso

_MARKS: Final = {
    "clear": N_("Nothing found"),
    "review": N_("Indication: a person must look"),
    "conflict": N_("Strong indication"),
}
_DECIDED: Final = {
    "confirm": N_("{a} and {b} were judged to be the same motif."),
    "reject": N_("{a} and {b} were judged to be two motifs."),
    "classic": N_("What {a} and {b} share was judged to be classic, common property of the craft."),
}
_KINDS: Final[dict[str, Literal["clear", "review", "conflict"]]] = {
    "confirm": "conflict",
    "reject": "clear",
    "classic": "review",
}


def check_document(record: Json, sha256: str, language: str) -> Document:
    """Put the record of a report on a check into a document.

    Parameters
    ----------
    record : mapping
        Of a ``Report`` of the kind "check".
    sha256 : str
        Of the record.
    language : "en" or "id"

    Returns
    -------
    Document
    """
    at = parse_iso(record["at"])
    blocks: list[Block] = [*_first_page(record, language)]
    for position, shown in enumerate(record["shown"], 1):
        blocks += match_blocks(position, shown, record, language)
    blocks += _all_matches(record, language)
    blocks += verification_blocks(record, sha256, language)
    return Document(
        title=_("Has this motif been registered before?", language),
        subtitle=_("Report of {when}", language).format(when=moment(at, language)),
        language=language,
        at=at,
        blocks=tuple(blocks),
        foot=_("The machine reports indications; people decide. Record {sha256}", language).format(
            sha256=sha256[:16]
        ),
    )


def decision_document(record: Json, sha256: str, language: str) -> Document:
    """Put the record of a report on a decision into a document; parameters as ``check_document``."""
    decision, match = record["decision"], record["result"]["matches"][0]
    at = parse_iso(record["at"])
    sentence = _(_DECIDED[decision["human_verdict"]], language)
    decided_by = _("Decided by {who}, {when}. Reason: {reason}", language)
    compared = _("The program compared both again. Indication: {weight}. {sentence}", language)
    weight = weight_words(match["evidence"]["verdict"], language)
    answer = Answer(
        mark=_("Decision {id}", language).format(id=decision["id"]),
        text=sentence.format(a=_side(decision["a"]), b=_side(decision["b"])),
        more=(
            decided_by.format(who=decision["examiner"], when=moment(at, language), reason=decision["reason"]),
            compared.format(weight=weight, sentence=record["shown"][0]["explanation"]["sentence"][language]),
        ),
        kind=_KINDS[decision["human_verdict"]],
    )
    return Document(
        title=_("Decision on two motifs", language),
        subtitle=_("Report of {when}", language).format(when=moment(at, language)),
        language=language,
        at=at,
        blocks=(
            answer,
            *_first_pictures(record, language),
            *match_blocks(1, record["shown"][0], record, language),
            *verification_blocks(record, sha256, language),
        ),
        foot=_("Decision {id}. Record {sha256}", language).format(id=decision["id"], sha256=sha256[:16]),
    )


def _named(entry: Json) -> str:
    """Name an entry: its number, and its title in marks."""
    return f"{entry['id']} “{entry['title']}”"


def _first_page(record: Json, language: str) -> list[Block]:
    if record["shown"]:
        return [_answer(record, language), *_first_pictures(record, language), _form(language)]
    beside = Beside(
        picture=_query_picture(record, language),
        blocks=(_first_facts(record, language), *_findings(record["query"], language)),
    )
    return [_answer(record, language), beside, _form(language)]


def _first_pictures(record: Json, language: str) -> list[Block]:
    """Show the checked photo beside the registered one that is shown first, and say what was searched."""
    best = _gravest(record)["entry"]
    registered = Picture(
        sha256=record["shown"][0]["untouched"][1],
        alt=_("The registered photo of {entry}", language).format(entry=_named(best)),
        caption=_("Registered: {id}", language).format(id=best["id"]),
    )
    return [
        Pictures(pictures=(_query_picture(record, language), registered), height_mm=66),
        _first_facts(record, language),
        *_findings(record["query"], language),
    ]


def _query_picture(record: Json, language: str) -> Picture:
    query = record["query"]
    return Picture(
        sha256=query["picture"],
        alt=_("The photo that was checked: {name}", language).format(name=_file_name(query, language)),
        caption=_("The photo that was checked", language),
    )


def _first_facts(record: Json, language: str) -> Facts:
    rows = _photo_rows(record["query"], language)
    if record["kind"] == "check":
        rows = (*rows, *_searched_rows(record, language))
    return Facts(rows=rows)


def _answer(record: Json, language: str) -> Answer:
    result = record["result"]
    kind = result["verdict"]
    if kind == "clear":
        sentence = _(
            "No indication of the same motif was found among the {count} registered motifs.", language
        )
        answer = sentence.format(count=result["searched_entries"])
        more = [_("This is no proof of originality: what was never registered cannot be found.", language)]
    else:
        sentence = _("There is an indication that the motif is the same as {entry}.", language)
        answer = sentence.format(entry=_named(_gravest(record)["entry"]))
        more = [record["shown"][0]["explanation"]["sentence"][language]]
        further = sum(match["verdict"] != "clear" for match in result["matches"]) - 1
        if further:
            more.append(
                _("Further registered motifs with an indication: {count}.", language).format(count=further)
            )
    more.append(_false_alarms(record, language))
    more.append(_("The machine does not decide. An officer looks at both cloths and decides.", language))
    return Answer(mark=_(_MARKS[kind], language), text=answer, more=tuple(more), kind=kind)


def _gravest(record: Json) -> Json:
    """Return the match that is shown first: the gravest, of those the closest."""
    matches = record["result"]["matches"]
    first: Json = next(match for match in matches if match["entry"]["id"] == record["shown"][0]["entry"])
    return first


def _false_alarms(record: Json, language: str) -> str:
    """Say how often an indication like this one is a false alarm, as the profile was measured."""
    result = record["result"]
    if result["verdict"] == "clear":
        rate = record["made_with"]["false_alarm_rate"]
        sentence = _(
            "False alarms: {rate} of new motifs get an indication as well, measured with 100 registered "
            "motifs.",
            language,
        )
    else:
        rate = _gravest(record)["evidence"]["false_alarm_rate"]
        if rate is None:
            return _("The picture itself is the same, or nearly; no rate of false alarms applies.", language)
        sentence = _(
            "False alarms: {rate} of new motifs get a score this high, measured with 100 registered motifs.",
            language,
        )
    return sentence.format(rate=f"{number(100 * rate, 2, language)} %")


def _photo_rows(photo: Json, language: str) -> tuple[tuple[str, str], ...]:
    size = f"{photo['width_px']} × {photo['height_px']} px"
    return ((_("File", language), _file_name(photo, language)), (_("Size", language), size))


def _findings(photo: Json, language: str) -> tuple[Text | Items, ...]:
    findings = photo["findings"]
    if not findings:
        return (Text(text=_("The capture is good: no problems were found.", language)),)
    severity = {"warn": _("warning", language), "refuse": _("take the photo again", language)}
    return (
        Text(text=_("What is wrong with the capture:", language)),
        Items(
            texts=tuple(
                f"{severity[finding['severity']]}: {finding['advice'][language]}" for finding in findings
            )
        ),
    )


def _searched_rows(record: Json, language: str) -> tuple[tuple[str, str], ...]:
    searched, count = record["searched"], record["result"]["searched_entries"]
    where = _(
        "{count} registered motifs of this registry; no registry of another office, and no other register",
        language,
    )
    return (
        (_("Searched", language), where.format(count=count)),
        (_("When", language), moment(record["result"]["checked_at"], language)),
        (_("State of the ledger", language), _ledger_words(searched, language)),
    )


def _form(language: str) -> Form:
    return Form(
        title=_("The officer’s decision", language),
        choices=(
            _("the same motif", language),
            _("alike, but another motif", language),
            _("another motif", language),
            _("cannot be decided yet", language),
        ),
        fields=(
            (_("Reason", language), 18),
            (_("Name", language), 7),
            (_("Date and signature", language), 9),
        ),
    )


def _all_matches(record: Json, language: str) -> list[Block]:
    """Put every match into a table, with its transform in figures."""
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
            match["evidence"]["sentence"][language],
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
        Heading(text=_("All entries compared in detail", language), new_page=True),
        Table(
            caption=_("Registered motifs, closest first", language),
            headings=headings,
            rows=rows,
            columns=(20, 30, 29, 15, 16, 0),
        ),
        *_transforms(matches, language),
    ]


def _transforms(matches: Sequence[Json], language: str) -> list[Block]:
    """Give the transform of each match that has one, in figures."""
    transform = _("{cells} cells; {scale} times; {turn} degrees; {matrix}", language)
    rows = tuple(
        (
            match["entry"]["id"],
            transform.format(
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
    name = _("From the checked to the registered swatch: coinciding cells, scale, rotation, matrix", language)
    return [Text(text=name, small=True), Facts(rows=rows, code=True)]


def verification_blocks(record: Json, sha256: str, language: str) -> list[Block]:
    """List what it takes to verify the report: versions, SHA-256 of all inputs, the ledger's state."""
    versions, searched = record["made_with"], record["searched"]
    libraries = ", ".join(f"{name} {version}" for name, version in versions["libraries"].items())
    made_with = _("motif {version}, profile {profile}; {libraries}", language).format(
        version=versions["motif"], profile=versions["profile"], libraries=libraries
    )
    rows = [
        (_("Made with", language), made_with),
        (_("Record of this report", language), sha256),
        (_("Ledger", language), f"{searched['origin']}, {_ledger_words(searched, language)}"),
        (_("Root of the ledger", language), searched["root"]),
    ]
    rows += [(f"{role}: {name}", digest) for role, name, digest in _inputs(record, language)]
    how = _("To verify this report: motif report --verify FILE", language)
    blocks: list[Block] = [
        Heading(text=_("How to verify this report", language)),
        Text(text=how, small=True),
        Facts(rows=tuple(rows), code=True),
    ]
    if searched["checkpoint"] is not None and not record.get("proof"):
        blocks.append(Code(name=_("Signed checkpoint", language), text=searched["checkpoint"]))
    return blocks


def _inputs(record: Json, language: str) -> list[tuple[str, str, str]]:
    """List the photos that the report was made from: (role, name, SHA-256)."""
    rows = []
    if "query" in record:
        query = record["query"]
        rows.append((_("Checked photo", language), _file_name(query, language), query["sha256"]))
    rows += [
        (_("Photo", language), _file_name(photo, language), photo["sha256"])
        for photo in record.get("entry", {}).get("photos", ())
    ]
    for match in record.get("result", {}).get("matches", ()):
        photo = next(photo for photo in match["entry"]["photos"] if photo["sha256"] == match["photo_sha256"])
        rows.append((match["entry"]["id"], photo["name"], photo["sha256"]))
    return rows


def _file_name(photo: Json, language: str) -> str:
    return photo["name"] or _("without a name", language)


def _ledger_words(searched: Json, language: str) -> str:
    """Say how long the log was, and what its newest checkpoint covers."""
    events = _("{count} events", language).format(count=searched["events"])
    if searched["checkpoint"] is None:
        return _("{events}; no checkpoint has been signed yet", language).format(events=events)
    checkpoint = Checkpoint.from_note(searched["checkpoint"])
    words = _("checkpoint at {count} events, signed {when}", language)
    return f"{events}; {words.format(count=checkpoint.size, when=moment(checkpoint.at, language))}"


def _side(side: str) -> str:
    return side if len(side) < 64 else f"{side[:12]}…"
