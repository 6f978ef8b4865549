"""CSV as spreadsheet programs and shells write it: encodings, their marks, separators, first lines."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final, TextIO

from motif.errors import ParameterError
from motif.messages import N_

HEADINGS_MAX: Final = 200_000
"""Most characters of the row of headings."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = ",;\t|"
_SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)


def marked_encoding(start: bytes) -> str:
    """Return the encoding that the byte order mark at the start of a text says; empty if there is no mark.

    Parameters
    ----------
    start : bytes
        At least the first three of the text, or all of it.

    Returns
    -------
    str

    Examples
    --------
    >>> marked_encoding("Judul".encode("utf-8-sig")), marked_encoding(b"Judul")
    ('utf-8-sig', '')
    """
    return next((name for mark, name in _MARKS if start.startswith(mark)), "")


def read_csv(path: Path, *, encoding: str = "", errors: str = "strict") -> Iterator[list[str]]:
    """Yield the rows of a CSV file, the headings first; a blank line is an empty row.

    Parameters
    ----------
    path : Path
        With commas, semicolons, tabs or bars between the cells: those that the headings hold most of, or what
        a first line ``sep=;`` says. A first line ``#TYPE …``, as PowerShell writes it, is passed over.
    encoding : str
        By default UTF-8; a byte order mark is believed in any case.
    errors : "strict" or "surrogateescape"
        What becomes of bytes that are not in the encoding.

    Yields
    ------
    list of str
        The cells as they are, none of them with a NUL.

    Raises
    ------
    ParameterError
        If it is not in the encoding, holds NULs, is no CSV, or its separator cannot be made out.
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "list.csv")
    >>> _ = path.write_bytes(b"sep=;\\r\\nJudul;Foto\\r\\n\\"Turi; putih\\";1.jpg\\r\\n")
    >>> list(read_csv(path))
    [['Judul', 'Foto'], ['Turi; putih', '1.jpg']]
    """
    with path.open("rb") as binary:
        marked = marked_encoding(binary.read(4))
    encoding = marked or encoding or "utf-8"
    try:
        with path.open(encoding=encoding, errors="strict" if marked else errors, newline="") as file:
            separator, head = _beginning(file, path.name)
            for cells in csv.reader(chain([head] if head else [], file), delimiter=separator, strict=True):
                if any("\0" in cell for cell in cells):
                    raise _with_nul(path.name)
                yield cells
    except (UnicodeError, LookupError) as error:
        reason = getattr(error, "reason", error)
        message = N_(
            "{name} is not in {encoding}: {reason}", name=path.name, encoding=encoding.upper(), reason=reason
        )
        hint = N_("Save it as CSV UTF-8. If Excel saved it as plain CSV, say so: --encoding cp1252.")
        raise ParameterError(message, hint=hint) from error
    except csv.Error as error:
        raise ParameterError(
            N_("{name} is not a CSV file: {error}", name=path.name, error=error),
            hint=N_("Save it again as CSV UTF-8."),
        ) from error


def _beginning(file: TextIO, name: str) -> tuple[str, str]:
    """Return the separator, and what was read of the file that is to be read as rows."""
    line = file.readline(HEADINGS_MAX)
    if line.startswith("#TYPE "):
        line = file.readline(HEADINGS_MAX)
    if stated := _SEP_LINE.fullmatch(line):
        return stated[1], ""
    while line.count('"') % 2 and len(line) < HEADINGS_MAX and (more := file.readline(HEADINGS_MAX)):
        line += more  # a heading with line breaks in it
    if "\0" in line:
        raise _with_nul(name)
    bare = re.sub(r'"[^"]*"', "", line)
    counts = sorted(((bare.count(sign), sign) for sign in _SEPARATORS), reverse=True)
    (most, separator), (second, other) = counts[:2]
    if most and most == second:
        values = {"name": name, "first": separator, "second": other}
        message = N_("{name}: its headings hold as many {first!r} as {second!r}", **values)
        raise ParameterError(message, hint=N_("Write the separator into a line before them, as sep=;"))
    return (separator if most else ","), line


def _with_nul(name: str) -> ParameterError:
    message = N_("{name} holds NUL characters, as UTF-16 without its mark does", name=name)
    return ParameterError(message, hint=N_("Save it as CSV UTF-8."))
