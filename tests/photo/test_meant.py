"""The colours, the orientation, the ground, the frame and the page that a file means."""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from motif.errors import BlankPhotoError, PhotoTooLargeError, UnreadablePhotoError
from motif.photo.colorspace import ADOBE_RGB, SRGB, ColorSpace, color_space_by_codes, space_to_srgb
from motif.photo.limits import PhotoLimits
from motif.photo.pages import count_pages, cut_out
from motif.photo.photo import read_photo
from motif.photo.srgb import lay_on_ground

heif = pytest.importorskip("pillow_heif")

NOISE = np.random.default_rng(7).integers(0, 256, (6, 8, 3), np.uint8)
RGB = cv2.resize(NOISE, (120, 96), interpolation=cv2.INTER_CUBIC)
OTHER = np.ascontiguousarray(RGB[::-1])
GRAY_STEPS = np.repeat(np.linspace(40, 200, 96).astype(np.uint8)[:, None], 96, axis=1)


def saved(rgb: np.ndarray, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, kind, **options)
    return out.getvalue()


def png_with(rgb: np.ndarray, *chunks: tuple[bytes, bytes]) -> bytes:
    data = saved(rgb, "PNG")
    made = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return data[:33] + made + data[33:]


def gamma(value: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(value * 100_000))


def exif(orientation: int | None = None, *, adobe: bool = False) -> bytes:
    block = Image.Exif()
    if orientation:
        block[0x0112] = orientation
    if adobe:
        block.get_ifd(0x8769)[0xA001] = 0xFFFF
        block.get_ifd(0x8769)[0xA005] = {1: "R03", 2: b"0100"}
    return block.tobytes()


# --- colours --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])  # into TIFF Pillow writes a wrong offset
def test_adobe_rgb_that_exif_states_is_converted(kind: str) -> None:
    options = {"JPEG": {"quality": 98, "subsampling": 0}, "WEBP": {"lossless": True}}.get(kind, {})
    photo = read_photo(saved(RGB, kind, exif=exif(adobe=True), **options))
    assert np.abs(photo.rgb.astype(int) - space_to_srgb(RGB, ADOBE_RGB)).mean() < 3


def test_the_numbers_of_png_count_in_the_order_of_its_standard() -> None:
    p3, srgb_chunk = (b"cICP", bytes([12, 13, 0, 1])), (b"sRGB", b"\0")
    as_p3 = space_to_srgb(RGB, ColorSpace(primaries=((0.68, 0.32), (0.265, 0.69), (0.15, 0.06))))
    linear = space_to_srgb(RGB, ColorSpace(curve=1.0))
    for chunks, expected in (
        ([p3, srgb_chunk, gamma(1)], as_p3),
        ([srgb_chunk, gamma(1)], RGB),
        ([gamma(1)], linear),
        ([gamma(0.45455)], RGB),
        ([gamma(0)], RGB),
        ([(b"cICP", bytes([1, 13, 0, 1])), gamma(1)], RGB),
        ([(b"cHRM", bytes(32))], RGB),
    ):
        assert np.array_equal(read_photo(png_with(RGB, *chunks)).rgb, expected), chunks
    srgb_points = [0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06]
    chrm = (b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in srgb_points)))
    assert np.array_equal(read_photo(png_with(RGB, chrm, gamma(0.45455))).rgb, RGB)


def test_gray_follows_its_gamma() -> None:
    photo = read_photo(png_with(GRAY_STEPS, gamma(1)))
    assert (
        np.abs(
            photo.rgb[:, :, 1].astype(int)
            - space_to_srgb(np.dstack([GRAY_STEPS] * 3), ColorSpace(curve=1.0))[:, :, 1]
        ).max()
        == 0
    )


