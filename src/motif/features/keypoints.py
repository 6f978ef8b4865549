"""Local features on lightness, by which a design is recognised from another part of the cloth.

A keypoint stores its RootSIFT descriptor as bytes. Mirroring or inverting a picture
permutes the descriptor, so mirrored and dark-for-light copies are found by permuting the
query; nothing is extracted twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import Gray8, frozen, require_gray8
from motif.errors import ImageShapeError
from motif.profiles import STANDARD_1, Profile
from motif.resize import resize_long_edge

_Values = TypeVar("_Values", bound=np.generic)

DESCRIPTOR_SIZE = 128
_CELLS = 4
_BINS = 8
PLACE_STEP_PX = 1 / 32
"""Places are stored in 32nds of a swatch pixel."""
_ANGLE_STEP_DEG = 360 / 65536
_SIZE_STEPS_PER_OCTAVE = 16
_DESCRIPTOR_SCALE = 512.0


_INDEX = np.arange(DESCRIPTOR_SIZE).reshape(_CELLS, _CELLS, _BINS)
_MIRROR = _INDEX[::-1, :, (-np.arange(_BINS)) % _BINS].ravel()
_NEGATIVE = _INDEX[::-1, ::-1].ravel()
"""Where each value of a mirrored, or dark-for-light, descriptor comes from."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keypoints:
    """Keypoints of one swatch, strongest first, in the steps in which they are stored.

    Parameters
    ----------
    xy : ndarray, float32, shape (N, 2), swatch pixels (x, y), multiples of 1/32
    size_px : ndarray, float32, shape (N,), pixels
        Diameter of the meaningful neighbourhood (OpenCV's ``KeyPoint.size``).
    angle_deg : ndarray, float32, shape (N,), degrees, 0 <= angle < 360
        Dominant gradient direction, clockwise as seen on screen (y runs downward).
    descriptors : ndarray, uint8, shape (N, 128)
        RootSIFT [1]_ times 512, rounded and clipped to 255: ``[row, column, orientation bin]``.

    References
    ----------
    .. [1] Lowe (2004). Distinctive image features from scale-invariant keypoints. IJCV 60.
    .. [2] Arandjelovic, Zisserman (2012). Three things everyone should know to improve object
       retrieval. CVPR.
    """

    xy: npt.NDArray[np.float32] = field(repr=False)
    size_px: npt.NDArray[np.float32] = field(repr=False)
    angle_deg: npt.NDArray[np.float32] = field(repr=False)
    descriptors: npt.NDArray[np.uint8] = field(repr=False)

    def __post_init__(self) -> None:
        count, shapes = len(self.xy), tuple(array.shape for array in self.arrays())
        if shapes != ((count, 2), (count,), (count,), (count, DESCRIPTOR_SIZE)):
            raise ImageShapeError(f"keypoint arrays have shapes {shapes}; expected one row each")

    def __len__(self) -> int:
        return len(self.xy)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Keypoints):
            return NotImplemented
        return all(map(np.array_equal, self.arrays(), other.arrays()))

    def __hash__(self) -> int:
        return hash((len(self), self.xy.tobytes(), self.descriptors.tobytes()))

    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """Return place, size, angle and descriptors, in this order."""
        return self.xy, self.size_px, self.angle_deg, self.descriptors


