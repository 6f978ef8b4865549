"""What the commands about many photos say: progress, speed, errors, and the duplicates among them."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from motif.messages import N_, _, current_language
from motif.report.text import count, error_text, printable, table

if TYPE_CHECKING:
    from motif.arrays import RGB8
    from motif.batch.duplicates import Duplicates, Pair


THUMBNAIL_PX: Final = 240
_PICTURE, _ERROR = N_("picture"), N_("error")


def batch_text(photos: int, errors: int, unchanged: int = 0) -> str:
    """Sum up a batch.

    Parameters
    ----------
    photos, errors : int
    unchanged : int
        Photos that an earlier run had done already.

    Returns
    -------
    str

    Examples
    --------
    >>> batch_text(12, 1)
    '12 pictures, 1 error'
    >>> batch_text(12, 1, 8)
    '12 pictures, 1 error, 8 done before'
    """
    counts = f"{count(photos, _PICTURE)}, {count(errors, _ERROR)}"
    done_before = _("{count} done before").format(count=unchanged)
    return f"{counts}, {done_before}" if unchanged else counts


def passed_over_text(number: int, names: Sequence[str]) -> str:
    """Say which files and pages of the sources were not taken.

    Parameters
    ----------
    number : int
    names : sequence of str
        The first of them.

    Returns
    -------
    str

    Examples
    --------
    >>> passed_over_text(3, ["photos/notes.txt", "photos/Thumbs.db"])
    'Passed over (3): photos/notes.txt, photos/Thumbs.db, …'
    """
    listed = ", ".join([*(printable(name) for name in names), *(["…"] if number > len(names) else [])])
    return _("Passed over ({number}): {names}").format(number=number, names=listed)


def progress_text(photos: int, total: int | None, errors: int) -> str:
    """Say how far a batch is.

    Parameters
    ----------
    photos : int
        Photos done.
    total : int or None
        All photos; None while they are being counted.
    errors : int

    Returns
    -------
    str

    Examples
    --------
    >>> progress_text(120, 4000, 2)
    '120 of 4000 pictures, 2 errors'
    >>> progress_text(120, None, 0)
    '120 pictures, 0 errors'
    """
    progress = count(photos, _PICTURE)
    if total is not None:
        progress = _("{done} of {total}").format(done=photos, total=count(total, _PICTURE))
    return f"{progress}, {count(errors, _ERROR)}"


def speed_text(photos_per_s: float, bytes_per_s: float, left_s: float | None) -> str:
    """Say how fast a batch is, and how much longer it takes.

    Parameters
    ----------
    photos_per_s : float, photos per second
    bytes_per_s : float, bytes per second
    left_s : float or None, seconds
        Time left; None where it is not known.

    Returns
    -------
    str

    Examples
    --------
    >>> speed_text(12.34, 45_600_000, 4000)
    '12.3 pictures/s, 45.6 MB/s, 1:06:40 left'
    >>> speed_text(0.5, 0, None)
    '0.5 pictures/s, 0.0 MB/s'
    """
    speed = _("{pictures:.1f} pictures/s, {megabytes:.1f} MB/s").format(
        pictures=photos_per_s, megabytes=bytes_per_s / 1e6
    )
    if left_s is None:
        return speed
    left = _("{time} left").format(time=timedelta(seconds=round(left_s)))
    return f"{speed}, {left}"


def photo_error_text(path: str, message: str, hint: str = "") -> str:
    """Say what is wrong with one of several photos; its path is named once, even if the message begins so.

    Parameters
    ----------
    path : str
    message, hint : str
        In English; both are translated.

    Returns
    -------
    str
        One or two lines.

    Examples
    --------
    >>> print(photo_error_text("turi.jpg", "photo is blank"))
    Error: turi.jpg: photo is blank
    >>> print(photo_error_text("turi.jpg", "'turi.jpg' is a folder; expected a picture file"))
    Error: 'turi.jpg' is a folder; expected a picture file
    """
    return error_text(message if message.startswith(repr(path)) else f"{path}: {_(message)}", hint)


def duplicates_text(duplicates: Duplicates, *, width: int) -> str:
    """Write groups of duplicates as a table, and uncertain pairs as a second one.

    Parameters
    ----------
    duplicates : Duplicates
    width : int, character cells

    Returns
    -------
    str
        A headline, then the tables.
    """
    parts = [_headline(duplicates)]
    if duplicates.groups:
        rows = [
            [str(number) if path == group[0] else "", printable(path)]
            for number, group in enumerate(duplicates.groups, 1)
            for path in group
        ]
        parts.append(table([_("group"), _("picture")], rows, width=width))
    if duplicates.unsure:
        rows = [
            [f"{pair.evidence.score:.2f}", printable(pair.first), printable(pair.second)]
            for pair in duplicates.unsure
        ]
        parts.append(_("A person must look at these pairs:"))
        parts.append(table([_("score"), _("picture"), _("and")], rows, width=width))
    return "\n\n".join(parts)


def contact_sheet(duplicates: Duplicates, thumbnail: Callable[[str], RGB8 | None]) -> Iterable[str]:
    """Write an HTML page that holds everything it shows, a piece at a time.

    Parameters
    ----------
    duplicates : Duplicates
    thumbnail : callable, path -> RGB8 or None
        The picture, small; None if it can no longer be read.

    Returns
    -------
    iterable of str
        Pieces of the page.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("motif.report", "templates"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("contact_sheet.html").generate(
        duplicates=duplicates,
        headline=_headline(duplicates),
        language=current_language(),
        words={
            "title": _("The same design several times"),
            "note": _("The program reports indications. People decide."),
            "group": _("Group {number}: {count} pictures"),
            "unsure": _("A person must look at these pairs:"),
            "gone": _("can no longer be read"),
        },
        name=lambda path: printable(Path(path).name),
        shown=printable,
        pair_words=_pair_words,
        picture=lambda path: _data_uri(thumbnail(path)),
    )


def _headline(duplicates: Duplicates) -> str:
    """Sum up in one sentence."""
    if not duplicates.groups and not duplicates.unsure:
        sentence = _("{pictures}; no design was found twice.")
    else:
        sentence = _("{pictures}; {groups}, each apparently of one design; {pairs}.")
    return sentence.format(
        pictures=count(duplicates.pictures, _PICTURE),
        groups=count(len(duplicates.groups), N_("group")),
        pairs=count(len(duplicates.unsure), N_("unsure pair")),
    )


def _pair_words(pair: Pair) -> str:
    words = [f"{pair.evidence.score:.2f}"]
    if pair.evidence.mirrored:
        words.append(_("mirrored"))
    if pair.evidence.negative:
        words.append(_("light and dark exchanged"))
    return ", ".join(words)


def _data_uri(rgb: RGB8 | None) -> str | None:
    from PIL import Image

    if rgb is None:
        return None
    picture, file = Image.fromarray(rgb), io.BytesIO()
    picture.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    picture.save(file, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
