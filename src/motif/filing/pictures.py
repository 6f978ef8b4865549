"""Pictures for the upload: the cloth cut from the untouched original, as a JPEG that tells nothing else."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from motif.arrays import RGB8
from motif.filing.dossier import FileRow, Picture
from motif.normalize.pictures import cloth_picture
from motif.normalize.small import reduced
from motif.normalize.swatch import normalize
from motif.photo.photo import read_photo

LONG_EDGE_PX: Final = 3000
"""Of a picture for the upload: 25 cm at 300 dpi."""
DOTS_PER_INCH: Final = 300
ALL_PICTURES_BYTES: Final = 10_000_000
"""Of all pictures of a filing together, so that the file stays below 20 MB."""
_QUALITIES: Final = (92, 88, 82, 75, 66)
_SMALLER: Final = 0.75
_LEAST_PX: Final = 200


def upload_picture(picture: Picture, *, most_bytes: int, long_edge_px: int = LONG_EDGE_PX) -> bytes:
    """Cut a picture for the upload.

    Parameters
    ----------
    picture : Picture
    most_bytes : int
        Quality, then size, are lowered until the file has no more.
    long_edge_px : int, pixels
        Never enlarged to it.

    Returns
    -------
    bytes
        JPEG, sRGB, 300 dpi, without EXIF, profile or comment; the same for the same picture.

    Raises
    ------
    PhotoError
        If the original cannot be read.
    ParameterError
        If the outline is no four-sided field in it.
    """
    photo = read_photo(picture.photo)
    rgb = photo.rgb
    if picture.outline_px is not None:
        rgb = cloth_picture(photo, normalize(photo, corners_px=picture.outline_px))
    edge = min(long_edge_px, max(rgb.shape[:2]))
    while True:
        sized = reduced(rgb, edge) if edge < max(rgb.shape[:2]) else rgb
        for quality in _QUALITIES:
            data = _jpeg(sized, quality)
            if len(data) <= most_bytes:
                return data
        edge = round(edge * _SMALLER)
        if edge < _LEAST_PX:
            return data


def _jpeg(rgb: RGB8, quality: int) -> bytes:
    out, dots = io.BytesIO(), (DOTS_PER_INCH, DOTS_PER_INCH)
    Image.fromarray(rgb).save(out, "JPEG", quality=quality, optimize=True, subsampling=0, dpi=dots)
    return out.getvalue()


def upload_limit(row: FileRow, count: int) -> int:
    """Return how many bytes a picture of a row may have.

    Parameters
    ----------
    row : FileRow
    count : int
        Of all pictures in the filing.

    Returns
    -------
    int

    Examples
    --------
    >>> from motif.filing.dossier import MET, Answer, Words
    >>> word = Words(id="", en="")
    >>> row = FileRow(key="foto", label=word, kind="image", max_mb=2, answer=Answer(state=MET, reason=word))
    >>> upload_limit(row, 1), upload_limit(row, 10)
    (2000000, 1000000)
    """
    shared = ALL_PICTURES_BYTES // max(count, 1)
    return min(shared, int(row.max_mb * 1_000_000)) if row.max_mb else shared
