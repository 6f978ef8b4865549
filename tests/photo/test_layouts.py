"""Every mode, depth, layout and compression that tifffile and Pillow write comes back, or is refused."""

from __future__ import annotations

import io
import itertools
import random
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from motif.errors import NotAnImageError, PhotoTooLargeError, TruncatedPhotoError
from motif.photo.limits import PhotoLimits
from motif.photo.pixels import decode, from_array

HEIGHT, WIDTH = 40, 53
_NOISE = np.random.default_rng(3).integers(0, 256, (4, 6, 3), np.uint8)
RGB = np.asarray(Image.fromarray(_NOISE).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
GRAY = np.ascontiguousarray(RGB[:, :, 0])
OPAQUE = np.full((HEIGHT, WIDTH), 255, np.uint8)
GRAY_AS_RGB = np.repeat(GRAY[:, :, None], 3, axis=2)

ANY_SIZE = PhotoLimits(min_short_edge_px=1)


def pixels_of(data: bytes) -> np.ndarray:
    return decode(data, limits=ANY_SIZE).rgb


DEPTHS = {"u1": 1, "u2": 257, "u4": 16843009, "i2": 128, "f2": 1 / 255, "f4": 1 / 255, "f8": 1 / 255}
"""What a value of 8 bits is multiplied with."""


def deep(pixels: np.ndarray, kind: str) -> np.ndarray:
    scaled = pixels.astype(np.float64) * DEPTHS[kind]
    return scaled.astype(kind) if kind[0] == "f" else np.rint(scaled).astype(kind)


def tiff(pixels: np.ndarray, **options: Any) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, pixels, **options)
    return out.getvalue()


def layouts() -> Iterator[tuple[str, bool, dict[str, Any]]]:
    """Yield depth, whether there is alpha, and how tifffile writes it."""
    for kind, alpha, compression, tile, order in itertools.product(
        DEPTHS, (False, True), (None, "zlib", "lzma"), (None, (32, 16)), "<>"
    ):
        for predictor in (None, 2) if compression and kind[0] != "f" else (None,):
            yield (
                kind,
                alpha,
                {"compression": compression, "tile": tile, "byteorder": order, "predictor": predictor},
            )


@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite", "rgb", "planes"])
def test_what_tifffile_writes_comes_back(photometric: str) -> None:
    expected = RGB if photometric in ("rgb", "planes") else GRAY_AS_RGB
    for kind, alpha, options in layouts():
        if photometric in ("rgb", "planes"):
            pixels = np.dstack([RGB, OPAQUE]) if alpha else RGB
        else:
            pixels = np.dstack([GRAY, OPAQUE]) if alpha else GRAY
        written = deep(pixels, kind)
        options["photometric"] = "rgb" if photometric == "planes" else photometric
        if photometric == "planes":
            written, options["planarconfig"] = np.moveaxis(written, 2, 0), "separate"
        elif written.ndim == 3:
            options["planarconfig"] = "contig"
        if alpha:
            options["extrasamples"] = ["unassalpha"]
        found = pixels_of(tiff(written, **options)).astype(int)
        if photometric == "miniswhite":
            found = 255 - found
        assert np.abs(found - expected).max() <= 1, (kind, alpha, options)


def test_big_tiff_comes_back() -> None:
    for order in "<>":
        assert np.array_equal(pixels_of(tiff(RGB, bigtiff=True, byteorder=order)), RGB)


PILLOW = {
    "1": ["raw", "tiff_lzw", "tiff_deflate", "packbits", "group3", "group4", "tiff_ccitt", "zstd"],
    "L": ["raw", "tiff_lzw", "tiff_deflate", "packbits", "tiff_adobe_deflate", "lzma", "zstd"],
    "P": ["raw", "tiff_lzw", "tiff_deflate", "packbits"],
    "LA": ["raw", "tiff_lzw"],
    "RGB": ["raw", "tiff_lzw", "tiff_deflate", "packbits", "lzma", "zstd"],
    "RGBA": ["raw", "tiff_lzw", "tiff_deflate"],
    "CMYK": ["raw", "tiff_lzw", "tiff_deflate"],
    "YCbCr": ["raw"],
    "LAB": ["raw", "tiff_lzw"],
    "I;16": ["raw", "tiff_lzw", "tiff_deflate"],
    "F": ["raw", "tiff_lzw"],
}