@pytest.mark.parametrize(("transfer", "white"), [(16, 148), (18, 191)])
def test_high_dynamic_range_is_mapped_and_said(transfer: int, white: int) -> None:
    levels = np.repeat(np.array([0, 40, 80, white, 255], np.uint8), 20)
    rgb = np.repeat(np.repeat(levels[None, :, None], 96, axis=0), 3, axis=2)
    photo = read_photo(png_with(rgb, (b"cICP", bytes([9, transfer, 0, 1]))))
    row = photo.rgb[0, ::20, 0].astype(int)
    assert (np.diff(row) > 0).all()
    assert row[0] == 0
    assert row[-1] >= 250
    assert 215 <= row[3] <= 245  # the light of white paper
    assert any("high dynamic range" in note for note in photo.notes)


def test_heic_says_what_its_values_mean() -> None:
    deep = (np.asarray(RGB).astype(np.uint16) * 257).tobytes()
    file, out = heif.from_bytes(mode="RGB;16", size=(120, 96), data=deep), io.BytesIO()
    file.save(
        out,
        quality=95,
        chroma=444,
        color_primaries=9,
        transfer_characteristics=16,
        matrix_coefficients=9,
        full_range_flag=1,
    )
    photo = read_photo(out.getvalue())
    meant = color_space_by_codes(9, 16)
    assert meant is not None
    assert np.abs(photo.rgb.astype(int) - space_to_srgb(RGB, meant)).mean() < 8
    assert any("high dynamic range" in note for note in photo.notes)


def test_white_and_primaries_of_a_tiff_are_converted() -> None:
    points = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
    data = saved(RGB, "TIFF", tiffinfo={318: (0.3127, 0.3290), 319: points})
    meant = ColorSpace(primaries=ADOBE_RGB.primaries)
    assert np.abs(read_photo(data).rgb.astype(int) - space_to_srgb(RGB, meant)).max() <= 1


def test_a_stated_srgb_changes_no_value() -> None:
    assert SRGB.is_srgb()
    assert np.array_equal(space_to_srgb(RGB, SRGB), RGB)


def test_a_gain_map_is_left_alone() -> None:
    base = saved(RGB, "JPEG", quality=95)
    with_map = base + saved(RGB[::4, ::4], "JPEG", quality=70)  # behind the end, as Ultra HDR has it
    assert np.array_equal(read_photo(with_map).rgb, read_photo(base).rgb)


# --- orientation ----------------------------------------------------------------------------

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def raw_profile(block: bytes) -> str:
    body = b"Exif\0\0" + block.removeprefix(b"Exif\0\0")
    return f"\nexif\n{len(body):8d}\n{body.hex()}\n"


def sideways() -> list[tuple[str, bytes]]:
    texts = []
    for packed in (False, True):
        info = PngInfo()
        info.add_text("Raw profile type exif", raw_profile(exif(6)), zip=packed)
        texts.append((f"text {packed}", saved(RGB, "PNG", pnginfo=info)))
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=packed)
        texts.append((f"xmp {packed}", saved(RGB, "PNG", pnginfo=info)))
    jpeg = saved(RGB, "JPEG", quality=98, subsampling=0)
    body = b"http://ns.adobe.com/xap/1.0/\0" + XMP
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return [
        *texts,
        ("png", saved(RGB, "PNG", exif=exif(6))),
        ("webp", saved(RGB, "WEBP", lossless=True, xmp=XMP)),
        ("tiff", saved(RGB, "TIFF", tiffinfo={700: XMP})),
        ("jpeg", jpeg[:2] + segment + jpeg[2:]),
    ]


@pytest.mark.parametrize(("place", "data"), sideways(), ids=[name for name, _ in sideways()])
def test_orientation_is_found_wherever_it_is_written(place: str, data: bytes) -> None:
    photo = read_photo(data)
    assert (photo.width_px, photo.height_px) == (96, 120)
    assert np.abs(photo.rgb.astype(int) - np.rot90(RGB, -1)).mean() < 3


def test_exif_counts_before_xmp() -> None:
    data = saved(RGB, "WEBP", lossless=True, xmp=XMP, exif=exif(3))
    assert np.array_equal(read_photo(data).rgb, RGB[::-1, ::-1])


