"""A photo's fingerprint: its hashes, keypoints and strokes, and their two stored forms.

The two forms hold the same: compact bytes, for databases, and JSON, for people and other
programs. Both name the format, the profile and the libraries that computed them; neither can run code.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from motif.errors import IncomparableFingerprintsError, MalformedFingerprintError
from motif.features.keypoints import (
    DESCRIPTOR_SIZE,
    Keypoints,
    find_keypoints,
    no_keypoints,
    pack_keypoints,
    unpack_keypoints,
)
from motif.features.strokes import find_strokes
from motif.hashes import HASH_BITS, dhash, phash
from motif.messages import N_
from motif.normalize.swatch import Swatch, normalize
from motif.photo.photo import Photo, read_photo
from motif.photo.source import PhotoSource
from motif.profiles import PROFILES, STANDARD_1, Profile

FORMAT = 1
"""Number of both stored forms."""

_MAGIC = b"MOTIF\x00"
_HEAD = struct.Struct("<6sHI")
_DIGEST_BYTES = 16
_HASH_BYTES = HASH_BITS // 8
_COLUMNS = ("place", "size", "angle", "descriptors")
_ROW_BYTES = 2 * 2 + 1 + 2 + DESCRIPTOR_SIZE
MAX_BYTES = 150_000
"""No fingerprint encodes to more bytes than this; longer input is refused unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is stored of a photo for comparing it.

    Parameters
    ----------
    profile_name, profile_version : str, int
    libraries : tuple of (name, version)
        What computed it, sorted by name.
    source_sha256 : str, 64 lower-case hex digits
        Of the photo's file.
    photo_width_px, photo_height_px : int, pixels of the upright photo
    width_px, height_px : int, pixels of the swatch
    phash, dhash : bytes, length 32
    keypoints : Keypoints, in swatch pixels
    strokes : Keypoints, in swatch pixels
        Of the picture of strokes.
    """

    profile_name: str
    profile_version: int
    libraries: tuple[tuple[str, str], ...]
    source_sha256: str
    photo_width_px: int
    photo_height_px: int
    width_px: int
    height_px: int
    phash: bytes
    dhash: bytes
    keypoints: Keypoints
    strokes: Keypoints = field(default_factory=no_keypoints)

    def __post_init__(self) -> None:
        if len(self.phash) != _HASH_BYTES or len(self.dhash) != _HASH_BYTES:
            lengths = f"{len(self.phash)} and {len(self.dhash)} bytes"
            raise MalformedFingerprintError(f"hashes of {lengths}; expected {_HASH_BYTES}")
        if len(self.source_sha256) != 64 or set(self.source_sha256) - set("0123456789abcdef"):
            raise MalformedFingerprintError("source_sha256 is not 64 lower-case hex digits")
        if min(self.photo_width_px, self.photo_height_px, self.width_px, self.height_px) < 1:
            raise MalformedFingerprintError("a width or height is below 1 px")

    @property
    def profile_id(self) -> str:
        """Name and version of the profile in one word."""
        return f"{self.profile_name}-{self.profile_version}"

    def __str__(self) -> str:
        return f"motif:{self.profile_name}:{self.profile_version}:{self.phash.hex()}:{self.dhash.hex()}"

    def to_bytes(self) -> bytes:
        """Encode compactly: header, JSON facts, keypoint columns, and a SHA-256 cut to 16 bytes."""
        facts = self._facts() | {"points": len(self.keypoints), "strokes": len(self.strokes)}
        text = json.dumps(facts, separators=(",", ":"), sort_keys=True).encode()
        columns = (*_little_endian(self.keypoints), *_little_endian(self.strokes))
        body = b"".join(
            (_HEAD.pack(_MAGIC, FORMAT, len(text)), text, *(column.tobytes() for column in columns))
        )
        return body + hashlib.sha256(body).digest()[:_DIGEST_BYTES]

    @classmethod
    def from_bytes(cls, data: bytes) -> Fingerprint:
        """Decode the result of ``to_bytes``.

        Raises
        ------
        MalformedFingerprintError
            If anything is cut, damaged, or of another format.
        """
        if len(data) > MAX_BYTES:
            raise MalformedFingerprintError(f"fingerprint of {len(data)} bytes; expected {MAX_BYTES} at most")
        body, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
        if len(body) < _HEAD.size or not body.startswith(_MAGIC):
            raise MalformedFingerprintError("bytes are no motif fingerprint")
        _, format_number, text_bytes = _HEAD.unpack_from(body)
        _require_format(format_number)
        if hashlib.sha256(body).digest()[:_DIGEST_BYTES] != digest:
            hint = N_("Compute the fingerprint again from the photo.")
            raise MalformedFingerprintError("fingerprint is cut or damaged: check sum differs", hint=hint)
        end = _HEAD.size + text_bytes
        return cls._from_facts(_parsed(body[_HEAD.size : end]), body[end:])

    def to_json(self) -> dict[str, Any]:
        """Return JSON-ready values; keypoint columns are base64 of little-endian numbers."""
        return {
            "format": FORMAT,
            **self._facts(),
            "keypoints": _points_json(self.keypoints),
            "strokes": _points_json(self.strokes),
        }

    @classmethod
    def from_json(cls, value: Any) -> Fingerprint:
        """Read the result of ``to_json``.

        Raises
        ------
        MalformedFingerprintError
            If a field is missing, of another type, or damaged.
        """
        try:
            _require_format(value["format"])
            columns, counts = b"", {}
            for name, count in (("keypoints", "points"), ("strokes", "strokes")):
                counts[count] = value[name]["count"]
                columns += b"".join(
                    base64.b64decode(value[name][column], validate=True) for column in _COLUMNS
                )
            return cls._from_facts(value | counts, columns)
        except (KeyError, TypeError, binascii.Error) as error:
            raise MalformedFingerprintError(f"fingerprint JSON lacks or garbles {error}") from error

    def _facts(self) -> dict[str, Any]:
        return {
            "profile": {"name": self.profile_name, "version": self.profile_version},
            "libraries": dict(self.libraries),
            "source_sha256": self.source_sha256,
            "photo_px": [self.photo_width_px, self.photo_height_px],
            "swatch_px": [self.width_px, self.height_px],
            "phash": self.phash.hex(),
            "dhash": self.dhash.hex(),
        }

    @classmethod
    def _from_facts(cls, facts: dict[str, Any], columns: bytes) -> Fingerprint:
        try:
            split = _ROW_BYTES * _count(facts["points"])
            return cls(
                profile_name=_text(facts["profile"]["name"]),
                profile_version=_count(facts["profile"]["version"]),
                libraries=tuple(sorted((_text(k), _text(v)) for k, v in facts["libraries"].items())),
                source_sha256=_text(facts["source_sha256"]),
                photo_width_px=_count(facts["photo_px"][0]),
                photo_height_px=_count(facts["photo_px"][1]),
                width_px=_count(facts["swatch_px"][0]),
                height_px=_count(facts["swatch_px"][1]),
                phash=bytes.fromhex(_text(facts["phash"])),
                dhash=bytes.fromhex(_text(facts["dhash"])),
                keypoints=_keypoints(columns[:split], _count(facts["points"])),
                strokes=_keypoints(columns[split:], _count(facts["strokes"])),
            )
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise MalformedFingerprintError(f"fingerprint lacks or garbles a field: {error}") from error


def fingerprint(source: Photo | PhotoSource, profile: Profile = STANDARD_1) -> Fingerprint:
    """Compute the fingerprint of a photo.

    Parameters
    ----------
    source : Photo, path, bytes or ndarray
        A big JPEG given as path or bytes is decoded at reduced scale.
    profile : Profile

    Returns
    -------
    Fingerprint
        At most 150 KB when encoded.

    Raises
    ------
    PhotoError
        If the photo cannot be used; says why and what to do.

    Examples
    --------
    >>> checks = np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((50, 50))).astype(np.uint8) * 255
    >>> value = fingerprint(np.dstack([checks] * 3))
    >>> value.profile_id, (value.width_px, value.height_px)
    ('standard-1', (640, 480))
    >>> Fingerprint.from_bytes(value.to_bytes()) == value == Fingerprint.from_json(value.to_json())
    True
    """
    photo = source if isinstance(source, Photo) else read_photo(source, long_edge_px=profile.long_edge_px)
    return fingerprint_swatch(photo, normalize(photo, profile), profile)


def fingerprint_swatch(photo: Photo, swatch: Swatch, profile: Profile = STANDARD_1) -> Fingerprint:
    """Compute the fingerprint of a photo whose swatch is already computed.

    Parameters
    ----------
    photo : Photo
    swatch : Swatch, made from ``photo`` with ``profile``
    profile : Profile

    Returns
    -------
    Fingerprint
    """
    height_px, width_px = swatch.luma.shape
    with ThreadPoolExecutor(1) as beside:  # OpenCV lets other threads run
        strokes = beside.submit(find_strokes, swatch.luma, profile, mask=swatch.glare)
        keypoints = find_keypoints(swatch.luma, profile, mask=swatch.glare)
    return Fingerprint(
        profile_name=profile.name,
        profile_version=profile.version,
        libraries=_libraries(),
        source_sha256=photo.sha256,
        photo_width_px=photo.width_px,
        photo_height_px=photo.height_px,
        width_px=width_px,
        height_px=height_px,
        phash=phash(swatch.luma),
        dhash=dhash(swatch.luma),
        keypoints=keypoints,
        strokes=strokes.result(),
    )


def is_stale(value: Fingerprint, profile: Profile = STANDARD_1) -> bool:
    """Tell whether a fingerprint has another profile than ``profile``, and so needs recomputing.

    Examples
    --------
    >>> from motif.profiles import CHEAPEST_1
    >>> noise = np.random.default_rng(0).integers(0, 256, (80, 80), np.uint8)
    >>> is_stale(fingerprint(noise, CHEAPEST_1)), is_stale(fingerprint(noise, CHEAPEST_1), CHEAPEST_1)
    (True, False)
    """
    return value.profile_id != profile.id


def require_comparable(a: Fingerprint, b: Fingerprint) -> Profile:
    """Return the profile that two fingerprints share.

    Parameters
    ----------
    a, b : Fingerprint

    Returns
    -------
    Profile

    Raises
    ------
    IncomparableFingerprintsError
        If their profiles differ, or this version does not know the profile.
    """
    if a.profile_id != b.profile_id:
        hint = N_("Compute one of them again with the other's profile.")
        message = f"profiles {a.profile_id} and {b.profile_id}; expected one"
        raise IncomparableFingerprintsError(message, hint=hint)
    if a.profile_id not in PROFILES:
        hint = N_("Update motif, or compute the fingerprint again.")
        raise IncomparableFingerprintsError(f"profile {a.profile_id} is not known to this version", hint=hint)
    return PROFILES[a.profile_id]


@cache
def _libraries() -> tuple[tuple[str, str], ...]:
    names = ("imagehash", "motif", "numpy", "opencv-python-headless", "pillow")
    # The distribution is called motif-registry; fingerprints record it by its import name.
    return tuple((name, _version("motif-registry" if name == "motif" else name)) for name in names)


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def _little_endian(points: Keypoints) -> tuple[np.ndarray[Any, Any], ...]:
    place, size, angle, descriptors = pack_keypoints(points)
    return place.astype("<u2"), size, angle.astype("<u2"), descriptors


def _points_json(points: Keypoints) -> dict[str, Any]:
    encoded = (base64.b64encode(column.tobytes()).decode() for column in _little_endian(points))
    return {"count": len(points), **dict(zip(_COLUMNS, encoded, strict=True))}


def _keypoints(columns: bytes, count: int) -> Keypoints:
    if len(columns) != count * _ROW_BYTES:
        message = f"{count} keypoints in {len(columns)} bytes; expected {count * _ROW_BYTES}"
        raise MalformedFingerprintError(message)
    return unpack_keypoints(
        np.frombuffer(columns, "<u2", 2 * count).reshape(count, 2),
        np.frombuffer(columns, np.uint8, count, 4 * count),
        np.frombuffer(columns, "<u2", count, 5 * count),
        np.frombuffer(columns, np.uint8, offset=7 * count).reshape(count, DESCRIPTOR_SIZE),
    )


def _require_format(number: object) -> None:
    if number != FORMAT:
        hint = N_("Update motif, or compute the fingerprint again.")
        raise MalformedFingerprintError(f"fingerprint format {number!r}; expected {FORMAT}", hint=hint)


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except ValueError as error:
        raise MalformedFingerprintError("fingerprint facts are no JSON") from error
    if not isinstance(facts, dict):
        raise MalformedFingerprintError("fingerprint facts are no JSON object")
    return facts


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise TypeError(f"{value!r:.50} is no short text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise TypeError(f"{value!r:.50} is no count")
    return value
