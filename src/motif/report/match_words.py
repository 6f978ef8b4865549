"""One match as a part of a document: both cloths, what coincides, what differs, which came first, records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from motif.messages import N_, _
from motif.registry.catalogue import CLASSES
from motif.registry.records.people import Party
from motif.report.blocks import (
    Block,
    Color,
    Facts,
    Heading,
    Palette,
    Palettes,
    Picture,
    Pictures,
    Table,
    Text,
)
from motif.report.phrases import date, moment, number, percent
from motif.report.pictures.aligned import MOST_MARKED
from motif.report.record import Json
from motif.report.record_text import KIND_NAMES, record_rows

_WITH_TIME: Final = 11
"""Characters of a date from which it has a time."""
_HAPPENED: Final = {
    "first_seen": N_("{id} registered"),
    "first_announced": N_("{id} first announced, as stated"),
    "filed": N_("{id} filed"),
}
_DECIDED: Final = {
    "confirm": N_("Earlier decision by {who} ({id}): the same motif. Reason: {reason}"),
    "reject": N_("Earlier decision by {who} ({id}): another motif. Reason: {reason}"),
    "classic": N_("Earlier decision by {who} ({id}): classic, common property. Reason: {reason}"),
}
_WEIGHTS: Final = {"clear": N_("none"), "review": N_("some"), "conflict": N_("strong")}


def match_blocks(position: int, shown: Json, record: Json, language: str) -> list[Block]:
    """Put one match into blocks.

    Parameters
    ----------
    position : int
        From 1, closest first.
    shown : mapping
        A member of ``record["shown"]``.
    record : mapping
    language : "en" or "id"

    Returns
    -------
    list of Block
    """
    match = next(match for match in record["result"]["matches"] if match["entry"]["id"] == shown["entry"])
    entry, evidence = match["entry"], match["evidence"]
    title = f"{position}. {entry['id']} “{entry['title']}”"
    return [
        Heading(text=title, new_page=True),
        Text(text=shown["explanation"]["sentence"][language]),
        *_decision(match, language),
        *_aligned(shown, evidence, language),
        *_overlay(shown, language),
        *_dyes(shown["explanation"], language),
        _time_line(match, record, language),
        *_figures(match, language),
        *_style(shown["explanation"], language),
        *_untouched(shown, entry, language),
        *record_blocks(shown["records"], language),
    ]


def weight_words(verdict: str, language: str) -> str:
    """Say how strong an indication is."""
    word = _WEIGHTS[verdict]
    return _(word, language)


def _aligned(shown: Json, evidence: Json, language: str) -> list[Block]:
    if "aligned" not in shown:
        words = _("The pictures as a whole are alike; no individual parts were aligned.", language)
        return [Text(text=words)]
    parts = len(evidence["query_outline"])
    alt = _(
        "{which}, aligned with the other picture; {parts} coinciding parts are outlined and numbered",
        language,
    )
    sides = (_("Checked", language), _("Registered", language))
    pictures = tuple(
        Picture(sha256=sha256, alt=alt.format(which=which, parts=parts), caption=which)
        for sha256, which in zip(shown["aligned"], sides, strict=True)
    )
    how = _(
        "Both cloths at the same scale and orientation. The same number marks the same part on both.",
        language,
    )
    return [
        Heading(text=_("What coincides", language), level=3),
        Text(text=how, small=True),
        Pictures(pictures=pictures, height_mm=54),
    ]


def _overlay(shown: Json, language: str) -> list[Block]:
    """Show both cloths on top of each other, alternating strips, and where the drawing differs."""
    explained = shown["explanation"]
    marked = min(len(explained["differs"]), MOST_MARKED)
    words = {
        "overlay": (
            _("The checked photo, half transparent, on top of the registered one", language),
            _(
                "One on top of the other, half transparent. "
                "Lines that coincide are sharp; others show twice.",
                language,
            ),
        ),
        "strips": (
            _("Ten vertical strips, alternately of the checked photo and of the registered one", language),
            _(
                "Strips: under black bars the checked photo, under gray bars the registered one. Lines "
                "that continue across the cuts coincide.",
                language,
            ),
        ),
        "difference": (
            _("The registered cloth in pale gray; {count} places that differ are outlined", language).format(
                count=marked
            ),
            _("Red: where the drawing differs, {share} of what coincides.", language).format(
                share=percent(explained["differing_share"], language)
            ),
        ),
    }
    pictures = tuple(
        Picture(sha256=shown[name], alt=alt, caption=caption)
        for name, (alt, caption) in words.items()
        if name in shown
    )
    if not pictures:
        return []
    return [
        Heading(text=_("One on top of the other, and what differs", language), level=3),
        Pictures(pictures=pictures, height_mm=42),
    ]


def _dyes(explained: Json, language: str) -> list[Block]:
    """Show the dyes that lie in the same places, line by line."""
    if not explained["dyes"]:
        return []
    sides = (("query", _("Checked", language)), ("registered", _("Registered", language)))
    palettes = tuple(
        Palette(
            name=name,
            colors=tuple(color_of(pair[side], pair["share"], language) for pair in explained["dyes"]),
        )
        for side, name in sides
    )
    dyes = _("other dyes", language) if explained["other_dye"] else _("the same dyes, or nearly", language)
    words = _("Colors that lie in the same places: {said} (mean difference ΔE00 {difference})", language)
    return [
        Text(text=words.format(said=dyes, difference=number(explained["dye_change"], 2, "en")), small=True),
        Palettes(palettes=palettes),
    ]


def color_of(color: Json, share: float, language: str) -> Color:
    """Describe a color by its name, its code and its share, 0..1."""
    name = color["name_id" if language == "id" else "name_en"]
    words = f"{name} {color['hex']}, {percent(share, language)}"
    if color["ground"]:
        words = _("{color} (ground)", language).format(color=words)
    return Color(hex=color["hex"], name=words, share=share)


def _figures(match: Json, language: str) -> list[Block]:
    evidence = match["evidence"]
    rows = [
        (_("Score, 0 to 1", language), number(evidence["score"], 6, "en")),
        (_("Places that coincide", language), str(evidence["inliers"])),
        (_("Small cells that they cover", language), str(evidence["cells"])),
        (_("Rarity of what coincides, 0 (common) to 1", language), number(evidence["rarity"], 4, "en")),
        (_("False alarms at this score", language), _rate(evidence["false_alarm_rate"], language)),
        (_("Share of the checked photo", language), percent(evidence["query_share"], language)),
        (_("Share of the registered photo", language), percent(evidence["registered_share"], language)),
    ]
    if evidence["transform"] is not None:
        rows += [
            (_("Scale, registered to checked", language), number(evidence["scale"], 4, "en")),
            (_("Rotation, degrees", language), number(evidence["turn_deg"], 2, "en")),
        ]
    if len(rows) % 2:
        rows.append((_("Indication", language), weight_words(match["verdict"], language)))
    return [
        Heading(text=_("Figures", language), level=3),
        Facts(rows=tuple(rows), paired=True),
    ]


def _style(explained: Json, language: str) -> list[Block]:
    """Say how alike the cloths are in style."""
    measures = (
        ("texture", _("Texture", language)),
        ("colors", _("Colors", language)),
        ("repeat", _("Kind of repeat", language)),
    )
    rows = tuple((name, number(explained["style"][key], 4, "en")) for key, name in measures)
    words = _(
        "How similarly the cloths are drawn and dyed, 0 to 1. Similar style is no sign of copying.", language
    )
    return [
        Heading(text=_("Style, apart from the design", language), level=3),
        Text(text=words, small=True),
        Facts(rows=rows),
    ]


def _rate(rate: float | None, language: str) -> str:
    return _("does not apply", language) if rate is None else f"{number(100 * rate, 3, 'en')} %"


def _untouched(shown: Json, entry: Json, language: str) -> list[Block]:
    """Show both photos as they came, and say what the registry holds of the entry."""
    sides = (_("Checked", language), _("Registered", language))
    alt = _("{which}: the untouched photo", language)
    pictures = tuple(
        Picture(sha256=sha256, alt=alt.format(which=which), caption=which)
        for sha256, which in zip(shown["untouched"], sides, strict=True)
    )
    rows = [
        (_("Note", language), entry["note"]),
        (_("Photos", language), ", ".join(photo["name"] or "–" for photo in entry["photos"])),
        (_("Resembled when registered", language), ", ".join(entry["similar_to"])),
    ]
    return [
        Heading(text=_("The untouched photos, and what the registry holds", language), level=3),
        Pictures(pictures=pictures, height_mm=25),
        Facts(rows=tuple(row for row in rows if row[1])),
    ]


def _time_line(match: Json, record: Json, language: str) -> Table:
    """List what is known of both designs by date; a year or a month comes before the days in it."""
    entry = match["entry"]
    phrases = {name: _(phrase, language) for name, phrase in _HAPPENED.items()}
    events = [
        (at, phrases[name].format(id=entry["id"]))
        for name, at in _dates(match["dates"], entry["registered_at"])
    ]
    photo = next(photo for photo in entry["photos"] if photo["sha256"] == match["photo_sha256"])
    if photo["added_at"] != entry["registered_at"]:
        events.append((photo["added_at"], _("this photo of {id} added", language).format(id=entry["id"])))
    checked, checked_at = _("the checked photo", language), record["result"]["checked_at"]
    events += [
        (at, phrases[name].format(id=checked))
        for name, at in _dates(record["result"]["query"]["dates"], checked_at)
        if name != "first_seen"
    ]
    events.append((checked_at, _("the photo was checked", language)))
    rows = tuple(
        (str(position), date(at, language) if len(at) < _WITH_TIME else moment(at, language), event)
        for position, (at, event) in enumerate(sorted(events), 1)
    )
    headings = (_("Order", language), _("Date", language), _("What happened", language))
    return Table(
        caption=_came_first(match, language),
        headings=headings,
        rows=rows,
        columns=(18, 50, 0),
    )


def _dates(dates: Json | None, seen: str) -> list[tuple[str, str]]:
    by_name = {"first_seen": seen} if dates is None else dates
    return [(name, at) for name, at in by_name.items() if at]


def _came_first(match: Json, language: str) -> str:
    if match["came_first"] == "entry":
        return _("Came first according to the records: {id}", language).format(id=match["entry"]["id"])
    if match["came_first"] == "query":
        return _("Came first according to the records: the checked photo", language)
    return _("Which came first cannot be told with certainty from the records", language)


def _decision(match: Json, language: str) -> list[Block]:
    """Say what a person decided earlier about this pair, or about the entry."""
    decision = match["decision"]
    if decision is None:
        return []
    sentence = _(_DECIDED[decision["human_verdict"]], language)
    return [
        Text(text=sentence.format(who=decision["examiner"], id=decision["id"], reason=decision["reason"]))
    ]


def record_blocks(records: Sequence[Mapping[str, Any]], language: str) -> list[Block]:
    """Put records into blocks if anything is known of them; ``language`` must be the language in use."""
    blocks: list[Block] = []
    for value in records:
        record = CLASSES[value["kind"]].from_json(dict(value))
        rows = record_rows(record)
        if isinstance(record, Party) and record.name is None:
            rows.append((_("name", language), _("not to be named", language)))
        if rows:
            kind = _(KIND_NAMES[record.KIND], language)
            blocks += [Heading(text=f"{kind} {record.id}", level=3), Facts(rows=tuple(rows))]
    return blocks
