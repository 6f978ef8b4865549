"""Explain evidence on the pixels of two photos: one laid over the other, the differences, and the dyes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, Gray8, Matrix3, frozen
from motif.errors import ParameterError
from motif.features.style import Style, StyleLikeness, compare_style, find_style
from motif.matching.difference import aligned_difference, difference_outlines
from motif.matching.dyes import DyePair, dye_change, pair_dyes
from motif.matching.evidence import Evidence
from motif.matching.parts import Polygon, outlined
from motif.messages import LANGUAGES, N_, _, current_language
from motif.normalize.cut import Cut
from motif.normalize.pictures import cloth_picture
from motif.normalize.rectify import resizing
from motif.normalize.swatch import Swatch, normalize_with_photo
from motif.photo.photo import Photo, decoded_photo
from motif.photo.source import PhotoSource
from motif.profiles import STANDARD_1, Profile

OTHER_DYE_FROM: Final = 8.5
"""Mean CIEDE2000 of paired dyes from which the words are "other dye"; see docs/evidence.md."""

_RIM_PX: Final = 7
_OTHER_PHOTOS: Final = N_("Give the photos, and the profile, that the evidence was found with.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cloth:
    """The cloth on a photo, ready to be compared with others.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, write-protected
        As large as its swatch, in its own colours.
    luma : ndarray, uint8, shape (H, W), write-protected
        The swatch's lightness.
    style : Style
    """

    rgb: RGB8 = field(repr=False)
    luma: Gray8 = field(repr=False)
    style: Style = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """Evidence with the pixels that it refers to, for a person to judge.

    Parameters
    ----------
    evidence : Evidence
    query_rgb, registered_rgb : ndarray, uint8, shape (H, W, 3), sRGB, write-protected
        Both cloths as large as their swatches, in their own colours.
    homography : ndarray, float64, shape (3, 3), write-protected, or None
        From pixels of the query swatch to pixels of the registered swatch: the evidence's transform, or for
        nearly the same picture the change of size. None where nothing coincides.
    aligned_rgb : ndarray, uint8, shape of ``registered_rgb``, or None
        The query laid over the registered cloth; black where it does not reach. None without a transform.
    coincides : ndarray, bool, shape (H, W)
        Inside the registered outlines, where the query reaches.
    difference : ndarray, uint8, shape (H, W)
        How far the drawing differs at a place that coincides: 0 not at all, 85 by one standard deviation of
        lightness. Dyes, light and dark and offsets of a few pixels do not count.
    differs : tuple of polygons, registered swatch pixels
        Where it differs clearly, largest first.
    dyes : tuple of DyePair
        Which dye of the query lies where which dye of the registered cloth lies.
    style : StyleLikeness
        How alike the whole cloths are in texture, colours and repeat; no evidence, and apart from it.
    """

    evidence: Evidence
    query_rgb: RGB8 = field(repr=False)
    registered_rgb: RGB8 = field(repr=False)
    homography: Matrix3 | None = field(repr=False, default=None)
    aligned_rgb: RGB8 | None = field(repr=False, default=None)
    coincides: npt.NDArray[np.bool_] = field(repr=False)
    difference: Gray8 = field(repr=False)
    differs: tuple[Polygon, ...] = ()
    dyes: tuple[DyePair, ...] = ()
    style: StyleLikeness

    @property
    def dye_change(self) -> float:
        """Mean CIEDE2000 between paired dyes, weighted by the area that they share."""
        return round(dye_change(self.dyes), 2)

    @property
    def other_dye(self) -> bool:
        """Whether the coinciding parts are in clearly other dyes; another light alone changes less."""
        return self.dye_change >= OTHER_DYE_FROM

    @property
    def differing_share(self) -> float:
        """Share of the coinciding area inside ``differs``, 0..1."""
        area = int(self.coincides.sum())
        height, width = self.coincides.shape
        return round(float(outlined(self.differs, (width, height)).sum()) / area, 4) if area else 0.0

    def sentence(self, language: str | None = None) -> str:
        """Return ``Evidence.sentence``, the dye included."""
        return self.evidence.sentence(language, other_dye=self.other_dye)

    def dye_sentences(self, language: str | None = None) -> tuple[str, ...]:
        """Describe which dye became which, by falling share of area."""
        sentence = _("{query} where {registered} was (ΔE00 {difference}, {share} of the area)", language)
        name = f"name_{language or current_language()}"
        return tuple(
            sentence.format(
                query=getattr(pair.query, name),
                registered=getattr(pair.registered, name),
                difference=round(pair.delta_e),
                share=f"{100 * pair.share:.0f} %",
            )
            for pair in self.dyes
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values; the pixels are left out."""
        return {
            **self.evidence.to_json(),
            "sentence": {language: self.sentence(language) for language in LANGUAGES},
            "dyes": [pair.to_json() for pair in self.dyes],
            "dye_change": self.dye_change,
            "other_dye": self.other_dye,
            "differs": [[list(corner) for corner in outline] for outline in self.differs],
            "differing_share": self.differing_share,
            "style": asdict(self.style),
        }