@pytest.mark.parametrize("mode", PILLOW)
def test_what_pillow_writes_comes_back(mode: str) -> None:
    for compression in PILLOW[mode]:
        if mode == "I;16":
            picture = Image.fromarray(GRAY.astype(np.uint16) * 257)
        else:
            picture = Image.fromarray(RGB).convert(mode)
        out = io.BytesIO()
        picture.save(out, "TIFF", compression=compression)
        plain = GRAY_AS_RGB if mode == "I;16" else np.asarray(picture.convert("RGB"))
        if mode == "F":  # read by the range that it uses
            plain = np.asarray(picture.convert("L").convert("RGB"))
        if mode == "LAB":
            plain = RGB
        found = pixels_of(out.getvalue()).astype(int)
        assert np.abs(found - plain).mean() < (4 if mode in ("LAB", "F") else 0.6), compression


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("shape", ["gray", "rgb"])
def test_values_of_few_bits_in_16_are_as_light_as_they_are_meant(bits: int, shape: str) -> None:
    levels = GRAY if shape == "gray" else RGB
    few = levels.astype(np.uint16) * 257 >> (16 - bits)
    expected = GRAY_AS_RGB if shape == "gray" else RGB
    decoded, png = from_array(few, ANY_SIZE)
    for found in (tiff(few, photometric="minisblack" if shape == "gray" else "rgb"), png):
        assert np.abs(pixels_of(found).astype(int) - expected).max() <= 1
    assert np.array_equal(pixels_of(png), decoded.rgb)


def test_rows_of_odd_bits_are_unpacked() -> None:
    for bits in (2, 4, 12):
        few = (GRAY.astype(np.uint32) * 257 >> (16 - bits)).astype(np.uint32)
        single = (few[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
        rows = np.packbits(single.reshape(HEIGHT, -1).astype(np.uint8), axis=1)
        data = plain_tiff(rows.tobytes(), [(258, 3, 1, bits), (262, 3, 1, 1)])
        expected = np.rint(few * (255 / ((1 << bits) - 1)))
        assert np.abs(pixels_of(data)[:, :, 0] - expected).max() <= 1


def plain_tiff(body: bytes, entries: list[tuple[int, int, int, int]], subfile: int = 0) -> bytes:
    tags = [(254, 4, 1, subfile), (256, 3, 1, WIDTH), (257, 3, 1, HEIGHT), (259, 3, 1, 1), *entries]
    tags += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, HEIGHT), (279, 4, 1, len(body))]
    directory = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    head = b"II*\0" + struct.pack("<I", 8 + len(body))
    return head + body + struct.pack("<H", len(tags)) + directory + bytes(4)


def test_multiplied_alpha_is_divided_out() -> None:
    alpha = np.full((HEIGHT, WIDTH), 128, np.uint8)
    multiplied = (RGB.astype(int) * 128 // 255).astype(np.uint8)
    kept = pixels_of(tiff(np.dstack([RGB, alpha]), photometric="rgb", extrasamples=["unassalpha"])).astype(
        int
    )
    data = tiff(np.dstack([multiplied, alpha]), photometric="rgb", extrasamples=["assocalpha"])
    assert np.abs(pixels_of(data) - kept).max() <= 2


def test_a_spare_channel_that_says_nothing_is_left_out() -> None:
    infrared = np.zeros((HEIGHT, WIDTH), np.uint8)
    data = tiff(np.dstack([RGB, infrared]), photometric="rgb", extrasamples=["unspecified"])
    assert np.array_equal(pixels_of(data), RGB)


def test_what_has_no_colours_is_refused() -> None:
    bands = np.repeat(GRAY[:, :, None], 5, axis=2)
    with pytest.raises(NotAnImageError, match="5 samples"):
        pixels_of(tiff(bands, photometric="minisblack", planarconfig="contig"))
    with pytest.raises(NotAnImageError, match="negative"):
        pixels_of(tiff(GRAY.astype(np.int16) - 100, photometric="minisblack"))


# --- damage ---------------------------------------------------------------------------------


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_ccitt"])
def test_damaged_fax_data_are_refused_and_nobody_else_speaks(
    compression: str, capfd: pytest.CaptureFixture[str]
) -> None:
    out = io.BytesIO()
    Image.fromarray(RGB).convert("1").save(out, "TIFF", compression=compression)
    data = out.getvalue()
    whole, chance = pixels_of(data), random.Random(5)
    start = read_directory_strip(data)
    for _ in range(40):
        flipped = bytearray(data)
        flipped[start + chance.randrange(20, 150)] ^= 1 << chance.randrange(8)
        try:
            assert np.array_equal(pixels_of(bytes(flipped)), whole)  # a bit that fills up
        except TruncatedPhotoError:
            continue
    assert capfd.readouterr().err == ""


def read_directory_strip(data: bytes) -> int:
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        return int(file.pages[0].dataoffsets[0])


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "packbits"])
def test_words_of_libtiff_do_not_reach_stderr(compression: str, capfd: pytest.CaptureFixture[str]) -> None:
    out = io.BytesIO()
    Image.fromarray(RGB).save(out, "TIFF", compression=compression)
    data, chance = out.getvalue(), random.Random(1)
    for _ in range(30):
        flipped = bytearray(data)
        for _ in range(4):
            flipped[chance.randrange(8, len(data))] ^= 1 << chance.randrange(8)
        try:
            pixels_of(bytes(flipped))
        except (NotAnImageError, TruncatedPhotoError, PhotoTooLargeError):
            continue
        except Exception as error:
            assert type(error).__module__ == "motif.errors"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["BMP", "raw", "tiff_lzw", "tiff_deflate", "packbits"])
