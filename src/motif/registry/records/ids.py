"""Entry ids: short, in the order of registration, safe to say over the phone.

An id is ``M-``, the entry's number with at least six digits, and a check digit after Damm [1]_,
which notices every single wrong digit and every swap of two neighbours.

References
----------
.. [1] Damm (2004). Total anti-symmetrische Quasigruppen. Dissertation, Philipps-Universität Marburg.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from motif.errors import EntryNotFoundError, ParameterError
from motif.messages import N_

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_DIGITS = 6
_LONGEST = 40
_MAX_NUMBER = 2**31 - 1
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def check_digit(digits: str) -> int:
    """Compute the Damm check digit of a row of decimal digits; leading zeros do not change it.

    Examples
    --------
    >>> check_digit("572"), check_digit("000572")
    (4, 4)
    """
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def format_id(number: int) -> str:
    """Spell an entry's number as its id.

    Parameters
    ----------
    number : int, 1 or more

    Returns
    -------
    str
        With a check digit.

    Examples
    --------
    >>> format_id(42), format_id(1_000_000)
    ('M-000042-7', 'M-1000000-4')
    """
    if not 1 <= number <= _MAX_NUMBER:
        raise ParameterError(N_("number={number}; expected 1 to {most}", number=number, most=_MAX_NUMBER))
    digits = f"{number:0{_DIGITS}}"
    return f"M-{digits}-{check_digit(digits)}"


def parse_id(text: str, *, letter: str = "M") -> int:
    """Read an id as people spell it: any case, with or without dashes, spaces and zeros.

    Parameters
    ----------
    text : str
    letter : str
        Of the kind of record that it is the id of; by default an entry's.

    Returns
    -------
    int, the entry's number

    Raises
    ------
    EntryNotFoundError
        If it cannot be an id; the hint tells a typing error from another form.

    Examples
    --------
    >>> parse_id("M-000042-7"), parse_id("m 42 7"), parse_id("M0000427")
    (42, 42, 42)
    >>> parse_id("M-000043-7")
    Traceback (most recent call last):
    motif.errors.EntryNotFoundError: M-000043-7 is not an entry's id: its check digit does not fit
    """
    groups = _digit_groups(text, letter)
    digits = "".join(groups)
    spelled_out = len(groups) > 1 and len(groups[-1]) == 1
    number = int(digits[:-1] or 0)
    if not (spelled_out or len(digits) > _DIGITS) or not 1 <= number <= _MAX_NUMBER:
        raise _formless(text, letter)
    if check_digit(digits) != 0:
        shown = f"{letter}-{number:0{_DIGITS}}-{digits[-1]}"
        hint = N_("There is a typing error in it: compare it with the sheet, digit by digit.")
        raise EntryNotFoundError(
            N_("{shown} is not an entry's id: its check digit does not fit", shown=shown), hint=hint
        )
    return number


def _formless(text: str, letter: str) -> EntryNotFoundError:
    hint = N_("Ids look like {letter}-000042-7: six digits or more, then a check digit.", letter=letter)
    return EntryNotFoundError(N_("{text!r:.60} is not an entry's id", text=text), hint=hint)


def _digit_groups(text: str, letter: str) -> list[str]:
    text = str(text)
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).upper().strip()
    plain = plain.removeprefix(letter).translate(_LOOKALIKES)
    groups = [group for group in re.split(r"[\s\-\u2010-\u2015_./]+", plain) if group]
    if not groups or len(text) > _LONGEST or not all(re.fullmatch(r"[0-9]+", group) for group in groups):
        raise _formless(text, letter)
    return groups


LETTERS: Final = {
    "M": "motif",
    "S": "specimen",
    "C": "capture",
    "P": "party",
    "B": "decision",
    "F": "filing",
    "Q": "check",
    "A": "alert",
    "T": "traits",
    "X": "mark",
    "D": "paper",
}
"""First letter of an id -> kind of record; M is an entry, and what is known of its design."""

_LETTER_OF = {kind: letter for letter, kind in LETTERS.items()}


def format_record_id(kind: str, number: int) -> str:
    """Spell the id of a record.

    Parameters
    ----------
    kind : str, such as ``"party"``
    number : int, 1 or more

    Returns
    -------
    str

    Examples
    --------
    >>> format_record_id("party", 42)
    'P-000042-7'
    """
    return _LETTER_OF[kind] + format_id(number)[1:]


def parse_record_id(text: str) -> tuple[str, int]:
    """Read an id as people spell it; one without a letter is an entry's.

    Parameters
    ----------
    text : str
        Any case; dashes, spaces and leading zeros may be missing.

    Returns
    -------
    letter : str
    number : int

    Examples
    --------
    >>> parse_record_id("p 42 7"), parse_record_id("m-000042-7"), parse_record_id("42-7")
    (('P', 42), ('M', 42), ('M', 42))
    """
    plain = text.strip().upper()
    letter = plain[:1]
    if letter not in LETTERS:
        return "M", parse_id(text)
    return letter, parse_id(plain, letter=letter)
