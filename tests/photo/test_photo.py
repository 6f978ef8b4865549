"""Facts about reading photos: every format, mode and orientation gives the pixels that were drawn."""

from __future__ import annotations

import builtins
import dataclasses
import hashlib
import io
import os
import struct
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

import motif.extras
from motif.errors import (
    BlankPhotoError,
    ImageShapeError,
    MissingExtraError,
    NotAnImageError,
    ParameterError,
    PhotoTooLargeError,
    PhotoTooSmallError,
    UnreadablePhotoError,
)
from motif.photo.limits import PhotoLimits
from motif.photo.photo import Photo, file_sha256, has_detail, read_photo
from motif.photo.png import write_png

WIDTH, HEIGHT = 120, 96
ORIENTATION = 0x0112


def drawing(width: int = WIDTH, height: int = HEIGHT, *, smooth: bool = False) -> np.ndarray:
    """Coloured patches, no two rows or columns alike, so that every turn and mirror shows."""
    patches = np.random.default_rng(7).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    kind = cv2.INTER_CUBIC if smooth else cv2.INTER_NEAREST
    return cv2.resize(patches, (width, height), interpolation=kind)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def encoded(pixels: np.ndarray, kind: str, **options: Any) -> bytes:
    return saved(Image.fromarray(pixels), kind, **options)


def difference(left: np.ndarray, right: np.ndarray) -> float:
    assert left.shape == right.shape
    return float(np.abs(left.astype(int) - right.astype(int)).mean())


def heic(pixels: np.ndarray, **options: Any) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(pixels)).save(out, quality=100, chroma=444, **options)
    return out.getvalue()


def png_with(pixels: np.ndarray, *chunks: tuple[bytes, bytes]) -> bytes:
    """Write pixels as PNG with more chunks behind the header."""
    plain = write_png(pixels)
    extra = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return plain[:33] + extra + plain[33:]


# --- formats --------------------------------------------------------------------------------

LOSSLESS = [
    ("PNG", {}, "image/png"),
    ("PNG", {"interlace": 1}, "image/png"),
    ("WEBP", {"lossless": True}, "image/webp"),
    ("TIFF", {}, "image/tiff"),
    ("TIFF", {"compression": "tiff_lzw"}, "image/tiff"),
    ("TIFF", {"compression": "tiff_adobe_deflate"}, "image/tiff"),
    ("TIFF", {"compression": "packbits"}, "image/tiff"),
    ("TIFF", {"big_tiff": True}, "image/tiff"),
    ("BMP", {}, "image/bmp"),
]


@pytest.mark.parametrize(("kind", "options", "media_type"), LOSSLESS)
def test_lossless_formats_give_the_very_pixels(kind: str, options: dict[str, Any], media_type: str) -> None:
    photo = read_photo(encoded(drawing(), kind, **options))
    assert np.array_equal(photo.rgb, drawing())
    assert (photo.width_px, photo.height_px, photo.media_type) == (WIDTH, HEIGHT, media_type)


@pytest.mark.parametrize(
    ("kind", "options", "media_type"),
    [
        ("JPEG", {"quality": 95, "subsampling": 0}, "image/jpeg"),
        ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}, "image/jpeg"),
        ("JPEG", {"quality": 95, "subsampling": 0, "keep_rgb": True}, "image/jpeg"),
        ("JPEG", {"quality": 95, "subsampling": 0, "restart_marker_blocks": 3}, "image/jpeg"),
        ("TIFF", {"compression": "jpeg", "quality": 95}, "image/tiff"),
        ("WEBP", {"quality": 100}, "image/webp"),
        ("GIF", {}, "image/gif"),
    ],
)
def test_lossy_formats_give_nearly_the_pixels(kind: str, options: dict[str, Any], media_type: str) -> None:
    photo = read_photo(encoded(drawing(smooth=True), kind, **options))
    assert difference(photo.rgb, drawing(smooth=True)) < (9 if kind == "GIF" else 4)
    assert photo.media_type == media_type


def test_heic_gives_nearly_the_pixels() -> None:
    photo = read_photo(heic(drawing(smooth=True)))
    assert difference(photo.rgb, drawing(smooth=True)) < 3
    assert photo.media_type == "image/heic"


def test_heic_without_the_extra_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    data = heic(drawing())

    def absent(module: str, *args: Any) -> Any:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr(motif.extras.importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match="extra 'heif'") as caught:
        read_photo(data)
    assert "motif-registry[heif]" in caught.value.hint


