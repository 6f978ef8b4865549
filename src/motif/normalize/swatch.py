"""Photo to swatch, the one picture that features and hashes are computed from."""

from __future__ import annotations

from dataclasses import dataclass, field

from motif.arrays import Gray8, frozen
from motif.color import luma
from motif.normalize.light import even_light
from motif.normalize.resize import resize_long_edge
from motif.photo import Photo
from motif.profiles import STANDARD_1, Profile

Step = tuple[str, tuple[tuple[str, float], ...]]
"""What was done: a step's name and its numbers, such as ``("even-light", (("sigma_px", 40.0),))``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swatch:
    """The cloth as it is compared, and what was done to get there.

    Parameters
    ----------
    luma : ndarray, uint8, shape (H, W), range 0..255, write-protected
        BT.601 luma in evened light.
    steps : tuple of (name, ((parameter, value), ...))
        In the order in which they were taken.
    scale : float
        Swatch pixels for one pixel of the upright original photo.
    """

    luma: Gray8 = field(repr=False)
    steps: tuple[Step, ...]
    scale: float


def normalize(photo: Photo, profile: Profile = STANDARD_1) -> Swatch:
    """Bring a photo to standard size and even light.

    Parameters
    ----------
    photo : Photo
    profile : Profile

    Returns
    -------
    Swatch
        Its longer side is ``profile.long_edge_px``.

    Examples
    --------
    >>> import numpy as np
    >>> from motif.photo import read_photo
    >>> checks = np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((50, 50))).astype(np.uint8) * 255
    >>> swatch = normalize(read_photo(np.dstack([checks] * 3)))
    >>> swatch.luma.shape, [name for name, _ in swatch.steps]
    ((480, 640), ['resize', 'even-light'])
    """
    sized = resize_long_edge(luma(photo.rgb), profile.long_edge_px)
    evened = even_light(sized, sigma_px=profile.light_sigma_px)
    steps: tuple[Step, ...] = (
        ("resize", (("width_px", float(sized.shape[1])), ("height_px", float(sized.shape[0])))),
        ("even-light", (("sigma_px", profile.light_sigma_px),)),
    )
    scale = profile.long_edge_px / max(photo.width_px, photo.height_px)
    return Swatch(luma=frozen(evened), steps=steps, scale=scale)
