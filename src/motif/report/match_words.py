"""One match as a part of a document: both cloths, what coincides, what differs, which came first, records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from motif.messages import N_, _, current_language
from motif.registry.catalogue import CLASSES
from motif.registry.records.people import Party
from motif.report import blocks
from motif.report.compared import matched_words
from motif.report.phrases import date, moment, percent
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
    "label": N_("Earlier decision by {who} ({id}): another motif; a label coincides. Reason: {reason}"),
    "classic": N_("Earlier decision by {who} ({id}): classic, common property. Reason: {reason}"),
}
_WEIGHTS: Final = {"clear": N_("none"), "review": N_("some"), "conflict": N_("strong")}


def match_blocks(position: int, page: Json, record: Json) -> list[blocks.Block]:
    """Put one match into blocks, in the language in use.

    Parameters
    ----------
    position : int
        From 1, closest first.
    page : mapping
        A member of ``record["shown"]``.
    record : mapping

    Returns
    -------
    list of blocks.Block
    """
    match, explanation = shown_match(record, page), page["explanation"]
    return [
        blocks.Heading(text=f"{position}. {entry_name(match['entry'])}", new_page=True),
        blocks.Text(
            text=f"{explanation['sentence'][current_language()]}{_which_matched(match, page, record)}"
        ),
        *_decision(match),
        *_aligned(page, len(match["evidence"]["query_outline"])),
        *_overlay(page),
        *_dyes(explanation),
        _time_line(match, record),
        *_figures(match),
        *_style(explanation["style"]),
        *_untouched(page, match["entry"]),
        *record_blocks(page["records"]),
    ]


def shown_match(record: Json, page: Json) -> Json:
    """Return the match that a member of ``record["shown"]`` shows."""
    match: Json = next(
        match for match in record["result"]["matches"] if match["entry"]["id"] == page["entry"]
    )
    return match


def matched_photo(match: Json) -> Json:
    """Return the entry's photo that matches."""
    photos = match["entry"]["photos"]
    photo: Json = next(photo for photo in photos if photo["sha256"] == match["photo_sha256"])
    return photo


def entry_name(entry: Json) -> str:
    """Name an entry: its number, and its title in quotation marks."""
    return f"{entry['id']} “{entry['title']}”"


def file_name(photo: Json) -> str:
    """Return the name of a photo's file; a photo that was registered from memory has none."""
    return photo["name"] or _("without a name")


def weight_words(verdict: str) -> str:
    """Say how strong an indication is."""
    return _(_WEIGHTS[verdict])


def known_facts(*rows: tuple[str, str]) -> blocks.Facts:
    """Return the facts that have a value."""
    return blocks.Facts(rows=tuple(row for row in rows if row[1]))


def _both(pictures: Sequence[str], alt: str, height_mm: int, parts: int = 0) -> blocks.Pictures:
    """Show the checked cloth beside the registered one."""
    names = _("Checked"), _("Registered")
    return blocks.Pictures(
        pictures=tuple(
            blocks.Picture(sha256=sha256, alt=alt.format(which=name, parts=parts), caption=name)
            for sha256, name in zip(pictures, names, strict=True)
        ),
        height_mm=height_mm,
    )


def _aligned(page: Json, parts: int) -> list[blocks.Block]:
    if "aligned" not in page:
        return [blocks.Text(text=_("The pictures as a whole are alike; no individual parts were aligned."))]
    how = _("Both cloths at the same scale and orientation. The same number marks the same part on both.")
    alt = _("{which}, aligned with the other picture; {parts} coinciding parts are outlined and numbered")
    return [
        blocks.Heading(text=_("What coincides"), level=3),
        blocks.Text(text=how, small=True),
        _both(page["aligned"], alt, 54, parts),
    ]


def _overlay(page: Json) -> list[blocks.Block]:
    """Show both cloths on top of each other, alternating strips, and where the drawing differs."""
    explanation = page["explanation"]
    marked = min(len(explanation["differs"]), MOST_MARKED)
    words = {
        "overlay": (
            _("The checked photo, half transparent, on top of the registered one"),
            _("One on top of the other, half transparent. Lines that coincide are sharp; others show twice."),
        ),
        "strips": (
            _("Ten vertical strips, alternately of the checked photo and of the registered one"),
            _(
                "Strips: under black bars the checked photo, under gray bars the registered one. Lines "
                "that continue across the cuts coincide."
            ),
        ),
        "difference": (
            _("The registered cloth in pale gray; {count} places that differ are outlined"),
            _("Red: where the drawing differs, {share} of what coincides."),
        ),
    }
    figures = {"count": marked, "share": percent(explanation["differing_share"])}
    pictures = tuple(
        blocks.Picture(sha256=page[name], alt=alt.format(**figures), caption=caption.format(**figures))
        for name, (alt, caption) in words.items()
        if name in page
    )
    heading = blocks.Heading(text=_("One on top of the other, and what differs"), level=3)
    return [heading, blocks.Pictures(pictures=pictures, height_mm=42)] if pictures else []


def _dyes(explanation: Json) -> list[blocks.Block]:
    """Show the dyes that lie in the same places, line by line."""
    if not explanation["dyes"]:
        return []
    palettes = tuple(
        blocks.Palette(
            name=name, colors=tuple(color_of(pair[side], pair["share"]) for pair in explanation["dyes"])
        )
        for side, name in (("query", _("Checked")), ("registered", _("Registered")))
    )
    dyes = _("other dyes") if explanation["other_dye"] else _("the same dyes, or nearly")
    words = _("Colors that lie in the same places: {dyes} (mean difference ΔE00 {difference})")
    return [
        blocks.Text(text=words.format(dyes=dyes, difference=f"{explanation['dye_change']:.2f}"), small=True),
        blocks.Palettes(palettes=palettes),
    ]


