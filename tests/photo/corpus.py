"""Damaged and hostile pictures, the same for the same seed, and the whole ones that they come from.

    python tests/photo/corpus.py FOLDER [--seed 7]

Every file name begins with its kind. The bytes depend on the seed and on the versions of the encoders.
"""

from __future__ import annotations

import argparse
import io
import random
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

Named = tuple[str, bytes]

CUTS = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)
FLIPS = 6
_SIZE_PX = (160, 120)


def corpus(seed: int = 7, *, large: bool = True) -> Iterator[Named]:
    """Yield name and bytes of each file; without ``large``, none that unfolds into 80 megapixels or more."""
    rng = random.Random(seed)
    whole = list(whole_pictures(seed))
    for part in (
        whole,
        _cut(whole),
        _flipped(whole, rng),
        _other_types(rng),
        _tiny(),
        _huge(),
        _bombs(),
        _large_bombs() if large else (),
        _exif(),
        _icc(),
    ):
        yield from part


def whole_pictures(seed: int = 7) -> Iterator[Named]:
    """Yield pictures in every format and mode that encoders offer; most are good, some are odd."""
    noise = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    rgb = Image.fromarray(noise).resize(_SIZE_PX, Image.Resampling.BICUBIC)
    gray16 = Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) * 257)
    rgba = rgb.copy()
    rgba.putalpha(rgb.convert("L"))
    palette = rgb.quantize(40)
    for name, picture, kind, options in [
        ("baseline.jpg", rgb, "JPEG", {"quality": 85}),
        ("progressive.jpg", rgb, "JPEG", {"progressive": True}),
        ("gray.jpg", rgb.convert("L"), "JPEG", {}),
        ("cmyk.jpg", rgb.convert("CMYK"), "JPEG", {}),
        ("restarts.jpg", rgb, "JPEG", {"restart_marker_rows": 1}),
        ("rgb.png", rgb, "PNG", {}),
        ("rgba.png", rgba, "PNG", {}),
        ("la.png", rgba.convert("LA"), "PNG", {}),
        ("bits.png", rgb.convert("1"), "PNG", {}),
        ("palette.png", palette, "PNG", {"transparency": 3}),
        ("gray16.png", gray16, "PNG", {}),
        ("lossy.webp", rgb, "WEBP", {}),
        ("lossless.webp", rgba, "WEBP", {"lossless": True}),
        ("animated.webp", rgb, "WEBP", {"save_all": True, "append_images": [rgb.rotate(180)]}),
        ("raw.tif", rgb, "TIFF", {}),
        ("lzw.tif", rgb, "TIFF", {"compression": "tiff_lzw"}),
        ("deflate.tif", rgba, "TIFF", {"compression": "tiff_deflate"}),
        ("jpeg.tif", rgb, "TIFF", {"compression": "jpeg"}),
        ("fax.tif", rgb.convert("1"), "TIFF", {"compression": "group4"}),
        ("float.tif", rgb.convert("F"), "TIFF", {}),
        ("lab.tif", rgb.convert("LAB"), "TIFF", {}),
        ("gray16.tif", gray16, "TIFF", {}),
        ("rgb.bmp", rgb, "BMP", {}),
        ("palette.bmp", palette, "BMP", {}),
        ("still.gif", palette, "GIF", {}),
        ("animated.gif", palette, "GIF", {"save_all": True, "append_images": [palette.rotate(180)]}),
        ("other.ppm", rgb, "PPM", {}),
        ("other.jp2", rgb, "JPEG2000", {}),
    ]:
        yield f"whole_{name}", encoded(picture, kind, **options)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _cut(whole: list[Named]) -> Iterator[Named]:
    for name, data in whole:
        for share in CUTS:
            yield f"cut_{share}_{name}", data[: int(len(data) * share)]


def _flipped(whole: list[Named], rng: random.Random) -> Iterator[Named]:
    for name, data in whole:
        for number in range(FLIPS):
            flipped = bytearray(data)
            reach = len(data) if number % 2 else min(200, len(data))  # every second one in the header
            for _ in range(1 + number):
                flipped[rng.randrange(reach)] ^= 1 << rng.randrange(8)
            yield f"flip_{number}_{name}", bytes(flipped)