def test_bottom_up_and_top_down_bmp_agree() -> None:
    bottom_up = encoded(drawing(), "BMP")
    start = int.from_bytes(bottom_up[10:14], "little")
    top_down = bytearray(bottom_up)
    top_down[22:26] = struct.pack("<i", -HEIGHT)
    rows = np.frombuffer(bottom_up[start:], np.uint8).reshape(HEIGHT, -1)
    top_down[start:] = rows[::-1].tobytes()
    assert np.array_equal(read_photo(top_down).rgb, drawing())


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_of_either_byte_order_is_read(order: str) -> None:
    gray = drawing()[:, :, 0]
    fields = [(256, WIDTH), (257, HEIGHT), (258, 8), (262, 1), (273, 8), (277, 1), (278, HEIGHT)]
    fields.append((279, gray.size))
    entries = b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in fields)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8 + gray.size)
    data = head + gray.tobytes() + struct.pack(order + "H", len(fields)) + entries + bytes(4)
    assert np.array_equal(read_photo(data).rgb[:, :, 0], gray)


# --- sources --------------------------------------------------------------------------------


def test_every_kind_of_source_gives_the_same_photo(tmp_path: Path) -> None:
    data = encoded(drawing(), "PNG")
    path = tmp_path / "kain batik.png"
    path.write_bytes(data)
    expected = hashlib.sha256(data).hexdigest()
    for source in (path, str(path), data, bytearray(data), memoryview(data)):
        photo = read_photo(source)
        assert (photo.sha256, photo.data) == (expected, data)
        assert np.array_equal(photo.rgb, drawing())
    assert read_photo(path).name == "kain batik.png"
    assert read_photo(data).name == ""


@pytest.mark.parametrize("shape", [(), (3,), (4,)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.dtype(">u2")])
def test_arrays_are_read_and_their_png_reads_back_the_same(shape: tuple[int, ...], dtype: Any) -> None:
    top = 255 if np.dtype(dtype).itemsize == 1 else 65535
    pixels = np.random.default_rng(3).integers(0, top + 1, (70, 90, *shape)).astype(dtype)
    photo = read_photo(pixels)
    again = read_photo(photo.data)
    assert np.array_equal(photo.rgb, again.rgb)
    assert photo.sha256 == again.sha256 == hashlib.sha256(photo.data).hexdigest()
    assert photo.media_type == "image/png"


def test_the_png_of_an_array_is_the_same_bytes_everywhere() -> None:
    pixels = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    expected = "58f4c54acb4facab293b768bc5c7dd08f322957a99b879d78f4134033c19a121"
    assert read_photo(pixels).sha256 == read_photo(np.asfortranarray(pixels)).sha256 == expected


def test_pixels_are_write_protected_and_not_the_callers() -> None:
    pixels = drawing()
    photo = read_photo(pixels)
    pixels[:] = 0
    assert photo.rgb.any()
    with pytest.raises(ValueError, match="read-only"):
        photo.rgb[0, 0, 0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        photo.name = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((80, 80), np.float32),
        np.zeros((80, 80, 2), np.uint8),
        np.zeros((80, 80, 1), np.uint8),
        np.zeros((80, 80, 3), np.int16),
        np.zeros((80, 80, 3), np.uint32),
        np.zeros((80, 80), bool),
        np.zeros((2, 80, 80, 3), np.uint8),
        np.zeros(80, np.uint8),
        np.array(None, dtype=object),
    ],
)
def test_other_arrays_are_refused_with_their_shape_and_dtype(pixels: np.ndarray) -> None:
    with pytest.raises(ImageShapeError, match=r"source\.shape=.*source\.dtype="):
        read_photo(pixels)


@pytest.mark.parametrize("source", [None, 3, 2.5, [1, 2], io.BytesIO(b"x")])
def test_other_sources_are_refused_by_type(source: Any) -> None:
    with pytest.raises(ParameterError, match=type(source).__name__):
        read_photo(source)


def test_arrays_are_held_to_the_same_limits() -> None:
    with pytest.raises(PhotoTooSmallError, match="63 x 80"):
        read_photo(drawing(63, 80))
    with pytest.raises(PhotoTooLargeError, match="expected 9000 pixels"):
        read_photo(drawing(100, 100), limits=PhotoLimits(max_pixels=9000))
    with pytest.raises(PhotoTooLargeError, match="30000 bytes"):
        read_photo(drawing(100, 100), limits=PhotoLimits(max_bytes=20_000))
    with pytest.raises(PhotoTooSmallError):
        read_photo(np.zeros((0, 80, 3), np.uint8))