def color_of(color: Json, share: float) -> blocks.Color:
    """Describe a color by its name, its code and its share, 0..1."""
    name = color[f"name_{current_language()}"]
    words = f"{name} {color['hex']}, {percent(share)}"
    if color["ground"]:
        words = _("{color} (ground)").format(color=words)
    return blocks.Color(hex=color["hex"], name=words, share=share)


def _which_matched(match: Json, page: Json, record: Json) -> str:
    """Say in a further sentence which of the fields matched, where a photo has several."""
    evidence = match["evidence"]
    sides = (
        (_("of the checked photo: {what}"), record["query"]["compared"], evidence["query_field"]),
        (_("of the registered photo: {what}"), page["compared"], evidence["registered_field"]),
    )
    phrases = [
        words.format(what=matched)
        for words, compared, field in sides
        if (matched := matched_words(compared, field))
    ]
    return " " + _("Matched: {what}.").format(what="; ".join(phrases)) if phrases else ""


def _figures(match: Json) -> list[blocks.Block]:
    evidence, rate = match["evidence"], match["evidence"]["false_alarm_rate"]
    rows = [
        (_("Score, 0 to 1"), f"{evidence['score']:.6f}"),
        (_("Places that coincide"), str(evidence["inliers"])),
        (_("Small cells that they cover"), str(evidence["cells"])),
        (_("Rarity of what coincides, 0 (common) to 1"), f"{evidence['rarity']:.4f}"),
        (_("False alarms at this score"), _("does not apply") if rate is None else f"{100 * rate:.3f} %"),
        (_("Share of the checked photo"), percent(evidence["query_share"])),
        (_("Share of the registered photo"), percent(evidence["registered_share"])),
    ]
    if evidence["transform"] is not None:
        rows += [
            (_("Scale, registered to checked"), f"{evidence['scale']:.4f}"),
            (_("Rotation, degrees"), f"{evidence['turn_deg']:.2f}"),
        ]
    rows.append((_("Indication"), weight_words(match["verdict"])))
    return [blocks.Heading(text=_("Figures"), level=3), blocks.Facts(rows=tuple(rows), paired=True)]


def _style(style: Json) -> list[blocks.Block]:
    """Say how alike the cloths are in style."""
    measures = (("texture", _("Texture")), ("colors", _("Colors")), ("repeat", _("Kind of repeat")))
    words = _("How similarly the cloths are drawn and dyed, 0 to 1. Similar style is no sign of copying.")
    return [
        blocks.Heading(text=_("Style, apart from the design"), level=3),
        blocks.Text(text=words, small=True),
        blocks.Facts(rows=tuple((name, f"{style[key]:.4f}") for key, name in measures)),
    ]


def _untouched(page: Json, entry: Json) -> list[blocks.Block]:
    """Show both photos as they came, and say what the registry holds of the entry."""
    return [
        blocks.Heading(text=_("The untouched photos, and what the registry holds"), level=3),
        _both(page["untouched"], _("{which}: the untouched photo"), 25),
        known_facts(
            (_("Note"), entry["note"]),
            (_("Photos"), ", ".join(photo["name"] or "–" for photo in entry["photos"])),
            (_("Resembled when registered"), ", ".join(entry["similar_to"])),
        ),
    ]


def _time_line(match: Json, record: Json) -> blocks.Table:
    """List what is known of both designs by date; a year or a month comes before the days in it."""
    entry, result = match["entry"], record["result"]
    added_at, registered_at = matched_photo(match)["added_at"], entry["registered_at"]
    entry_dates = match["dates"] or {"first_seen": registered_at}
    query_dates = {**(result["query"]["dates"] or {}), "first_seen": None}
    events = [
        (at, _(_HAPPENED[name]).format(id=which))
        for which, dates in ((entry["id"], entry_dates), (_("the checked photo"), query_dates))
        for name, at in dates.items()
        if at
    ]
    if added_at != registered_at:
        events.append((added_at, _("this photo of {id} added").format(id=entry["id"])))
    events.append((result["checked_at"], _("the photo was checked")))
    rows = tuple(
        (str(position), date(at) if len(at) < _WITH_TIME else moment(at), event)
        for position, (at, event) in enumerate(sorted(events), 1)
    )
    headings = (_("Order"), _("Date"), _("What happened"))
    return blocks.Table(caption=_came_first(match), headings=headings, rows=rows, columns=(18, 50, 0))


def _came_first(match: Json) -> str:
    if match["came_first"] == "entry":
        return _("Came first according to the records: {id}").format(id=match["entry"]["id"])
    if match["came_first"] == "query":
        return _("Came first according to the records: the checked photo")
    return _("Which came first cannot be told with certainty from the records")


def _decision(match: Json) -> list[blocks.Block]:
    """Say what a person decided earlier about this pair, or about the entry."""
    decision = match["decision"]
    if decision is None:
        return []
    sentence = _(_DECIDED[decision["human_verdict"]]).format(
        who=decision["examiner"], id=decision["id"], reason=decision["reason"]
    )
    return [blocks.Text(text=sentence)]


def record_blocks(records: Sequence[Mapping[str, Any]]) -> list[blocks.Block]:
    """Put the records of which anything is known into blocks."""
    body: list[blocks.Block] = []
    for value in records:
        record = CLASSES[value["kind"]].from_json(dict(value))
        rows = record_rows(record)
        if isinstance(record, Party) and record.name is None:
            rows.append((_("name"), _("not to be named")))
        if rows:
            kind = _(KIND_NAMES[record.KIND])
            body += [blocks.Heading(text=f"{kind} {record.id}", level=3), blocks.Facts(rows=tuple(rows))]
    return body
