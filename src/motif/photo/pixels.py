"""The bytes of a file to upright sRGB pixels: identify the format, check, decode, convert."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from motif.arrays import RGB8, Gray8
from motif.errors import ImageShapeError, MotifError, NotAnImageError
from motif.messages import N_
from motif.photo import jpeg
from motif.photo.colorspace import ColorSpace, space_to_srgb
from motif.photo.detail import has_detail
from motif.photo.exif import orient, read_exif, xmp_orientation
from motif.photo.header import Container, damaged, open_bmp, open_gif, open_webp, unusual
from motif.photo.heif import decode_heif, is_heif
from motif.photo.limits import PhotoLimits, require_bytes, require_size
from motif.photo.png import SIGNATURE, open_png, require_rows, write_png
from motif.photo.srgb import deep_to_8, ground_note, lay_on_ground, to_srgb
from motif.photo.tiff import decode_tiff, open_tiff


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Decoded pixels, with the size of the whole picture and its media type.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB, upright
        Possibly at reduced scale.
    width_px, height_px : int, pixels
        Of the whole upright picture.
    media_type : str
    notes : tuple of str
        What a person must know of how it was read.
    is_transparent : bool
        Some of it showed the ground on which it was laid.
    frames : int
        Of an animation; 1 for a still.
    """

    rgb: RGB8
    width_px: int
    height_px: int
    media_type: str
    notes: tuple[str, ...] = ()
    is_transparent: bool = False
    frames: int = 1


@dataclass(frozen=True, slots=True)
class _Format:
    """A header reader, which decodes nothing, then Pillow's decoder.

    The decoder's class is called directly: ``Image.open`` would try many more formats, and
    judge sizes by a limit that belongs to the whole process.
    """

    media_type: str
    open: Callable[[bytes], Container]
    decoder: Callable[[io.BytesIO], ImageFile.ImageFile] | None


_PNG = _Format("image/png", open_png, PngImageFile)
_TIFF = _Format("image/tiff", open_tiff, None)
_GIF = _Format("image/gif", open_gif, GifImageFile)
_WEBP = _Format("image/webp", open_webp, WebPImageFile)
_FORMATS = {
    SIGNATURE: _PNG,
    b"II*\0": _TIFF,
    b"MM\0*": _TIFF,
    b"II+\0": _TIFF,
    b"MM\0+": _TIFF,
    b"BM": _Format("image/bmp", open_bmp, BmpImageFile),
    b"GIF87a": _GIF,
    b"GIF89a": _GIF,
}
_STRANGERS = {
    b"%pdf": N_("a PDF document"),
    b"8bps": N_("a Photoshop file"),
    b"%!ps": N_("a PostScript file"),
    b"<svg": N_("an SVG drawing"),
    b"<!do": N_("a web page"),
    b"<htm": N_("a web page"),
    b"<?xm": N_("an XML file"),
    b"pk\x03\x04": N_("a ZIP archive or office document"),
}
_FORMATS_HINT = N_("Send the photo as JPEG, PNG, WebP, TIFF, BMP or HEIC.")

_PLAIN_MODES = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})


def decode(data: bytes, *, limits: PhotoLimits, long_edge_px: int | None = None) -> Decoded:
    """Decode a picture file to upright sRGB.

    Parameters
    ----------
    data : bytes
    limits : PhotoLimits
    long_edge_px : int, pixels, or None
        JPEG only: decode at the smallest scale that still has this long edge.

    Raises
    ------
    NotAnImageError
        If the format, or this flavour of it, is not read here.
    TruncatedPhotoError
        If picture data are missing or damaged.
    MissingExtraError
        If it is HEIC, and the extra ``heif`` is not installed.
    """
    if data.startswith(b"\xff\xd8"):
        return _decode_jpeg(data, limits, long_edge_px)
    if data[4:8] == b"ftyp":
        return _decode_heif(data, limits)
    return _decode_container(data, _format_of(data), limits)


def media_type_of(data: bytes) -> str:
    """Tell by its first bytes of which format a picture file is, without decoding it.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    str
        As ``decode`` says it.

    Raises
    ------
    NotAnImageError
        If it is of no format that is read here.

    Examples
    --------
    >>> media_type_of(b"GIF89a...")
    'image/gif'
    """
    if data.startswith(b"\xff\xd8"):
        return "image/jpeg"
    return "image/heic" if data[4:8] == b"ftyp" else _format_of(data).media_type