# --- orientation ----------------------------------------------------------------------------

STORED: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}
"""How a camera held some way stores an upright picture (Exif 2.32, tag 274)."""


def exif(orientation: int) -> bytes:
    block = Image.Exif()
    block[ORIENTATION] = orientation
    return block.tobytes()


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("JPEG", {"quality": 98, "subsampling": 0}, 1.5),
        ("PNG", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
    ],
)
def test_all_orientations_give_the_upright_pixels(
    orientation: int, kind: str, options: dict[str, Any], tolerance: float
) -> None:
    stored = np.ascontiguousarray(STORED[orientation](drawing()))
    photo = read_photo(encoded(stored, kind, exif=exif(orientation), **options))
    assert (photo.width_px, photo.height_px) == (WIDTH, HEIGHT)
    assert difference(photo.rgb, drawing()) <= tolerance


@pytest.mark.parametrize("orientation", STORED)
def test_orientation_holds_at_reduced_scale(orientation: int) -> None:
    upright = drawing(960, 640, smooth=True)
    stored = np.ascontiguousarray(STORED[orientation](upright))
    photo = read_photo(encoded(stored, "JPEG", exif=exif(orientation)), long_edge_px=240)
    assert photo.rgb.shape == (160, 240, 3)
    assert (photo.width_px, photo.height_px) == (960, 640)
    expected = cv2.resize(upright, (240, 160), interpolation=cv2.INTER_AREA)
    assert difference(photo.rgb, expected) < 3


def test_heic_is_turned_once() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    image = Image.fromarray(np.ascontiguousarray(STORED[6](drawing(smooth=True))))
    out = io.BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=100, chroma=444, exif=exif(6))
    photo = read_photo(out.getvalue())
    assert difference(photo.rgb, drawing(smooth=True)) < 3


# --- colour ---------------------------------------------------------------------------------


def rgb_profile(name: str, swap: bool = False) -> bytes:
    """Build a matrix profile by hand: sRGB's primaries, with red and green exchanged if asked."""
    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
    if swap:
        red, green = green, red
    fixed = [[round(value * 65536) for value in primary] for primary in (red, green, blue)]
    text = name.encode() + b"\0"
    description = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    tags = {b"desc": description, b"wtpt": xyz(0xF6D6, 0x10000, 0xD32D)}
    for key, value in zip((b"rXYZ", b"gXYZ", b"bXYZ"), fixed, strict=True):
        tags[key] = xyz(*value)
    for key in (b"rTRC", b"gTRC", b"bTRC"):
        tags[key] = curve
    return profile(b"RGB ", tags)


def xyz(x: int, y: int, z: int) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">iii", x, y, z)


def profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for key, value in tags.items():
        value += bytes(-len(value) % 4)
        table += key + struct.pack(">II", at + len(body), len(value))
        body += value
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", space, b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def gray_profile(gamma: float) -> bytes:
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    return profile(b"GRAY", {b"wtpt": xyz(0xF6D6, 0x10000, 0xD32D), b"kTRC": curve})


SWAPPED = rgb_profile("swapped", swap=True)


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("PNG", {}, 4),
        ("WEBP", {"lossless": True}, 4),
        ("TIFF", {}, 4),
        ("JPEG", {"quality": 98, "subsampling": 0}, 6),
    ],
)
def test_a_colour_profile_is_converted(kind: str, options: dict[str, Any], tolerance: float) -> None:
    photo = read_photo(encoded(drawing(), kind, icc_profile=SWAPPED, **options))
    exchanged = drawing()[:, :, [1, 0, 2]]
    assert difference(photo.rgb, exchanged) < tolerance
    assert difference(photo.rgb, drawing()) > 40


def test_a_colour_profile_of_heic_is_converted() -> None:
    photo = read_photo(heic(drawing(smooth=True), icc_profile=SWAPPED))
    assert difference(photo.rgb, drawing(smooth=True)[:, :, [1, 0, 2]]) < 6


def test_a_colour_profile_is_converted_after_reduction() -> None:
    data = encoded(drawing(960, 768, smooth=True), "JPEG", icc_profile=SWAPPED, quality=95)
    photo = read_photo(data, long_edge_px=120)
    plain = read_photo(encoded(drawing(960, 768, smooth=True), "JPEG", quality=95), long_edge_px=120)
    assert photo.rgb.shape == (96, 120, 3)
    assert difference(photo.rgb, plain.rgb[:, :, [1, 0, 2]]) < 5


