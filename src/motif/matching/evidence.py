"""Evidence that one design reuses another, as ``check`` and ``compare`` return it: data and words."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final, Literal

import numpy as np

from motif.matching.parts import CoincidingParts, Polygon, coinciding_parts, whole
from motif.matching.score import Verdict
from motif.messages import LANGUAGES, N_, _, current_language

Basis = Literal["file", "hash", "keypoints", "strokes", "label", "ground", "votes", "none"]

_WHOLE: tuple[Basis, ...] = ("file", "hash")
"""With these bases the whole picture coincides, not parts of it."""

_BASIS: dict[Basis, str] = {
    "file": N_("The two are the same file"),
    "hash": N_("The two are nearly the same picture"),
    "keypoints": N_("The drawing coincides in {places} places"),
    "strokes": N_("The lines coincide in {places} places, whatever is dark or light"),
    "label": N_("What coincides is a label, not the cloth"),
    "ground": N_("What coincides is a plain ground, which is nobody's"),
    "votes": N_("Parts are alike, but no drawing coincides"),
    "none": N_("Nothing coincides"),
}

_BASIS_OF_ONE_PLACE: dict[Basis, str] = {
    "keypoints": N_("The drawing coincides in 1 place"),
    "strokes": N_("The lines coincide in 1 place, whatever is dark or light"),
}

_CHECKED: Final = N_("the checked photo"), N_("picture {number} of the checked photo")
_REGISTERED: Final = N_("the registered one"), N_("picture {number} of the registered one")

_LEAST_TURN_DEG: Final = 10
"""A smaller turn is due to how the camera was held."""
_TURN_STEP_DEG: Final = 5
_LEAST_TIMES: Final = 1.15
"""A smaller change of size is due to the distance of the camera."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence that one design reuses another.

    Parameters
    ----------
    score : float, range 0..1
        On one scale for all queries; larger is closer.
    verdict : "clear", "review" or "conflict"
        The score compared with the profile's thresholds.
    basis : "file", "hash", "keypoints", "strokes", "label", "ground", "votes" or "none"
        What the score rests on: the same bytes, nearly the same picture, coinciding keypoints, coinciding
        strokes regardless of tones; or what is no indication: a label, logo or watermark that coincides while
        the cloth does not, a plain ground such as gingham, or similar keypoints that do not coincide. The
        transform and the points of a label or a ground are its own.
    mirrored, negative : bool
        How the query was changed so that it coincides.
    transform : tuple of 9 floats, row by row, or None
        Homography from query swatch pixels to registered swatch pixels; a mirrored query's
        includes the mirroring.
    points : tuple of (x, y, x', y'), swatch pixels
        Inliers: where a place of the query lies on the registered photo.
    cells : int
        Distinct 8-px cells that the inliers cover.
    rarity : float, range 0..1
        Mean similarity of what coincides, above that of unrelated designs; near 0 for common ornaments.
    false_alarm_rate : float or None, range 0..1
        Share of new designs whose best match in a registry has this score or more; None where the
        score does not rest on coinciding keypoints or strokes.
    query_px, registered_px : (width, height), pixels
        Sizes of the two swatches; (0, 0) where they are not known.
    query_field, registered_field : int
        Which of the photos' fields the evidence is of, from 0, in the order of ``normalize_fields``.
    query_picture, registered_picture : int or None
        Which of the pictures that a photo shows, from 0; None where it shows one.
    too_little : bool
        Whether a picture shows too few drops, lines or ornaments, so that "clear" says nothing.
    """

    score: float
    verdict: Verdict
    basis: Basis
    mirrored: bool = False
    negative: bool = False
    transform: tuple[float, ...] | None = None
    points: tuple[tuple[float, float, float, float], ...] = ()
    cells: int = 0
    rarity: float = 0.0
    false_alarm_rate: float | None = None
    query_px: tuple[int, int] = (0, 0)
    registered_px: tuple[int, int] = (0, 0)
    query_field: int = 0
    registered_field: int = 0
    query_picture: int | None = None
    registered_picture: int | None = None
    too_little: bool = False

    @property
    def scale(self) -> float | None:
        """How many times larger the drawing is on the registered swatch; None without a transform."""
        linear = self._linear()
        return None if linear is None else float(np.sqrt(abs(np.linalg.det(linear))))

    @property
    def turn_deg(self) -> float | None:
        """Turn from query to registered photo, clockwise on screen, -180..180, after any mirroring."""
        linear = self._linear()
        if linear is None:
            return None
        straight = linear @ np.diag([-1.0, 1.0]) if self.mirrored else linear
        turn = np.arctan2(straight[1, 0] - straight[0, 1], straight[0, 0] + straight[1, 1])
        return float(np.rad2deg(turn))

    @property
    def query_outline(self) -> tuple[Polygon, ...]:
        """Outlines of the parts that coincide, on the query's swatch, in pixels."""
        return self._parts().query

    @property
    def registered_outline(self) -> tuple[Polygon, ...]:
        """The same parts in the same order on the registered swatch, in pixels."""
        return self._parts().registered

    @property
    def query_share(self) -> float:
        """Share of the query's swatch inside the outlines, 0..1."""
        return self._parts().query_share

    @property
    def registered_share(self) -> float:
        """Share of the registered swatch inside the outlines, 0..1."""
        return self._parts().registered_share

    def changes(self, language: str | None = None, *, other_dye: bool = False) -> tuple[str, ...]:
        """Describe how the query differs, by default in the language in use.

        Examples
        --------
        >>> quarter = (0.0, 1.4, 0.0, -1.4, 0.0, 600.0, 0.0, 0.0, 1.0)
        >>> evidence = Evidence(score=0.9, verdict="conflict", basis="keypoints", transform=quarter)
        >>> evidence.changes("en")
        ('turned clockwise by 90°', '1.4 times smaller')
        >>> evidence.changes("id")
        ('diputar 90° searah jarum jam', '1,4 kali lebih kecil')
        """
        return change_words(
            turn_deg=self.turn_deg,
            mirrored=self.mirrored,
            scale=self.scale,
            other_dye=other_dye,
            negative=self.negative,
            language=language,
        )

    def sentence(self, language: str | None = None, *, other_dye: bool = False) -> str:
        """Describe what coincides, its share of both photos, and how the query differs there.

        Parameters
        ----------
        language : "en" or "id", optional
            By default the language in use.
        other_dye : bool
            Whether the dyes differ, which only pixels show; see ``motif.explain``.

        Returns
        -------
        str
            A sentence with its full stop.

        Examples
        --------
        >>> corners = ((9.0, 9.0, 9.0, 9.0), (90.0, 9.0, 90.0, 9.0), (90.0, 90.0, 90.0, 90.0))
        >>> evidence = Evidence(score=0.9, verdict="conflict", basis="keypoints", points=corners,
        ...                     query_px=(100, 100), registered_px=(100, 100))
        >>> print(evidence.sentence("en"))
        The drawing coincides in 3 places (52 % of the checked photo, 52 % of the registered one).
        """
        text = _BASIS[self.basis]
        if len(self.points) == 1:
            text = _BASIS_OF_ONE_PLACE.get(self.basis, text)
        finding = _(text, language).format(places=len(self.points))
        if self.basis in ("keypoints", "strokes"):
            of_both = _("{query_share} of {query}, {registered_share} of {registered}", language)
            shares = of_both.format(
                query=_side(_CHECKED, self.query_picture, language),
                query_share=f"{100 * self.query_share:.0f} %",
                registered=_side(_REGISTERED, self.registered_picture, language),
                registered_share=f"{100 * self.registered_share:.0f} %",
            )
            finding += f" ({shares})"
        elif self.basis == "hash" and (self.query_picture, self.registered_picture) != (None, None):
            query = _side(_CHECKED, self.query_picture, language)
            finding += f" ({query}, {_side(_REGISTERED, self.registered_picture, language)})"
        changes = self.changes(language, other_dye=other_dye)
        return f"{finding}: {', '.join(changes)}." if changes else f"{finding}."

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as JSON-ready values."""
        return {
            "score": round(self.score, 6),
            "verdict": self.verdict,
            "basis": self.basis,
            "too_little": self.too_little,
            "mirrored": self.mirrored,
            "negative": self.negative,
            "transform": None if self.transform is None else list(self.transform),
            "scale": self.scale,
            "turn_deg": self.turn_deg,
            "sentence": {language: self.sentence(language) for language in LANGUAGES},
            "query_px": list(self.query_px),
            "registered_px": list(self.registered_px),
            "query_field": self.query_field,
            "registered_field": self.registered_field,
            "query_picture": self.query_picture,
            "registered_picture": self.registered_picture,
            "query_outline": _plain(self.query_outline),
            "registered_outline": _plain(self.registered_outline),
            "query_share": self.query_share,
            "registered_share": self.registered_share,
            "cells": self.cells,
            "inliers": len(self.points),
            "rarity": round(self.rarity, 4),
            "false_alarm_rate": None if self.false_alarm_rate is None else round(self.false_alarm_rate, 5),
            "points": [list(point) for point in self.points],
        }

    @classmethod
    def from_json(cls, value: Any) -> Evidence:
        """Read what ``to_json`` made; score, rarity and rate of false alarms are as precise as it wrote them.

        Parameters
        ----------
        value : mapping

        Returns
        -------
        Evidence
        """
        given = {each.name: value[each.name] for each in fields(cls)}
        given["points"] = tuple(tuple(point) for point in given["points"])
        given["transform"] = None if given["transform"] is None else tuple(given["transform"])
        for name in ("query_px", "registered_px"):
            given[name] = tuple(given[name])
        return cls(**given)

    def _parts(self) -> CoincidingParts:
        if self.basis in _WHOLE:
            query, registered = whole(self.query_px), whole(self.registered_px)
            return CoincidingParts(query=query, registered=registered, query_share=1.0, registered_share=1.0)
        return coinciding_parts(self.points, self.query_px, self.registered_px)

    def _linear(self) -> np.ndarray[Any, np.dtype[np.float64]] | None:
        return None if self.transform is None else np.reshape(self.transform, (3, 3))[:2, :2]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """What a search found: one photo of the index, with the evidence that the query reuses it.

    Parameters
    ----------
    key : int
        Of the photo, as it was added to the index.
    evidence : Evidence
    """

    key: int
    evidence: Evidence


def change_words(
    *,
    turn_deg: float | None,
    mirrored: bool,
    scale: float | None,
    other_dye: bool = False,
    negative: bool,
    language: str | None = None,
) -> tuple[str, ...]:
    """Describe how the query differs from the registered design, one phrase for each change.

    Parameters
    ----------
    turn_deg : float or None
        Turn from query to registered swatch, clockwise, as ``Evidence.turn_deg``; the words describe
        the query's own turn, the other way round, before any mirroring.
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
    phrases = (
        _turn(turn_deg, language),
        mirrored and _("mirrored", language),
        _size(scale, language),
        other_dye and _("other dye", language),
        negative and _("dark for light", language),
    )
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


def _side(words: tuple[str, str], picture: int | None, language: str | None) -> str:
    """Name a photo, or one of the pictures that it shows, counted from 1."""
    whole, part = words
    return _(whole, language) if picture is None else _(part, language).format(number=picture + 1)


def _plain(outlines: tuple[Polygon, ...]) -> list[list[list[float]]]:
    return [[list(corner) for corner in outline] for outline in outlines]