def _format_of(data: bytes) -> _Format:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _WEBP
    for signature, file_format in _FORMATS.items():
        if data.startswith(signature):
            return file_format
    raise _stranger(data)


def is_picture(head: bytes) -> bool:
    """Tell by its first bytes whether a file is a picture of a format that is read here.

    Parameters
    ----------
    head : bytes
        128 or more, or the whole file.

    Returns
    -------
    bool
        A camera's raw file that is a TIFF counts: ``decode`` says what it is.

    Examples
    --------
    >>> is_picture(bytes.fromhex("ffd8ffe0")), is_picture(b"BM is how this text begins")
    (True, False)
    """
    if head.startswith(b"BM"):
        return len(head) > 14 and int.from_bytes(head[14:18], "little") in _BMP_HEADERS
    if head.startswith(b"\xff\xd8\xff") or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return True
    return is_heif(head) or any(head.startswith(signature) for signature in _FORMATS)


_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
"""Bytes of the second header of a BMP, by which its versions are told apart."""


def _is_text(data: bytes) -> bool:
    """Tell whether bytes are printable ASCII."""
    return all(byte in b"\t\n\r" or 0x20 <= byte < 0x7F for byte in data)


def _stranger(data: bytes) -> NotAnImageError:
    if not data:
        hint = N_("The copy failed. Copy the photo again from the camera or phone.")
        return NotAnImageError(N_("the file is empty (0 bytes); expected a picture"), hint=hint)
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:4].lower()
    kind = _STRANGERS.get(start)
    if kind is None and _is_text(data[:64]):
        kind = N_("a text")
    elif kind is None:
        kind = N_("a file that starts with {start}", start=data[:8].hex(" "))
    return NotAnImageError(N_("this is {came}; expected a picture", came=kind), hint=_FORMATS_HINT)


def _decode_jpeg(data: bytes, limits: PhotoLimits, long_edge_px: int | None) -> Decoded:
    header = jpeg.read_header(data)
    scale = jpeg.fitting_scale(header, long_edge_px, limits)
    camera = read_exif(header.exif)
    rgb = to_srgb(jpeg.decode(data, header, scale=scale), header.icc, camera.space)
    orientation = camera.orientation or xmp_orientation(header.xmp)
    return _upright(Flat(rgb), (header.width_px, header.height_px), orientation, "image/jpeg")


def _decode_container(data: bytes, file_format: _Format, limits: PhotoLimits) -> Decoded:
    try:
        container = file_format.open(data)
        require_size(container.width_px, container.height_px, limits, pixel_bytes=container.pixel_bytes)
        if file_format is _TIFF:
            size, flat = (container.width_px, container.height_px), _flat_tiff(data, container)
        else:
            size, flat = _decode_stored(file_format, container, limits)
    except (MotifError, MemoryError):
        raise
    except Exception as error:  # decoders raise anything on hostile files
        raise _undecodable(file_format.media_type, error) from error
    return _upright(flat, size, container.orientation, file_format.media_type)


def _decode_stored(
    file_format: _Format, container: Container, limits: PhotoLimits
) -> tuple[tuple[int, int], Flat]:
    """Decode with Pillow: a still, or of an animation the first frame that shows something."""
    assert file_format.decoder is not None
    picture = file_format.decoder(io.BytesIO(container.core))
    if picture.size != (container.width_px, container.height_px):
        require_size(*picture.size, limits)
    picture.load()
    if file_format is _PNG:
        require_rows(container, _last_row(picture))
    flat = _flatten(picture, container)
    if container.frames == 1:
        return picture.size, flat
    if has_detail(flat.rgb):
        note = N_("an animation of {count} frames; the first one is read", count=container.frames)
        return picture.size, replace(flat, notes=(*flat.notes, note))
    later = _later_frame(file_format, container, limits)
    return picture.size, replace(later or flat, frames=container.frames)


_MOST_FRAMES = 100


