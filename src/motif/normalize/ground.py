"""Tell cloth from ground, pixel by pixel, by the colors and textures of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from motif.arrays import RGB8, frozen

Field = npt.NDArray[np.float32]
"""One number for each pixel, float32, shape (H, W)."""

Mask = npt.NDArray[np.bool_]

RIM = 0.03
"""Width of the rim that is taken for ground at first, as a share of the longer side."""

_LIGHTS, _HUES, _TEXTURES = 15, 9, 6
_LIGHT_STEP, _HUE_STEP = 0.10, 0.08
_DARK = 16.0
"""Added before the logarithm: below it, differences are noise."""
_CLIP, _TEXTURE_CLIP = 3.0, 1.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Codes:
    """The look of each pixel, as small whole numbers.

    Parameters
    ----------
    color : ndarray, int32, shape (H, W), range 0..1214
        Lightness and two color ratios against the ground's own surface, jointly.
    texture : ndarray, int32, shape (H, W), range 0..5
        Octaves of local contrast.
    """

    color: npt.NDArray[np.int32] = field(repr=False)
    texture: npt.NDArray[np.int32] = field(repr=False)


def rim(shape: tuple[int, ...], share: float = RIM) -> Mask:
    """Return a mask of the picture's rim.

    Examples
    --------
    >>> int(rim((10, 20), 0.1).sum())
    104
    """
    thick = max(2, round(share * max(shape[:2])))
    mask = np.ones(shape[:2], np.bool_)
    mask[thick:-thick, thick:-thick] = False
    return mask


def look_of(rgb: RGB8) -> Codes:
    """Describe every pixel against a smooth surface that is fitted to the rim.

    Light falls off slowly and multiplies what it falls on, so the logarithm of an evenly
    colored floor is a smooth surface: a quadratic one is fitted robustly to the rim and subtracted.
    The remainder is quantised in fixed steps.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
        Small: about 200 px on the longer side.
    """
    log = cv2.log(cv2.GaussianBlur(rgb, (0, 0), 0.8).astype(np.float32) + np.float32(_DARK))
    rest = log - _rim_surface(np.asarray(log, np.float32))
    light = _steps(rest.mean(axis=2), _LIGHT_STEP, _LIGHTS)
    red = _steps(rest[..., 0] - rest[..., 1], _HUE_STEP, _HUES)
    blue = _steps(rest[..., 2] - rest[..., 1], _HUE_STEP, _HUES)
    contrast = np.log2(_local_contrast(np.asarray(log[..., 1], np.float32)) + 1e-3) + _TEXTURES
    texture = np.clip(contrast, 0, _TEXTURES - 1).astype(np.int32)
    return Codes(color=(light * _HUES + red) * _HUES + blue, texture=texture)


def cloth_evidence(codes: Codes, cloth: Mask, ground: Mask) -> Field:
    """Return how much more likely each pixel's look is on the cloth than on the ground.

    Parameters
    ----------
    codes : Codes
    cloth, ground : ndarray, bool, shape (H, W)
        Where the two are sampled; each must hold some pixels.

    Returns
    -------
    ndarray, float32, shape (H, W), range -4.5..4.5
        Natural logarithm of the ratio; positive for cloth.

    Examples
    --------
    >>> picture = np.full((64, 64, 3), 200, np.uint8)
    >>> picture[16:48, 16:48] = (150, 40, 40)
    >>> middle = np.zeros((64, 64), bool)
    >>> middle[20:44, 20:44] = True
    >>> evidence = cloth_evidence(look_of(picture), middle, rim((64, 64)))
    >>> bool(evidence[32, 32] > 1), bool(evidence[4, 4] < -1)
    (True, True)
    """
    on_cloth, on_ground = _color_shares(codes.color[cloth]), _color_shares(codes.color[ground])
    color = np.clip(np.log(on_cloth / on_ground), -_CLIP, _CLIP)
    on_cloth, on_ground = _texture_shares(codes.texture[cloth]), _texture_shares(codes.texture[ground])
    texture = np.clip(np.log(on_cloth / on_ground), -_TEXTURE_CLIP, _TEXTURE_CLIP)
    return np.asarray(color[codes.color] + texture[codes.texture], np.float32)


def _rim_surface(log: Field) -> Field:
    """Fit a quadratic surface to each channel's rim, with little weight on what sticks out."""
    terms = _surface_terms(*log.shape[:2])
    mask = rim(log.shape)
    design, target = terms[mask][::2], log[mask][::2]
    weight = np.ones(len(design), np.float32)
    stiffness = np.diag(np.array([0, 2, 2, 20, 20, 20], np.float32)) * (1e-4 * len(design))
    for _ in range(6):
        weighted = design * weight[:, None]
        fitted = np.linalg.solve(weighted.T @ design + stiffness, weighted.T @ target)
        distance = np.linalg.norm(target - design @ fitted, axis=1)
        weight = 1 / (1 + (distance / (1.5 * max(float(np.median(distance)), 0.02))) ** 2)
    return np.asarray((terms.reshape(-1, 6) @ fitted).reshape(log.shape), np.float32)


@lru_cache(maxsize=4)
def _surface_terms(height: int, width: int) -> Field:
    """Return the terms of a quadratic surface at each pixel; they are the same for photos of one size."""
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    return frozen(np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2).astype(np.float32))


def _local_contrast(log: Field) -> Field:
    across, down = (np.abs(cv2.Sobel(log, cv2.CV_32F, *order)) for order in ((1, 0), (0, 1)))
    return np.asarray(cv2.blur(across + down, (5, 5)), np.float32)


def _steps(values: Field, step: float, count: int) -> npt.NDArray[np.int32]:
    steps = np.clip(np.rint(values / step) + count // 2, 0, count - 1)
    return np.asarray(steps, np.int32)


def _spread(count: int) -> Field:
    """Return a matrix that shares each step with its two neighbors."""
    same, above, below = (np.eye(count, k=k, dtype=np.float32) for k in (0, 1, -1))
    return 0.5 * same + 0.25 * (above + below)


_LIGHT_SPREAD, _HUE_SPREAD = _spread(_LIGHTS), _spread(_HUES)


def _color_shares(codes: npt.NDArray[np.int32]) -> Field:
    counts = np.bincount(codes, minlength=_LIGHTS * _HUES * _HUES).astype(np.float32)
    cube = counts.reshape(_LIGHTS, _HUES, _HUES) @ _HUE_SPREAD
    cube = np.tensordot(_LIGHT_SPREAD, _HUE_SPREAD @ cube, axes=1)
    shares = cube.ravel() + 0.02
    return np.asarray(shares / shares.sum(), np.float32)


def _texture_shares(codes: npt.NDArray[np.int32]) -> Field:
    counts = np.bincount(codes, minlength=_TEXTURES).astype(np.float32) + 1
    return np.asarray(counts / counts.sum(), np.float32)
