"""Limits on the size of a photo, checked before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass, fields

from motif.errors import ParameterError, PhotoTooLargeError, PhotoTooSmallError
from motif.messages import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoLimits:
    """The limits beyond which a photo is refused.

    Parameters
    ----------
    max_pixels : int, pixels
        That are decoded, of four bytes or less; of deeper ones, fewer. A JPEG whose whole has more is
        decoded at 1/2, 1/4 or 1/8 of its size.
    max_bytes : int, bytes of the file
    min_short_edge_px : int, pixels

    Raises
    ------
    ParameterError
        If one of them is below 1.

    Examples
    --------
    >>> PhotoLimits(max_pixels=500_000_000).max_bytes
    200000000
    """

    max_pixels: int = 100_000_000
    max_bytes: int = 200_000_000
    min_short_edge_px: int = 64

    def __post_init__(self) -> None:
        for limit in fields(self):
            if getattr(self, limit.name) < 1:
                message = f"{limit.name}={getattr(self, limit.name)}; expected 1 or more"
                raise ParameterError(message, hint=N_("Leave the limit out to use the usual one."))


_PLAIN_PIXEL_BYTES = 4


def require_size(
    width_px: int, height_px: int, limits: PhotoLimits, *, pixel_bytes: float = _PLAIN_PIXEL_BYTES
) -> None:
    """Refuse a picture that would take too much memory to decode, or is too small.

    Parameters
    ----------
    width_px, height_px : int, pixels
    limits : PhotoLimits
    pixel_bytes : float
        What the decoder keeps of a pixel.

    Raises
    ------
    PhotoTooLargeError, PhotoTooSmallError
    """
    require_pixels(width_px, height_px, limits, pixel_bytes=pixel_bytes)
    require_short_edge(width_px, height_px, limits)


def require_pixels(
    width_px: int, height_px: int, limits: PhotoLimits, *, pixel_bytes: float = _PLAIN_PIXEL_BYTES
) -> None:
    most = int(limits.max_pixels * min(1, _PLAIN_PIXEL_BYTES / max(pixel_bytes, 1)))
    if width_px * height_px > most:
        message = N_(
            "photo is {width} x {height} px; expected {most} pixels or fewer",
            width=width_px,
            height=height_px,
            most=most,
        )
        hint = N_("Send it at a smaller size; 4000 pixels on the longer side are plenty.")
        raise PhotoTooLargeError(message, hint=hint)


def require_short_edge(width_px: int, height_px: int, limits: PhotoLimits) -> None:
    if min(width_px, height_px) < limits.min_short_edge_px:
        message = N_(
            "photo is {width} x {height} px; expected a shorter side of {least} px or more",
            width=width_px,
            height=height_px,
            least=limits.min_short_edge_px,
        )
        raise PhotoTooSmallError(message, hint=N_("Send the original file, not its preview."))


def require_bytes(size: int, limits: PhotoLimits) -> None:
    if size > limits.max_bytes:
        most = limits.max_bytes
        message = N_("photo has {size} bytes or more; expected {most} or fewer", size=size, most=most)
        raise PhotoTooLargeError(message, hint=N_("Send it as JPEG, or at a smaller size."))
