"""A check as a document: the answer first, then each match, then what it takes to check it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

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
from motif.times import parse_iso

Json = Mapping[str, Any]

_MARKS: Final = {
    "clear": N_("Nothing found"),
    "review": N_("Indication: a person must look"),
    "conflict": N_("Strong indication"),
}


def check_document(record: Json, sha256: str, language: str) -> Document:
    """Word a report's record on a check.

    Parameters
    ----------
    record : mapping
        Of a ``Report`` of the kind "check".
    sha256 : str
        Of the record.
    language : "en" or "id"
    """
    at = parse_iso(record["at"])
    blocks: list[Block] = [*_first_page(record, language)]
    for position, shown in enumerate(record["shown"], 1):
        blocks += match_blocks(position, shown, record, language)
    blocks += others_blocks(record, language)
    blocks += again_blocks(record, sha256, language)
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


def named(entry: Json) -> str:
    """Name an entry: its number, and its title in marks."""
    return f"{entry['id']} “{entry['title']}”"


def _first_page(record: Json, language: str) -> list[Block]:
    if record["shown"]:
        return [_answer(record, language), *first_pictures(record, language), _form(language)]
    beside = Beside(
        picture=_asked(record, language),
        blocks=(_first_facts(record, language), *_findings(record["query"], language)),
    )
    return [_answer(record, language), beside, _form(language)]


def first_pictures(record: Json, language: str) -> list[Block]:
    """Show the photo asked about beside the registered one that is shown first, and say what was searched."""
    best = gravest(record)["entry"]
    registered = Picture(
        sha256=record["shown"][0]["untouched"][1],
        alt=_("The registered photo of {entry}", language).format(entry=named(best)),
        caption=_("Registered: {id}", language).format(id=best["id"]),
    )
    return [
        Pictures(pictures=(_asked(record, language), registered), height_mm=66),
        _first_facts(record, language),
        *_findings(record["query"], language),
    ]


def _asked(record: Json, language: str) -> Picture:
    query = record["query"]
    return Picture(
        sha256=query["picture"],
        alt=_("The photo that was asked about: {name}", language).format(name=file_name(query, language)),
        caption=_("The photo that was asked about", language),
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
        found = _("No indication of sameness was found among the {count} registered motifs.", language)
        said = found.format(count=result["searched_entries"])
        more = [_("This is no proof of originality: what was never registered cannot be found.", language)]
    else:
        found = _("There is an indication of sameness with {entry}.", language)
        said = found.format(entry=named(gravest(record)["entry"]))
        more = [record["shown"][0]["explanation"]["sentence"][language]]
        further = sum(match["verdict"] != "clear" for match in result["matches"]) - 1
        if further:
            more.append(
                _("Registered motifs with an indication besides: {count}.", language).format(count=further)
            )
    more.append(_false_alarms(record, language))
    more.append(_("The machine does not decide. An officer looks at both cloths and decides.", language))
    return Answer(mark=_(_MARKS[kind], language), text=said, more=tuple(more), kind=kind)


def gravest(record: Json) -> Json:
    """Return the match that is shown first: the gravest, of those the closest."""
    matches = record["result"]["matches"]
    first: Json = next(one for one in matches if one["entry"]["id"] == record["shown"][0]["entry"])
    return first


def _false_alarms(record: Json, language: str) -> str:
    """Say how often an indication like this one is a false alarm, as the profile was measured."""
    result = record["result"]
    if result["verdict"] == "clear":
        rate = record["made_with"]["false_alarm_rate"]
        said = _(
            "False alarms: of new motifs, {rate} get an indication nevertheless, as measured with 100 "
            "registered motifs.",
            language,
        )
    else:
        rate = gravest(record)["evidence"]["false_alarm_rate"]
        if rate is None:
            return _("The picture itself is the same, or nearly; no rate of false alarms applies.", language)
        said = _(
            "False alarms: of new motifs, {rate} get a score as high as this, as measured with 100 "
            "registered motifs.",
            language,
        )
    return said.format(rate=f"{number(100 * rate, 2, language)} %")


def _photo_rows(photo: Json, language: str) -> tuple[tuple[str, str], ...]:
    size = f"{photo['width_px']} × {photo['height_px']} px"
    return ((_("File", language), file_name(photo, language)), (_("Size", language), size))


def _findings(photo: Json, language: str) -> tuple[Text | Items, ...]:
    found = photo["findings"]
    if not found:
        return (Text(text=_("The capture is good: nothing to find fault with.", language)),)
    severity = {"warn": _("warning", language), "refuse": _("take the photo again", language)}
    return (
        Text(text=_("What is wrong with the capture:", language)),
        Items(texts=tuple(f"{severity[one['severity']]}: {one['advice'][language]}" for one in found)),
    )


def _searched_rows(record: Json, language: str) -> tuple[tuple[str, str], ...]:
    searched, count = record["searched"], record["result"]["searched_entries"]
    where = _("{count} registered motifs of this registry; no other office's, no other register", language)
    return (
        (_("Searched", language), where.format(count=count)),
        (_("When", language), moment(record["result"]["checked_at"], language)),
        (_("State of the ledger", language), ledger_words(searched, language)),
    )


def _form(language: str) -> Form:
    return Form(
        title=_("The officer’s decision", language),
        choices=(
            _("the same motif", language),
            _("alike, but another motif", language),
            _("another motif", language),
            _("cannot be judged yet", language),
        ),
        fields=(
            (_("Reason", language), 18),
            (_("Name", language), 7),
            (_("Date and signature", language), 9),
        ),
    )


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


_DECIDED: Final = {
    "confirm": N_("{a} and {b} were judged to be the same motif."),
    "reject": N_("{a} and {b} were judged to be two motifs."),
    "classic": N_("What {a} and {b} share was judged to be classic, nobody’s own."),
}
_KINDS: Final[dict[str, Literal["clear", "review", "conflict"]]] = {
    "confirm": "conflict",
    "reject": "clear",
    "classic": "review",
}


def decision_document(record: Json, sha256: str, language: str) -> Document:
    """Word a report's record on a decision; parameters as ``check_document``."""
    made, match = record["decision"], record["result"]["matches"][0]
    at = parse_iso(record["at"])
    word = _DECIDED[made["human_verdict"]]
    said = _(word, language).format(a=_side(made["a"]), b=_side(made["b"]))
    by = _("Decided by {who}, {when}. Reason: {reason}", language)
    found = _("The program compared both again: indication: {weight}. {sentence}", language)
    weight = weight_words(match["evidence"]["verdict"], language)
    answer = Answer(
        mark=_("Decision {id}", language).format(id=made["id"]),
        text=said,
        more=(
            by.format(who=made["examiner"], when=moment(at, language), reason=made["reason"]),
            found.format(weight=weight, sentence=record["shown"][0]["explanation"]["sentence"][language]),
        ),
        kind=_KINDS[made["human_verdict"]],
    )
    return Document(
        title=_("Decision on two motifs", language),
        subtitle=_("Report of {when}", language).format(when=moment(at, language)),
        language=language,
        at=at,
        blocks=(
            answer,
            *first_pictures(record, language),
            *match_blocks(1, record["shown"][0], record, language),
            *again_blocks(record, sha256, language),
        ),
        foot=_("Decision {id}. Record {sha256}", language).format(id=made["id"], sha256=sha256[:16]),
    )


def _side(side: str) -> str:
    return side if len(side) < 64 else f"{side[:12]}…"
