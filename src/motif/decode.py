"""A file's bytes to upright sRGB pixels, whatever the format."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from motif import jpeg
from motif.arrays import RGB8
from motif.containers import (
    DAMAGED_HINT,
    UNUSUAL_HINT,
    Container,
    exif_orientation,
    open_bmp,
    open_gif,
    open_png,
    open_tiff,
    open_webp,
)
from motif.errors import MotifError, NotAnImageError, TruncatedPhotoError
from motif.extras import require

logger = logging.getLogger(__name__)

Samples = npt.NDArray[np.uint8]
CheckSize = Callable[[int, int], None]

FORMATS_HINT = "Send the photo as JPEG, PNG, WebP, TIFF, BMP or HEIC."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Pixels and what the file said about them.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, upright
    width_px, height_px : int, pixels
        Of the whole upright picture.
    media_type : str
    """

    rgb: RGB8
    width_px: int
    height_px: int
    media_type: str


@dataclass(frozen=True, slots=True)
class _Format:
    media_type: str
    open: Callable[[bytes], Container]
    plugin: Callable[[io.BytesIO], ImageFile.ImageFile]


_PNG = _Format("image/png", open_png, PngImagePlugin.PngImageFile)
_TIFF = _Format("image/tiff", open_tiff, TiffImagePlugin.TiffImageFile)
_WEBP = _Format("image/webp", open_webp, WebPImagePlugin.WebPImageFile)
_BMP = _Format("image/bmp", open_bmp, BmpImagePlugin.BmpImageFile)
_GIF = _Format("image/gif", open_gif, GifImagePlugin.GifImageFile)
_BY_START = {
    b"\x89PNG\r\n\x1a\n": _PNG,
    b"II*\0": _TIFF,
    b"MM\0*": _TIFF,
    b"II+\0": _TIFF,
    b"MM\0+": _TIFF,
    b"BM": _BMP,
    b"GIF87a": _GIF,
    b"GIF89a": _GIF,
}
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_STRANGERS = {
    b"%PDF": "a PDF document",
    b"8BPS": "a Photoshop file",
    b"%!PS": "a PostScript file",
    b"<svg": "an SVG drawing",
    b"<!DO": "a web page",
    b"<htm": "a web page",
    b"<?xm": "an XML or SVG file",
    b"PK\x03\x04": "a ZIP archive or office document",
}


def decode(data: bytes, *, check_size: CheckSize, long_edge_px: int | None = None) -> Decoded:
    """Decode a picture file to upright sRGB.

    Parameters
    ----------
    data : bytes
    check_size : callable (width_px, height_px) -> None
        Called with the header's size before anything is decoded; raises to refuse.
    long_edge_px : int, pixels, or None
        JPEG only: decode at the smallest scale that still has this long edge.

    Raises
    ------
    NotAnImageError, TruncatedPhotoError, MissingExtraError
        And whatever ``check_size`` raises.
    """
    if data.startswith(b"\xff\xd8"):
        return _decode_jpeg(data, check_size, long_edge_px)
    if data[4:8] == b"ftyp":
        return _decode_heif(data, check_size)
    found = next((entry for start, entry in _BY_START.items() if data.startswith(start)), None)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        found = _WEBP
    if found is None:
        raise _stranger(data)
    return _decode_container(data, found, check_size)


def _stranger(data: bytes) -> NotAnImageError:
    if not data:
        return NotAnImageError(
            "the file is empty (0 bytes); expected a picture",
            hint="The copy failed. Copy the photo again from the camera or phone.",
        )
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    what = next((name for head, name in _STRANGERS.items() if start[:4].lower() == head.lower()), None)
    came = what or f"a file that starts with {data[:8].hex(' ')}"
    return NotAnImageError(f"{came}; expected a picture", hint=FORMATS_HINT)


def _decode_jpeg(data: bytes, check_size: CheckSize, long_edge_px: int | None) -> Decoded:
    header = jpeg.read_header(data)
    check_size(header.width_px, header.height_px)
    rgb = to_srgb(jpeg.decode(data, header, long_edge_px=long_edge_px), header.icc)
    orientation = exif_orientation(header.exif)
    return _upright(rgb, header.width_px, header.height_px, orientation, "image/jpeg")


def _decode_container(data: bytes, found: _Format, check_size: CheckSize) -> Decoded:
    container = found.open(data)
    width, height = container.width_px, container.height_px
    check_size(width, height)
    try:
        picture = found.plugin(io.BytesIO(container.core))
        if picture.size != (width, height):
            check_size(*picture.size)
            width, height = picture.size
        picture.load()
        rgb = _flatten(picture, container)
    except MotifError:
        raise
    except MemoryError:
        raise
    except Exception as error:
        raise _undecodable(found.media_type, error) from error
    return _upright(rgb, width, height, container.orientation, found.media_type)


def _undecodable(media_type: str, error: Exception) -> MotifError:
    """Tell what is missing from what is not supported, as far as Pillow says."""
    text = str(error)
    unsupported = (
        isinstance(error, SyntaxError | NotImplementedError) or "unknown" in text or "nsupported" in text
    )
    if unsupported and "broken" not in text and "truncated" not in text:
        return NotAnImageError(f"{media_type} of a kind that is not read here ({text})", hint=UNUSUAL_HINT)
    return TruncatedPhotoError(f"{media_type} picture data is damaged or missing ({text})", hint=DAMAGED_HINT)