# --- ground ---------------------------------------------------------------------------------


def drawn(ink: tuple[int, int, int], kind: str = "PNG") -> bytes:
    rgba = np.zeros((96, 120, 4), np.uint8)
    rgba[:, :, :3] = ink
    rgba[20:70:8, 10:100, 3] = rgba[20:70, 10:100:9, 3] = 255
    return saved(rgba, kind, **({"lossless": True} if kind == "WEBP" else {}))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_a_white_drawing_on_a_transparent_ground_is_read_on_black(kind: str) -> None:
    photo = read_photo(drawn((255, 255, 255), kind))
    assert photo.rgb[0, 0].tolist() == [0, 0, 0]
    assert photo.rgb[20, 20].tolist() == [255, 255, 255]
    assert "transparent" in photo.notes[0]


def test_a_dark_drawing_on_a_transparent_ground_is_read_on_white() -> None:
    photo = read_photo(drawn((40, 20, 90)))
    assert photo.rgb[0, 0].tolist() == [255, 255, 255]
    assert photo.notes == ()


def test_black_and_white_ink_are_both_seen_on_gray() -> None:
    rgb, alpha = np.zeros((40, 40, 3), np.uint8), np.zeros((40, 40), np.uint8)
    alpha[10:30, 10:30], rgb[10:30, 10:20] = 255, 255
    assert lay_on_ground(rgb, alpha)[1] == 128


def test_the_round_corners_of_a_window_stay_white() -> None:
    rgb, alpha = np.full((100, 100, 3), 250, np.uint8), np.full((100, 100), 255, np.uint8)
    alpha[:5, :5] = 0
    assert lay_on_ground(rgb, alpha)[1] == 255


def test_what_is_transparent_all_over_is_refused_as_such() -> None:
    with pytest.raises(BlankPhotoError) as caught:
        read_photo(saved(np.zeros((96, 96, 4), np.uint8), "PNG"))
    assert "transparent" in str(caught.value.hint)


# --- frames ---------------------------------------------------------------------------------


def animation(kind: str, *frames: np.ndarray) -> bytes:
    first, *later = (Image.fromarray(frame) for frame in frames)
    out = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    first.save(out, kind, save_all=True, append_images=later, duration=100, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_that_shows_something_is_read(kind: str) -> None:
    blank = np.full_like(RGB, 255)
    photo = read_photo(animation(kind, blank, blank - 1, RGB, OTHER))
    assert np.abs(photo.rgb.astype(int) - RGB).mean() < 12
    assert "frame 3" in photo.notes[0] or "frame 2" in photo.notes[0]  # an encoder may join equal frames
    whole = read_photo(animation(kind, RGB, OTHER))
    assert np.abs(whole.rgb.astype(int) - RGB).mean() < 12
    assert "animation of 2 frames" in whole.notes[0]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_a_blank_animation_is_no_covered_lens(kind: str) -> None:
    data = animation(kind, np.full_like(RGB, 255), np.full_like(RGB, 0))
    with pytest.raises(BlankPhotoError) as caught:
        read_photo(data)
    assert "lens" not in str(caught.value.hint)


# --- pages ----------------------------------------------------------------------------------


def scan() -> bytes:
    out = io.BytesIO()
    pages = [Image.fromarray(rgb) for rgb in (RGB, OTHER, RGB[:, ::-1])]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    return out.getvalue()


def test_each_page_of_a_tiff_is_a_picture_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "scan.tif"
    file.write_bytes(scan())
    first, second = read_photo(file), read_photo(f"{file}#2")
    assert np.array_equal(first.rgb, RGB)
    assert np.array_equal(second.rgb, OTHER)
    assert first.notes == ("page 1 of 3 is read; the next one is scan.tif#2",)
    assert (second.name, second.notes) == ("scan.tif#2", ())
    assert second.sha256 != first.sha256
    assert np.array_equal(read_photo(second.data).rgb, OTHER)  # whoever keeps the bytes keeps the page
    assert count_pages(second.data) == 1
    assert np.array_equal(read_photo(file, page=3).rgb, RGB[:, ::-1])
    assert np.array_equal(read_photo(scan(), page=2).rgb, OTHER)
    with pytest.raises(UnreadablePhotoError, match="3 pages; expected page 4"):
        read_photo(f"{file}#4")


def test_a_file_of_just_that_name_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "scan.tif").write_bytes(scan())
    (tmp_path / "scan.tif#2").write_bytes(saved(RGB, "PNG"))
    assert read_photo(tmp_path / "scan.tif#2").media_type == "image/png"


