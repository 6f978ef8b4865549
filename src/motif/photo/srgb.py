"""Samples of any kind to opaque, upright sRGB of 8 bits."""

from __future__ import annotations

import io
import logging
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from motif.arrays import RGB8, Gray8

logger = logging.getLogger(__name__)

_PROFILE_SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}
_BROKEN_PROFILE = (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError)


def to_srgb(samples: npt.NDArray[np.uint8], icc: bytes = b"") -> RGB8:
    """Convert gray, RGB or CMYK samples to sRGB, perceptually.

    Parameters
    ----------
    samples : ndarray, uint8, shape (H, W), (H, W, 3) or (H, W, 4)
        Gray, RGB, or CMYK with 0 for no ink.
    icc : bytes
        Colour profile. One that is empty, broken, or made for another kind of samples is
        ignored, as viewers do, and logged; one that is sRGB already changes nothing.

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
    converted = _through_profile(samples, mode, icc) if icc else None
    if converted is not None:
        return converted
    if mode == "RGB":
        return samples
    if mode == "L":
        return np.repeat(samples[:, :, None], 3, axis=2)
    return np.asarray(_image(samples, mode).convert("RGB"))


def _through_profile(samples: npt.NDArray[np.uint8], mode: str, icc: bytes) -> RGB8 | None:
    """Return samples converted through their profile, or None where it does not apply."""
    if icc[16:20] != _PROFILE_SPACES[mode]:
        logger.info("colour profile ignored: it is for %r, the picture is %s", icc[16:20], mode)
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if mode == "RGB" and ImageCms.getProfileDescription(profile).startswith("sRGB"):
            return None
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(_image(samples, mode), profile, srgb, outputMode="RGB")
    except _BROKEN_PROFILE as error:
        logger.info("colour profile ignored: %s", error)
        return None
    return np.asarray(converted)


def _image(samples: npt.NDArray[np.uint8], mode: str) -> Image.Image:
    height, width = samples.shape[:2]
    return Image.frombuffer(mode, (width, height), np.ascontiguousarray(samples), "raw", mode, 0, 1)


def lay_on_white(rgb: RGB8, alpha: Gray8) -> RGB8:
    """Lay pixels with straight alpha on white.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3)
    alpha : ndarray, uint8, shape (H, W), 0 transparent to 255 opaque

    Examples
    --------
    >>> lay_on_white(np.zeros((1, 3, 3), np.uint8), np.uint8([[0, 128, 255]]))[0, :, 0].tolist()
    [255, 127, 0]
    """
    if int(alpha.min(initial=255)) == 255:
        return rgb
    weight = alpha[:, :, None].astype(np.uint16)
    return ((rgb * weight + 255 * (255 - weight) + 127) // 255).astype(np.uint8)


def deep_to_8(deep: npt.NDArray[Any], bits: int) -> Gray8:
    """Scale deep samples to 8 bits, so that the highest value there is becomes 255.

    Parameters
    ----------
    deep : ndarray, integer or float, any shape
        Float samples hold 0..1, 0..255 or 0..65535: the smallest of these that holds them
        all; what is not a number is black.
    bits : int
        Of an integer sample: 16, or 32 for the full range of an unsigned one.

    Returns
    -------
    ndarray, uint8
        The top byte of an integer sample: 16-bit copies of 8-bit values, whether made
        by times 257 or by times 256, come back exactly.

    Examples
    --------
    >>> deep_to_8(np.uint16([0, 257, 32896, 65535]), 16).tolist()
    [0, 1, 128, 255]
    >>> deep_to_8(np.float32([0, 0.5, 1, np.nan]), 32).tolist()
    [0, 128, 255, 0]
    """
    if deep.dtype.kind != "f":
        top = deep.astype(np.uint32) >> 24 if bits > 16 else deep.clip(0, 65535) >> 8
        return top.astype(np.uint8)
    finite = np.nan_to_num(deep, nan=0.0, posinf=0.0, neginf=0.0)
    highest = float(finite.max(initial=0.0))
    full = next((full for full in (1.0, 255.0, 65535.0) if highest <= full), highest)
    return np.asarray(np.rint(finite.clip(0, full) * (255.0 / full)).astype(np.uint8))
