"""A check as a document: the answer first, then each match, then what it takes to check it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from motif.messages import N_, _
from motif.registry.records import parse_iso
from motif.report.again_words import again_blocks, file_name, ledger_words, others_blocks
from motif.report.blocks import (
    Answer,
    Beside,
    Block,
    Document,
    Facts,
    Form,
    Items,
    Picture,
    Pictures,
    Text,
)
from motif.report.match_words import match_blocks
from motif.report.phrases import moment, number

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