def _decode_heif(data: bytes, check_size: CheckSize) -> Decoded:
    length = int.from_bytes(data[:4], "big")
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(length, 128), 4))}
    if not brands & _HEIF_BRANDS or data[8:12] in (b"avif", b"avis"):
        came = f"a media file of brand {data[8:12]!r}"
        raise NotAnImageError(f"{came}; expected a picture", hint=FORMATS_HINT)
    heif = require("pillow_heif", extra="heif")
    try:
        picture = heif.open_heif(io.BytesIO(data))
        check_size(*picture.size)
        image = picture.to_pillow()
        icc = image.info.get("icc_profile") or b""
        rgb = _flatten(image, Container(width_px=image.width, height_px=image.height, core=b"", icc=icc))
    except MotifError:
        raise
    except MemoryError:
        raise
    except Exception as error:
        raise _undecodable("image/heic", error) from error
    # libheif has turned the picture upright already; its EXIF orientation is history.
    return _upright(rgb, image.width, image.height, 1, "image/heic")


def _upright(rgb: RGB8, width: int, height: int, orientation: int, media_type: str) -> Decoded:
    if orientation >= 5:
        width, height = height, width
    return Decoded(rgb=orient(rgb, orientation), width_px=width, height_px=height, media_type=media_type)


def orient(rgb: RGB8, orientation: int) -> RGB8:
    """Turn pixels as EXIF orientation says.

    Examples
    --------
    >>> stored = np.uint8([[[1, 1, 1], [2, 2, 2]]])
    >>> orient(stored, 6)[:, :, 0].tolist(), orient(stored, 3)[:, :, 0].tolist()
    ([[1], [2]], [[2, 1]])
    """
    if orientation >= 5:
        rgb = rgb.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        rgb = rgb[:, ::-1]
    if orientation in (3, 4, 7, 8):
        rgb = rgb[::-1]
    return rgb


def _flatten(picture: Image.Image, container: Container) -> RGB8:
    """Return opaque sRGB of a loaded picture of any mode, alpha laid on white."""
    picture = _eight_bit(picture, container)
    if picture.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    elif picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode in ("YCbCr", "HSV", "RGBX"):
        picture = picture.convert("RGB")
    if picture.mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        picture = ImageCms.profileToProfile(picture, lab, ImageCms.createProfile("sRGB"), outputMode="RGB")
    samples = np.asarray(picture)
    if picture.mode == "RGBA":
        return lay_on_white(to_srgb(np.ascontiguousarray(samples[:, :, :3]), container.icc), samples[:, :, 3])
    return to_srgb(samples, container.icc)


def _eight_bit(picture: Image.Image, container: Container) -> Image.Image:
    """Scale deep gray to 8 bits: the highest value of the container becomes 255."""
    if picture.mode not in ("I", "F") and not picture.mode.startswith("I;16"):
        return picture
    deep: npt.NDArray[Any] = np.asarray(picture)
    if picture.mode == "F":
        gray = _float_to_8(deep)
    elif picture.mode == "I" and container.sample_bits > 16:
        gray = (deep.astype(np.int64) & 0xFFFFFFFF) >> 24
    else:
        gray = deep.astype(np.int64).clip(0, 65535) >> 8
    gray8 = gray.astype(np.uint8)
    return Image.fromarray(255 - gray8 if container.white_is_zero else gray8)


def _float_to_8(deep: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Scale float samples by the smallest of 1, 255 and 65535 that holds them."""
    deep = np.nan_to_num(deep.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(deep.max(initial=0.0))
    full = next((full for full in (1.0, 255.0, 65535.0) if top <= full * 1.001), top)
    return np.rint(deep.clip(0, full) * (255.0 / full))


def lay_on_white(rgb: RGB8, alpha: Samples) -> RGB8:
    """Lay pixels with straight alpha on white.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3)
    alpha : ndarray, uint8, shape (H, W), 0 transparent, 255 opaque

    Examples
    --------
    >>> lay_on_white(np.zeros((1, 3, 3), np.uint8), np.uint8([[0, 128, 255]]))[0, :, 0].tolist()
    [255, 127, 0]
    """
    if alpha.size and int(alpha.min()) == 255:
        return rgb
    weight = alpha[:, :, None].astype(np.uint16)
    return ((rgb * weight + 255 * (255 - weight) + 127) // 255).astype(np.uint8)


def to_srgb(samples: Samples, icc: bytes) -> RGB8:
    """Convert gray, RGB or CMYK samples to sRGB.

    Parameters
    ----------
    samples : ndarray, uint8, shape (H, W), (H, W, 3) or (H, W, 4)
        Gray, RGB or CMYK with 0 for no ink.
    icc : bytes
        Colour profile; one that is empty, broken, for another kind of samples, or sRGB
        itself changes nothing.
    """
    mode = "L" if samples.ndim == 2 else "RGB" if samples.shape[2] == 3 else "CMYK"
    profile = _profile(icc, mode)
    if profile is None and mode == "RGB":
        return samples
    if profile is None and mode == "L":
        return np.repeat(samples[:, :, None], 3, axis=2)
    image = Image.fromarray(samples, mode) if mode == "CMYK" else Image.fromarray(samples)
    if profile is not None:
        try:
            target = ImageCms.createProfile("sRGB")
            return np.asarray(ImageCms.profileToProfile(image, profile, target, outputMode="RGB"))
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
            logger.info("colour profile ignored: %s", error)
    return np.asarray(image.convert("RGB"))


def _profile(icc: bytes, mode: str) -> ImageCms.ImageCmsProfile | None:
    space = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}[mode]
    if icc[16:20] != space:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        name = ImageCms.getProfileDescription(profile)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError) as error:
        logger.info("colour profile ignored: %s", error)
        return None
    return None if mode == "RGB" and name.strip().startswith("sRGB") else profile