def test_a_profile_split_over_many_jpeg_segments_is_put_together() -> None:
    long_profile = profile_with_ballast(SWAPPED, 150_000)
    data = encoded(drawing(), "JPEG", icc_profile=long_profile, quality=98, subsampling=0)
    assert difference(read_photo(data).rgb, drawing()[:, :, [1, 0, 2]]) < 6


def profile_with_ballast(icc: bytes, size: int) -> bytes:
    padded = icc + bytes(size - len(icc))
    return struct.pack(">I", size) + padded[4:]


def test_a_profile_that_is_srgb_by_its_content_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(read_photo(encoded(drawing(), "PNG", icc_profile=srgb)).rgb, drawing())


def test_a_profile_that_is_srgb_by_its_name_only_is_converted() -> None:
    icc = rgb_profile("sRGB IEC61966-2.1", swap=True)
    exchanged = drawing()[:, :, [1, 0, 2]]
    assert difference(read_photo(encoded(drawing(), "PNG", icc_profile=icc)).rgb, exchanged) < 4


@pytest.mark.parametrize(
    "icc", [b"", b"no profile", SWAPPED[:200], bytes(5000), SWAPPED[:16] + b"CMYK" + SWAPPED[20:]]
)
def test_a_broken_or_unfit_profile_is_ignored(icc: bytes) -> None:
    data = png_with(drawing(), (b"iCCP", b"x\0\0" + zlib.compress(icc)))
    assert np.array_equal(read_photo(data).rgb, drawing())


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_gray_profile_is_converted(mode: str) -> None:
    image = Image.fromarray(drawing()).convert("L")
    plain = np.asarray(image).astype(float)
    data = saved(image.convert(mode), "PNG", icc_profile=gray_profile(1.0))
    rgb = read_photo(data).rgb[:, :, 0]
    linear = plain / 255
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255
    assert np.abs(rgb - srgb).max() < 3


# --- alpha, palettes, modes -----------------------------------------------------------------


