"""The machine record: everything that a report says, as JSON, with its pictures beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Final

import cv2
import numpy as np

from motif.arrays import RGB8
from motif.errors import ParameterError
from motif.files import SHA256
from motif.matching.score import false_alarm_rate
from motif.messages import N_
from motif.profiles import Profile
from motif.registry.ledger.event import canonical

Json = Mapping[str, Any]
"""A record or a part of it."""

RECORD_FORMAT: Final = 1
"""Number of the JSON form; a reader refuses numbers that it does not know."""
KINDS: Final = ("check", "entry", "decision")
PICTURE_BYTES: Final = 72_000
"""Upper limit of a picture's file; five matches then fit into 3 MB of HTML."""

_QUALITIES: Final = (88, 80, 72, 64, 54, 44, 34)
_LIBRARIES: Final = ("numpy", "opencv-python-headless", "pillow")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Report:
    """What a document is made of: a machine record, and the pictures that it names.

    ``report_html`` and ``report_pdf`` make the same document of the same report, byte for byte.

    Parameters
    ----------
    record : dict
        JSON-ready; ``kind`` is "check", "entry" or "decision".
    pictures : mapping of str to bytes
        JPEG files under their SHA-256.
    """

    record: Mapping[str, Any]
    pictures: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        form, kind = self.record.get("format"), self.record.get("kind")
        if form != RECORD_FORMAT or kind not in KINDS:
            message = N_(
                "report format {format!r:.40}, kind {kind!r:.40}; expected {expected}, {kinds}",
                format=form,
                kind=kind,
                expected=RECORD_FORMAT,
                kinds=KINDS,
            )
            raise ParameterError(message, hint=N_("Update motif."))
        pictures = self.record.get("pictures")
        if not isinstance(pictures, dict):
            raise ParameterError(
                N_("the report's pictures are {kind}; expected an object", kind=type(pictures).__name__)
            )
        for sha256, size in pictures.items():
            is_pair = isinstance(size, list) and len(size) == 2 and all(isinstance(px, int) for px in size)
            if not SHA256.fullmatch(sha256) or not is_pair or min(size) < 1:
                message = N_(
                    "picture {sha256!r:.80} of size {size!r:.40}; expected SHA-256, [w, h]",
                    sha256=sha256,
                    size=size,
                )
                raise ParameterError(message)
        missing = sorted(set(pictures) - set(self.pictures))
        if missing:
            raise ParameterError(N_("the report lacks the picture {lacking}", lacking=missing[0]))

    def to_bytes(self) -> bytes:
        """Return the record as canonical JSON (RFC 8785), as it is embedded in the documents."""
        return canonical(self.record)

    def sha256(self) -> str:
        """Return the SHA-256 of the record."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, record: bytes, pictures: Mapping[str, bytes]) -> Report:
        """Read a record that ``to_bytes`` wrote; raise ``ParameterError`` on anything else."""
        try:
            report = cls(record=json.loads(record), pictures=pictures)
            if report.to_bytes() != record:
                raise ParameterError(N_("the record is not canonical JSON"))
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            if isinstance(error, ParameterError):
                raise
            raise ParameterError(N_("this is not the record of a report: {error}", error=error)) from error
        return report


class Album:
    """Collects the pictures of a report: ``files`` by SHA-256, and their ``sizes`` as [width, height]."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.sizes: dict[str, list[int]] = {}

    def add(self, rgb: RGB8, *, most_bytes: int = PICTURE_BYTES) -> str:
        """Save a picture as JPEG and return its SHA-256."""
        data = jpeg(rgb, most_bytes=most_bytes)
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = data
        self.sizes[sha256] = [rgb.shape[1], rgb.shape[0]]
        return sha256


def jpeg(rgb: RGB8, *, most_bytes: int = PICTURE_BYTES) -> bytes:
    """Save as JPEG at the best of a few qualities that stays within ``most_bytes``, or else at the lowest.

    Parameters
    ----------
    rgb : ndarray, uint8, shape (H, W, 3), sRGB
    most_bytes : int

    Returns
    -------
    bytes

    Examples
    --------
    >>> noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    >>> len(jpeg(noise, most_bytes=20_000)) <= 20_000
    True
    """
    bgr = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2BGR)
    for quality in _QUALITIES:
        flags = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
        data = cv2.imencode(".jpg", bgr, flags)[1].tobytes()
        if len(data) <= most_bytes:
            break
    return data


def made_with(profile: Profile) -> dict[str, Any]:
    """Name the versions behind a report, and the share of new designs that get an indication anyway."""
    return {
        "motif": version_of("motif-registry"),
        "profile": profile.id,
        "scoring": profile.scoring,
        "libraries": {name: version_of(name) for name in _LIBRARIES},
        "false_alarm_rate": round(false_alarm_rate(profile.review_score, profile), 5),
    }


def version_of(name: str) -> str:
    """Return the version of an installed package."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "unknown"