def find_keypoints(
    gray: Gray8, profile: Profile = STANDARD_1, *, mask: npt.NDArray[np.bool_] | None = None
) -> Keypoints:
    """Find at most ``profile.keypoints_max`` keypoints, looking at ``profile.keypoint_edge_px``.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W), range 0..255
        Lightness in evened light, as ``Swatch.luma``.
    profile : Profile
    mask : ndarray, bool, shape (H, W), optional
        True where no keypoint may lie, as ``Swatch.glare``; the others stay as they are.

    Returns
    -------
    Keypoints
        Strongest first; none at all on a picture without corners or spots.

    Examples
    --------
    >>> dots = np.full((200, 200), 60, np.uint8)
    >>> for x in range(30, 200, 40):
    ...     _ = cv2.circle(dots, (x, x), 6, 220, -1)
    >>> points = find_keypoints(dots)
    >>> bool(np.abs(points.xy - [30, 30]).sum(1).min() < 1), points.descriptors.dtype
    (True, dtype('uint8'))
    """
    small = shrunk(require_gray8(gray), profile.keypoint_edge_px)
    sift = cv2.SIFT_create(  # type: ignore[attr-defined]  # OpenCV 5 ships no stub for it
        profile.keypoints_max, contrastThreshold=profile.contrast_threshold
    )
    points, descriptors = sift.detectAndCompute(small, None)
    if not points:
        return no_keypoints()
    order = np.argsort([-point.response for point in points], kind="stable")[: profile.keypoints_max]
    scale = np.array([gray.shape[1] / small.shape[1], gray.shape[0] / small.shape[0]])
    xy = (np.array([point.pt for point in points]) + 0.5) * scale
    if mask is not None:
        x, y = np.minimum(xy[order].astype(int), [mask.shape[1] - 1, mask.shape[0] - 1]).T
        order = order[~mask[y, x]]
    return _quantized(
        xy[order] - 0.5,
        np.array([point.size for point in points])[order] * scale.max(),
        np.array([point.angle for point in points])[order],
        descriptors[order],
    )


def no_keypoints() -> Keypoints:
    """Return no keypoints at all.

    Returns
    -------
    Keypoints
        All columns of length 0.
    """
    return _quantized(np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.zeros((0, DESCRIPTOR_SIZE)))


def moved_to(points: Keypoints, *, of: tuple[int, ...], to: tuple[int, ...]) -> Keypoints:
    """Return keypoints of a picture of shape ``of`` where they lie when it is resized to shape ``to``.

    Parameters
    ----------
    points : Keypoints
    of, to : (height, width), pixels

    Returns
    -------
    Keypoints
        Rounded to the steps in which they are stored.

    Examples
    --------
    >>> dot = cv2.circle(np.full((100, 100), 60, np.uint8), (30, 50), 6, 220, -1)
    >>> points = find_keypoints(dot)
    >>> (moved_to(points, of=(100, 100), to=(200, 200)).xy - 2 * points.xy)[0].tolist()
    [0.5, 0.5]
    """
    scale = np.array([to[1] / of[1], to[0] / of[0]])
    moved = replace(
        points,
        xy=np.maximum((points.xy + 0.5) * scale - 0.5, 0).astype(np.float32),
        size_px=(points.size_px * scale.max()).astype(np.float32),
    )
    return unpack_keypoints(*pack_keypoints(moved))


def shrunk(gray: Gray8, long_edge_px: int) -> Gray8:
    """Bring a larger picture to ``long_edge_px`` on its longer side; leave a smaller one as it is.

    Parameters
    ----------
    gray : ndarray, uint8, shape (H, W)
    long_edge_px : int, pixels

    Returns
    -------
    ndarray, uint8, shape (h, w)
        ``gray`` itself where it is small enough.
    """
    return resize_long_edge(gray, long_edge_px) if max(gray.shape) > long_edge_px else gray


def mirrored(descriptors: npt.NDArray[_Values]) -> npt.NDArray[_Values]:
    """Return the descriptors that the mirrored picture would give.

    Parameters
    ----------
    descriptors : ndarray, shape (N, 128)

    Returns
    -------
    ndarray, shape (N, 128)
        Cell rows reversed and orientation bins negated; its own inverse.

    Examples
    --------
    >>> values = np.arange(128, dtype=np.uint8)[None]
    >>> bool((mirrored(mirrored(values)) == values).all())
    True
    """
    return descriptors[:, _MIRROR]


