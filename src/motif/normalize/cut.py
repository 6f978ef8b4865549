"""What a person says of the cut: the whole photo, or the cloth's corners. A text, so that it can be kept.

It is empty where the program finds the fields itself, ``"whole"``, or four corners as in
``"120,80 2900,95 2850,2100 160,2080"``, in pixels of the upright original.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from motif.errors import ParameterError
from motif.messages import N_

Cut = str
"""Empty, ``"whole"``, or four corners."""

WHOLE_PHOTO: Final = "whole"
_MOST_LETTERS: Final = 200


def cut_at(corners_px: Sequence[Sequence[float]]) -> Cut:
    """Spell corners as a cut.

    Examples
    --------
    >>> cut_at([(120, 80), (2900, 95.5), (2850, 2100), (160, 2080)])
    '120,80 2900,95.5 2850,2100 160,2080'
    """
    return " ".join(",".join(f"{value:.10g}" for value in corner) for corner in corners_px)


def clean_cut(text: str) -> Cut:
    """Check a cut, and spell it as it is kept.

    Parameters
    ----------
    text : str
        Corners may be separated by ``;``, too.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        If it is neither empty, nor "whole", nor four pairs of numbers.

    Examples
    --------
    >>> clean_cut("120,80; 2900,95; 2850,2100; 160,2080")
    '120,80 2900,95 2850,2100 160,2080'
    """
    if text in ("", WHOLE_PHOTO):
        return text
    corners = [_pair(pair) for pair in text.replace(";", " ").split()]
    cleaned = cut_at([corner for corner in corners if corner])
    if not len(corners) == sum(map(bool, corners)) == 4 or len(cleaned) > _MOST_LETTERS:
        message = N_("cut={text!r:.80}; expected 'whole' or four pairs of numbers", text=text)
        raise ParameterError(message, hint=N_("Give corners such as 120,80 2900,95 2850,2100 160,2080."))
    return cleaned


def corners_of(cut: Cut) -> tuple[tuple[float, ...], ...] | None:
    """Return the corners of a cut.

    Parameters
    ----------
    cut : str

    Returns
    -------
    tuple of 4 (x, y), pixels of the upright original, or None
        None where it gives none.

    Raises
    ------
    ParameterError
        If it is no cut.

    Examples
    --------
    >>> corners_of("0,0 9,0 9,9 0,9")[2], corners_of("whole")
    ((9.0, 9.0), None)
    """
    cleaned = clean_cut(cut)
    return None if cleaned in ("", WHOLE_PHOTO) else tuple(_pair(pair) for pair in cleaned.split())


def _pair(text: str) -> tuple[float, ...]:
    """Parse two finite numbers with a comma between them; empty if it is anything else."""
    try:
        numbers = tuple(map(float, text.split(",")))
    except ValueError:
        return ()
    return numbers if len(numbers) == 2 and all(map(math.isfinite, numbers)) else ()