def _later_frame(file_format: _Format, container: Container, limits: PhotoLimits) -> Flat | None:
    """Return the first frame after a blank one that shows something; None where none does or can be read."""
    pixels = container.width_px * container.height_px
    most = min(container.frames, _MOST_FRAMES, 1 + 4 * limits.max_pixels // max(pixels, 1))
    assert file_format.decoder is not None
    try:
        picture = file_format.decoder(io.BytesIO(container.moving or container.core))
        for number in range(1, most):
            picture.seek(number)
            picture.load()
            flat = _flatten(picture, container)
            if has_detail(flat.rgb):
                note = N_(
                    "an animation of {count} frames; frame {number} is read, since those before are blank",
                    count=container.frames,
                    number=number + 1,
                )
                return replace(flat, notes=(*flat.notes, note))
    except MemoryError:
        raise
    except Exception:  # as above; the first frame is whole
        return None
    return None


def _last_row(picture: Image.Image) -> npt.NDArray[Any]:
    return np.asarray(picture.crop((0, picture.height - 1, picture.width, picture.height)))


def _flat_tiff(data: bytes, container: Container) -> Flat:
    samples = decode_tiff(data)
    icc, space = (b"", None) if samples.is_srgb else (container.icc, container.space)
    return _laid(to_srgb(samples.colors, icc, space), samples.alpha)


def _decode_heif(data: bytes, limits: PhotoLimits) -> Decoded:
    try:
        picture = decode_heif(data, limits)
        samples, alpha = picture.samples, None
        if samples.ndim == 3 and samples.shape[2] == 4:
            samples, alpha = samples[:, :, :3], deep_to_8(samples[:, :, 3], 8 * samples.dtype.itemsize)
        flat = _laid(_deep_to_srgb(samples, picture.icc, picture.space), alpha, picture.space)
    except (MotifError, MemoryError):
        raise
    except Exception as error:  # as above
        raise _undecodable("image/heic", error) from error
    height, width = flat.rgb.shape[:2]
    return _upright(flat, (width, height), 1, "image/heic")


def _deep_to_srgb(samples: npt.NDArray[Any], icc: bytes, space: ColorSpace | None) -> RGB8:
    """Convert samples of 8 or 16 bits; where a curve is stated for them, with all their bits."""
    if space is not None and not icc and samples.ndim == 3 and not space.is_srgb():
        return space_to_srgb(samples, space)
    eight = samples if samples.dtype == np.uint8 else deep_to_8(samples, 16)
    return to_srgb(np.ascontiguousarray(eight), icc, space)


def _undecodable(media_type: str, error: Exception) -> MotifError:
    """Distinguish unsupported from damaged pictures, as far as the decoder's error does."""
    text = f"{media_type}: {str(error) or type(error).__name__}"
    if isinstance(error, SyntaxError | NotImplementedError) or "nsupported" in text or "unknown" in text:
        return unusual(text)
    return damaged(text)


@dataclass(frozen=True, slots=True)
class Flat:
    """Opaque sRGB as stored, with what a person must know of how it was read."""

    rgb: RGB8
    notes: tuple[str, ...] = ()
    is_transparent: bool = False
    frames: int = 1


def _upright(flat: Flat, size: tuple[int, int], orientation: int, media_type: str) -> Decoded:
    width, height = size if orientation <= 4 else size[::-1]
    return Decoded(
        rgb=orient(flat.rgb, orientation),
        width_px=width,
        height_px=height,
        media_type=media_type,
        notes=flat.notes,
        is_transparent=flat.is_transparent,
        frames=flat.frames,
    )


_HDR_NOTE = N_("a picture of high dynamic range; its bright parts are pressed into the range of a screen")


def _laid(rgb: RGB8, alpha: Gray8 | None, space: ColorSpace | None = None) -> Flat:
    """Lay pixels on a ground, and say what was done to them."""
    notes = (_HDR_NOTE,) if space is not None and space.is_hdr else ()
    if alpha is None:
        return Flat(rgb, notes)
    laid, ground = lay_on_ground(rgb, alpha)
    return Flat(laid, (*notes, *ground_note(ground)), is_transparent=int(alpha.min(initial=255)) < 255)


def _flatten(picture: Image.Image, container: Container) -> Flat:
    """Return opaque sRGB of a loaded picture of any mode."""
    if container.sample_bits == 16 and picture.mode in ("RGB", "RGBA"):
        deep = _deep_png(picture, container)
        if deep is not None:
            return deep
    picture = _to_plain_mode(picture)
    samples = np.asarray(picture)
    icc, space = container.icc, container.space
    if picture.mode == "RGBA":
        return _laid(to_srgb(samples[:, :, :3], icc, space), samples[:, :, 3], space)
    if picture.mode == "LA":
        return _laid(to_srgb(samples[:, :, 0], icc, space), samples[:, :, 1], space)
    return _laid(to_srgb(samples, icc, space), None, space)


_NEARLY_BLACK = 15


def _deep_png(picture: Image.Image, container: Container) -> Flat | None:
    """Decode a PNG of 16-bit colours with all its bits, where Pillow's top bytes do not do.

    That is where values of 12 bits or fewer lie in 16, or where a curve spreads over high dynamic range.
    """
    top = max(high for _, high in picture.getextrema()[:3])  # type: ignore[misc]
    is_hdr = container.space is not None and container.space.is_hdr
    if "transparency" in picture.info or not (is_hdr or top <= _NEARLY_BLACK):
        return None
    deep = cv2.imdecode(np.frombuffer(container.core, np.uint8), cv2.IMREAD_UNCHANGED)
    if deep is None or deep.dtype != np.uint16 or deep.ndim != 3:
        return None
    colors = np.ascontiguousarray(deep[:, :, 2::-1])
    alpha = deep_to_8(deep[:, :, 3], 16) if deep.shape[2] == 4 else None
    return _laid(_deep_to_srgb(colors, container.icc, container.space), alpha, container.space)


def _to_plain_mode(picture: Image.Image) -> Image.Image:
    """Bring any mode of Pillow to one of L, LA, RGB, RGBA and CMYK."""
    mode = picture.mode
    if mode == "I" or mode.startswith("I;16"):
        return _from_deep_gray(picture)
    if "transparency" in picture.info or mode in ("P", "PA", "RGBa"):
        return picture.convert("RGBA")
    return picture.convert({"1": "L", "La": "LA"}.get(mode, mode if mode in _PLAIN_MODES else "RGB"))


def _from_deep_gray(picture: Image.Image) -> Image.Image:
    deep = np.asarray(picture)
    plain = Image.fromarray(deep_to_8(deep, 16))
    clear = picture.info.get("transparency")
    if isinstance(clear, int):  # Pillow leaves the transparent gray of deep PNGs to its caller
        plain.putalpha(Image.fromarray(np.where(deep == clear, 0, 255).astype(np.uint8)))
    return plain


def from_array(pixels: npt.NDArray[Any], limits: PhotoLimits) -> tuple[Decoded, bytes]:
    """Take decoded pixels.

    Parameters
    ----------
    pixels : ndarray, uint8 or uint16, shape (H, W), (H, W, 3) or (H, W, 4), sRGB
    limits : PhotoLimits

    Returns
    -------
    decoded : Decoded
        A copy, in 8 bits, with alpha laid on a ground.
    png : bytes
        The unchanged pixels, as a PNG.

    Raises
    ------
    ImageShapeError
        If shape or dtype are not as above.
    PhotoTooSmallError, PhotoTooLargeError
        If the limits forbid it.
    """
    shape_fits = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] in (3, 4))
    if not shape_fits or pixels.dtype.kind != "u" or pixels.dtype.itemsize > 2:
        actual = f"source.shape={pixels.shape}, source.dtype={pixels.dtype}"
        expected = "(H, W), (H, W, 3) or (H, W, 4) of uint8 or uint16"
        raise ImageShapeError(f"{actual}; expected {expected}", hint=N_("Pass sRGB pixels."))
    height_px, width_px = pixels.shape[:2]
    require_size(width_px, height_px, limits)
    require_bytes(pixels.nbytes, limits)
    eight = deep_to_8(pixels, 16) if pixels.dtype.itemsize == 2 else pixels.copy()
    has_alpha = eight.ndim == 3 and eight.shape[2] == 4
    flat = _laid(to_srgb(eight[:, :, :3] if has_alpha else eight), eight[:, :, 3] if has_alpha else None)
    return _upright(flat, (width_px, height_px), 1, "image/png"), write_png(pixels)