def _other_types(rng: random.Random) -> Iterator[Named]:
    junk = rng.randbytes(5000)
    for name, data in {
        "text.jpg": b"This is not a photo.\n" * 50,
        "page.png": b"<!DOCTYPE html><html><body>404</body></html>",
        "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "document.jpg": b"%PDF-1.7\n" + junk,
        "archive.jpg": b"PK\x03\x04" + junk,
        "program.jpg": b"\x7fELF" + junk,
        "film.heic": b"\0\0\0\x20ftypisom" + junk,
        "pickle.png": b"\x80\x04\x95" + junk,
        "noise.jpg": junk,
        "zeros.jpg": bytes(5000),
        "empty.jpg": b"",
        "byte.jpg": b"\xff",
        "newline.png": b"\n",
    }.items():
        yield f"type_{name}", data
    magics = [
        b"\xff\xd8",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"II*\0",
        b"MM\0*",
        b"II+\0",
        b"BM",
        b"GIF89a",
    ]
    magics += [b"RIFF\x10\0\0\0WEBP", b"\0\0\0\x18ftypheic", b"RIFF\xff\xff\xff\xffWEBPVP8X"]
    for number, magic in enumerate(magics):
        yield f"magic_{number}.jpg", magic
        yield f"magic_{number}_noise.jpg", magic + junk


def _tiny() -> Iterator[Named]:
    for width, height in [(1, 1), (1, 500), (500, 1), (63, 900), (2, 2)]:
        picture = Image.new("RGB", (width, height), (200, 30, 30))
        for kind in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"):
            yield f"tiny_{width}x{height}.{kind.lower()}", encoded(picture, kind)


