"""What a motif is, measured: repeat, symmetry, colours, texture, drops, fillers, and a suggested family.

``describe`` is where reading and features meet; ``Description`` is what is kept, with JSON.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
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
from motif.features.symmetry import Axis, Centre, Symmetry, find_symmetry
from motif.features.texture import Texture, find_texture, texture_distance
from motif.messages import N_
from motif.photo.photo import Photo, read_photo
from motif.photo.source import PhotoSource

FORMAT: Final = 1
"""Number of the JSON form."""
MEASURING: Final = 1
"""Number of the way of measuring. It rises when a photo gets other figures than before: a changed algorithm,
threshold or table. Figures of two numbers are not compared."""
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
        ``MEASURING`` of the program that measured; None where a kept description does not say.
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
        """Read what ``to_json`` made; fields of a newer version of the same format are passed over.

        Raises
        ------
        ParameterError
            If the format is another, or a field is missing or of another type.
        """
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            came = value.get("format") if isinstance(value, dict) else type(value).__name__
            hint = N_("Describe the photo again.")
            raise ParameterError(f"description format {came!r}; expected {FORMAT}", hint=hint)
        try:
            made = _read(cls, value)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ParameterError(f"description lacks or garbles a field: {error}") from error
        assert isinstance(made, cls)
        return made


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Described:
    """A description with the pictures that show it; nothing of it is stored.

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
    >>> made = describe(np.tile(tile, (5, 6, 1)))
    >>> [tuple(round(abs(c)) for c in vector) for vector in made.repeat.vectors_px]
    [(0, 40), (50, 0)]
    >>> made.symmetry.best, made.palette.ground.name_en
    ('p1', 'ivory')
    >>> Description.from_json(made.to_json()) == made
    True
    """
    return describe_fully(source).description


def describe_fully(source: Photo | PhotoSource) -> Described:
    """Describe the motif on a photo, and keep what is needed to draw it; see ``describe``.

    Parameters
    ----------
    source : Photo, path, bytes or ndarray

    Returns
    -------
    Described
        The description, with the drawing and the maps that it was measured on.
    """
    photo = source if isinstance(source, Photo) else read_photo(source, long_edge_px=DECODED_LONG_EDGE_PX)
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
    """Measure how differently two motifs are built, whatever their dyes: repeat, symmetry and texture.

    For searching and sorting records. It is no evidence that two cloths carry one design.

    Returns
    -------
    float, >= 0
        Smaller is closer.

    Examples
    --------
    >>> tile = np.kron(np.eye(4), np.ones((8, 9))).astype(np.uint8) * 200
    >>> one = describe(np.tile(tile, (5, 5)))
    >>> design_distance(one, one)
    0.0
    """
    apart = [_repeat_distance(first.repeat, second.repeat)]
    if first.symmetry.ranked and second.symmetry.ranked:
        # Where too few repeats show to judge it, a symmetry is unknown rather than another one.
        apart.append(_symmetry_distance(first.symmetry, second.symmetry))
    texture = texture_distance(first.texture, second.texture)
    return round(texture + _BUILD * sum(apart) / len(apart), 6)


def _symmetry(drawing: Drawing, found: FoundRepeat) -> Symmetry:
    if found.tile is not None:
        return find_symmetry(found.tile, found.lattice.vectors)
    if len(found.lattice.vectors) == 1:
        return find_frieze(drawing.values, found.lattice.vectors[0])
    return Symmetry()


def _in_original(symmetry: Symmetry, drawing: Drawing) -> Symmetry:
    """Take centres and axes from the drawing's pixels to those of the original picture."""

    def moved(place: tuple[float, float]) -> tuple[float, float]:
        x, y = drawing.to_original(*place)
        return round(x, 2), round(y, 2)

    return Symmetry(
        ranked=symmetry.ranked,
        agreement=symmetry.agreement,
        centres=tuple(Centre(order=c.order, at=moved(c.at)) for c in symmetry.centres),
        axes=tuple(Axis(kind=a.kind, through=moved(a.through), angle_deg=a.angle_deg) for a in symmetry.axes),
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
    ones, others = dict(first.ranked), dict(second.ranked)
    return 0.5 * sum(abs(ones.get(g, 0.0) - others.get(g, 0.0)) for g in sorted({*ones, *others}))


def _plain(value: Any) -> Any:
    """Turn tuples into lists, throughout."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    """Build a value of an annotated type from its JSON form, checking as it goes."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        assert isinstance(kind, type)
        hints = _hints(kind)
        given = {f.name: value[f.name] for f in fields(kind) if f.name in value or _required(f)}
        return kind(**{name: _read(hints[name], one) for name, one in given.items()})
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(_read(inner[0], one) for one in value)
        return tuple(_read(one, item) for one, item in zip(inner, value, strict=True))
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


def _required(one: Any) -> bool:
    return one.default is MISSING and one.default_factory is MISSING