def test_each_picture_of_a_heic_is_one_of_its_own() -> None:
    file, out = heif.from_pillow(Image.fromarray(RGB)), io.BytesIO()
    file.add_from_pillow(Image.fromarray(OTHER))
    file.save(out, quality=95)
    data = out.getvalue()
    assert count_pages(data) == 2
    assert np.abs(read_photo(data).rgb.astype(int) - RGB).mean() < 6
    assert np.abs(read_photo(data, page=2).rgb.astype(int) - OTHER).mean() < 6
    assert np.abs(read_photo(cut_out(data, 2)).rgb.astype(int) - OTHER).mean() < 6


def test_a_thousand_pages_and_a_circle_of_pages_are_counted_at_once() -> None:
    circle = bytearray(b"II*\0" + struct.pack("<IH", 8, 0) + struct.pack("<I", 8))
    assert count_pages(bytes(circle)) == 1
    chain = b"II*\0" + struct.pack("<I", 8)
    for number in range(20_000):
        chain += struct.pack("<HI", 0, 8 + 6 * (number + 1))
    assert count_pages(chain) == 10_000


# --- large and live -------------------------------------------------------------------------


def large_jpeg(width: int, height: int, **options: Any) -> bytes:
    return saved(cv2.resize(GRAY_STEPS, (width, height)), "JPEG", quality=50, **options)


def test_a_jpeg_beyond_the_limit_is_read_at_reduced_scale() -> None:
    data, limits = large_jpeg(800, 640), PhotoLimits(max_pixels=800 * 640 // 4)
    for long_edge_px in (None, 800, 100):
        photo = read_photo(data, long_edge_px=long_edge_px, limits=limits)
        assert (photo.width_px, photo.height_px) == (800, 640)
        assert photo.rgb.shape[:2] == ((320, 400) if long_edge_px != 100 else (80, 100))


def test_a_progressive_jpeg_counts_for_what_it_keeps() -> None:
    data = large_jpeg(800, 640, progressive=True)
    with pytest.raises(PhotoTooLargeError):
        read_photo(data, limits=PhotoLimits(max_pixels=800 * 640 // 8))
    assert read_photo(large_jpeg(800, 640), limits=PhotoLimits(max_pixels=800 * 640 // 8)).rgb.shape[0] == 160


def test_of_a_file_that_is_rewritten_meanwhile_the_hash_is_that_of_what_was_decoded(tmp_path: Path) -> None:
    file, versions = tmp_path / "live.bmp", [saved(RGB, "BMP"), saved(OTHER, "BMP")]
    file.write_bytes(versions[0])
    stop = threading.Event()

    def rewrite() -> None:
        with file.open("r+b", buffering=0) as written:
            while not stop.is_set():
                for version in versions:
                    written.seek(0)
                    written.write(version)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        for _ in range(15):
            try:
                photo = read_photo(file)
            except UnreadablePhotoError as error:
                assert "being written" in error.message
            else:
                assert photo.sha256 == hashlib.sha256(photo.data).hexdigest()
                assert np.array_equal(photo.rgb, read_photo(photo.data).rgb)
    finally:
        stop.set()
        writer.join()
    assert read_photo(file).data in versions