def _huge() -> Iterator[Named]:
    """Small files whose headers promise enormous pictures."""
    small = Image.new("RGB", (80, 80))
    for side in (30_000, 65_500, 2**31 - 1):
        yield f"huge_{side}.png", png([(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))])
        bmp = bytearray(encoded(small, "BMP"))
        bmp[18:26] = struct.pack("<ii", side, side)
        yield f"huge_{side}.bmp", bytes(bmp)
        tiff = encoded(small, "TIFF").replace(
            struct.pack("<HHIHH", 256, 4, 1, 80, 0), struct.pack("<HHII", 256, 4, 1, side)
        )
        yield f"huge_{side}.tif", tiff.replace(struct.pack("<HHI", 256, 3, 1), struct.pack("<HHI", 256, 4, 1))
    jpeg = bytearray(encoded(small, "JPEG"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = b"\xff\xff\xff\xff"
    yield "huge_65535.jpg", bytes(jpeg)
    gif = bytearray(encoded(small.quantize(4), "GIF"))
    gif[6:10] = b"\xff\xff\xff\xff"
    yield "huge_screen.gif", bytes(gif)
    webp = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\xff\xff" * 2
    yield "huge_16m.webp", b"RIFF" + struct.pack("<I", 4 + len(webp)) + b"WEBP" + webp


def _bombs() -> Iterator[Named]:
    """Small files that unfold into much beside the picture."""
    good = dict(whole_pictures())["whole_rgb.png"]
    zeros = zlib.compress(bytes(200_000_000), 9)
    for name, chunk in [
        ("text", (b"zTXt", b"Comment\0\0" + zeros)),
        ("international", (b"iTXt", b"Comment\0\1\0\0\0" + zeros)),
        ("profile", (b"iCCP", b"icc\0\0" + zeros)),
    ]:
        head = 8 + 25
        yield f"bomb_{name}.png", good[:head] + png([chunk])[8:] + good[head:]
    progressive = dict(whole_pictures())["whole_progressive.jpg"]
    scan = progressive.rindex(b"\xff\xda")
    yield "bomb_scans.jpg", progressive[:-2] + progressive[scan:-2] * 3_000 + b"\xff\xd9"
    baseline = dict(whole_pictures())["whole_baseline.jpg"]
    yield "bomb_segments.jpg", baseline[:2] + (b"\xff\xfe\xff\xff" + bytes(65_533)) * 300 + baseline[2:]
    yield "bomb_fill.jpg", baseline[:2] + b"\xff" * 20_000_000 + baseline[2:]


def _large_bombs() -> Iterator[Named]:
    """Small files that unfold into pictures just within the limit of pixels."""
    side = 9_900
    rows = zlib.compress(bytes((1 + 3 * side) * side), 9)
    yield (
        "bomb_98_megapixels.png",
        png([(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]),
    )
    picture = Image.new("RGB", (9_000, 9_000), (120, 60, 30))
    yield "bomb_deflate.tif", encoded(picture, "TIFF", compression="tiff_deflate")
    yield "bomb_81_megapixels.gif", encoded(picture.convert("P"), "GIF")
    yield "bomb_81_megapixels.webp", encoded(picture, "WEBP", lossless=True)


def _exif() -> Iterator[Named]:
    """Orientations that do not exist, and directories that point anywhere."""
    plain = dict(whole_pictures())["whole_baseline.jpg"]
    for value in (0, 1, 3, 6, 8, 9, 255, 65_535):
        yield f"exif_orientation_{value}.jpg", _with_exif(plain, _ifd([(0x0112, 3, 1, value)]))
    for name, entries, follow in [
        ("huge_count", [(0x0112, 3, 0xFFFFFFFF, 6)], 0),
        ("far_offset", [(0x0112, 3, 1000, 0xFFFFFFF0)], 0),
        ("unknown_type", [(0x0112, 99, 1, 6)], 0),
        ("cycle", [(0x0112, 3, 1, 6)], 8),
        ("sub_cycle", [(0x8769, 4, 1, 8), (0x0112, 3, 1, 6)], 0),
        ("many", [(0x0112, 3, 1, 6)] * 4_000, 0),
        ("rational", [(0x0112, 5, 1, 0)], 0),
    ]:
        yield f"exif_{name}.jpg", _with_exif(plain, _ifd(entries, follow))
    yield "exif_cut.jpg", _with_exif(plain, _ifd([(0x0112, 3, 1, 6)])[:9])
    yield "exif_noise.jpg", _with_exif(plain, random.Random(1).randbytes(60_000))
    yield (
        "exif_twice.jpg",
        _with_exif(_with_exif(plain, _ifd([(0x0112, 3, 1, 6)])), _ifd([(0x0112, 3, 1, 3)])),
    )


def _icc() -> Iterator[Named]:
    """Profiles that are cut, of another colour space, or lie about themselves."""
    noise = np.random.default_rng(3).integers(0, 256, (12, 16, 3), np.uint8)
    picture = Image.fromarray(noise).resize(_SIZE_PX, Image.Resampling.BICUBIC)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    profiles = {
        "good": srgb,
        "lab": lab,
        "cut": srgb[: len(srgb) // 2],
        "header": srgb[:128],
        "byte": b"\0",
        "noise": random.Random(2).randbytes(3_000),
        "size_lies": struct.pack(">I", 2**31 - 1) + srgb[4:],
        "cmyk_claimed": srgb[:16] + b"CMYK" + srgb[20:],
        "gray_claimed": srgb[:16] + b"GRAY" + srgb[20:],
        "many_tags": srgb[:128] + struct.pack(">I", 2**31 - 1) + srgb[132:],
        "tag_outside": srgb[:136] + struct.pack(">II", 2**31, 2**31 - 1) + srgb[144:],
        "link": srgb[:12] + b"link" + srgb[16:],
    }
    for name, profile in profiles.items():
        for kind in ("JPEG", "PNG", "TIFF", "WEBP"):
            yield f"icc_{name}.{kind.lower()}", encoded(picture, kind, icc_profile=profile)


def png(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """Put chunks together, with their check sums."""
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, data in chunks:
        parts += [struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(kind + data))]
    return b"".join(parts)


def _ifd(entries: list[tuple[int, int, int, int]], follow: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + body + struct.pack("<I", follow)


def _with_exif(jpeg: bytes, tiff: bytes) -> bytes:
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def main() -> None:
    """Write the corpus into a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, data in corpus(options.seed):
        (options.folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
