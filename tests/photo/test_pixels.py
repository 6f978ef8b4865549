"""What is decoded is exactly the picture that was stored: its levels, its way up, its scale."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from motif.errors import ImageShapeError, MissingExtraError, NotAnImageError, TruncatedPhotoError
from motif.photo.limits import PhotoLimits
from motif.photo.photo import read_photo
from motif.photo.pixels import Decoded, _undecodable, decode, from_array
from motif.photo.png import write_png

ANY_SIZE = PhotoLimits(min_short_edge_px=1)
RGB = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[10, 20, 30], [200, 100, 50], [7, 77, 177]]], np.uint8
)
"""Two rows of three colours, all unlike."""
GRAY = np.array([[0, 1, 127], [128, 254, 255]], np.uint8)


def decoded(data: bytes, **options: Any) -> Decoded:
    return decode(data, limits=ANY_SIZE, **options)


def file_of(pixels: np.ndarray | Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(out, kind, **options)
    return out.getvalue()


def of_orientation(orientation: int) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def gray3(levels: np.ndarray) -> list[Any]:
    """The same levels in all three channels, as nested lists."""
    return np.stack([levels] * 3, -1).tolist()


LOSSLESS = [("PNG", {}), ("BMP", {}), ("TIFF", {}), ("WEBP", {"lossless": True})]
NAMES = {"PNG": "image/png", "BMP": "image/bmp", "TIFF": "image/tiff", "WEBP": "image/webp"}


@pytest.mark.parametrize(("kind", "options"), LOSSLESS)
def test_six_pixels_are_these_six_pixels(kind: str, options: dict[str, Any]) -> None:
    found = decoded(file_of(RGB, kind, **options))
    assert found.rgb.tolist() == RGB.tolist() and found.rgb.dtype == np.uint8
    assert (found.width_px, found.height_px, found.media_type) == (3, 2, NAMES[kind])


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_gray_levels_stay_from_black_to_white(kind: str) -> None:
    assert decoded(file_of(GRAY, kind)).rgb.tolist() == gray3(GRAY)


A, B, C, D, E, F = range(6)
UPRIGHT = {
    1: [[A, B, C], [D, E, F]],
    2: [[C, B, A], [F, E, D]],
    3: [[F, E, D], [C, B, A]],
    4: [[D, E, F], [A, B, C]],
    5: [[A, D], [B, E], [C, F]],
    6: [[D, A], [E, B], [F, C]],
    7: [[F, C], [E, B], [D, A]],
    8: [[C, F], [B, E], [A, D]],
}
"""How six stored pixels, A to F, stand when upright."""


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True})])
def test_every_orientation_turns_the_six_pixels_upright(
    orientation: int, kind: str, options: dict[str, Any]
) -> None:
    found = decoded(file_of(RGB, kind, exif=of_orientation(orientation), **options))
    places = np.array(UPRIGHT[orientation])
    assert found.rgb.tolist() == RGB.reshape(6, 3)[places].tolist()
    assert (found.height_px, found.width_px) == places.shape


BLOCKS = np.array([[[250] * 3, [5] * 3, [128] * 3], [[30] * 3, [200] * 3, [90] * 3]], np.uint8)


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize(
    ("long_edge_px", "block_px"), [(None, 16), (48, 16), (24, 8), (12, 4), (6, 2), (1, 2)]
)
def test_a_reduced_jpeg_has_the_levels_of_the_whole_one(
    orientation: int, long_edge_px: int | None, block_px: int
) -> None:
    """Blocks of 16 pixels lie on the grid of JPEG, so that each keeps its level at every scale."""
    stored = BLOCKS.repeat(16, 0).repeat(16, 1)
    data = file_of(stored, "JPEG", quality=100, subsampling=0, exif=of_orientation(orientation))
    found = decoded(data, long_edge_px=long_edge_px)
    upright = BLOCKS.reshape(6, 3)[np.array(UPRIGHT[orientation])]
    expected = upright.repeat(block_px, 0).repeat(block_px, 1).astype(int)
    assert found.rgb.shape == expected.shape
    assert np.abs(found.rgb - expected).max() <= 1
    assert (found.height_px, found.width_px) == (upright.shape[0] * 16, upright.shape[1] * 16)
    assert found.media_type == "image/jpeg"


def test_only_jpeg_is_reduced() -> None:
    for kind, options in LOSSLESS:
        assert decoded(file_of(RGB, kind, **options), long_edge_px=1).rgb.tolist() == RGB.tolist()


# --- modes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True, "exact": True})]
)
def test_alpha_mixes_with_white(kind: str, options: dict[str, Any]) -> None:
    rgba = np.dstack([RGB, np.array([[255, 0, 51], [255, 204, 255]], np.uint8)])
    expected = RGB.copy()
    expected[0, 1], expected[0, 2], expected[1, 1] = (255, 255, 255), (204, 204, 255), (211, 131, 91)
    assert decoded(file_of(rgba, kind, **options)).rgb.tolist() == expected.tolist()


def test_gray_with_alpha_mixes_with_white() -> None:
    alpha = np.array([[255, 0, 255], [51, 255, 0]], np.uint8)
    expected = np.array([[0, 255, 127], [230, 254, 255]])
    la = Image.merge("LA", [Image.fromarray(GRAY), Image.fromarray(alpha)])
    assert decoded(file_of(la, "PNG")).rgb.tolist() == gray3(expected)
    assert decoded(file_of(la, "TIFF")).rgb.tolist() == gray3(expected)


def palette_picture() -> Image.Image:
    image = Image.fromarray(np.array([[0, 1, 2], [2, 1, 0]], np.uint8))
    image.putpalette([255, 0, 0, 0, 128, 0, 20, 40, 60])
    return image


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_a_palette_gives_its_colours(kind: str) -> None:
    red, green, dark = [255, 0, 0], [0, 128, 0], [20, 40, 60]
    found = decoded(file_of(palette_picture(), kind)).rgb.tolist()
    assert found == [[red, green, dark], [dark, green, red]]


def test_a_transparent_colour_of_a_palette_is_white() -> None:
    white, green, dark = [255, 255, 255], [0, 128, 0], [20, 40, 60]
    found = decoded(file_of(palette_picture(), "PNG", transparency=0)).rgb.tolist()
    assert found == [[white, green, dark], [dark, green, white]]


@pytest.mark.parametrize("pixels", [RGB, GRAY])
def test_one_transparent_colour_is_white_and_all_others_stay(pixels: np.ndarray) -> None:
    clear = tuple(pixels[0, 1].tolist()) if pixels is RGB else int(pixels[0, 1])
    expected = RGB.copy() if pixels is RGB else np.dstack([GRAY] * 3)
    expected[0, 1] = 255 if pixels is RGB else 0  # much of the gray is white, and would not show on white
    assert decoded(file_of(pixels, "PNG", transparency=clear)).rgb.tolist() == expected.tolist()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "GIF"])
def test_one_bit_is_black_or_white(kind: str) -> None:
    bits = np.array([[0, 255, 255], [255, 0, 0]], np.uint8)
    assert decoded(file_of(Image.fromarray(bits).convert("1"), kind)).rgb.tolist() == gray3(bits)


def test_ink_of_cmyk_is_taken_from_white() -> None:
    ink = np.array(
        [[[0, 255, 255, 0], [255, 0, 0, 0], [0, 0, 0, 0]], [[0, 0, 0, 255], [0, 0, 0, 55], [55, 0, 0, 0]]]
    )
    expected = [
        [[255, 0, 0], [0, 255, 255], [255, 255, 255]],
        [[0, 0, 0], [200, 200, 200], [200, 255, 255]],
    ]
    image = Image.frombytes("CMYK", (3, 2), ink.astype(np.uint8).tobytes())
    assert decoded(file_of(image, "TIFF")).rgb.tolist() == expected


def test_lab_is_converted() -> None:
    image = Image.frombytes("LAB", (3, 1), bytes([255, 0, 0, 0, 0, 0, 137, 0, 0]))
    found = decoded(file_of(image, "TIFF")).rgb.astype(int)
    assert np.abs(found - [[[255] * 3, [0] * 3, [128] * 3]]).max() <= 2


# --- deep samples ---------------------------------------------------------------------------

DEEP = np.array([[0, 255, 256], [32767, 32768, 65535]], np.uint16)
TOP_BYTES = DEEP >> 8


def test_deep_samples_give_their_top_byte() -> None:
    assert decoded(write_png(DEEP)).rgb.tolist() == gray3(TOP_BYTES)
    assert decoded(file_of(DEEP, "TIFF")).rgb.tolist() == gray3(TOP_BYTES)
    assert decoded(write_png(np.dstack([DEEP] * 3))).rgb.tolist() == gray3(TOP_BYTES)
    found, _ = from_array(DEEP, ANY_SIZE)
    assert found.rgb.tolist() == gray3(TOP_BYTES)


def deep_tiff(samples: np.ndarray, *, photometric: int = 1) -> bytes:
    """One gray strip of unsigned samples of any depth."""
    height, width = samples.shape
    raw, bits = samples.astype(samples.dtype.newbyteorder("<")).tobytes(), 8 * samples.dtype.itemsize
    fields = [(256, width), (257, height), (258, bits), (259, 1), (262, photometric), (273, 8), (277, 1)]
    fields += [(278, height), (279, len(raw)), (339, 1)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    head = b"II*\0" + struct.pack("<I", 8 + len(raw))
    return head + raw + struct.pack("<H", len(fields)) + entries + bytes(4)


def test_deep_samples_of_which_white_is_zero_are_inverted() -> None:
    assert decoded(deep_tiff(DEEP)).rgb.tolist() == gray3(TOP_BYTES)
    assert decoded(deep_tiff(DEEP, photometric=0)).rgb.tolist() == gray3(255 - TOP_BYTES)


def test_samples_of_32_bits_give_their_top_byte() -> None:
    deep = np.array([[0, 0x00FFFFFF, 0x01000000], [0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]], np.uint32)
    assert decoded(deep_tiff(deep)).rgb.tolist() == gray3(deep >> 24)


def test_fractions_run_from_black_to_white() -> None:
    parts = np.array([[0, 0.5, 1], [0.25, 0.75, 0]], np.float32)
    assert decoded(file_of(parts, "TIFF")).rgb.tolist() == gray3(np.rint(parts * 255))


def test_the_transparent_level_of_a_deep_picture_is_white_and_its_neighbours_are_not() -> None:
    plain = write_png(DEEP)
    body = b"tRNS" + struct.pack(">H", 256)
    marked = plain[:33] + struct.pack(">I", 2) + body + struct.pack(">I", zlib.crc32(body)) + plain[33:]
    expected = TOP_BYTES.copy()
    expected[0, 2] = 255
    assert decoded(marked).rgb.tolist() == gray3(expected)


# --- arrays ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_arrays_give_their_pixels_in_8_bits(dtype: type) -> None:
    factor = 1 if dtype is np.uint8 else 257
    rgba = np.dstack([RGB, np.array([[255, 0, 51], [255, 204, 255]], np.uint8)])
    laid = RGB.copy()
    laid[0, 1], laid[0, 2], laid[1, 1] = (255, 255, 255), (204, 204, 255), (211, 131, 91)
    for given, expected in ((GRAY, gray3(GRAY)), (RGB, RGB.tolist()), (rgba, laid.tolist())):
        pixels = given.astype(dtype) * dtype(factor)
        found, png = from_array(pixels, ANY_SIZE)
        assert found.rgb.tolist() == expected and found.rgb.dtype == np.uint8
        assert (found.width_px, found.height_px, found.media_type) == (3, 2, "image/png")
        assert decoded(png).rgb.tolist() == expected
        assert not np.shares_memory(found.rgb, pixels)


def test_three_or_four_wide_gray_arrays_are_gray() -> None:
    for width in (3, 4):
        levels = np.arange(2 * width, dtype=np.uint8).reshape(2, width)
        assert from_array(levels, ANY_SIZE)[0].rgb.tolist() == gray3(levels)


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((4, 4, 2), "u1"),
        ((4, 4, 5), "u1"),
        ((4, 4, 1), "u1"),
        ((4,), "u1"),
        ((3,), "u1"),
        ((2, 4, 4, 3), "u1"),
        ((4, 4), "u4"),
        ((4, 4), "u8"),
        ((4, 4, 3), "i1"),
        ((4, 4, 3), "i2"),
        ((4, 4, 3), "f4"),
        ((4, 4, 3), "?"),
    ],
)
def test_arrays_of_another_shape_or_kind_are_refused(shape: tuple[int, ...], dtype: str) -> None:
    with pytest.raises(ImageShapeError, match="expected \\(H, W\\), \\(H, W, 3\\) or \\(H, W, 4\\) of uint8"):
        from_array(np.zeros(shape, dtype), ANY_SIZE)


# --- what is no picture ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7", "a PDF document"),
        (b"8BPS\0\1", "a Photoshop file"),
        (b"%!PS-Adobe", "a PostScript file"),
        (b"<svg xmlns=''>", "an SVG drawing"),
        (b"<!DOCTYPE html>", "a web page"),
        (b" \r\n\t<HTML>", "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "an XML file"),
        (b"PK\x03\x04\0\0", "a ZIP archive or office document"),
        (b"Kain batik,\ttahun 1920\r\n~", "a text"),
        (b" " * 60 + b"<svg", "an SVG drawing"),
        (b" " * 61 + b"<svg", "a text"),  # only the first 64 bytes are looked at
        (b"x" * 64 + b"\xff", "a text"),
        (b"x" * 63 + b"\xff", "a file that starts with 78 78 78 78 78 78 78 78"),
        (b"text \x7f", "a file that starts with 74 65 78 74 20 7f"),
        (b"text \x1f", "a file that starts with 74 65 78 74 20 1f"),
        (bytes(range(200, 240)), "a file that starts with c8 c9 ca cb cc cd ce cf"),
        (b"\xff", "a file that starts with ff"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a file that starts with 52 49 46 46 00 00 00 00"),
        (b"RIFX\0\0\0\0WEBPVP8 ", "a file that starts with 52 49 46 58 00 00 00 00"),
    ],
)
def test_strangers_are_named(data: bytes, kind: str) -> None:
    with pytest.raises(NotAnImageError) as caught:
        decoded(data)
    assert caught.value.message == f"this is {kind}; expected a picture"
    assert "Send the photo as JPEG" in caught.value.hint


def test_an_empty_file_is_a_failed_copy() -> None:
    with pytest.raises(NotAnImageError, match="the file is empty") as caught:
        decoded(b"")
    assert "copy failed" in caught.value.hint


def ftyp(major: bytes, *compatible: bytes, size: int | None = None) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 4 + len(body) if size is None else size) + body + bytes(range(1, 200))


@pytest.mark.parametrize(
    ("data", "is_photo"),
    [
        (ftyp(b"heic"), True),
        (ftyp(b"mif1", b"miaf"), True),
        (ftyp(b"isom", b"mp42", b"mif1"), True),
        (ftyp(b"isom", *[b"mp42"] * 20, b"heix"), True),
        (ftyp(b"isom", *[b"mp42"] * 40, b"heix"), False),  # only the first 128 bytes are looked at
        (ftyp(b"isom", b"mp42", b"heix", size=20), False),  # behind the list
        (ftyp(b"isom", b"mp42", b"heix", size=24), True),
        (ftyp(b"isom", b"mp42"), False),
        (ftyp(b"avif", b"mif1", b"heic"), False),
        (ftyp(b"avis", b"msf1", b"heic"), False),
        (ftyp(b"qt  "), False),
    ],
)
def test_films_are_told_from_photos_by_their_brands(data: bytes, is_photo: bool) -> None:
    with pytest.raises((NotAnImageError, TruncatedPhotoError, MissingExtraError)) as caught:
        decoded(data)  # a head without a picture
    is_film = caught.value.message.startswith("this is a film or picture of brand")
    assert is_film != is_photo
    if is_film:
        assert repr(data[8:12].decode()) in caught.value.message
        assert "Send the photo as JPEG" in caught.value.hint


def test_a_heic_photo_has_its_size_and_levels() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    levels = np.array([[250, 20], [90, 160], [40, 220]], np.uint8).repeat(32, 0).repeat(32, 1)
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(np.dstack([levels] * 3))).save(out, quality=100, chroma=444)
    found = decoded(out.getvalue())
    assert (found.width_px, found.height_px, found.media_type) == (64, 96, "image/heic")
    assert np.abs(found.rgb.astype(int) - levels[:, :, None]).max() <= 6


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (
            lambda data: data.replace(
                struct.pack("<HHI", 259, 3, 1) + b"\1\0", struct.pack("<HHI", 259, 3, 1) + b"\x0f\x27"
            ),
            NotAnImageError,
        ),
        (lambda data: data[:-200], TruncatedPhotoError),
    ],
    ids=["unknown compression", "cut"],
)
def test_unusual_and_damaged_files_are_told_apart(change: Any, error: type[Exception]) -> None:
    data = file_of(np.tile(RGB, (40, 40, 1)), "TIFF")
    changed = change(data)
    assert changed != data
    with pytest.raises(error):
        decoded(changed)


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (OSError("broken data stream"), TruncatedPhotoError, "broken data stream"),
        (ValueError(), TruncatedPhotoError, "ValueError"),
        (SyntaxError("not such a file"), NotAnImageError, "not such a file"),
        (NotImplementedError(), NotAnImageError, "NotImplementedError"),
        (OSError("Unsupported BMP compression"), NotAnImageError, "Unsupported BMP compression"),
        (ValueError("compression is unsupported"), NotAnImageError, "compression is unsupported"),
        (KeyError("unknown"), NotAnImageError, "'unknown'"),
    ],
)
def test_what_a_decoder_says_decides_whether_a_file_is_unusual_or_damaged(
    error: Exception, kind: type[Exception], message: str
) -> None:
    made = _undecodable("image/x", error)
    assert type(made) is kind
    assert made.message.startswith(f"image/x: {message}; expected ")


def test_the_last_row_of_a_png_must_be_there() -> None:
    pixels = np.full((80, 90), 100, np.uint8)
    pixels[::3] = 200
    plain = zlib.compress(np.pad(pixels, ((0, 0), (1, 0))).tobytes())
    short = zlib.compress(np.pad(pixels, ((0, 0), (1, 0)))[:-1].tobytes())
    head = struct.pack(">IIBBBBB", 90, 80, 8, 0, 0, 0, 0)
    for body, whole in ((plain, True), (short, False)):
        parts = [(b"IHDR", head), (b"IDAT", body), (b"IEND", b"")]
        data = b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in parts
        )
        if whole:
            assert read_photo(data).rgb.tolist() == gray3(pixels)
        else:
            with pytest.raises(TruncatedPhotoError):
                decoded(data)
