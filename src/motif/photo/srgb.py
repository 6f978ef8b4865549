"""Samples of any kind to opaque, upright sRGB of 8 bits."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from motif.arrays import RGB8, Gray8
from motif.color import luma
from motif.messages import N_
from motif.photo.colorspace import ColorSpace, gamma_to_srgb, space_to_srgb

logger = logging.getLogger(__name__)

_PROFILE_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}
_BROKEN_PROFILE = (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError)


def to_srgb(samples: npt.NDArray[np.uint8], icc: bytes = b"", space: ColorSpace | None = None) -> RGB8:
    """Convert gray, RGB or CMYK samples to sRGB, perceptually.

    Parameters
    ----------
    samples : ndarray, uint8, shape (H, W), (H, W, 3) or (H, W, 4)
        Gray, RGB, or CMYK with 0 for no ink.
    icc : bytes
        Colour profile. One that is empty, broken, or made for another kind of samples is
        ignored, as viewers do, and logged; one by which no colour differs by more than two
        levels from sRGB changes nothing, whatever its name.
    space : ColorSpace or None
        What the file states otherwise; counts where no profile applies. CMYK has none.

    Returns
    -------
    ndarray, uint8, shape (H, W, 3), range 0..255

    References
    ----------
    .. [1] ICC.1:2022, Image technology colour management, section 7.2.

    Examples
    --------
    >>> to_srgb(np.uint8([[0, 9]])).tolist()
    [[[0, 0, 0], [9, 9, 9]]]
    >>> to_srgb(np.uint8([[[0, 255, 255, 0]]])).tolist()
    [[[255, 0, 0]]]
    """
    mode = "L" if samples.ndim == 2 else "RGB" if samples.shape[2] == 3 else "CMYK"
    convert = _transform(mode, icc) if icc else None
    if convert is not None:
        return convert(samples)
    stated = space if space is not None and not space.is_srgb() else None
    if mode == "RGB":
        return samples if stated is None else space_to_srgb(samples, stated)
    if mode == "L":
        if stated is not None and isinstance(stated.curve, float):
            samples = gamma_to_srgb(samples, stated.curve)
        return np.repeat(samples[:, :, None], 3, axis=2)
    return np.asarray(_image(samples, mode).convert("RGB"))


Convert = Callable[[npt.NDArray[np.uint8]], RGB8]
_PROBE: Final = (
    np.stack(np.meshgrid(*[np.linspace(0, 255, 9)] * 3), axis=-1).reshape(27, 27, 3).astype(np.uint8)
)
"""Colours all over the cube."""


def _as_it_is(samples: npt.NDArray[np.uint8]) -> RGB8:
    return samples


def _transform(mode: str, icc: bytes) -> Convert | None:
    """Return what a profile does to samples, or None where it does not apply."""
    if icc[16:20] != _PROFILE_SPACES[mode]:
        logger.info("colour profile ignored: it is for %r, the picture is %s", icc[16:20], mode)
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        srgb = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(profile, srgb, mode, "RGB")
    except _BROKEN_PROFILE as error:
        logger.info("colour profile ignored: %s", error)
        return None

    def convert(samples: npt.NDArray[np.uint8]) -> RGB8:
        return np.asarray(transform.apply(_image(samples, mode)))

    if mode == "RGB" and int(np.abs(convert(_PROBE).astype(int) - _PROBE).max()) <= 2:
        return _as_it_is
    return convert


def _image(samples: npt.NDArray[np.uint8], mode: str) -> Image.Image:
    height, width = samples.shape[:2]
    return Image.frombuffer(mode, (width, height), np.ascontiguousarray(samples), "raw", mode, 0, 1)


_NAMED_GROUNDS: Final = {255: N_("white"), 0: N_("black"), 128: N_("gray")}
_HIDDEN_LEVELS: Final = 24
"""Ink that differs from the ground by so little is not seen."""
_MOST_HIDDEN, _LEAST_CLEAR = 0.25, 0.05
"""Share of the ink that may vanish, and share of the picture that a ground must make up to matter."""


def lay_on_ground(rgb: RGB8, alpha: Gray8) -> tuple[RGB8, int]:
    """Lay pixels with straight alpha on a ground that shows them.

    The ground is white, unless more than a quarter of the ink would vanish on it, as a design in white does;
    then black or middle gray, whichever hides less of it, and black where they are equal. Ink is weighed by
    its alpha. A ground that makes up less than a twentieth of the picture, as the round corners of a window,
    is white.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3)
    alpha : ndarray, uint8, shape (H, W), 0 transparent to 255 opaque

    Returns
    -------
    rgb : ndarray, uint8, shape (H, W, 3)
    ground : int, 255, 0 or 128

    Examples
    --------
    >>> ink = np.zeros((1, 3, 3), np.uint8)
    >>> lay_on_ground(ink, np.uint8([[0, 128, 255]]))[0][0, :, 0].tolist()
    [255, 127, 0]
    >>> lay_on_ground(ink + 255, np.uint8([[0, 128, 255]]))[0][0, :, 0].tolist()
    [0, 128, 255]
    """
    if int(alpha.min(initial=255)) == 255:
        return rgb, 255
    ground = _ground_for(rgb, alpha)
    weight = alpha[:, :, None].astype(np.uint16)
    return ((rgb * weight + ground * (255 - weight) + 127) // 255).astype(np.uint8), ground


def ground_note(ground: int) -> tuple[str, ...]:
    """Say on what a picture with transparency was laid, where that is not white.

    Parameters
    ----------
    ground : int
        From ``lay_on_ground``.

    Returns
    -------
    tuple of str
        Empty for white.
    """
    if ground == 255:
        return ()
    return (
        N_(
            "the ground is transparent and the drawing is light; it is read on {ground}",
            ground=_NAMED_GROUNDS[ground],
        ),
    )


def _ground_for(rgb: RGB8, alpha: Gray8) -> int:
    ink = np.bincount(luma(rgb).ravel(), alpha.ravel(), minlength=256)
    clear = 255.0 * alpha.size - float(ink.sum())
    levels = np.arange(256)
    hidden = {ground: float(ink[np.abs(levels - ground) <= _HIDDEN_LEVELS].sum()) for ground in (255, 0, 128)}
    if clear < _LEAST_CLEAR * 255.0 * alpha.size or hidden[255] <= _MOST_HIDDEN * float(ink.sum()):
        return 255
    return min(hidden, key=hidden.__getitem__)


_DEPTHS: Final = (8, 10, 12, 16, 32)


def deep_to_8(deep: npt.NDArray[Any], bits: int, *, used_bits: int = 0) -> Gray8:
    """Scale deep samples to 8 bits, so that the highest value there is becomes 255.

    Parameters
    ----------
    deep : ndarray, integer or float, any shape
        Float samples hold 0..1, 0..255 or 0..65535: the smallest of these that holds them
        all; what is not a number is black. Integers that never pass what 8, 10, 12 or 16 bits
        hold are of so many bits: cameras and scanners put them into larger words as they are.
    bits : int
        Of an integer sample.
    used_bits : int
        How many of them hold values, where the file says so; 0 where it does not.

    Returns
    -------
    ndarray, uint8
        The top byte of an integer sample: 16-bit copies of 8-bit values, whether made
        by times 257 or by times 256, come back exactly.

    Examples
    --------
    >>> deep_to_8(np.uint16([0, 257, 32896, 65535]), 16).tolist()
    [0, 1, 128, 255]
    >>> deep_to_8(np.uint16([0, 2048, 4095]), 16).tolist()
    [0, 128, 255]
    >>> deep_to_8(np.float32([0, 0.5, 1, np.nan]), 32).tolist()
    [0, 128, 255, 0]
    """
    if deep.dtype.kind != "f":
        highest_bit = max(int(deep.max(initial=0)), 1).bit_length()
        depth = max(used_bits, highest_bit) if used_bits else _depth(highest_bit, bits)
        if depth < 8:
            return np.asarray(np.rint(deep * (255.0 / ((1 << depth) - 1))).astype(np.uint8))
        return np.asarray((deep >> (depth - 8)).astype(np.uint8))
    finite = np.nan_to_num(deep, nan=0.0, posinf=0.0, neginf=0.0)
    highest = float(finite.max(initial=0.0))
    full = next((full for full in (1.0, 255.0, 65535.0) if highest <= full), highest)
    return np.asarray(np.rint(finite.clip(0, full) * (255.0 / full)).astype(np.uint8))


def _depth(highest_bit: int, bits: int) -> int:
    """Return the depth that scanners use which holds the highest bit, ``bits`` at most."""
    return min(next((depth for depth in _DEPTHS if highest_bit <= depth), bits), max(bits, 1))