def test_alpha_is_laid_on_white() -> None:
    rgba = np.dstack([drawing(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    rgba[:48, :, 3] = 0
    rgba[48:60, :, 3] = 128
    for kind, options in (("PNG", {}), ("WEBP", {"lossless": True, "exact": True}), ("TIFF", {})):
        rgb = read_photo(encoded(rgba, kind, **options)).rgb.astype(int)
        assert (rgb[:48] == 255).all()
        assert np.abs(rgb[48:60] - (drawing()[48:60] / 255 * 128 + 127)).max() <= 1
        assert np.array_equal(rgb[60:], drawing()[60:])
    assert (read_photo(rgba).rgb[:48] == 255).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_gray_with_alpha_is_laid_on_white(dtype: Any) -> None:
    la = np.dstack([drawing()[:, :, 0], np.full((HEIGHT, WIDTH), 255, np.uint8)]).astype(dtype)
    la[:48, :, 1] = 0
    depth = la.dtype.itemsize
    raw = (la * (1 if depth == 1 else 257)).astype(f">u{depth}").reshape(HEIGHT, -1).view(np.uint8)
    rows = np.concatenate([np.zeros((HEIGHT, 1), np.uint8), raw], axis=1).tobytes()
    rgb = read_photo(png(WIDTH, HEIGHT, 8 * depth, 4, rows)).rgb
    assert (rgb[:48] == 255).all()
    assert np.array_equal(rgb[48:, :, 1], drawing()[48:, :, 0])


def png(
    width: int, height: int, bits: int, color_type: int, rows: bytes, *more: tuple[bytes, bytes]
) -> bytes:
    """Write a PNG of any kind by hand; ``rows`` are not compressed yet."""
    head = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    chunks = ((b"IHDR", head), *more, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_palettes_are_looked_up(kind: str) -> None:
    image = Image.fromarray(drawing()).convert("P", palette=Image.Palette.ADAPTIVE, colors=48)
    assert np.array_equal(read_photo(saved(image, kind)).rgb, np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_palette_entry_is_white(kind: str) -> None:
    image = Image.fromarray(drawing()).convert("P", palette=Image.Palette.ADAPTIVE, colors=48)
    clear = np.asarray(image) == 5
    rgb = read_photo(saved(image, kind, transparency=5)).rgb
    assert clear.any()
    assert (rgb[clear] == 255).all()
    assert np.array_equal(rgb[~clear], np.asarray(image.convert("RGB"))[~clear])


def test_half_transparent_palette_entries_are_laid_on_white() -> None:
    image = Image.fromarray(drawing()).convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
    alpha = bytes([0, 64, 128, 255])
    rgba = np.asarray(image.convert("RGB")).astype(float)
    weight = np.frombuffer(alpha, np.uint8)[np.asarray(image)][:, :, None] / 255
    expected = rgba * weight + 255 * (1 - weight)
    assert np.abs(read_photo(saved(image, "PNG", transparency=alpha)).rgb - expected).max() <= 1


@pytest.mark.parametrize("bits", [8, 16])
def test_a_transparent_colour_is_white(bits: int) -> None:
    pixels = drawing()
    key = pixels[0, 0]
    deep = pixels if bits == 8 else pixels.astype(np.uint16) * 257
    body = struct.pack(">HHH", *(int(value) for value in deep[0, 0]))
    rgb = read_photo(png_with(deep, (b"tRNS", body))).rgb
    clear = (pixels == key).all(axis=2)
    assert (rgb[clear] == 255).all()
    assert np.array_equal(rgb[~clear], pixels[~clear])


@pytest.mark.parametrize("bits", [8, 16])
def test_a_transparent_gray_is_white(bits: int) -> None:
    gray = drawing()[:, :, 0]
    deep = gray if bits == 8 else gray.astype(np.uint16) * 257
    rgb = read_photo(png_with(deep, (b"tRNS", struct.pack(">H", int(deep[0, 0]))))).rgb
    clear = gray == gray[0, 0]
    assert (rgb[clear] == 255).all()
    assert np.array_equal(rgb[~clear][:, 0], gray[~clear])


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "GIF"])
def test_one_bit_pictures_are_black_and_white(kind: str) -> None:
    image = Image.fromarray(drawing()).convert("1")
    rgb = read_photo(saved(image, kind)).rgb
    assert np.array_equal(rgb[:, :, 0], np.asarray(image).astype(np.uint8) * 255)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_small_gray_depths_reach_white(bits: int) -> None:
    levels = np.indices((64, 64)).sum(axis=0) % (1 << bits)
    per_byte = 8 // bits
    shifts = np.arange(per_byte)[::-1] * bits
    packed = (levels.reshape(64, -1, per_byte) << shifts).sum(axis=2).astype(np.uint8)
    rows = np.concatenate([np.zeros((64, 1), np.uint8), packed], axis=1).tobytes()
    rgb = read_photo(png(64, 64, bits, 0, rows)).rgb
    assert np.array_equal(rgb[:, :, 0], np.rint(levels * 255 / ((1 << bits) - 1)).astype(np.uint8))


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {"quality": 98}), ("PNG", {}), ("TIFF", {})])
def test_gray_pictures_have_three_equal_channels(kind: str, options: dict[str, Any]) -> None:
    gray = Image.fromarray(drawing()).convert("L")
    rgb = read_photo(saved(gray, kind, **options)).rgb
    assert np.array_equal(rgb[:, :, 0], rgb[:, :, 2])
    assert difference(rgb[:, :, 1], np.asarray(gray)) < 1.5


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {"quality": 98}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"})]
)
def test_cmyk_is_ink_and_adobe_jpeg_is_inverted_ink(kind: str, options: dict[str, Any]) -> None:
    cmyk = Image.fromarray(drawing()).convert("CMYK")
    data = saved(cmyk, kind, **options)
    if kind == "JPEG":
        assert b"Adobe" in data[:400]
    assert difference(read_photo(data).rgb, drawing()) < 3


def test_cmyk_jpeg_reduces_too() -> None:
    cmyk = Image.fromarray(drawing(960, 640, smooth=True)).convert("CMYK")
    photo = read_photo(saved(cmyk, "JPEG", quality=95), long_edge_px=240)
    expected = cv2.resize(drawing(960, 640, smooth=True), (240, 160), interpolation=cv2.INTER_AREA)
    assert difference(photo.rgb, expected) < 3


def test_lab_tiff_is_converted() -> None:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    image = ImageCms.profileToProfile(Image.fromarray(drawing()), srgb, lab, outputMode="LAB")
    assert image is not None
    assert difference(read_photo(saved(image, "TIFF")).rgb, drawing()) < 3