@pytest.mark.parametrize("share", [0.3, 0.61, 0.9])
def test_a_zeroed_tail_is_refused(kind: str, share: float) -> None:
    out = io.BytesIO()
    if kind == "BMP":
        Image.fromarray(RGB).save(out, kind)
        data = out.getvalue()
    else:
        data = tail_last(kind)
    cut = int(len(data) * share)
    with pytest.raises(TruncatedPhotoError):
        pixels_of(data[:cut] + bytes(len(data) - cut))


def tail_last(compression: str) -> bytes:
    """Write a TIFF whose picture data come last."""
    out = io.BytesIO()
    Image.fromarray(RGB).save(out, "TIFF", compression=compression)
    with tifffile.TiffFile(io.BytesIO(out.getvalue())) as file:
        page = file.pages[0]
        pieces = [
            out.getvalue()[start : start + length]
            for start, length in zip(page.dataoffsets, page.databytecounts, strict=True)
        ]
        tags = {
            tag: page.tags[tag].value if tag in page.tags else default
            for tag, default in ((278, HEIGHT), (317, 1), (259, 1))
        }
    entries = [(256, WIDTH), (257, HEIGHT), (259, int(tags[259])), (262, 2), (277, 3), (278, int(tags[278]))]
    entries += [(317, int(tags[317]))]
    count = len(entries) + 3
    place = 8 + 2 + 12 * count + 4
    arrays = struct.pack("<3H", 8, 8, 8) + bytes(2)
    starts_at = place + len(arrays)
    data_at = starts_at + 8 * len(pieces)
    starts = [data_at + sum(map(len, pieces[:number])) for number in range(len(pieces))]
    packed = [struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries]
    packed.append(struct.pack("<HHII", 258, 3, 3, place))
    one = len(pieces) == 1
    packed.append(struct.pack("<HHII", 273, 4, len(pieces), starts[0] if one else starts_at))
    packed.append(
        struct.pack("<HHII", 279, 4, len(pieces), len(pieces[0]) if one else starts_at + 4 * len(pieces))
    )
    packed.sort(key=lambda entry: struct.unpack_from("<H", entry)[0])
    lists = struct.pack(f"<{len(pieces)}I", *starts) + struct.pack(f"<{len(pieces)}I", *map(len, pieces))
    head = b"II*\0" + struct.pack("<IH", 8, count)
    return head + b"".join(packed) + bytes(4) + arrays + lists + b"".join(pieces)


@pytest.mark.parametrize("kind", ["BMP", "TIFF"])
def test_a_black_margin_below_is_no_damage(kind: str) -> None:
    bordered = RGB.copy()
    bordered[:20] = bordered[-20:] = 0
    out = io.BytesIO()
    Image.fromarray(bordered).save(out, kind)
    assert np.array_equal(pixels_of(out.getvalue()), bordered)


# --- raw files and thumbnails ---------------------------------------------------------------


def test_a_thumbnail_before_the_picture_is_passed_over() -> None:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        writer.write(RGB[::4, ::4], photometric="rgb", subfiletype=1)
        writer.write(RGB, photometric="rgb")
    photo = decode(out.getvalue(), limits=ANY_SIZE)
    assert np.array_equal(photo.rgb, RGB)
    assert photo.notes == ()


def test_a_raw_file_is_refused_whatever_comes_first() -> None:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        writer.write(RGB, photometric="rgb")
        writer.write(GRAY.astype(np.uint16), photometric=32803)
    with pytest.raises(NotAnImageError, match="raw"):
        pixels_of(out.getvalue())


def test_deep_samples_count_for_what_they_take() -> None:
    data = tiff(deep(RGB, "f8"), photometric="rgb")
    with pytest.raises(PhotoTooLargeError):
        decode(data, limits=PhotoLimits(max_pixels=WIDTH * HEIGHT, min_short_edge_px=1))
    enough = PhotoLimits(max_pixels=WIDTH * HEIGHT * 6, min_short_edge_px=1)
    assert np.array_equal(decode(data, limits=enough).rgb, RGB)
