"""What is measured of a motif: repeat, symmetry, colours, texture, drops, fillers, and a suggested family.

``describe`` measures a photo; ``Description`` holds the measurements and converts them to and from JSON.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, asdict, dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from motif.arrays import RGB8
from motif.errors import ParameterError
from motif.features.drawing import LONG_EDGE_PX, Drawing, find_drawing
from motif.features.family import FamilySuggestion, family_figures, suggest_family
from motif.features.frieze import find_frieze
from motif.features.isen import IsenMap, IsenSuggestion, find_isen
from motif.features.palette import Palette, find_palette
from motif.features.repeat import FoundRepeat, Repeat, find_repeat, unit_picture
from motif.features.scatter import Scatter, find_scatter
from motif.features.spots import Spots, find_spots
from motif.features.symmetry import Symmetry, find_symmetry
from motif.features.texture import Texture, find_texture, texture_distance
from motif.messages import N_
from motif.photo.photo import Photo, decoded_photo
from motif.photo.source import PhotoSource

FORMAT: Final = 1
"""Number of the JSON form."""
MEASURING: Final = 1
"""Version of the measurements. It rises when a photo gets different figures: a changed algorithm,
threshold or table. Figures of different versions are not compared."""
DECODED_LONG_EDGE_PX: Final = 640
"""A JPEG given as path or bytes is decoded at the smallest scale that keeps this many pixels."""
_BUILD: Final = 0.8
"""Weight of repeat and symmetry beside texture, set by hand; benchmarks/style.py measures it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What was measured on one photo. Suggestions are marked as such; a person decides what is right.

    Parameters
    ----------
    repeat : Repeat
    symmetry : Symmetry
        Wallpaper groups where two vectors repeat, frieze groups where one does, else empty.
    palette : Palette
    texture : Texture
    scatter : Scatter
    isen : tuple of IsenSuggestion
    family : FamilySuggestion
    width_px, height_px : int, pixels
        Of the original picture, in which places and lengths are given.
    source_sha256 : str
        Of the photo's file.
    measuring : int or None
        ``MEASURING`` of the program that measured; None where a stored description does not state it.
    """

    repeat: Repeat
    symmetry: Symmetry
    palette: Palette
    texture: Texture
    scatter: Scatter
    isen: tuple[IsenSuggestion, ...] = ()
    family: FamilySuggestion = field(default_factory=FamilySuggestion)
    width_px: int
    height_px: int
    source_sha256: str
    measuring: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"format": FORMAT, **_plain(asdict(self))}

    @classmethod
    def from_json(cls, value: Any) -> Description:
        """Read the result of ``to_json``; unknown fields are ignored.

        Raises
        ------
        ParameterError
            If the format is another, or a field is missing or of another type.
        """
        number = value.get("format") if isinstance(value, dict) else type(value).__name__
        if number != FORMAT:
            hint = N_("Describe the photo again.")
            raise ParameterError(f"description format {number!r}; expected {FORMAT}", hint=hint)
        try:
            description: Description = _read(cls, value)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ParameterError(f"description lacks or garbles a field: {error}") from error
        return description


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Described:
    """A description with the pictures that show it. Only the description is ever stored.

    Parameters
    ----------
    description : Description
    drawing : Drawing
    found : FoundRepeat
    spots : Spots
    isen : IsenMap
    """

    description: Description
    drawing: Drawing = field(repr=False)
    found: FoundRepeat = field(repr=False)
    spots: Spots = field(repr=False)
    isen: IsenMap = field(repr=False)

    def unit_picture(self) -> RGB8 | None:
        """Return one repeat, averaged over all that show, or None."""
        return unit_picture(self.drawing, self.found)


def describe(source: Photo | PhotoSource) -> Description:
    """Describe the motif on a photo.

    Parameters
    ----------
    source : Photo, path, bytes or ndarray
        A big JPEG given as path or bytes is decoded at reduced scale; lengths are those of the original
        in any case.

    Returns
    -------
    Description

    Raises
    ------
    PhotoError
        If the photo cannot be used; says why and what to do.

    Examples
    --------
    >>> tile = np.full((40, 50, 3), (240, 225, 180), np.uint8)
    >>> tile[8:20, 5:14] = tile[8:13, 5:30] = (90, 50, 25)
    >>> description = describe(np.tile(tile, (5, 6, 1)))
    >>> [tuple(round(abs(c)) for c in vector) for vector in description.repeat.vectors_px]
    [(0, 40), (50, 0)]
    >>> description.symmetry.best, description.palette.ground.name_en
    ('p1', 'ivory')
    >>> Description.from_json(description.to_json()) == description
    True
    """
    return describe_fully(source).description


def describe_fully(source: Photo | PhotoSource) -> Described:
    """Describe the motif on a photo, and keep the pictures and maps that show it; see ``describe``.

    Parameters
    ----------
    source : Photo, path, bytes or ndarray

    Returns
    -------
    Described
        The description, with the drawing and maps on which it was measured.
    """
    photo = decoded_photo(source, long_edge_px=DECODED_LONG_EDGE_PX)
    drawing = find_drawing(photo.rgb, width_px=photo.width_px, long_edge_px=LONG_EDGE_PX)
    found, spots = find_repeat(drawing), find_spots(drawing.values)
    palette, isen = find_palette(photo.rgb), find_isen(drawing, spots)
    symmetry = _in_original(_symmetry(drawing, found), drawing)
    texture = find_texture(drawing, dots=int(spots.round_dots().sum()))
    scatter = find_scatter(drawing, spots, palette, found.repeat)
    suggestions = isen.suggestions()
    figures = family_figures(texture, found.repeat, symmetry, scatter, suggestions)
    description = Description(
        repeat=found.repeat,
        symmetry=symmetry,
        palette=palette,
        texture=texture,
        scatter=scatter,
        isen=suggestions,
        family=suggest_family(figures),
        width_px=photo.width_px,
        height_px=photo.height_px,
        source_sha256=photo.sha256,
        measuring=MEASURING,
    )
    return Described(description=description, drawing=drawing, found=found, spots=spots, isen=isen)


def design_distance(first: Description, second: Description) -> float:
    """Measure how differently two motifs are built, regardless of dyes: repeat, symmetry and texture.

    For searching and sorting records. A small distance is no evidence that two cloths share a design.

    Returns
    -------
    float, >= 0
        Smaller is closer.

    Examples
    --------
    >>> tile = np.kron(np.eye(4), np.ones((8, 9))).astype(np.uint8) * 200
    >>> description = describe(np.tile(tile, (5, 5)))
    >>> design_distance(description, description)
    0.0
    """
    distances = [_repeat_distance(first.repeat, second.repeat)]
    if first.symmetry.ranked and second.symmetry.ranked:
        # Where too few repeats are visible to judge symmetry, it is unknown rather than different.
        distances.append(_symmetry_distance(first.symmetry, second.symmetry))
    texture = texture_distance(first.texture, second.texture)
    return round(texture + _BUILD * sum(distances) / len(distances), 6)


def _symmetry(drawing: Drawing, found: FoundRepeat) -> Symmetry:
    if found.tile is not None:
        return find_symmetry(found.tile, found.lattice.vectors)
    if len(found.lattice.vectors) == 1:
        return find_frieze(drawing.values, found.lattice.vectors[0])
    return Symmetry()


def _in_original(symmetry: Symmetry, drawing: Drawing) -> Symmetry:
    """Take centres and axes from the drawing's pixels to those of the original picture."""

    def moved(point: tuple[float, float]) -> tuple[float, float]:
        x, y = drawing.to_original(*point)
        return round(x, 2), round(y, 2)

    return replace(
        symmetry,
        centres=tuple(replace(centre, at=moved(centre.at)) for centre in symmetry.centres),
        axes=tuple(replace(axis, through=moved(axis.through)) for axis in symmetry.axes),
    )


