"""Damaged, lying and hostile files: only a photo or one of our errors comes out, and nothing leaks."""

from __future__ import annotations

import io
import os
import re
import socket
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from motif.errors import (
    BlankPhotoError,
    MotifError,
    NotAnImageError,
    PhotoError,
    PhotoTooLargeError,
    PhotoTooSmallError,
    TruncatedPhotoError,
    UnreadablePhotoError,
)
from motif.photo.limits import PhotoLimits
from motif.photo.photo import Photo, read_photo
from motif.photo.png import write_png

pytestmark = pytest.mark.filterwarnings("error")

WIDTH, HEIGHT = 120, 96
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def drawing(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    patches = np.random.default_rng(7).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)


def saved(mode: str, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(drawing()).convert(mode).save(out, kind, **options)
    return out.getvalue()


def heic() -> bytes:
    try:
        import pillow_heif
    except ImportError:  # the extra is not installed: the corpus is one format smaller
        return b""
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(drawing())).save(out, quality=90)
    return out.getvalue()


def exif(*entries: tuple[int, int, int, int], order: str = ">", following: int = 0) -> bytes:
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(order + "IH", 8, len(entries))
    return (
        head
        + b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
        + struct.pack(order + "I", following)
    )


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
WHOLE: dict[str, bytes] = {
    "jpeg": saved("RGB", "JPEG", exif=b"Exif\0\0" + exif((0x0112, 3, 1, 6 << 16))),
    "jpeg-progressive": saved("RGB", "JPEG", progressive=True),
    "jpeg-gray": saved("L", "JPEG"),
    "jpeg-cmyk": saved("CMYK", "JPEG"),
    "jpeg-restarts": saved("RGB", "JPEG", restart_marker_blocks=4),
    "png": saved(
        "RGB", "PNG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ),
    "png-palette": saved("P", "PNG", transparency=3),
    "png-16": write_png(drawing().astype(np.uint16) * 257),
    "webp": saved("RGB", "WEBP"),
    "webp-lossless": saved("RGBA", "WEBP", lossless=True),
    "tiff": saved("RGB", "TIFF"),
    "tiff-lzw": saved("RGB", "TIFF", compression="tiff_lzw"),
    "tiff-deflate": saved("L", "TIFF", compression="tiff_adobe_deflate"),
    "tiff-big": saved("RGB", "TIFF", big_tiff=True),
    "bmp": saved("RGB", "BMP"),
    "bmp-palette": saved("P", "BMP"),
    "gif": saved("P", "GIF"),
    "heic": heic(),
}
WHOLE = {name: data for name, data in WHOLE.items() if data}
NAMES = sorted(WHOLE)


def outcome(data: bytes, **options: Any) -> Photo | MotifError:
    """Read, and let nothing but a photo or a photo error through."""
    try:
        photo = read_photo(data, **options)
    except PhotoError as error:
        assert error.code not in ("motif", "photo")
        assert error.hint
        assert "; expected " in error.message
        return error
    assert photo.rgb.dtype == np.uint8
    assert photo.rgb.ndim == 3
    return photo


def test_the_corpus_is_readable_before_it_is_damaged() -> None:
    assert len(WHOLE) >= 17
    for name, data in WHOLE.items():
        assert isinstance(outcome(data), Photo), name


# --- cut and flipped ------------------------------------------------------------------------


def cuts(data: bytes, count: int) -> Iterator[int]:
    yield from sorted({*range(0, len(data), max(1, len(data) // count)), *range(len(data) - 12, len(data))})


@pytest.mark.parametrize("name", NAMES)
def test_a_cut_file_is_refused_or_has_all_its_pixels(name: str) -> None:
    whole = read_photo(WHOLE[name]).rgb
    for at in cuts(WHOLE[name], 60):
        found = outcome(WHOLE[name][:at])
        assert not isinstance(found, Photo) or np.array_equal(found.rgb, whole), at
        if at < 0.98 * len(WHOLE[name]):
            assert isinstance(found, TruncatedPhotoError | NotAnImageError), at


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("jpeg")])
@pytest.mark.parametrize("tail", [b"\xff\xd9", bytes(500), b"\xff" * 500, b"\xff\xd9" + bytes(500)])
@pytest.mark.parametrize("long_edge_px", [None, 30])
def test_a_cut_jpeg_is_refused_whatever_follows(name: str, tail: bytes, long_edge_px: int | None) -> None:
    data = WHOLE[name]
    for at in cuts(data, 25):
        if at < len(data) - 2:  # the last two are the end marker itself
            found = outcome(data[:at] + tail, long_edge_px=long_edge_px)
            assert isinstance(found, TruncatedPhotoError | NotAnImageError), (at, len(data))


def test_a_jpeg_cut_in_half_and_followed_by_another_is_refused() -> None:
    data = WHOLE["jpeg"]
    for other in (data, WHOLE["png"], np.random.default_rng(0).bytes(3000)):
        assert isinstance(outcome(data[: len(data) // 2] + other), TruncatedPhotoError)


def test_a_jpeg_with_a_zeroed_stretch_is_refused() -> None:
    data = WHOLE["jpeg"]
    starts = range(len(data) // 2, len(data) - 400, 150)
    assert len(starts) >= 4
    for at in starts:
        assert isinstance(outcome(data[:at] + bytes(300) + data[at + 300 :]), TruncatedPhotoError)


def test_a_progressive_jpeg_closed_between_two_scans_is_refused() -> None:
    data = WHOLE["jpeg-progressive"]
    starts = [match.start() for match in re.finditer(rb"\xff\xda", data)]
    assert len(starts) > 3
    for at in starts[1:]:
        table = data.rfind(b"\xff\xc4", 0, at)
        for end in (at, table):
            assert isinstance(outcome(data[:end] + b"\xff\xd9"), TruncatedPhotoError)


def test_a_jpeg_with_one_colour_component_of_three_is_refused() -> None:
    gray = WHOLE["jpeg-gray"]
    at = gray.index(b"\xff\xc0")
    frame = gray[at + 4 : at + 9] + bytes([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
    found = outcome(gray[:at] + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + gray[at + 13 :])
    assert isinstance(found, TruncatedPhotoError)
    assert "last scan" in found.message


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_flipped_bytes_never_crash(name: str) -> None:
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    data = WHOLE[name]
    for turn in range(60):
        broken = bytearray(data)
        reach = len(data) if turn % 2 else min(len(data), 300)  # headers are the richer target
        for at in rng.integers(0, reach, int(rng.integers(1, 6))).tolist():
            broken[at] = int(rng.integers(0, 256))
        outcome(bytes(broken))


@pytest.mark.parametrize("name", NAMES)
def test_stretches_cut_out_or_doubled_never_crash(name: str) -> None:
    rng = np.random.default_rng(zlib.crc32(name.encode()) + 1)
    data = WHOLE[name]
    for turn in range(30):
        start, end = sorted(rng.integers(0, len(data), 2).tolist())
        outcome(data[:start] + data[end:] if turn % 2 else data[:end] + data[start:])


@pytest.mark.parametrize("name", ["webp", "heic"])
def test_a_download_padded_with_zeros_is_refused(name: str) -> None:
    if name not in WHOLE:
        pytest.skip("the extra heif is not installed")
    data = WHOLE[name]
    for keep in (len(data) // 2, len(data) - 64):
        assert isinstance(outcome(data[:keep] + bytes(len(data) - keep)), TruncatedPhotoError)


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1"])
def test_png_whose_data_end_early_and_in_good_order_is_refused(mode: str, interlaced: int) -> None:
    image = Image.fromarray(drawing(101, 97)).convert(mode)
    width, height = image.size
    bits, color_type = {"1": (1, 0), "L": (8, 0), "P": (8, 3), "RGB": (8, 2), "RGBA": (8, 6)}[mode]
    palette = (chunk(b"PLTE", bytes(range(256)) * 3),) if mode == "P" else ()
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    rows = [
        b"\0" + row_bytes(image, y, x, right)
        for x, start, right, down in passes
        for y in range(start, height, down)
    ]
    for kept in (len(rows), len(rows) - 1, len(rows) // 2, 1, 0):
        data = chunk(b"IDAT", zlib.compress(b"".join(rows[:kept])))
        file = png(width, height, *palette, data, bits=bits, color_type=color_type, interlaced=interlaced)
        assert isinstance(outcome(file), Photo if kept == len(rows) else TruncatedPhotoError), kept


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def row_bytes(image: Image.Image, y: int, x: int, step: int) -> bytes:
    row = np.asarray(image)[y, x::step]
    return np.packbits(row).tobytes() if image.mode == "1" else row.tobytes()


def test_png_whose_last_rows_are_black_is_whole() -> None:
    pixels = drawing()
    pixels[-20:] = 0
    assert isinstance(outcome(write_png(pixels)), Photo)
    assert isinstance(outcome(write_png(pixels[:, :, 0].astype(np.uint16) * 257)), Photo)


@pytest.mark.parametrize("kind", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "raw"])
def test_tiff_that_states_more_rows_than_it_has_is_refused(kind: str) -> None:
    data = bytearray(saved("RGB", "TIFF", compression=kind))
    (at,) = struct.unpack_from("<I", data, 4)
    for entry in range(at + 2, at + 2 + 12 * int.from_bytes(data[at : at + 2], "little"), 12):
        if int.from_bytes(data[entry : entry + 2], "little") in (257, 278):
            data[entry + 2 : entry + 12] = struct.pack("<HII", 4, 1, HEIGHT + 40)
    assert isinstance(outcome(bytes(data)), TruncatedPhotoError)


def test_tiff_with_a_cut_jpeg_inside_is_refused() -> None:
    data = saved("RGB", "TIFF", compression="jpeg")
    start, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    middle = (start + end) // 2
    closed = data[:middle] + b"\xff\xd9" + data[middle + 2 :]
    assert isinstance(outcome(data), Photo)
    assert isinstance(outcome(closed), TruncatedPhotoError)
    assert isinstance(outcome(data[:middle] + bytes(end - middle) + data[end:]), TruncatedPhotoError)


def test_tiff_whose_pieces_are_the_same_bytes_over_and_over_is_refused() -> None:
    starts, lengths = np.full(300, 3000, "<u4"), np.full(300, 3000, "<u4")
    body = bytes(300) + starts.tobytes() + lengths.tobytes() + bytes(5000)
    fields = [(259, 4, 1, 7), (278, 4, 1, 1), (273, 4, 300, 422), (279, 4, 300, 1622)]
    found = outcome(plain_tiff(300, 300, *fields, body=body))
    assert isinstance(found, TruncatedPhotoError)
    assert "take or reach 900000" in found.message


@pytest.mark.parametrize("kind", ["gif", "webp", "bmp"])
def test_a_header_that_states_more_rows_than_there_are_is_refused(kind: str) -> None:
    data = bytearray(WHOLE[kind])
    at = {"gif": 13 + (3 << (data[10] & 7) + 1) + 7, "webp": data.find(b"\x9d\x01\x2a") + 5, "bmp": 22}[kind]
    data[at : at + 2] = struct.pack("<H", HEIGHT + 40)
    assert isinstance(outcome(bytes(data)), TruncatedPhotoError)


def test_png_with_a_wrong_checksum_is_refused() -> None:
    data = WHOLE["png"]
    at = data.index(b"IDAT") + 20
    found = outcome(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert isinstance(found, TruncatedPhotoError)
    assert "IDAT has a wrong checksum" in found.message


def test_truncation_is_found_even_if_the_process_told_pillow_to_overlook_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    for name, data in WHOLE.items():
        assert not isinstance(outcome(data[: len(data) * 2 // 3]), Photo), name
    body = np.random.default_rng(0).bytes(9000)
    assert isinstance(outcome(plain_tiff(300, 300, (279, 4, 1, 10), body=body)), TruncatedPhotoError)


# --- benign oddities ------------------------------------------------------------------------


def test_bytes_after_the_picture_are_harmless() -> None:
    for name in NAMES:
        tail = b"trailer" * 40 if name != "heic" else b""
        assert isinstance(outcome(WHOLE[name] + tail), Photo), name


@pytest.mark.parametrize("padding", [b"\0", bytes(7), b"\xff\xff", b"\x12\x34\x56"])
def test_a_few_bytes_of_padding_before_the_end_marker_are_harmless(padding: bytes) -> None:
    for name in ("jpeg", "jpeg-gray", "jpeg-progressive"):
        data = WHOLE[name]
        photo = outcome(data[:-2] + padding + data[-2:])
        assert isinstance(photo, Photo)
        assert np.array_equal(photo.rgb, read_photo(data).rgb)


def test_much_left_over_before_the_end_marker_is_damage() -> None:
    data = WHOLE["jpeg"]
    assert isinstance(outcome(data[:-2] + bytes(range(1, 250)) * 3 + data[-2:]), TruncatedPhotoError)


def test_stray_bytes_between_header_segments_are_harmless_and_hide_no_damage() -> None:
    data = WHOLE["jpeg"]
    at = 4 + int.from_bytes(data[4:6], "big")
    stray = data[:at] + b"\0\0\0" + data[at:]
    assert isinstance(outcome(stray), Photo)
    assert isinstance(outcome(stray[: len(stray) * 2 // 3] + b"\xff\xd9"), TruncatedPhotoError)


@pytest.mark.parametrize(
    "segment",
    [
        b"\xff\xe0\x00\x10JFIF\0\x63\x63\0\0\1\0\1\0\0",
        b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0\x01",
        b"\xff\xe2\x00\x20ICC_PROFILE\0\x63\x01" + bytes(16),
        b"\xff\xe1\x00\x08Exif\0\0",
        b"\xff\xfe\x00\x02",
        b"\xff\xff\xff\xff",
    ],
)
def test_odd_segments_hide_no_damage(segment: bytes) -> None:
    data = WHOLE["jpeg"][:2] + segment + WHOLE["jpeg"][2:]
    assert isinstance(outcome(data), Photo)
    assert isinstance(outcome(data[: len(data) * 2 // 3] + b"\xff\xd9"), TruncatedPhotoError)


def test_the_content_counts_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(WHOLE["png"])
    assert read_photo(path).media_type == "image/png"


# --- bombs ----------------------------------------------------------------------------------


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int, height: int, *chunks: bytes, bits: int = 8, color_type: int = 0, interlaced: int = 0
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, interlaced)
    return PNG_SIGNATURE + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND", b"")


def squeezed_zeros(size: int, before: bytes = b"") -> bytes:
    """Compress ``before`` and many zeros in no time: the same deflate block again and again."""
    squeeze = zlib.compressobj(9)
    start = squeeze.compress(before) + squeeze.flush(zlib.Z_FULL_FLUSH)
    block = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    low, high = zlib.adler32(before) & 0xFFFF, zlib.adler32(before) >> 16
    count = size >> 20
    high = (high + low * (count << 20)) % 65521
    return start + block * count + b"\x01\0\0\xff\xff" + struct.pack(">HH", high, low)


def test_squeezed_zeros_are_zeros() -> None:
    assert zlib.decompress(squeezed_zeros(3 << 20, b"before")) == b"before" + bytes(3 << 20)


def resized_jpeg(name: str, width: int, height: int) -> bytes:
    data = WHOLE[name]
    at = min(data.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def tiff(*fields: tuple[int, int, int, int], body: bytes = b"", order: str = "<") -> bytes:
    """A directory at byte 8 and ``body`` behind it."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(fields))
    entries = b"".join(struct.pack(order + "HHII", *entry) for entry in fields)
    return head + entries + bytes(4) + body


def plain_tiff(width: int, height: int, *more: tuple[int, int, int, int], body: bytes = bytes(9000)) -> bytes:
    base = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 300, 277: 1, 278: height, 279: 8192}
    fields = {tag: (tag, 4, 1, value) for tag, value in base.items()}
    fields |= {entry[0]: entry for entry in more}
    return tiff(*(fields[tag] for tag in sorted(fields)), body=body)


def webp_canvas(width: int, height: int) -> bytes:
    inner = WHOLE["webp"][12:]
    extended = b"VP8X" + struct.pack("<IB3x", 10, 0) + struct.pack("<I", width - 1)[:3]
    body = b"WEBP" + extended + struct.pack("<I", height - 1)[:3] + inner
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bmp(width: int, height: int, bits: int, compression: int) -> bytes:
    """Write a header of 54 bytes."""
    fields = struct.pack("<IIIIiiHHI", 0, 0, 54, 40, width, height, 1, bits, compression)
    return (b"BM" + fields).ljust(54, b"\0")


def bare_canvas() -> bytes:
    frames = [Image.fromarray(drawing()), Image.fromarray(255 - drawing())]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    data = bytearray(out.getvalue())
    assert data[12:16] == b"VP8X"
    data[24:30] = struct.pack("<I", 9999)[:3] + struct.pack("<I", 9999)[:3]
    return bytes(data)


LARGE: dict[str, Callable[[], bytes]] = {
    "png": lambda: png(100_000, 100_000, chunk(b"IDAT", squeezed_zeros(1 << 20))),
    "png 2^31": lambda: png(2**31 - 1, 2**31 - 1, chunk(b"IDAT", b"x")),
    "png just over": lambda: png(10_001, 10_000, chunk(b"IDAT", squeezed_zeros(1 << 20))),
    "jpeg": lambda: resized_jpeg("jpeg", 65_535, 65_535),
    "jpeg of few bytes": lambda: resized_jpeg("jpeg", 9_000, 11_000),
    "jpeg progressive of few bytes": lambda: resized_jpeg("jpeg-progressive", 11_000, 9_000),
    "jpeg progressive": lambda: resized_jpeg("jpeg-progressive", 65_535, 65_535),
    "tiff": lambda: plain_tiff(100_000, 100_000),
    "tiff lzw": lambda: plain_tiff(2**31, 2**31, (259, 4, 1, 5)),
    "webp": lambda: webp_canvas(16_384, 16_384),
    "bmp": lambda: bmp(40_000, -40_000, 24, 1) + bytes(9000),
    "gif": lambda: WHOLE["gif"][:6] + struct.pack("<HH", 65_535, 65_535) + WHOLE["gif"][10:],
}


@pytest.mark.parametrize("name", LARGE)
def test_a_bomb_is_refused_by_its_header(name: str) -> None:
    found = outcome(LARGE[name](), long_edge_px=64)
    assert isinstance(found, PhotoTooLargeError | TruncatedPhotoError)
    if "few bytes" not in name and name not in ("tiff", "tiff lzw", "jpeg"):  # those lack data as well
        assert isinstance(found, PhotoTooLargeError)


def test_a_long_line_is_too_small() -> None:
    for width, height in ((100_000, 1), (1, 100_000), (1, 1), (63, 64), (0, 0), (0, 500)):
        rows = zlib.compress(bytes(height * (width + 1)))
        assert isinstance(outcome(png(width, height, chunk(b"IDAT", rows))), PhotoTooSmallError)


BOMBS_THAT_ARE_PHOTOS: dict[str, Callable[[], bytes]] = {
    "text": lambda: spliced(chunk(b"zTXt", b"a\0\0" + squeezed_zeros(400 << 20))),
    "international text": lambda: spliced(chunk(b"iTXt", b"a\0\1\0\0\0" + squeezed_zeros(400 << 20))),
    "many texts": lambda: spliced(chunk(b"tEXt", b"a\0b") * 20_000),
    "profile": lambda: spliced(chunk(b"iCCP", b"a\0\0" + squeezed_zeros(400 << 20))),
    "surplus rows": lambda: png(
        100, 100, chunk(b"IDAT", zlib.compress(noise_rows()) + squeezed_zeros(1 << 20))
    ),
    "endless rows": lambda: png(100, 100, chunk(b"IDAT", squeezed_zeros(400 << 20, noise_rows()))),
}


def spliced(extra: bytes) -> bytes:
    return WHOLE["png"][:33] + extra + WHOLE["png"][33:]


def noise_rows() -> bytes:
    rows = np.random.default_rng(0).integers(0, 256, (100, 101), dtype=np.uint8)
    rows[:, 0] = 0
    return rows.tobytes()


@pytest.mark.parametrize("name", BOMBS_THAT_ARE_PHOTOS)
def test_a_bomb_beside_the_picture_is_left_alone(name: str) -> None:
    assert isinstance(outcome(BOMBS_THAT_ARE_PHOTOS[name]()), Photo)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_bombs_cost_no_memory(tmp_path: Path) -> None:
    bombs = {**LARGE, **BOMBS_THAT_ARE_PHOTOS}
    for number, make in enumerate(bombs.values()):
        (tmp_path / f"{number}.bin").write_bytes(make())
    (tmp_path / "whole.png").write_bytes(WHOLE["png"])
    program = """
import pathlib, re, sys
from motif.photo.photo import read_photo
from motif.errors import MotifError
def peak():
    return int(re.search(r"VmHWM:\\s*(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
folder = pathlib.Path(sys.argv[1])
read_photo(folder / "whole.png")
before = peak()
for path in sorted(folder.glob("*.bin")):
    try:
        read_photo(path)
    except MotifError:
        pass
print(peak() - before)
"""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 120_000, "kilobytes"


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    data = WHOLE["jpeg-progressive"]
    last = data.rfind(b"\xff\xda")
    found = outcome(data[:-2] + data[last:-2] * 5000 + data[-2:])
    assert isinstance(found, NotAnImageError)
    assert "scans" in found.message


def test_files_of_very_many_parts_are_refused() -> None:
    jpeg = WHOLE["jpeg"]
    assert isinstance(outcome(jpeg[:2] + b"\xff\xe5\x00\x02" * 20_000 + jpeg[2:]), NotAnImageError)
    gif = WHOLE["gif"]
    at = 13 + (3 << (gif[10] & 7) + 1)
    assert isinstance(outcome(gif[:at] + b"!\xfe\x01a\0" * 1000 + gif[at:]), Photo)
    many = np.full(200_000, 300, "<u4").tobytes()
    strips = plain_tiff(100, 100, (273, 4, 200_000, 200), body=bytes(200) + many)
    assert isinstance(outcome(strips), NotAnImageError)


# --- hostile EXIF and ICC -------------------------------------------------------------------

HOSTILE_EXIF = {
    "nothing": b"",
    "no order": b"XX\0*" + bytes(20),
    "directory far away": b"MM\0*\xff\xff\xff\xff",
    "directory on itself": b"MM\0*\0\0\0\0" + b"\0\x01" * 20,
    "next directory is this one": exif((0x0112, 3, 1, 1 << 16), following=8),
    "sub-directories in a circle": exif((0x8769, 4, 1, 8), (0x8825, 4, 1, 8)),
    "orientation 0": exif((0x0112, 3, 1, 0)),
    "orientation 9": exif((0x0112, 3, 1, 9 << 16)),
    "orientation 65535": exif((0x0112, 3, 1, 0xFFFF << 16)),
    "orientation as text": exif((0x0112, 2, 4, 0x36000000)),
    "orientation as a fraction": exif((0x0112, 5, 1, 26)),
    "orientation of no values": exif((0x0112, 3, 0, 6 << 16)),
    "orientation of 4 billion values": exif((0x0112, 3, 0xFFFFFFFF, 8)),
    "unknown type": exif((0x0112, 99, 1, 6 << 16)),
    "65535 entries announced": b"MM\0*\0\0\0\x08\xff\xff" + bytes(100),
    "65535 entries": b"MM\0*\0\0\0\x08\xff\xff" + b"\x01\x11\0\x03\0\0\0\x01\0\x01\0\0" * 5400,
    "big TIFF": b"MM\0+\0\x08\0\0" + b"\xff" * 16,
}


@pytest.mark.parametrize("name", HOSTILE_EXIF)
def test_hostile_exif_leaves_the_picture_as_it_is(name: str) -> None:
    block = HOSTILE_EXIF[name]
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 8) + b"Exif\0\0" + block
    jpeg = WHOLE["jpeg-gray"]
    files = [(jpeg[:2] + segment + jpeg[2:], jpeg), (spliced(chunk(b"eXIf", block)), WHOLE["png"])]
    for data, plain in files:
        photo = outcome(data)
        assert isinstance(photo, Photo)
        assert np.array_equal(photo.rgb, read_photo(plain).rgb)


@pytest.mark.slow
def test_hostile_profiles_never_crash() -> None:
    rng = np.random.default_rng(11)
    valid = SRGB.replace(b"s\0R\0G\0B", b"m\0i\0n\0e")
    assert valid != SRGB
    for space in (b"RGB ", b"GRAY", b"CMYK", b"Lab ", b"\0\0\0\0"):
        for turn in range(12):
            icc = bytearray(valid)
            for at in rng.integers(128 if turn % 2 else 0, len(icc), 12).tolist():
                icc[at] = int(rng.integers(0, 256))
            icc[16:20] = space
            assert isinstance(outcome(png_with_profile(bytes(icc[: rng.integers(1, len(icc) + 1)]))), Photo)
            assert isinstance(outcome(png_with_profile(bytes(icc))), Photo)


def png_with_profile(icc: bytes) -> bytes:
    bare = saved("RGB", "PNG", compress_level=1)
    return bare[:33] + chunk(b"iCCP", b"x\0\0" + zlib.compress(icc)) + bare[33:]


def test_jpeg_profiles_with_missing_or_doubled_parts_are_ignored() -> None:
    jpeg = WHOLE["jpeg-gray"]
    for number, count in ((1, 2), (0, 0), (255, 255), (2, 1)):
        part = b"\xff\xe2" + struct.pack(">H", 116) + b"ICC_PROFILE\0" + bytes([number, count]) + bytes(100)
        assert isinstance(outcome(jpeg[:2] + part * 3 + jpeg[2:]), Photo)


# --- lying and unusual files ----------------------------------------------------------------


def jpeg_frame(marker: int, precision: int = 8) -> bytes:
    data = WHOLE["jpeg-gray"]
    at = data.index(b"\xff\xc0")
    return data[: at + 1] + bytes([marker]) + data[at + 2 : at + 4] + bytes([precision]) + data[at + 5 :]


UNUSUAL = {
    "jpeg lossless": lambda: jpeg_frame(0xC3),
    "jpeg arithmetic": lambda: jpeg_frame(0xC9),
    "jpeg arithmetic progressive": lambda: jpeg_frame(0xCA),
    "jpeg hierarchical": lambda: jpeg_frame(0xC5),
    "jpeg of 12 bits": lambda: jpeg_frame(0xC1, precision=12),
    "jpeg of height 0": lambda: resized_jpeg("jpeg", 120, 0),
    "jpeg of an empty frame": lambda: b"\xff\xd8\xff\xc0\0\x04\0\0" + bytes(500),
    "jpeg header only": lambda: WHOLE["jpeg"][: WHOLE["jpeg"].index(b"\xff\xda")] + b"\xff\xd9",
    "jpeg of markers": lambda: b"\xff\xd8" * 500,
    "jpeg of fill bytes": lambda: b"\xff\xd8" + b"\xff" * 5000,
    "jpeg stating a taller picture": lambda: resized_jpeg("jpeg", 120, 960),
    "jpeg stating a larger picture": lambda: resized_jpeg("jpeg", 9000, 9000),
    "png without data": lambda: png(100, 100),
    "png without header": lambda: PNG_SIGNATURE + chunk(b"IDAT", b"x") + chunk(b"IEND", b""),
    "png of too few rows": lambda: png(100, 100, chunk(b"IDAT", zlib.compress(noise_rows()[:5000]))),
    "png of no zlib": lambda: png(100, 100, chunk(b"IDAT", b"not zlib at all")),
    "png of 3 bits": lambda: png(100, 100, chunk(b"IDAT", zlib.compress(noise_rows())), bits=3),
    "png of colour type 7": lambda: png(100, 100, chunk(b"IDAT", zlib.compress(noise_rows())), color_type=7),
    "png of filter 9": lambda: png(100, 100, chunk(b"IDAT", zlib.compress(b"\x09" * 10_100))),
    "png stating a chunk of 4 GB": lambda: PNG_SIGNATURE + b"\xff\xff\xff\xffIDAT" + bytes(100),
    "tiff without strips": lambda: tiff((256, 4, 1, 100), (257, 4, 1, 100)),
    "tiff without anything": lambda: tiff(),
    "tiff on itself": lambda: b"II*\0\0\0\0\0" + bytes(100),
    "tiff of 4 billion strips": lambda: plain_tiff(100, 100, (273, 4, 0xFFFFFFFF, 8)),
    "tiff strip beyond the end": lambda: plain_tiff(90, 90, (273, 4, 1, 0xFFFFFFF0)),
    "tiff of 65535 samples": lambda: plain_tiff(90, 90, (277, 4, 1, 65_535)),
    "tiff of unknown compression": lambda: plain_tiff(90, 90, (259, 4, 1, 9999)),
    "tiff of broken lzw": lambda: plain_tiff(90, 90, (259, 4, 1, 5), body=b"\xff" * 9000),
    "tiff of broken jpeg": lambda: plain_tiff(90, 90, (259, 4, 1, 7), body=b"\xff" * 9000),
    "tiff of huge tiles": lambda: plain_tiff(
        90, 90, (322, 4, 1, 2**31), (323, 4, 1, 2**31), (324, 4, 1, 300)
    ),
    "raw camera file": lambda: plain_tiff(90, 90, (254, 4, 1, 1)),
    "digital negative": lambda: plain_tiff(90, 90, (50706, 4, 1, 1)),
    "webp of a larger canvas": lambda: webp_canvas(3000, 3000),
    "webp of a bare canvas": lambda: bare_canvas(),
    "webp stating less": lambda: b"RIFF" + struct.pack("<I", 40) + WHOLE["webp"][8:],
    "webp of nothing": lambda: b"RIFF" + struct.pack("<I", 4) + b"WEBP",
    "gif without picture": lambda: WHOLE["gif"][:13] + b";",
    "gif of a frame outside": lambda: WHOLE["gif"][:6] + b"\x01\0\x01\0" + WHOLE["gif"][10:-200],
    "bmp of broken rows": lambda: (
        b"BM" + struct.pack("<IIIIiiHHI", 0, 0, 54, 40, 99, 99, 1, 8, 1) + b"\0\2\xff\xff" * 99
    ),
    "bmp holding a jpeg": lambda: (
        b"BM" + struct.pack("<IIIIiiHHI", 0, 0, 54, 40, 99, 99, 1, 24, 4) + WHOLE["jpeg"]
    ),
    "bmp of 99 bits": lambda: (
        b"BM" + struct.pack("<IIIIiiHHI", 0, 0, 54, 40, 99, 99, 1, 99, 0) + bytes(200_000)
    ),
    "film": lambda: b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(500),
    "avif": lambda: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(500),
    "heic of a head only": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(range(1, 200)),
    "icon": lambda: b"\0\0\1\0\1\0" + bytes(500),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 200 200\n",
    "program": lambda: b"\x7fELF" + bytes(500),
    "text": lambda: b"Foto kain batik, 12 Mei",
    "random": lambda: np.random.default_rng(2).bytes(5000),
    "zeros": lambda: bytes(5000),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_files_are_refused(name: str) -> None:
    found = outcome(UNUSUAL[name]())
    assert isinstance(found, NotAnImageError | TruncatedPhotoError | PhotoTooSmallError), found


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_signature_is_refused(name: str) -> None:
    for length in (1, 2, 3, 4, 8, 12, 16):
        assert isinstance(outcome(WHOLE[name][:length]), NotAnImageError | TruncatedPhotoError)


def test_palette_indices_beyond_the_palette_are_black() -> None:
    colors, rows = np.arange(30, dtype=np.uint8).reshape(10, 3), chunk(b"IDAT", zlib.compress(noise_rows()))
    photo = outcome(png(100, 100, chunk(b"PLTE", colors.tobytes()), rows, color_type=3))
    indices = np.frombuffer(noise_rows(), np.uint8).reshape(100, 101)[:, 1:]
    expected = np.concatenate([colors, np.zeros((246, 3), np.uint8)])[indices]
    assert isinstance(photo, Photo) and (indices >= 10).any() and (indices < 10).any()
    assert np.array_equal(photo.rgb, expected)


def test_a_palette_picture_without_a_palette_is_all_black_and_refused() -> None:
    rows = chunk(b"IDAT", zlib.compress(noise_rows()))
    assert isinstance(outcome(png(100, 100, rows, color_type=3)), BlankPhotoError)


# --- hostile paths --------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UnreadablePhotoError, match="device or pipe"):
        read_photo(tmp_path / "pipe.jpg")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/random", "/dev/null", "/dev/stdin"])
def test_devices_are_refused(device: str) -> None:
    if not Path(device).exists():
        pytest.skip("no such device here")
    with pytest.raises(PhotoError):
        read_photo(device)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no local sockets here")
def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.jpg")
        with pytest.raises(UnreadablePhotoError, match="device or pipe"):
            read_photo("s.jpg")


@pytest.mark.parametrize(
    "path",
    ["", "a\0b.jpg", "x" * 5000, "x/" * 3000, "\ud800.jpg", "absent/absent.jpg", "."],
    ids=["empty", "NUL", "long", "deep", "surrogate", "absent", "folder"],
)
def test_impossible_paths_are_refused(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreadablePhotoError) as caught:
        read_photo(path)
    assert caught.value.code == "photo-unreadable"
    assert len(caught.value.message) < 500
    assert caught.value.hint


def test_links_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    (tmp_path / "circle.jpg").symlink_to(tmp_path / "circle.jpg")
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "absent.jpg")
    for name in ("circle.jpg", "dangling.jpg"):
        with pytest.raises(UnreadablePhotoError):
            read_photo(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may open everything")
def test_a_forbidden_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(WHOLE["png"])
    path.chmod(0)
    with pytest.raises(UnreadablePhotoError, match=r"[Pp]ermission") as caught:
        read_photo(path)
    assert "may not open" in caught.value.hint


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no /proc here")
def test_a_file_that_states_no_size_is_read_up_to_the_limit_only() -> None:
    with pytest.raises(NotAnImageError):
        read_photo("/proc/self/maps")
    with pytest.raises(PhotoTooLargeError):
        read_photo("/proc/self/maps", limits=PhotoLimits(max_bytes=100))


def test_millions_of_fill_bytes_in_a_header_are_passed_over_at_once() -> None:
    plain = saved("RGB", "JPEG")
    filled = plain[:2] + b"\xff" * 5_000_000 + plain[2:]
    assert np.array_equal(read_photo(filled).rgb, read_photo(plain).rgb)
