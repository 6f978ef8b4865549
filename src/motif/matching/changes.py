"""How a reused design was changed, in words: turned, mirrored, larger, re-dyed, dark for light."""

from __future__ import annotations

from typing import Final

from motif.messages import _, current_language

_LEAST_TURN_DEG: Final = 10
"""A smaller turn is how somebody held the camera."""
_TURN_STEP_DEG: Final = 5
_LEAST_TIMES: Final = 1.15
"""A smaller change of size is how far away somebody stood."""


def change_words(
    *,
    turn_deg: float | None,
    mirrored: bool,
    scale: float | None,
    other_dye: bool = False,
    negative: bool,
    language: str | None = None,
) -> tuple[str, ...]:
    """Say how the query differs from the registered design, one phrase for each change.

    Parameters
    ----------
    turn_deg : float or None
        Turn from query to registered swatch, clockwise, as ``Evidence.turn_deg``; the words tell the
        query's own turn, the other way round, before any mirroring.
    mirrored : bool
    scale : float or None
        As ``Evidence.scale``. Swatches have one size, so a drawing is larger in the picture, whatever its
        size on the cloth.
    other_dye, negative : bool
    language : "en" or "id", optional

    Examples
    --------
    >>> change_words(turn_deg=-91, mirrored=True, scale=0.7, other_dye=True, negative=True, language="en")
    ('turned clockwise by 90°', 'mirrored', '1.4 times larger', 'other dye', 'dark for light')
    """
    phrases = [_turn(turn_deg, language)]
    if mirrored:
        phrases.append(_("mirrored", language))
    phrases.append(_size(scale, language))
    if other_dye:
        phrases.append(_("other dye", language))
    if negative:
        phrases.append(_("dark for light", language))
    return tuple(phrase for phrase in phrases if phrase)


def _turn(turn_deg: float | None, language: str | None) -> str:
    if turn_deg is None or abs(turn_deg) < _LEAST_TURN_DEG:
        return ""
    degrees = _TURN_STEP_DEG * round(abs(turn_deg) / _TURN_STEP_DEG)
    if degrees == 180:
        return _("turned by 180°", language)
    clockwise = _("turned clockwise by {degrees}°", language)
    anticlockwise = _("turned anticlockwise by {degrees}°", language)
    return (clockwise if turn_deg < 0 else anticlockwise).format(degrees=degrees)


def _size(scale: float | None, language: str | None) -> str:
    if scale is None or 1 / _LEAST_TIMES < scale < _LEAST_TIMES:
        return ""
    larger, smaller = _("{times} times larger", language), _("{times} times smaller", language)
    times = f"{max(scale, 1 / scale):.1f}"
    if (language or current_language()) == "id":
        times = times.replace(".", ",")
    return (larger if scale < 1 else smaller).format(times=times)