# --- deep samples ---------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [257, 256])
@pytest.mark.parametrize("shape", ["gray", "rgb", "rgba"])
def test_16_bit_png_gives_the_8_bit_pixels(shape: str, factor: int) -> None:
    pixels = {"gray": drawing()[:, :, 0], "rgb": drawing()}.get(
        shape, np.dstack([drawing(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    )
    deep = pixels.astype(np.uint16) * factor
    if shape == "rgba":
        deep[:, :, 3] = 65535
    for source in (write_png(deep), deep):
        rgb = read_photo(source).rgb
        assert np.array_equal(rgb, drawing() if shape != "gray" else np.dstack([pixels] * 3))


def test_16_bit_covers_the_whole_range_unclipped() -> None:
    ramp = np.linspace(0, 65535, 256 * 64).astype(np.uint16).reshape(64, 256)
    rgb = read_photo(write_png(ramp)).rgb[:, :, 0]
    assert (rgb.min(), rgb.max()) == (0, 255)
    assert np.abs(rgb - ramp / 257).max() <= 1


@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}])
@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_16_bit_tiff_gives_the_8_bit_pixels(mode: str, options: dict[str, Any]) -> None:
    gray = drawing()[:, :, 0]
    raw = (gray.astype(np.uint16) * 257).astype(">u2" if mode.endswith("B") else "<u2").tobytes()
    data = saved(Image.frombytes(mode, (WIDTH, HEIGHT), raw), "TIFF", **options)
    assert np.array_equal(read_photo(data).rgb[:, :, 0], gray)


def tiff16(pixels: np.ndarray, photometric: int, sample_format: int = 1) -> bytes:
    samples = pixels.shape[2] if pixels.ndim == 3 else 1
    bits = 8 * pixels.dtype.itemsize
    place = 8 + pixels.nbytes
    fields = [
        (256, 4, 1, WIDTH),
        (257, 4, 1, HEIGHT),
        (258, 3, samples, bits if samples == 1 else place),
        (259, 4, 1, 1),
        (262, 4, 1, photometric),
        (273, 4, 1, 8),
        (277, 4, 1, samples),
        (278, 4, 1, HEIGHT),
        (279, 4, 1, pixels.nbytes),
        (339, 3, samples, sample_format if samples == 1 else place + 8),
    ]
    arrays = struct.pack("<4H", *[bits] * 4) + struct.pack("<4H", *[sample_format] * 4)
    entries = b"".join(struct.pack("<HHII", *entry) for entry in fields)
    head = b"II*\0" + struct.pack("<I", place + 16)
    return head + pixels.tobytes() + arrays + struct.pack("<H", len(fields)) + entries + bytes(4)


def test_16_bit_rgb_tiff_gives_the_8_bit_pixels() -> None:
    data = tiff16(drawing().astype("<u2") * np.uint16(257), photometric=2)
    assert np.array_equal(read_photo(data).rgb, drawing())


def test_tiff_with_white_as_zero_is_inverted() -> None:
    gray = drawing()[:, :, 0]
    assert np.array_equal(read_photo(tiff16(255 - gray, photometric=0)).rgb[:, :, 0], gray)
    deep = (255 - gray).astype("<u2") * np.uint16(257)
    assert np.array_equal(read_photo(tiff16(deep, photometric=0)).rgb[:, :, 0], gray)


def test_32_bit_tiff_uses_the_whole_range() -> None:
    gray = drawing()[:, :, 0]
    deep = gray.astype("<u4") * np.uint32(0x01010101)
    assert np.array_equal(read_photo(tiff16(deep, photometric=1)).rgb[:, :, 0], gray)


@pytest.mark.parametrize("full", [1.0, 255.0, 65535.0])
def test_float_tiff_is_scaled_by_the_range_it_uses(full: float) -> None:
    gray = drawing()[:, :, 0]
    data = saved(Image.fromarray((gray / 255 * full).astype(np.float32)), "TIFF")
    expected = np.rint(gray / 255.0 * 255)
    rgb = read_photo(data).rgb[:, :, 0]
    assert np.abs(rgb - expected).max() <= 1


def test_float_tiff_with_holes_is_black_there() -> None:
    gray = drawing()[:, :, 0].astype(np.float32) / 255
    gray[:10] = np.nan
    gray[10:20] = np.inf
    gray[20:30] = -5
    rgb = read_photo(saved(Image.fromarray(gray), "TIFF")).rgb
    assert not rgb[:30].any()
    assert rgb[30:].any()


