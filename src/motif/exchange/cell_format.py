"""What a spreadsheet shows of a cell, from its value and its number format; what depends on more is refused.

The syntax of number formats is that of ECMA-376, part 1, section 18.8.31.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from motif.errors import ParameterError
from motif.messages import N_

_GENERAL_MAX: Final = 11
"""Characters of a number, decimal point included, that the format General shows in full."""

_PIECE = re.compile(
    r"""
      "(?P<quoted>[^"]*)"            # text
    | \\(?P<escaped>.)               # one character of text
    | _(?P<padding>.)                # blank as wide as a character
    | \[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]
    | \[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\d+)\]
    | (?P<digits>[0#?][0#?.,]*|\.[0#?]+)
    | (?P<general>General)
    | (?P<date>AM/PM|A/P|[ymdhs]+(?:\.0+)?)
    | (?P<text>@)
    | (?P<plain>[-+$():!^&'~{}=<>%/,. ])
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    text: str


def shown_text(value: Any, number_format: str) -> str:
    """Return what is shown of a cell; a day as YYYY-MM-DD, or only its month or year if no more is shown.

    Parameters
    ----------
    value : str, bool, int, float, datetime, date, time or None
        As openpyxl reads it.
    number_format : str

    Returns
    -------
    str
        Of a number with the decimal point as ``.``

    Raises
    ------
    ParameterError
        If what is shown depends on the program's language or the column's width, or cannot be made out.

    Examples
    --------
    >>> from datetime import datetime
    >>> shown_text(datetime(2024, 5, 1), "mmm\\\\-yy"), shown_text(42, "000000"), shown_text(0.25, "0%")
    ('2024-05', '000042', '25%')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    sections = _sections(number_format)
    if isinstance(value, str):
        return _shown_string(value, sections)
    if isinstance(value, date):  # a datetime is one as well
        return _shown_day(value, _pieces(sections[0]))
    if isinstance(value, int | float):
        return _shown_number(value, sections)
    raise _refused(N_("a time without a day"))


def _sections(number_format: str) -> list[str]:
    """Split a format at the semicolons that are no text."""
    return re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+|(?<=;)(?=;|$)|^(?=;)', number_format or "General") or [
        "General"
    ]


def _pieces(section: str) -> list[_Piece]:
    pieces, place = [], 0
    while place < len(section):
        match = _PIECE.match(section, place)
        if match is None:
            raise _refused(N_("a number format that is not understood: {section!r:.60}", section=section))
        kind = match.lastgroup or "color"
        text = match[kind] if match.lastgroup else ""
        if kind in ("quoted", "escaped", "currency", "plain"):
            kind = "literal" if text != "%" or kind != "plain" else "percent"
        pieces.append(_Piece(kind, " " if kind == "padding" else text))
        place = match.end()
    return pieces


def _shown_string(value: str, sections: list[str]) -> str:
    section = sections[3] if len(sections) > 3 else sections[-1] if "@" in sections[-1] else "@"
    shown = ""
    for piece in _pieces(section):
        if piece.kind not in ("text", "literal", "padding", "color"):
            raise _refused(N_("a number format that is not understood: {section!r:.60}", section=section))
        shown += value if piece.kind == "text" else piece.text
    if value.strip() and not shown.strip():
        raise _refused(N_("a value that its number format hides"))
    return shown


def _shown_day(value: date, pieces: list[_Piece]) -> str:
    letters = "".join(piece.text.lower() for piece in pieces if piece.kind == "date")
    if any(piece.kind not in ("date", "literal", "padding", "color", "text") for piece in pieces):
        raise _refused(N_("a date beside a number"))
    # "m" stands for minutes beside hours or seconds only, and for the month otherwise
    timed = "h" in letters or "s" in letters
    without_minutes = re.sub(r"(?<=h)m+|m+(?=s)", "", re.sub(r"am/pm|a/p", "", letters))
    day_runs = [
        run for piece in pieces if piece.kind == "date" for run in re.findall("d+", piece.text.lower())
    ]
    has_day = any(len(run) <= len("dd") for run in day_runs)  # longer ones are names of weekdays
    has_month, has_year = "m" in without_minutes, "y" in letters
    if isinstance(value, datetime) and value < datetime(1900, 3, 1):
        raise _refused(N_("a day before March 1900, where programs count differently"))
    if not has_year or (has_day and not has_month):
        raise _refused(N_("a date of which the year or month is not shown"))
    moment = value.time() if isinstance(value, datetime) else time()
    if not has_day:
        if timed:
            raise _refused(N_("a time without a day"))
        return f"{value:%Y-%m}" if has_month else f"{value:%Y}"
    if not timed or moment == time():
        return value.isoformat()[:10]
    return (
        f"{value.isoformat()[:10]} {moment:%H:%M:%S}"
        if "s" in letters
        else f"{value.isoformat()[:10]} {moment:%H:%M}"
    )


def _shown_number(value: float, sections: list[str]) -> str:
    negative = value < 0
    own = negative and len(sections) > 1 and sections[1] != "@"
    section = sections[1] if own else sections[2] if value == 0 and len(sections) > 2 else sections[0]
    if re.search(r"\[[<>=]", "".join(sections)):
        raise _refused(N_("a number format with conditions"))
    shown, written = "", False
    pieces = _pieces(section)
    percents = sum(piece.kind == "percent" for piece in pieces)
    amount = abs(Decimal(f"{value:.15g}")) * 100**percents  # spreadsheets show at most 15 digits
    if any(piece.kind == "date" for piece in pieces):
        raise _refused(N_("a date that is none"))
    for piece in pieces:
        if piece.kind in ("digits", "general", "text"):
            if written:
                raise _refused(N_("a number format that is not understood: {section!r:.60}", section=section))
            written = True
            shown += _digits(amount, piece.text) if piece.kind == "digits" else _general(amount)
        else:
            shown += "%" if piece.kind == "percent" else piece.text
    if not written:
        raise _refused(N_("a value that its number format hides"))
    zero = not shown.strip("0., %")
    return shown if not negative or own or zero else f"-{shown}"


def _general(amount: Decimal) -> str:
    text = f"{amount.normalize():f}"
    if len(text) > _GENERAL_MAX:
        raise _refused(N_("a number that is shown rounded, or as a power of ten"))
    return text


def _digits(amount: Decimal, pattern: str) -> str:
    whole, point, fraction = pattern.partition(".")
    if "?" in pattern or whole.endswith(",") or not re.fullmatch("[0#]*", fraction):
        raise _refused(N_("a number format that is not understood: {section!r:.60}", section=pattern))
    rounded = amount.quantize(Decimal(1).scaleb(-len(fraction)), rounding=ROUND_HALF_UP)
    if "," in whole and (rounded >= 1000 or whole.count("0") > 3):
        raise _refused(N_("a number with thousands marks, which depend on the program's language"))
    left, _, right = f"{rounded:f}".partition(".")
    left = left.lstrip("0").rjust(whole.count("0"), "0")
    right = right[: fraction.count("0")] + right[fraction.count("0") :].rstrip("0")
    return left + (point + right if point else "")


def _refused(what: str) -> ParameterError:
    return ParameterError(
        N_("it holds {what}", what=what), hint=N_("Format the cell as text, and type what it should show.")
    )