def negative(descriptors: npt.NDArray[_Values]) -> npt.NDArray[_Values]:
    """Return the descriptors that the dark-for-light picture would give.

    Parameters
    ----------
    descriptors : ndarray, shape (N, 128)

    Returns
    -------
    ndarray, shape (N, 128)
        Both cell axes reversed, because the dominant direction turns by 180 degrees; its own inverse.

    Examples
    --------
    >>> values = np.arange(128, dtype=np.uint8)[None]
    >>> bool((mirrored(negative(values)) == negative(mirrored(values))).all())
    True
    """
    return descriptors[:, _NEGATIVE]


def _quantized(
    xy: npt.NDArray[np.floating],
    size_px: npt.NDArray[np.floating],
    angle_deg: npt.NDArray[np.floating],
    sift: npt.NDArray[np.floating],
) -> Keypoints:
    """Round to the stored steps, so that a fingerprint equals its decoded self."""
    total = np.maximum(sift.sum(1, keepdims=True), 1e-9)
    roots = np.sqrt(np.maximum(sift, 0) / total) * _DESCRIPTOR_SCALE
    return unpack_keypoints(
        np.clip(np.rint(xy / PLACE_STEP_PX), 0, 65535).astype(np.uint16),
        np.clip(np.rint(np.log2(np.maximum(size_px, 1)) * _SIZE_STEPS_PER_OCTAVE), 0, 255).astype(np.uint8),
        (np.rint(angle_deg / _ANGLE_STEP_DEG).astype(np.int64) % 65536).astype(np.uint16),
        np.clip(np.rint(roots), 0, 255).astype(np.uint8),
    )


def pack_keypoints(
    points: Keypoints,
) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint8], npt.NDArray[np.uint16], npt.NDArray[np.uint8]]:
    """Return keypoints in stored steps: the inverse of ``unpack_keypoints``.

    Parameters
    ----------
    points : Keypoints

    Returns
    -------
    place : ndarray, uint16, shape (N, 2), 32nds of a pixel
    size : ndarray, uint8, shape (N,), 16ths of an octave above 1 px
    angle : ndarray, uint16, shape (N,), 65536ths of a turn
    descriptors : ndarray, uint8, shape (N, 128)
    """
    return (
        np.rint(points.xy / PLACE_STEP_PX).astype(np.uint16),
        np.rint(np.log2(points.size_px) * _SIZE_STEPS_PER_OCTAVE).astype(np.uint8),
        np.rint(points.angle_deg / _ANGLE_STEP_DEG).astype(np.uint16),
        points.descriptors,
    )


def unpack_keypoints(
    place: npt.NDArray[np.uint16],
    size: npt.NDArray[np.uint8],
    angle: npt.NDArray[np.uint16],
    descriptors: npt.NDArray[np.uint8],
) -> Keypoints:
    """Build keypoints from stored steps: the inverse of ``pack_keypoints``.

    Parameters
    ----------
    place : ndarray, uint16, shape (N, 2), 32nds of a pixel
    size : ndarray, uint8, shape (N,), 16ths of an octave above 1 px
    angle : ndarray, uint16, shape (N,), 65536ths of a turn
    descriptors : ndarray, uint8, shape (N, 128)

    Returns
    -------
    Keypoints

    Examples
    --------
    >>> place, size = np.uint16([[32, 64]]), np.uint8([16])
    >>> points = unpack_keypoints(place, size, np.uint16([16384]), np.zeros((1, 128), np.uint8))
    >>> points.xy.tolist(), points.size_px.tolist(), points.angle_deg.tolist()
    ([[1.0, 2.0]], [2.0], [90.0])
    """
    return Keypoints(
        xy=frozen(place.astype(np.float32) * np.float32(PLACE_STEP_PX)),
        size_px=frozen(np.exp2(size / _SIZE_STEPS_PER_OCTAVE).astype(np.float32)),
        angle_deg=frozen((angle * _ANGLE_STEP_DEG).astype(np.float32)),
        descriptors=frozen(descriptors.astype(np.uint8)),
    )
