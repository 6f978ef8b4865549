"""What a picture file says about itself, and the plain words for the files that are refused."""

from __future__ import annotations

from dataclasses import dataclass

from motif.errors import NotAnImageError, TruncatedPhotoError
from motif.messages import N_

MAX_CHUNKS = 1_000_000
"""Most chunks or blocks walked in one file; no honest file comes near."""

_ZERO_TAIL_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A picture file opened as far as its size and side data, with nothing decoded.

    Parameters
    ----------
    width_px, height_px : int, pixels
        As stored, before EXIF orientation.
    core : bytes
        What the decoder is given: the file without what only costs or endangers (texts,
        animation, previews, private tags).
    icc : bytes
        Colour profile; empty where there is none.
    orientation : int, 1..8
        EXIF orientation.
    sample_bits : int
        Bits of one sample.
    white_is_zero : bool
        Gray samples run from white to black.
    """

    width_px: int
    height_px: int
    core: bytes
    icc: bytes = b""
    orientation: int = 1
    sample_bits: int = 8
    white_is_zero: bool = False


def damaged(came: str) -> TruncatedPhotoError:
    """Return the error for picture data that are missing or broken."""
    hint = N_(
        "The file is incomplete or damaged. Copy it again from the camera or phone, or ask for it again."
    )
    return TruncatedPhotoError(N_("{came}; expected whole picture data", came=came), hint=hint)


def unusual(came: str) -> NotAnImageError:
    """Return the error for a picture of a kind that is not read here."""
    hint = N_("Open it in a picture program and save it as an ordinary JPEG or PNG.")
    return NotAnImageError(N_("{came}; expected an ordinary picture", came=came), hint=hint)


def require_data_at_end(data: bytes, what: str) -> None:
    """Refuse a compressed file that ends in zeros: room was made for it, and the copy broke off.

    Lossy WebP and HEIC carry no checksum, and their decoders take zeros for picture data.

    Examples
    --------
    >>> require_data_at_end(bytes(range(1, 100)) + bytes(64), "WebP")
    Traceback (most recent call last):
    motif.errors.TruncatedPhotoError: WebP ends in 64 or more zero bytes; expected whole picture data
    """
    if not any(data[-_ZERO_TAIL_BYTES:]):
        raise damaged(N_("{what} ends in {count} or more zero bytes", what=what, count=_ZERO_TAIL_BYTES))