# --- animation ------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True}), ("GIF", {})])
def test_an_animation_gives_its_first_frame(kind: str, options: dict[str, Any]) -> None:
    frames = [Image.fromarray(drawing()), Image.fromarray(255 - drawing())]
    if kind == "GIF":
        frames = [frame.quantize(48) for frame in frames]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, **options)
    rgb = read_photo(data).rgb
    assert difference(rgb, np.asarray(frames[0].convert("RGB"))) < 0.5
    assert difference(rgb, drawing()) < 12


# --- reduced scale --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("long_edge_px", "size"),
    [
        (None, (1001, 667)),
        (5000, (1001, 667)),
        (1001, (1001, 667)),
        (502, (1001, 667)),
        (501, (501, 334)),
        (252, (501, 334)),
        (251, (251, 167)),
        (126, (126, 84)),
        (1, (126, 84)),
    ],
)
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_is_decoded_at_the_smallest_scale_that_is_enough(
    long_edge_px: int | None, size: tuple[int, int], progressive: bool
) -> None:
    data = encoded(drawing(1001, 667, smooth=True), "JPEG", progressive=progressive)
    photo = read_photo(data, long_edge_px=long_edge_px)
    assert photo.rgb.shape[1::-1] == size
    assert (photo.width_px, photo.height_px) == (1001, 667)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [2, 4, 8])
@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_reduced_decode_is_whole_decode_resized(scale: int, subsampling: int, mode: str) -> None:
    image = Image.fromarray(drawing(960, 640, smooth=True)).convert(mode)
    options = {"subsampling": subsampling} if mode == "RGB" else {}
    data = saved(image, "JPEG", quality=90, **options)
    whole = read_photo(data).rgb
    reduced = read_photo(data, long_edge_px=960 // scale).rgb
    expected = cv2.resize(whole, (960 // scale, 640 // scale), interpolation=cv2.INTER_AREA)
    luma = [cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) for pixels in (reduced, expected)]
    assert difference(luma[0], luma[1]) < 0.5
    # at 1/8 libjpeg does not smooth the chroma of pictures that subsample it sideways only
    assert difference(reduced, expected) < (3 if (scale, subsampling) == (8, 1) else 0.7)


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "640"])
def test_a_senseless_long_edge_is_refused(wrong: Any) -> None:
    with pytest.raises(ParameterError, match="long_edge_px="):
        read_photo(drawing(), long_edge_px=wrong)


# --- limits and refusals --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"])
def test_limits_are_judged_and_settable_for_every_format(kind: str) -> None:
    data = encoded(drawing(), kind)
    few = 100 if kind == "JPEG" else 10_000  # a JPEG is decoded at an eighth of its size
    size = f"{WIDTH // 8} x {HEIGHT // 8}" if kind == "JPEG" else f"{WIDTH} x {HEIGHT}"
    with pytest.raises(PhotoTooLargeError, match=f"{size} px; expected {few} pixels"):
        read_photo(data, limits=PhotoLimits(max_pixels=few))
    with pytest.raises(PhotoTooSmallError, match="97 px or more"):
        read_photo(data, limits=PhotoLimits(min_short_edge_px=97))
    with pytest.raises(PhotoTooLargeError, match="bytes"):
        read_photo(data, limits=PhotoLimits(max_bytes=len(data) - 1))
    exact = PhotoLimits(max_pixels=WIDTH * HEIGHT, max_bytes=len(data), min_short_edge_px=HEIGHT)
    assert isinstance(read_photo(data, limits=exact), Photo)


def test_limits_below_one_are_refused() -> None:
    for name in ("max_pixels", "max_bytes", "min_short_edge_px"):
        with pytest.raises(ParameterError, match=f"{name}=0"):
            PhotoLimits(**{name: 0})


def test_a_file_over_the_limit_is_refused_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    monkeypatch.setattr("os.open", lambda *args, **options: pytest.fail("opened"))
    with pytest.raises(PhotoTooLargeError, match="200000001 bytes"):
        read_photo(path)


def test_a_file_over_pillows_own_limit_is_read_if_ours_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    for kind in ("JPEG", "PNG", "BMP", "GIF"):
        assert read_photo(encoded(drawing(), kind)).width_px == WIDTH
    assert Image.MAX_IMAGE_PIXELS == 1000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "noise"), [(0, 0.0), (255, 0.0), (128, 0.0), (128, 1.0), (90, 2.0), (128, 3.0), (200, 4.0)]
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_flat_colour_with_weak_noise_is_blank(value: int, noise: float, kind: str) -> None:
    rng = np.random.default_rng(5)
    flat = np.clip(rng.normal(value, noise, (480, 640, 3)).round(), 0, 255).astype(np.uint8)
    with pytest.raises(BlankPhotoError) as caught:
        read_photo(encoded(flat, kind))
    assert caught.value.code == "photo-blank"
    assert caught.value.hint


