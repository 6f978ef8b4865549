"""The bytes of a file to upright sRGB pixels: identify the format, check, decode, convert."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from motif.arrays import RGB8
from motif.errors import ImageShapeError, MotifError, NotAnImageError
from motif.extras import require
from motif.messages import N_
from motif.photo import jpeg
from motif.photo.exif import exif_orientation, orient
from motif.photo.header import Container, damaged, open_bmp, open_gif, open_webp, require_data_at_end, unusual
from motif.photo.limits import PhotoLimits, require_bytes, require_size
from motif.photo.png import SIGNATURE, open_png, require_rows, write_png
from motif.photo.srgb import deep_to_8, lay_on_white, to_srgb
from motif.photo.tiff import open_tiff, require_jpegs


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
    """

    rgb: RGB8
    width_px: int
    height_px: int
    media_type: str


@dataclass(frozen=True, slots=True)
class _Format:
    """A header reader, which decodes nothing, then Pillow's decoder.

    The decoder's class is called directly: ``Image.open`` would try many more formats, and
    judge sizes by a limit that belongs to the whole process.
    """

    media_type: str
    open: Callable[[bytes], Container]
    decoder: Callable[[io.BytesIO], ImageFile.ImageFile]


_PNG = _Format("image/png", open_png, PngImageFile)
_TIFF = _Format("image/tiff", open_tiff, TiffImageFile)
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
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
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
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _decode_container(data, _WEBP, limits)
    for signature, file_format in _FORMATS.items():
        if data.startswith(signature):
            return _decode_container(data, file_format, limits)
    raise _stranger(data)


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
    require_size(header.width_px, header.height_px, limits)
    rgb = to_srgb(jpeg.decode(data, header, long_edge_px=long_edge_px), header.icc)
    size = (header.width_px, header.height_px)
    return _upright(rgb, size, exif_orientation(header.exif), "image/jpeg")


def _decode_container(data: bytes, file_format: _Format, limits: PhotoLimits) -> Decoded:
    try:
        container = file_format.open(data)
        require_size(container.width_px, container.height_px, limits)
        if file_format is _TIFF:
            require_jpegs(data)
        picture = file_format.decoder(io.BytesIO(container.core))
        if picture.size != (container.width_px, container.height_px):
            require_size(*picture.size, limits)
        picture.load()
        if file_format is _PNG:
            require_rows(container, _last_row(picture))
        rgb = _flatten(picture, container)
    except (MotifError, MemoryError):
        raise
    except Exception as error:  # decoders raise anything on hostile files
        raise _undecodable(file_format.media_type, error) from error
    return _upright(rgb, picture.size, container.orientation, file_format.media_type)


def _last_row(picture: Image.Image) -> npt.NDArray[Any]:
    return np.asarray(picture.crop((0, picture.height - 1, picture.width, picture.height)))


def _decode_heif(data: bytes, limits: PhotoLimits) -> Decoded:
    brands = {data[at : at + 4] for at in range(8, min(int.from_bytes(data[:4], "big"), 128), 4)}
    if not brands & _HEIF_BRANDS or data[8:12] in (b"avif", b"avis"):
        message = N_(
            "this is a film or picture of brand {brand!r}; expected a photo",
            brand=data[8:12].decode("ascii", "replace"),
        )
        raise NotAnImageError(message, hint=_FORMATS_HINT)
    heif = require("pillow_heif", extra="heif")
    require_data_at_end(data, "HEIC")
    try:
        heif_file = heif.open_heif(io.BytesIO(data))
        width, height = heif_file.size
        require_size(width, height, limits)
        picture = heif_file.to_pillow()
        icc = picture.info.get("icc_profile") or b""
        rgb = _flatten(picture, Container(width_px=width, height_px=height, core=b"", icc=icc))
    except (MotifError, MemoryError):
        raise
    except Exception as error:  # as above
        raise _undecodable("image/heic", error) from error
    # libheif has already turned the picture upright; its EXIF orientation no longer applies.
    return _upright(rgb, picture.size, 1, "image/heic")


def _undecodable(media_type: str, error: Exception) -> MotifError:
    """Distinguish unsupported from damaged pictures, as far as the decoder's error does."""
    text = f"{media_type}: {str(error) or type(error).__name__}"
    if isinstance(error, SyntaxError | NotImplementedError) or "nsupported" in text or "unknown" in text:
        return unusual(text)
    return damaged(text)


def _upright(rgb: RGB8, size: tuple[int, int], orientation: int, media_type: str) -> Decoded:
    width, height = size if orientation <= 4 else size[::-1]
    return Decoded(rgb=orient(rgb, orientation), width_px=width, height_px=height, media_type=media_type)


def _flatten(picture: Image.Image, container: Container) -> RGB8:
    """Return opaque sRGB of a loaded picture of any mode, alpha laid on white."""
    picture = _to_plain_mode(picture, container)
    samples = np.asarray(picture)
    if picture.mode == "RGBA":
        return lay_on_white(to_srgb(samples[:, :, :3], container.icc), samples[:, :, 3])
    if picture.mode == "LA":
        return lay_on_white(to_srgb(samples[:, :, 0], container.icc), samples[:, :, 1])
    return to_srgb(samples, container.icc)


def _to_plain_mode(picture: Image.Image, container: Container) -> Image.Image:
    """Bring any mode of Pillow to one of L, LA, RGB, RGBA and CMYK."""
    mode = picture.mode
    if mode in ("I", "F") or mode.startswith("I;16"):
        return _from_deep_gray(picture, container)
    if mode == "LAB":
        profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, *profiles, outputMode="RGB")  # type: ignore[return-value]
    if "transparency" in picture.info or mode in ("P", "PA", "RGBa"):
        return picture.convert("RGBA")
    return picture.convert({"1": "L", "La": "LA"}.get(mode, mode if mode in _PLAIN_MODES else "RGB"))


def _from_deep_gray(picture: Image.Image, container: Container) -> Image.Image:
    deep = np.asarray(picture)
    gray = deep_to_8(deep, 32 if container.sample_bits > 16 else 16)
    plain = Image.fromarray(255 - gray if container.white_is_zero else gray)
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
        A copy, in 8 bits, with alpha laid on white.
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
    if eight.ndim == 3 and eight.shape[2] == 4:
        eight = lay_on_white(eight[:, :, :3], eight[:, :, 3])
    decoded = Decoded(rgb=to_srgb(eight), width_px=width_px, height_px=height_px, media_type="image/png")
    return decoded, write_png(pixels)
