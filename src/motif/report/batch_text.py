"""Duplicates among many pictures, as a table and as a contact sheet."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from motif.messages import N_, _, current_language
from motif.report.text import _ERROR, _PICTURE, count, error_text, printable, table

if TYPE_CHECKING:
    from motif.arrays import RGB8
    from motif.batch.duplicates import Duplicates, Pair


THUMBNAIL_PX: Final = 240


def duplicates_text(found: Duplicates, *, width: int) -> str:
    """Lay out groups as a table, and pairs that are less sure as a second one.

    Parameters
    ----------
    found : Duplicates
    width : int, character cells
    """
    parts = [headline(found)]
    if found.groups:
        rows = [
            [str(number) if path == group[0] else "", printable(path)]
            for number, group in enumerate(found.groups, 1)
            for path in group
        ]
        parts.append(table([_("group"), _("picture")], rows, width=width))
    if found.unsure:
        rows = [
            [f"{pair.evidence.score:.2f}", printable(pair.first), printable(pair.second)]
            for pair in found.unsure
        ]
        parts.append(_("A person must look at these pairs:"))
        parts.append(table([_("score"), _("picture"), _("and")], rows, width=width))
    return "\n\n".join(parts)


def headline(found: Duplicates) -> str:
    """Sum up in one sentence."""
    if not found.groups and not found.unsure:
        told = _("{pictures}; no design was found twice.")
    else:
        told = _("{pictures}; {groups}, each of one design as it seems; {pairs}.")
    return told.format(
        pictures=count(found.pictures, N_("picture")),
        groups=count(len(found.groups), N_("group")),
        pairs=count(len(found.unsure), N_("unsure pair")),
    )


def contact_sheet(found: Duplicates, thumbnail: Callable[[str], RGB8 | None]) -> Iterable[str]:
    """Draw an HTML page that holds everything it shows, a piece at a time.

    Parameters
    ----------
    found : Duplicates
    thumbnail : callable, path -> RGB8 or None
        The picture, small; None where it cannot be read any more.
    """
    environment = Environment(
        loader=PackageLoader("motif.report", "templates"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("contact_sheet.html").generate(
        found=found,
        headline=headline(found),
        language=current_language(),
        words=_words(),
        name=lambda path: printable(Path(path).name),
        shown=printable,
        pair_words=_pair_words,
        picture=lambda path: _embedded(thumbnail(path)),
    )


def _words() -> Mapping[str, str]:
    return {
        "title": _("The same design several times"),
        "note": _("The program reports indications. People decide."),
        "group": _("Group {number}: {count} pictures"),
        "unsure": _("A person must look at these pairs:"),
        "gone": _("cannot be read any more"),
    }


def _pair_words(pair: Pair) -> str:
    told = [f"{pair.evidence.score:.2f}"]
    if pair.evidence.mirrored:
        told.append(_("mirrored"))
    if pair.evidence.negative:
        told.append(_("light and dark exchanged"))
    return ", ".join(told)


def _embedded(rgb: RGB8 | None) -> str | None:
    from PIL import Image

    if rgb is None:
        return None
    picture = Image.fromarray(rgb)
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


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