@pytest.mark.slow
@pytest.mark.parametrize("contrast", [8, 12, 60])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_faint_drawing_passes(contrast: int, kind: str) -> None:
    rng = np.random.default_rng(5)
    lines = np.zeros((480, 640), np.uint8)
    for x, y in rng.integers((0, 0), (640, 480), (12, 2)).tolist():
        cv2.circle(lines, (x, y), int(rng.integers(20, 60)), 1, 2)
    noisy = rng.normal(128, 1.5, (480, 640, 3)) + (lines * contrast)[:, :, None]
    assert read_photo(
        encoded(noisy.round().astype(np.uint8), kind, **({"quality": 90} if kind == "JPEG" else {}))
    )


def test_one_small_motif_on_white_passes() -> None:
    sheet = np.full((1000, 1400, 3), 255, np.uint8)
    sheet[400:450, 600:680] = 30
    assert has_detail(sheet)


def test_colours_of_equal_luma_are_detail() -> None:
    pixels = np.full((200, 200, 3), (150, 60, 60), np.uint8)
    pixels[::4, 40:120] = (60, 106, 60)
    assert has_detail(pixels)


def test_a_single_hot_pixel_is_no_detail() -> None:
    flat = np.full((480, 640, 3), 20, np.uint8)
    flat[100, 100] = 255
    assert not has_detail(flat)


def test_errors_say_what_came_what_was_expected_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello, this is not a picture")
    for source, error, words in (
        (tmp_path / "note.txt", NotAnImageError, "expected a picture"),
        (b"", NotAnImageError, "empty"),
        (b"%PDF-1.7 ...", NotAnImageError, "PDF"),
        (b"\xef\xbb\xbf <html>", NotAnImageError, "web page"),
        (tmp_path, UnreadablePhotoError, "folder"),
        (tmp_path / "absent.jpg", UnreadablePhotoError, "absent.jpg"),
        ("https://example.com/kain.jpg", UnreadablePhotoError, "web address"),
        ("s3://bucket/kain.jpg", UnreadablePhotoError, "web address"),
        ("file:///tmp/kain.jpg", UnreadablePhotoError, "web address"),
    ):
        with pytest.raises(error, match=words) as caught:
            read_photo(source)
        row = caught.value.to_json()
        assert set(row) == {"code", "message", "hint"}
        assert all(row.values())
        assert "expected" in row["message"]


def test_nothing_is_ever_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket", lambda *args, **options: pytest.fail("a socket was opened"))
    monkeypatch.setattr(builtins, "open", lambda *args, **options: pytest.fail("a file was opened"))
    with pytest.raises(UnreadablePhotoError):
        read_photo("http://127.0.0.1/kain.jpg")


@pytest.mark.slow
def test_threads_read_the_same_pixels() -> None:
    data = [
        encoded(drawing(960, 640, smooth=True), "JPEG", icc_profile=SWAPPED),
        encoded(drawing(), "PNG"),
        encoded(drawing(960, 640, smooth=True), "JPEG", progressive=True),
    ]
    expected = [read_photo(one, long_edge_px=240).rgb for one in data]
    wrong: list[int] = []

    def work(start: int) -> None:
        for turn in range(12):
            which = (start + turn) % len(data)
            if not np.array_equal(read_photo(data[which], long_edge_px=240).rgb, expected[which]):
                wrong.append(which)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_file_is_known_by_its_hash_unless_it_cannot_be_read_as_a_photo(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"GIF89a")
    known = hashlib.sha256(b"GIF89a").hexdigest()
    given = (
        tmp_path / "a.jpg",
        str(tmp_path / "a.jpg"),
        b"GIF89a",
        bytearray(b"GIF89a"),
        memoryview(b"GIF89a"),
    )
    assert [file_sha256(source) for source in given] == [known] * 5
    with (tmp_path / "large.jpg").open("wb") as file:
        file.truncate(200_000_001)
    os.mkfifo(tmp_path / "pipe.jpg")
    none = (tmp_path, tmp_path / "none.jpg", tmp_path / "pipe.jpg", tmp_path / "large.jpg", "a\0.jpg")
    assert [file_sha256(source) for source in none] == [None] * 5
    assert file_sha256(np.zeros((9, 9, 3), np.uint8)) is None