def _repeat_distance(first: Repeat, second: Repeat) -> float:
    """Compare shapes of cells, whatever their sizes: 0 alike, 1 where one repeats and the other does not."""
    if len(first.vectors_px) != len(second.vectors_px):
        return 1.0
    if len(first.vectors_px) < 2:
        return 0.0
    shapes = []
    for repeat in (first, second):
        a, b = np.array(repeat.vectors_px)
        short, long = sorted((float(np.hypot(*a)), float(np.hypot(*b))))
        shapes.append((np.log(long / short), abs(float(a @ b)) / (short * long)))
    return float(min(1.0, np.abs(np.subtract(shapes[0], shapes[1])).sum()))


def _symmetry_distance(first: Symmetry, second: Symmetry) -> float:
    """Half the sum of differences of scores: 0 alike, 1 where the groups have nothing in common."""
    scores = dict(first.ranked), dict(second.ranked)
    groups = sorted({*scores[0], *scores[1]})
    return 0.5 * sum(abs(scores[0].get(group, 0.0) - scores[1].get(group, 0.0)) for group in groups)


def _plain(value: Any) -> Any:
    """Turn tuples into lists, throughout."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


_hints = cache(get_type_hints)


def _read(kind: Any, value: Any) -> Any:
    """Build a value of an annotated type from its JSON form, checking as it goes."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        present = {f.name: value[f.name] for f in fields(kind) if f.name in value or _is_required(f)}
        return kind(**{name: _read(hints[name], item) for name, item in present.items()})  # type: ignore[operator]
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        kinds = get_args(kind)
        kinds = kinds[:1] * len(value) if kinds[-1] is Ellipsis else kinds
        return tuple(_read(inner, item) for inner, item in zip(kinds, value, strict=True))
    if origin in (Union, types.UnionType):
        return None if value is None else _read(next(a for a in get_args(kind) if a is not type(None)), value)
    if origin is Literal:
        if value not in get_args(kind):
            raise ValueError(f"{value!r} is none of {get_args(kind)}")
        return value
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


def _is_required(parameter: Field[Any]) -> bool:
    return parameter.default is MISSING and parameter.default_factory is MISSING