def explain(
    query: Cloth | Photo | PhotoSource,
    registered: Cloth | Photo | PhotoSource,
    evidence: Evidence,
    profile: Profile = STANDARD_1,
) -> Explanation:
    """Lay two photos over each other as the evidence says, and look where and in which dyes they differ.

    May be called from several threads at once.

    Parameters
    ----------
    query, registered : Photo, path, bytes or ndarray
        Those that the evidence was found on; or what ``cloth_on`` made of them, where one photo is held
        against several.
    evidence : Evidence
        As ``compare`` and ``Registry.check`` give it.
    profile : Profile
        That under which it was found.

    Returns
    -------
    Explanation

    Raises
    ------
    PhotoError
        If a photo cannot be used.
    ParameterError
        If the evidence is of pictures of other sizes.

    Examples
    --------
    >>> from motif.matching.search import compare
    >>> noise = np.random.default_rng(0).integers(0, 2, (40, 50), np.uint8)
    >>> blots = np.kron(noise, np.ones((12, 12), np.uint8))
    >>> blue, red = (np.array(inks, np.uint8)[blots] for inks in ([(30, 40, 90), (240, 230, 200)],
    ...                                                           [(120, 30, 30), (240, 230, 200)]))
    >>> explanation = explain(blue, red[:, ::-1], compare(blue, red[:, ::-1]))
    >>> explanation.other_dye, explanation.evidence.changes("en"), explanation.differing_share
    (True, ('mirrored',), 0.0)
    """
    left, right = (
        source if isinstance(source, Cloth) else cloth_on(source, profile, field=field)
        for source, field in ((query, evidence.query_field), (registered, evidence.registered_field))
    )
    sizes = [(cloth.luma.shape[1], cloth.luma.shape[0]) for cloth in (left, right)]
    known = [evidence.query_px, evidence.registered_px]
    if (0, 0) not in known and known != sizes:
        raise ParameterError(f"evidence of swatches of {known} px; these are of {sizes}", hint=_OTHER_PHOTOS)
    explanation = Explanation(
        evidence=evidence,
        query_rgb=left.rgb,
        registered_rgb=right.rgb,
        coincides=frozen(np.zeros(right.luma.shape, np.bool_)),
        difference=frozen(np.zeros_like(right.luma)),
        style=compare_style(left.style, right.style),
    )
    homography = _homography(evidence, *sizes)
    if homography is None:
        return explanation
    aligned = _warped(left.rgb, homography, sizes[1])
    reached = _warped(np.full(left.luma.shape, 255, np.uint8), homography, sizes[1]) == 255
    inside = cv2.erode(reached.astype(np.uint8), np.ones((_RIM_PX, _RIM_PX), np.uint8)) > 0
    where = inside & outlined(evidence.registered_outline, sizes[1])
    difference = aligned_difference(_warped(left.luma, homography, sizes[1]), right.luma, where)
    return replace(
        explanation,
        homography=frozen(homography),
        aligned_rgb=frozen(aligned),
        coincides=frozen(where),
        difference=frozen(difference),
        differs=difference_outlines(difference),
        dyes=pair_dyes(aligned, right.rgb, where, (left.style.palette, right.style.palette)),
    )


def cloth_on(
    source: Photo | PhotoSource,
    profile: Profile = STANDARD_1,
    *,
    field: int = 0,
    swatches: Sequence[Swatch] | None = None,
    cut: Cut = "",
) -> Cloth:
    """Cut the cloth of one field out of a photo, as large as its swatch, in its own colours.

    Parameters
    ----------
    source : Photo, path, bytes or ndarray
    profile : Profile
    field : int
        Which of the photo's fields, as ``Evidence.query_field`` says.
    swatches : sequence of Swatch, optional
        Those of the photo under the profile, where they are known already; the photo is at their scale.
    cut : str
        Of the photo's fingerprint.

    Returns
    -------
    Cloth

    Raises
    ------
    PhotoError
        If the photo cannot be used.
    ParameterError
        If the photo has no such field.

    Examples
    --------
    >>> cloth = cloth_on(np.kron(np.eye(8, dtype=np.uint8) * 200, np.ones((30, 40), np.uint8)))
    >>> cloth.rgb.shape[:2] == cloth.luma.shape
    True
    """
    photo = decoded_photo(source, long_edge_px=profile.long_edge_px)
    if swatches is None:
        photo, swatches = normalize_with_photo(photo, profile, cut=cut)
    if not 0 <= field < len(swatches):
        raise ParameterError(f"field={field} of a photo with {len(swatches)}", hint=_OTHER_PHOTOS)
    swatch = swatches[field]
    height, width = swatch.luma.shape
    cloth = cloth_picture(photo, swatch, long_edge_px=max(width, height))
    way = cv2.INTER_AREA if cloth.shape[0] > height else cv2.INTER_CUBIC
    rgb = frozen(np.asarray(cv2.resize(cloth, (width, height), interpolation=way), np.uint8))
    return Cloth(rgb=rgb, luma=swatch.luma, style=find_style(rgb))


def _homography(evidence: Evidence, query: tuple[int, int], registered: tuple[int, int]) -> Matrix3 | None:
    if evidence.transform is not None:
        return np.reshape(np.array(evidence.transform), (3, 3))
    if evidence.basis != "hash":
        return None
    return resizing(registered[0] / query[0], registered[1] / query[1])


def _warped(
    picture: npt.NDArray[np.uint8], homography: Matrix3, size_px: tuple[int, int]
) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.warpPerspective(picture, homography, size_px, flags=cv2.INTER_LINEAR), np.uint8)
