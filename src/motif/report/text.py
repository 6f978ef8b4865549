"""The words in which results are told; every phrase that a report prints stands here.

A report names indications and what they rest on. It never decides: people do.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from motif.messages import N_, _, current_language
from motif.report.table import table

if TYPE_CHECKING:
    from motif.matching.evidence import Evidence
    from motif.registry.answers import CheckResult, Match
    from motif.registry.records import Entry, EntryPhoto

WIDE: Final = 100_000
"""Width of a page on which no line is folded."""

_PICTURE, _ERROR, _PLACE = N_("picture"), N_("error"), N_("place")
_WITHDRAWN = N_("withdrawn")
_VERDICTS: Final = {"clear": N_("clear"), "review": N_("review"), "conflict": N_("conflict")}
_JOINERS = frozenset("\u200c\u200d")
_BASIS = {
    "file": N_("the same file"),
    "hash": N_("nearly the same picture"),
    "keypoints": N_("the drawing coincides in {places}"),
    "strokes": N_("the lines coincide in {places}, whatever is dark or light"),
    "votes": N_("alike in parts, but no drawing coincides"),
    "none": N_("nothing coincides"),
}
_HEADINGS: Final = (
    N_("id"),
    N_("score"),
    N_("verdict"),
    N_("title"),
    N_("photo"),
    N_("how it coincides"),
    N_("first"),
    N_("decided"),
)
_CHECKED: Final = {
    "conflict": N_(
        "CONFLICT: strong indication that this design is already registered as {entry} "
        "(score {score}): {how}. A person decides."
    ),
    "review": N_("REVIEW: this design resembles {entry} (score {score}): {how}. A person must look."),
    "clear": N_("CLEAR: no indication found among {searched}; this is no proof of originality."),
}


def check_text(result: CheckResult, *, width: int = WIDE) -> str:
    """Tell what a check found: the verdict in a sentence, then the closest entries."""
    from motif.report.records import priority_text

    headline = "\n".join(filter(None, [_check_headline(result), priority_text(result)]))
    if not result.matches:
        return headline
    return f"{headline}\n\n{_match_table(result.matches, width)}"


def how_it_coincides(evidence: Evidence) -> str:
    """Say what the score rests on, and how the query was changed for it.

    Examples
    --------
    >>> from motif.matching.evidence import Evidence
    >>> how_it_coincides(Evidence(score=0.9, verdict="conflict", basis="hash", mirrored=True, negative=True))
    'mirrored, dark for light, nearly the same picture'
    """
    basis = _(_BASIS[evidence.basis]).format(places=count(len(evidence.points), _PLACE))
    return ", ".join([*evidence.changes(), basis])


def registered_text(entry: Entry) -> str:
    """Confirm a registration."""
    return _("Registered as {entry}.").format(entry=name_of(entry))


def similar_text(entry: Entry) -> str:
    """Warn that a new entry resembles earlier ones; empty where it does not."""
    if not entry.similar_to:
        return ""
    others = ", ".join(entry.similar_to)
    told = _("REVIEW: {entry} resembles {others}. A person must look: motif show {first}")
    return told.format(entry=entry.id, others=others, first=entry.similar_to[0])


def withdrawn_text(entry: Entry) -> str:
    """Confirm a withdrawal."""
    told = _("Withdrawn: {entry}. Nothing was deleted; checks pass over it from now on.")
    return told.format(entry=name_of(entry))


def photo_added_text(entry: Entry) -> str:
    """Confirm a further photo."""
    told = _("Added: {entry} now has {photos}.")
    return told.format(entry=name_of(entry), photos=count(len(entry.photos), N_("photo")))


def list_text(entries: Iterable[Entry], *, width: int = WIDE) -> str:
    """List entries, one a row."""
    rows = [_list_row(entry) for entry in entries]
    if not rows:
        return _("No entries.")
    headings = [_("id"), _("registered (UTC)"), _("photos"), _("title"), _("state")]
    return table(headings, rows, width=width, unbroken=3)


def entry_text(entry: Entry, *, width: int = WIDE) -> str:
    """Show everything that is kept of one entry."""
    facts = [
        [_("id"), entry.id],
        [_("title"), printable(entry.title)],
        [_("registered (UTC)"), _time(entry.registered_at)],
        [_("resembled then"), ", ".join(entry.similar_to)],
        [_("note"), printable(entry.note, lines=True)],
        [_("withdrawn (UTC)"), _time(entry.withdrawn_at)],
        [_("reason"), printable(entry.withdrawn_reason, lines=True)],
    ]
    headings = [_("photo"), _("size"), _("kind"), _("added (UTC)"), "SHA-256"]
    photos = table(headings, map(_photo_row, entry.photos), width=width)
    return table(["", ""], [fact for fact in facts if fact[1]], width=width).lstrip("\n") + f"\n\n{photos}"


def batch_text(photos: int, errors: int, unchanged: int = 0) -> str:
    """Sum up a batch.

    Examples
    --------
    >>> batch_text(12, 1)
    '12 pictures, 1 error'
    >>> batch_text(12, 1, 8)
    '12 pictures, 1 error, 8 done before'
    """
    told = f"{count(photos, _PICTURE)}, {count(errors, _ERROR)}"
    before = _("{count} done before").format(count=unchanged)
    return f"{told}, {before}" if unchanged else told


def progress_text(photos: int, total: int | None, errors: int) -> str:
    """Say how far a batch is.

    Examples
    --------
    >>> progress_text(120, 4000, 2)
    '120 of 4000 pictures, 2 errors'
    >>> progress_text(120, None, 0)
    '120 pictures, 0 errors'
    """
    told = count(photos, _PICTURE)
    if total is not None:
        told = _("{done} of {total}").format(done=photos, total=count(total, _PICTURE))
    return f"{told}, {count(errors, _ERROR)}"


def speed_text(photos_per_s: float, bytes_per_s: float, left_s: float | None) -> str:
    """Say how fast a batch is, and for how long it will go on.

    Examples
    --------
    >>> speed_text(12.34, 45_600_000, 4000)
    '12.3 pictures/s, 45.6 MB/s, 1:06:40 left'
    >>> speed_text(0.5, 0, None)
    '0.5 pictures/s, 0.0 MB/s'
    """
    told = _("{pictures:.1f} pictures/s, {megabytes:.1f} MB/s")
    told = told.format(pictures=photos_per_s, megabytes=bytes_per_s / 1e6)
    left = _("{time} left").format(time=timedelta(seconds=round(left_s or 0)))
    return told if left_s is None else f"{told}, {left}"


def nothing_found_text() -> str:
    """Say that a batch was empty."""
    return error_text(
        N_("no pictures found"),
        N_("Name a file, or a folder with .jpg, .png, .tif, .webp or .heic files."),
    )


def error_text(message: str, hint: str = "") -> str:
    """Say what went wrong, and on a second line what to do.

    Examples
    --------
    >>> print(error_text("photo is blank", "Was the lens covered?"))
    Error: photo is blank
    Was the lens covered?
    """
    error = _("Error")
    said = [f"{error}: {printable(_(message))}", printable(_(hint), lines=True) if hint else ""]
    return "\n".join(filter(None, said))


def photo_error_text(path: str, message: str, hint: str = "") -> str:
    """Say which of several photos something is wrong with; once, where the message begins with the path.

    Examples
    --------
    >>> print(photo_error_text("turi.jpg", "photo is blank"))
    Error: turi.jpg: photo is blank
    >>> print(photo_error_text("turi.jpg", "'turi.jpg' is a folder; expected a picture file"))
    Error: 'turi.jpg' is a folder; expected a picture file
    """
    return error_text(message if message.startswith(repr(path)) else f"{path}: {_(message)}", hint)


def name_of(entry: Entry) -> str:
    """Name an entry by id and title."""
    return f"{entry.id} '{printable(entry.title)}'"


def count(number: int, noun: str) -> str:
    """Put a number before its noun; Indonesian has one form for both numbers.

    Examples
    --------
    >>> count(1, "entry"), count(2000, "entry"), count(0, "photo")
    ('1 entry', '2000 entries', '0 photos')
    """
    if number == 1 or current_language() != "en":
        return f"{number} {_(noun)}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def printable(text: str, *, lines: bool = False) -> str:
    """Spell out what a terminal would obey or could not show: controls, reordering marks, broken names.

    Parameters
    ----------
    text : str
    lines : bool
        Leave line ends as they are.

    Examples
    --------
    >>> printable("kembang\\x1b[2J turi"), printable("ꦏꦮꦸꦁ"), printable("a\\nb")
    ('kembang\\\\x1b[2J turi', 'ꦏꦮꦸꦁ', 'a\\\\nb')
    """
    return "".join(c if _shows(c) or (lines and c == "\n") else ascii(c)[1:-1] for c in text)


def _shows(character: str) -> bool:
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return character in _JOINERS or unicodedata.category(character) not in hidden


def _check_headline(result: CheckResult) -> str:
    if result.verdict == "clear":
        number = result.searched_entries
        if not number:
            return _(
                "CLEAR: the registry holds no entry that could be found; this is no proof of originality."
            )
        searched = _("1 entry") if number == 1 else _("{count} entries").format(count=number)
        return _(_CHECKED["clear"]).format(searched=searched)
    best = next(match for match in result.matches if match.verdict == result.verdict)
    return _(_CHECKED[result.verdict]).format(
        entry=name_of(best.entry), score=score_text(best.score), how=how_it_coincides(best.evidence)
    )


def _match_table(matches: Iterable[Match], width: int) -> str:
    from motif.report.records import decision_text, first_text

    headings = [_(heading) for heading in _HEADINGS]
    rows = [
        [
            match.entry.id,
            score_text(match.score),
            verdict_word(match.verdict),
            printable(match.entry.title),
            printable(match.photo.name),
            how_it_coincides(match.evidence),
            first_text(match),
            decision_text(match),
        ]
        for match in matches
    ]
    for column in (7, 6):  # only what there is
        if not any(row[column] for row in rows):
            del headings[column]
            rows = [row[:column] + row[column + 1 :] for row in rows]
    return table(headings, rows, width=width, unbroken=3)


def _list_row(entry: Entry) -> list[str]:
    state = f"{_(_WITHDRAWN)} {_time(entry.withdrawn_at)}" if entry.withdrawn else ""
    return [entry.id, _time(entry.registered_at), str(len(entry.photos)), printable(entry.title), state]


def _photo_row(photo: EntryPhoto) -> list[str]:
    size = f"{photo.width_px} x {photo.height_px} px"
    return [printable(photo.name), size, photo.media_type, _time(photo.added_at), photo.sha256]


def verdict_word(verdict: str) -> str:
    """Say a verdict as a table does; JSON keeps the code.

    Examples
    --------
    >>> verdict_word("conflict")
    'conflict'
    """
    return _(_VERDICTS[verdict])


def score_text(score: float) -> str:
    """Cut, not rounded: what is below a threshold is not shown on it."""
    return f"{math.floor(score * 100 + 1e-9) / 100:.2f}"


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
