"""One match as a part of a document: both cloths, what coincides, what differs, which came first."""

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
from motif.report.record_text import KIND_NAMES, record_rows

Json = Mapping[str, Any]

_TIME: Final = 11
"""A date as long as this has a time."""
_HAPPENED: Final = {
    "first_seen": N_("{id} registered"),
    "first_announced": N_("{id} first announced, as was said"),
    "filed": N_("{id} filed"),
}
_DECIDED: Final = {
    "confirm": N_("Decided before: the same motif, says {who} ({id}): {reason}"),
    "reject": N_("Decided before: another motif, says {who} ({id}): {reason}"),
    "classic": N_("Decided before: classic, nobody’s own, says {who} ({id}): {reason}"),
}
_WEIGHTS: Final = {"clear": N_("none"), "review": N_("some"), "conflict": N_("strong")}


def match_blocks(position: int, shown: Json, record: Json, language: str) -> list[Block]:
    """Word one match.

    Parameters
    ----------
    position : int
        From 1, closest first.
    shown : mapping
        One of ``record["shown"]``.
    record : mapping
    language : "en" or "id"
    """
    match = next(one for one in record["result"]["matches"] if one["entry"]["id"] == shown["entry"])
    entry, evidence = match["entry"], match["evidence"]
    title = f"{position}. {entry['id']} “{entry['title']}”"
    return [
        Heading(text=title, new_page=True),
        Text(text=shown["explanation"]["sentence"][language]),
        *_decision(match, language),
        *_aligned(shown, evidence, language),
        *_laid_over(shown, language),
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
        words = _("The pictures as a whole are alike; no single parts were laid on each other.", language)
        return [Text(text=words)]
    parts = len(evidence["query_outline"])
    alt = _(
        "{which}, placed like the other picture; {parts} coinciding parts are outlined and numbered",
        language,
    )
    asked, registered = _("Asked about", language), _("Registered", language)
    pictures = tuple(
        Picture(sha256=sha256, alt=alt.format(which=which, parts=parts), caption=which)
        for sha256, which in zip(shown["aligned"], (asked, registered), strict=True)
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


def _laid_over(shown: Json, language: str) -> list[Block]:
    """Show both laid over each other, strips in turn, and where the drawing differs."""
    explained = shown["explanation"]
    marked = min(len(explained["differs"]), MOST_MARKED)
    told = {
        "overlay": (
            _("The photo asked about, half see-through, on the registered one", language),
            _(
                "One on the other, half see-through. Lines that coincide are sharp, others show twice.",
                language,
            ),
        ),
        "strips": (
            _("Ten vertical strips, in turn of the photo asked about and of the registered one", language),
            _(
                "Strips: under black bars the photo asked about, under gray bars the registered one. Lines "
                "that run on across the cuts coincide.",
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
        for name, (alt, caption) in told.items()
        if name in shown
    )
    if not pictures:
        return []
    return [
        Heading(text=_("Laid on each other, and what differs", language), level=3),
        Pictures(pictures=pictures, height_mm=42),
    ]


def _dyes(explained: Json, language: str) -> list[Block]:
    """Show the dyes that lie in the same places, line by line."""
    if not explained["dyes"]:
        return []
    sides = (("query", _("Asked about", language)), ("registered", _("Registered", language)))
    palettes = tuple(
        Palette(
            name=name,
            colors=tuple(color_of(pair[side], pair["share"], language) for pair in explained["dyes"]),
        )
        for side, name in sides
    )
    said = _("other dyes", language) if explained["other_dye"] else _("the same dyes, or nearly", language)
    words = _("Colors that lie in the same places: {said} (mean difference ΔE00 {difference})", language)
    return [
        Text(text=words.format(said=said, difference=number(explained["dye_change"], 2, "en")), small=True),
        Palettes(palettes=palettes),
    ]


def color_of(color: Json, share: float, language: str) -> Color:
    """Name a color: its name, its code, its share."""
    name = color["name_id" if language == "id" else "name_en"]
    said = f"{name} {color['hex']}, {percent(share, language)}"
    if color["ground"]:
        said = _("{color} (ground)", language).format(color=said)
    return Color(hex=color["hex"], name=said, share=share)


def _figures(match: Json, language: str) -> list[Block]:
    evidence = match["evidence"]
    rows = [
        (_("Score, 0 to 1", language), number(evidence["score"], 6, "en")),
        (_("Places that coincide", language), str(evidence["inliers"])),
        (_("Small fields that they cover", language), str(evidence["cells"])),
        (_("Rarity of what coincides, 0 (common) to 1", language), number(evidence["rarity"], 4, "en")),
        (_("False alarms at this score", language), _rate(evidence["false_alarm_rate"], language)),
        (_("Part of the photo asked about", language), percent(evidence["query_share"], language)),
        (_("Part of the registered photo", language), percent(evidence["registered_share"], language)),
    ]
    if evidence["transform"] is not None:
        rows += [
            (_("Size, registered to asked", language), number(evidence["scale"], 4, "en")),
            (_("Turn, degrees", language), number(evidence["turn_deg"], 2, "en")),
        ]
    if len(rows) % 2:
        rows.append((_("Indication", language), weight_words(match["verdict"], language)))
    return [
        Heading(text=_("Figures", language), level=3),
        Facts(rows=tuple(rows), paired=True),
    ]


def _style(explained: Json, language: str) -> list[Block]:
    """Say how alike the cloths are in style; a record of an earlier version does not know."""
    if "style" not in explained:
        return []
    named = (
        ("texture", _("Texture", language)),
        ("colors", _("Colors", language)),
        ("repeat", _("Kind of repeat", language)),
    )
    rows = tuple((name, number(explained["style"][key], 4, "en")) for key, name in named)
    words = _("How alike the cloths are drawn and dyed, 0 to 1. Style is no sign of copying.", language)
    return [
        Heading(text=_("Style, apart from that", language), level=3),
        Text(text=words, small=True),
        Facts(rows=rows),
    ]


def _rate(rate: float | None, language: str) -> str:
    return _("does not apply", language) if rate is None else f"{number(100 * rate, 3, 'en')} %"


def _untouched(shown: Json, entry: Json, language: str) -> list[Block]:
    """Show both photos as they came, and say what the registry holds of the entry."""
    asked, registered = _("Asked about", language), _("Registered", language)
    alt = _("{which}: the untouched photo", language)
    pictures = tuple(
        Picture(sha256=sha256, alt=alt.format(which=which), caption=which)
        for sha256, which in zip(shown["untouched"], (asked, registered), strict=True)
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
    """List what is known of both designs, by date; a year or a month stands before the days in it."""
    entry = match["entry"]
    said = {name: _(word, language) for name, word in _HAPPENED.items()}
    events = [
        (at, said[name].format(id=entry["id"])) for name, at in _dates(match["dates"], entry["registered_at"])
    ]
    photo = next(one for one in entry["photos"] if one["sha256"] == match["photo_sha256"])
    if photo["added_at"] != entry["registered_at"]:
        events.append((photo["added_at"], _("this photo of {id} added", language).format(id=entry["id"])))
    asked, checked_at = _("the photo that was asked about", language), record["result"]["checked_at"]
    events += [
        (at, said[name].format(id=asked))
        for name, at in _dates(record["result"]["query"]["dates"], checked_at)
        if name != "first_seen"
    ]
    events.append((checked_at, _("the photo was asked about", language)))
    rows = tuple(
        (str(place), date(at, language) if len(at) < _TIME else moment(at, language), what)
        for place, (at, what) in enumerate(sorted(events), 1)
    )
    headings = (_("Order", language), _("Date", language), _("What happened", language))
    return Table(
        caption=_came_first(match, language),
        headings=headings,
        rows=rows,
        columns=(14, 50, 0),
    )


def _dates(dates: Json | None, seen: str) -> list[tuple[str, str]]:
    known = {"first_seen": seen} if dates is None else dates
    return [(name, at) for name, at in known.items() if at]


def _came_first(match: Json, language: str) -> str:
    if match["came_first"] == "entry":
        return _("Came first, as far as is recorded: {id}", language).format(id=match["entry"]["id"])
    if match["came_first"] == "query":
        return _("Came first, as far as is recorded: the photo that was asked about", language)
    return _("Which came first cannot be told for certain from what is recorded", language)


def _decision(match: Json, language: str) -> list[Block]:
    """Say what a person decided before about this pair, or about the entry."""
    made = match["decision"]
    if made is None:
        return []
    word = _DECIDED[made["human_verdict"]]
    said = _(word, language).format(who=made["examiner"], id=made["id"], reason=made["reason"])
    return [Text(text=said)]


def record_blocks(records: Sequence[Mapping[str, Any]], language: str) -> list[Block]:
    """Word records, those of which something is known; in the language in use, which must be ``language``."""
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
