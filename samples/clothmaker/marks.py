"""What is put on a picture of a cloth and is no cloth: tags, stickers, logos, stamps, banners, watermarks.

A mark is a picture with transparency; ``placed`` lays it on a cloth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import resources

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clothmaker.curves import Rng

Picture = NDArray[np.uint8]
Ink = tuple[int, int, int, int]
Draw = Callable[[Rng], Image.Image]

_WORDS = (
    "BATIK",
    "Sekar",
    "Jagad",
    "Blitar",
    "TOKO",
    "Nusantara",
    "kain",
    "katun",
    "cap",
    "tulis",
    "DISKON",
    "30%",
    "Rp185.000",
    "www.contoh.id",
    "@griya",
    "GRATIS",
    "ONGKIR",
    "No.00417",
    "Dinas",
    "Perindustrian",
    "Koleksi",
    "2024",
    "ASLI",
    "Est.1987",
    "0812-3456",
    "Canting",
    "Premium",
    "SALE",
    "XL",
    "Ready",
    "Hak",
    "Cipta",
    "Kab.",
    "Lihat",
    "semua",
    "41",
    "komentar",
    "suka",
    "Beli",
    "HUBUNGI",
    "Rajin",
    "Mode",
    "&",
    "Co.",
    "Ukuran",
    "2x1,15m",
    "Q&A",
    "#wastra",
)
_SIDE_PX = 400


def placed(
    rgb: Picture,
    mark: Image.Image,
    *,
    at: tuple[float, float],
    width: float,
    turn_deg: float = 0.0,
    mirrored: bool = False,
    opacity: float = 1.0,
) -> Picture:
    """Lay a mark on a picture.

    Parameters
    ----------
    at : (x, y), range 0..1
        Where the mark's middle lies, as shares of the picture.
    width : float, range 0..1
        Of the mark before it is turned, as a share of the picture's.
    turn_deg : float
        Anticlockwise.
    """
    wide = max(8, round(width * rgb.shape[1]))
    high = max(8, round(mark.height * wide / mark.width))
    mark = mark.resize((wide, high), Image.Resampling.LANCZOS)
    if mirrored:
        mark = mark.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if turn_deg:
        mark = mark.rotate(turn_deg, expand=True, resample=Image.Resampling.BICUBIC)
    if opacity < 1:
        mark.putalpha(mark.getchannel("A").point(lambda level: round(level * opacity)))
    picture = Image.fromarray(rgb).convert("RGBA")
    layer = Image.new("RGBA", picture.size)
    left, top = at[0] * picture.width - mark.width / 2, at[1] * picture.height - mark.height / 2
    layer.paste(mark, (round(left), round(top)))
    return np.asarray(Image.alpha_composite(picture, layer).convert("RGB"))


def draw_mark(kind: str, rng: Rng) -> Image.Image:
    """Draw a mark of a kind, one of ``KINDS``, with transparency."""
    return KINDS[kind](rng)


def _ink(rng: Rng) -> Ink:
    red, green, blue = (int(level) for level in rng.integers(0, 256, 3))
    return red, green, blue, 255


def _against(ink: Ink, rng: Rng) -> Ink:
    """Choose an ink that can be read on another."""
    if rng.random() < 0.5:
        level = 0 if sum(ink[:3]) > 384 else 255
        return level, level, level, 255
    red, green, blue = ((level + 128) % 256 for level in ink[:3])
    return red, green, blue, 255


def _words(rng: Rng, count: int) -> str:
    return " ".join(_WORDS[number] for number in rng.integers(0, len(_WORDS), count))


def _font(rng: Rng, size_px: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    size = max(9, round(size_px))
    name = ("", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf")[rng.integers(3)]
    if not name:
        return ImageFont.load_default(size)
    with resources.as_file(resources.files("motif.report").joinpath("fonts", name)) as path:
        return ImageFont.truetype(str(path), size)


def _write(image: Image.Image, box: tuple[float, float, float, float], text: str, ink: Ink, rng: Rng) -> None:
    """Write a line as large as a box (left, top, right, bottom) allows, now and then outlined or shaded."""
    wide, high = box[2] - box[0], box[3] - box[1]
    size = min(0.8 * high, 1.7 * wide / max(4, len(text)))
    middle = (box[0] + wide / 2, box[1] + high / 2)
    draw, font, dice = ImageDraw.Draw(image), _font(rng, size), rng.random()
    if dice < 0.1:
        shade = (middle[0] + size / 14, middle[1] + size / 14)
        draw.text(shade, text, fill=_against(ink, rng), font=font, anchor="mm")
    edge = round(size / 14) if dice > 0.85 else 0
    draw.text(
        middle, text, fill=ink, font=font, anchor="mm", stroke_width=edge, stroke_fill=_against(ink, rng)
    )


def _lines(image: Image.Image, box: tuple[float, float, float, float], ink: Ink, rng: Rng) -> None:
    count = int(rng.integers(1, 5))
    high = (box[3] - box[1]) / count
    for row in range(count):
        line = (box[0], box[1] + row * high, box[2], box[1] + (row + 1) * high)
        _write(image, line, _words(rng, int(rng.integers(1, 4))), ink, rng)


def _panel(rng: Rng) -> Image.Image:
    """Draw a tag or card: a panel with lines of text, a rim or a device."""
    high = _SIDE_PX * rng.uniform(0.3, 1.2)
    image = Image.new("RGBA", (_SIDE_PX, round(high)))
    draw, ground = ImageDraw.Draw(image), _ink(rng)
    ink, radius = _against(ground, rng), int(rng.choice([0, 0, 16, 50]))
    draw.rounded_rectangle((0, 0, _SIDE_PX - 1, high - 1), radius, fill=ground)
    if rng.random() < 0.4:
        inset = rng.uniform(0, 16)
        draw.rectangle((inset, inset, _SIDE_PX - 1 - inset, high - 1 - inset), outline=ink, width=5)
    top = 0.08 * high
    if rng.random() < 0.5:
        device = draw_mark(("emblem", "icons", "code")[rng.integers(3)], rng)
        device.thumbnail((round(0.8 * _SIDE_PX), round(0.4 * high)))
        image.alpha_composite(device, (round((_SIDE_PX - device.width) / 2), round(top)))
        top += device.height
    _lines(image, (0.08 * _SIDE_PX, top, 0.92 * _SIDE_PX, 0.94 * high), ink, rng)
    return image


def _disc(rng: Rng) -> Image.Image:
    """Draw a sticker: a disc or a star with a price."""
    image, ground = Image.new("RGBA", (_SIDE_PX, _SIDE_PX)), _ink(rng)
    draw, ink, half = ImageDraw.Draw(image), _against(ground, rng), _SIDE_PX / 2
    if rng.random() < 0.5:
        tips, depth = int(rng.integers(8, 26)), rng.uniform(0.7, 0.93)
        radii = [half * (depth if k % 2 else 1) for k in range(2 * tips)]
        star = [_polar(half, radius, math.pi * k / tips) for k, radius in enumerate(radii)]
        draw.polygon(star, fill=ground)
    else:
        draw.ellipse((0, 0, _SIDE_PX - 1, _SIDE_PX - 1), fill=ground)
    if rng.random() < 0.5:
        rim = rng.uniform(0.04, 0.12) * _SIDE_PX
        draw.ellipse((rim, rim, _SIDE_PX - rim, _SIDE_PX - rim), outline=ink, width=6)
    _lines(image, (0.18 * _SIDE_PX, 0.3 * _SIDE_PX, 0.82 * _SIDE_PX, 0.72 * _SIDE_PX), ink, rng)
    return image


def _polar(middle: float, radius: float, angle_rad: float) -> tuple[float, float]:
    return middle + radius * math.cos(angle_rad), middle + radius * math.sin(angle_rad)


def _stamp(rng: Rng) -> Image.Image:
    """Draw a round stamp: letters between two rings."""
    image, ink, half = Image.new("RGBA", (_SIDE_PX, _SIDE_PX)), _ink(rng), _SIDE_PX / 2
    draw, font, inner = ImageDraw.Draw(image), _font(rng, 0.1 * _SIDE_PX), rng.uniform(0.5, 0.68)
    draw.ellipse((3, 3, _SIDE_PX - 4, _SIDE_PX - 4), outline=ink, width=int(rng.integers(4, 12)))
    edge = half * (1 - inner)
    draw.ellipse((edge, edge, _SIDE_PX - edge, _SIDE_PX - edge), outline=ink, width=5)
    text = f"{_words(rng, 4)} * "[:28]
    for place, letter in enumerate(text):
        angle = 2 * math.pi * place / len(text)
        glyph = Image.new("RGBA", (64, 64))
        ImageDraw.Draw(glyph).text((32, 32), letter, font=font, fill=ink, anchor="mm")
        glyph = glyph.rotate(-math.degrees(angle) - 90, resample=Image.Resampling.BICUBIC)
        x, y = _polar(half, half * (1 + inner) / 2, angle)
        image.alpha_composite(glyph, (round(x - 32), round(y - 32)))
    _write(
        image, (0.3 * _SIDE_PX, 0.38 * _SIDE_PX, 0.7 * _SIDE_PX, 0.62 * _SIDE_PX), _words(rng, 1), ink, rng
    )
    return image


def _wordmark(rng: Rng) -> Image.Image:
    """Write a name without a panel, a smaller line under it."""
    image, ink = Image.new("RGBA", (_SIDE_PX, round(_SIDE_PX * rng.uniform(0.2, 0.5)))), _ink(rng)
    _write(image, (0, 0, _SIDE_PX, 0.65 * image.height), _words(rng, int(rng.integers(1, 3))), ink, rng)
    if rng.random() < 0.7:
        _write(image, (0, 0.65 * image.height, _SIDE_PX, image.height), _words(rng, 3), ink, rng)
    return image


def _emblem(rng: Rng) -> Image.Image:
    """Draw a logo: a figure of flat inks turned about its middle, with or without a name."""
    image = Image.new("RGBA", (_SIDE_PX, round(1.2 * _SIDE_PX)))
    inks, folds, half = (_ink(rng), _ink(rng)), int(rng.integers(1, 10)), _SIDE_PX / 2
    wide, far = rng.uniform(0.06, 0.3) * _SIDE_PX, rng.uniform(0.1, 0.3) * _SIDE_PX
    part = Image.new("RGBA", (_SIDE_PX, _SIDE_PX))
    draw, box = ImageDraw.Draw(part), (half - wide, 0.04 * _SIDE_PX, half + wide, half - far + 0.1 * _SIDE_PX)
    match rng.integers(3):
        case 0:
            draw.ellipse(box, fill=inks[0], outline=inks[1], width=5)
        case 1:
            draw.polygon([(half, box[1]), (box[2], box[3]), (box[0], box[3])], fill=inks[0])
        case _:
            draw.rounded_rectangle(box, 12, fill=inks[0], outline=inks[1], width=4)
    for number in range(folds):
        turned = part.rotate(360 * number / folds, resample=Image.Resampling.BICUBIC)
        image.alpha_composite(turned, (0, 0))
    ImageDraw.Draw(image).ellipse((half - 34, half - 34, half + 34, half + 34), fill=inks[1])
    _write(image, (0, _SIDE_PX, _SIDE_PX, image.height), _words(rng, 1), inks[int(rng.integers(2))], rng)
    return image


def _code(rng: Rng) -> Image.Image:
    """Draw something like a QR code."""
    dark = rng.random((21, 21)) < 0.5
    for top, left in ((0, 0), (0, 14), (14, 0)):
        dark[top : top + 7, left : left + 7] = True
        dark[top + 1 : top + 6, left + 1 : left + 6] = False
        dark[top + 2 : top + 5, left + 2 : left + 5] = True
    gray = np.where(np.pad(np.kron(dark, np.ones((12, 12), bool)), 14), 0, 255).astype(np.uint8)
    return Image.merge("RGBA", (*[Image.fromarray(gray)] * 3, Image.new("L", gray.shape[::-1], 255)))


def _bars(rng: Rng) -> Image.Image:
    """Draw a barcode with its number."""
    image = Image.new("RGBA", (_SIDE_PX, 220), (255, 255, 255, 255))
    draw, x = ImageDraw.Draw(image), 20
    while x < _SIDE_PX - 24:
        wide = int(rng.integers(2, 9))
        draw.rectangle((x, 16, x + wide, 160), fill="black")
        x += wide + int(rng.integers(2, 9))
    number = "".join(str(digit) for digit in rng.integers(0, 10, 13))
    _write(image, (20, 164, _SIDE_PX - 20, 214), number, (0, 0, 0, 255), rng)
    return image


def _ruler(rng: Rng) -> Image.Image:
    """Draw a ruler with its numbers."""
    image, pitch = Image.new("RGBA", (2 * _SIDE_PX, 90), (236, 228, 190, 255)), int(rng.integers(7, 13))
    draw, font = ImageDraw.Draw(image), _font(rng, 26)
    for tick, x in enumerate(range(10, 2 * _SIDE_PX, pitch)):
        draw.line((x, 0, x, 44 if tick % 10 == 0 else 22), fill="black", width=2)
        if tick % 10 == 0:
            draw.text((x, 66), str(tick // 10), fill="black", font=font, anchor="mm")
    return image


def _icons(rng: Rng) -> Image.Image:
    """Draw a row of a telephone's or an app's signs."""
    image, ink = Image.new("RGBA", (_SIDE_PX, 100)), _ink(rng)
    draw, count = ImageDraw.Draw(image), int(rng.integers(3, 7))
    for place in range(count):
        left, wide, line = place * _SIDE_PX / count + 8, 0.6 * _SIDE_PX / count, int(rng.integers(3, 8))
        box = (left, 20, left + wide, 20 + wide)
        points = [_polar(0, wide / 2, 2 * math.pi * k / 5 * 2) for k in range(5)]
        match rng.integers(6):
            case 0:
                draw.ellipse(box, outline=ink, width=line)
            case 1:
                draw.rounded_rectangle(box, 8, outline=ink, width=line)
            case 2:
                draw.polygon([(left + wide / 2 + x, 20 + wide / 2 + y) for x, y in points], fill=ink)
            case 3:
                draw.line((left, 20, left + wide, 20 + wide / 2, left, 20 + wide), fill=ink, width=line)
            case 4:
                for row in range(3):
                    draw.line((left, 26 + row * 18, left + wide, 26 + row * 18), fill=ink, width=line)
            case _:
                draw.arc(box, 30, 330, fill=ink, width=line)
    return image


def _ribbon(rng: Rng) -> Image.Image:
    """Draw a banner: a long bar with one line, plain or shaded along its length."""
    image = Image.new("RGBA", (2 * _SIDE_PX, int(rng.integers(70, 200))), _ink(rng))
    ground = image.getpixel((0, 0))
    assert isinstance(ground, tuple)
    if rng.random() < 0.3:
        shade = np.linspace(0.5, 1, image.width)[None, :, None] * np.array(ground[:3])
        rows = np.broadcast_to(shade, (image.height, image.width, 3)).astype(np.uint8)
        image = Image.fromarray(rows).convert("RGBA")
    ink = _against((ground[0], ground[1], ground[2], 255), rng)
    words = _words(rng, int(rng.integers(2, 6)))
    _write(image, (20, 0, image.width - 20, image.height), words, ink, rng)
    return image


def _plotted(rng: Rng) -> Image.Image:
    """Write words in single strokes, as cameras and drawing programs stamp dates."""
    faces = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)
    face, text = faces[rng.integers(3)], _words(rng, int(rng.integers(1, 4)))
    thick = int(rng.integers(1, 5))
    (wide, high), below = cv2.getTextSize(text, face, 1.6, thick)
    alpha = np.zeros((high + below + 20, wide + 20), np.uint8)
    cv2.putText(alpha, text, (10, high + 8), face, 1.6, 255, thick, cv2.LINE_AA)
    solid = Image.new("RGBA", alpha.shape[::-1], _ink(rng))
    solid.putalpha(Image.fromarray(alpha))
    return solid


def _across(rng: Rng) -> Image.Image:
    """Write a large word or lines of words, as watermarks are."""
    image = Image.new("RGBA", (2 * _SIDE_PX, _SIDE_PX))
    ink: Ink = (255, 255, 255, 255) if rng.random() < 0.6 else _ink(rng)
    _lines(image, (0, 0, 2 * _SIDE_PX, _SIDE_PX), ink, rng)
    return image


KINDS: dict[str, Draw] = {
    "panel": _panel,
    "disc": _disc,
    "stamp": _stamp,
    "wordmark": _wordmark,
    "emblem": _emblem,
    "code": _code,
    "bars": _bars,
    "ruler": _ruler,
    "icons": _icons,
    "ribbon": _ribbon,
    "plotted": _plotted,
    "across": _across,
}
