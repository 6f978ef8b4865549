"""A photo's fingerprint: hashes, keypoints and strokes of each of its fields, and its two stored forms.

The two forms hold the same: compact bytes, for databases, and JSON, for people and other
programs. Both name the format, the profile and the libraries that computed them; neither can run code.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import struct
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from motif.errors import IncomparableFingerprintsError, MalformedFingerprintError, ParameterError
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
from motif.normalize.cut import Cut, clean_cut
from motif.normalize.fields import MOST_FIELDS
from motif.normalize.rectify import Corner
from motif.normalize.swatch import Swatch, normalize_fields
from motif.photo.photo import Photo, decoded_photo
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
MAX_BYTES = 750_000
"""No fingerprint encodes to more bytes than this, and none of one field to more than 150 000; longer input is
refused unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPrint:
    """What is stored of one field of a photo: a cloth, or a picture on a page.

    Parameters
    ----------
    picture : int, range 0..5
        Which of the pictures that the photo shows. Where an outline is not sure, two fields show one
        picture: cut, and whole.
    outline_px : tuple of 4 (x, y), or None
        The field's corners in the upright photo, pixels, clockwise from its top left; None where it is the
        whole photo.
    width_px, height_px : int, pixels of the swatch
    phash, dhash : bytes, length 32
    keypoints : Keypoints, in swatch pixels
    strokes : Keypoints, in swatch pixels
        Of the picture of strokes.
    """

    picture: int = 0
    outline_px: tuple[Corner, ...] | None = None
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
        if min(self.width_px, self.height_px) < 1:
            raise MalformedFingerprintError("a field's width or height is below 1 px")
        if not 0 <= self.picture < MOST_FIELDS:
            raise MalformedFingerprintError(f"picture {self.picture}; expected 0 to {MOST_FIELDS - 1}")
        corners = self.outline_px
        if corners is not None and not (len(corners) == 4 and all(map(_is_corner, corners))):
            raise MalformedFingerprintError("outline is not four corners")


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
    fields : tuple of 1 to 6 FieldPrint
        The main one first.
    cut : str
        What a person said of the cut, as in ``normalize.cut``; empty where the program found the fields.
    """

    profile_name: str
    profile_version: int
    libraries: tuple[tuple[str, str], ...]
    source_sha256: str
    photo_width_px: int
    photo_height_px: int
    fields: tuple[FieldPrint, ...]
    cut: Cut = ""

    def __post_init__(self) -> None:
        _require_cut(self.cut)
        if len(self.source_sha256) != 64 or set(self.source_sha256) - set("0123456789abcdef"):
            raise MalformedFingerprintError("source_sha256 is not 64 lower-case hex digits")
        if min(self.photo_width_px, self.photo_height_px) < 1:
            raise MalformedFingerprintError("a width or height is below 1 px")
        if not 1 <= len(self.fields) <= MOST_FIELDS:
            raise MalformedFingerprintError(f"{len(self.fields)} fields; expected 1 to {MOST_FIELDS}")

    @property
    def main(self) -> FieldPrint:
        """The main field: the only one, or the largest."""
        return self.fields[0]

    @property
    def shows_several(self) -> bool:
        """Whether the photo shows several pictures, such as a page of a catalogue."""
        return any(field.picture for field in self.fields)

    @property
    def profile_id(self) -> str:
        """Name and version of the profile in one word."""
        return f"{self.profile_name}-{self.profile_version}"

    def __str__(self) -> str:
        hashes = (f"{field.phash.hex()}:{field.dhash.hex()}" for field in self.fields)
        return ":".join(("motif", self.profile_name, str(self.profile_version), *hashes))

    def compared(self) -> dict[str, Any]:
        """Return what is compared of the photo, JSON-ready: ``cut``, and where each of the fields lies."""
        keys = ("picture", "outline_px", "swatch_px")
        fields = [{key: facts[key] for key in keys} for facts in map(_field_facts, self.fields)]
        return {"cut": self.cut, "fields": fields}

    def to_bytes(self) -> bytes:
        """Encode compactly: header, JSON facts, keypoint columns, and a SHA-256 cut to 16 bytes."""
        points = [part for field in self.fields for part in (field.keypoints, field.strokes)]
        counts = ({"points": len(f.keypoints), "strokes": len(f.strokes)} for f in self.fields)
        fields = [_field_facts(f) | count for f, count in zip(self.fields, counts, strict=True)]
        facts = self._facts() | {"fields": fields}
        text = json.dumps(facts, separators=(",", ":"), sort_keys=True).encode()
        columns = (column for part in points for column in _little_endian(part))
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
        fields = [
            _field_facts(field)
            | {"keypoints": _points_json(field.keypoints), "strokes": _points_json(field.strokes)}
            for field in self.fields
        ]
        return {"format": FORMAT, **self._facts(), "fields": fields}

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
            fields, columns = [], b""
            for known in value["fields"]:
                counts = {}
                for name, count in (("keypoints", "points"), ("strokes", "strokes")):
                    counts[count] = known[name]["count"]
                    columns += b"".join(
                        base64.b64decode(known[name][column], validate=True) for column in _COLUMNS
                    )
                fields.append(known | counts)
            return cls._from_facts(value | {"fields": fields}, columns)
        except (KeyError, TypeError, binascii.Error) as error:
            raise MalformedFingerprintError(f"fingerprint JSON lacks or garbles {error}") from error

    def _facts(self) -> dict[str, Any]:
        return {
            "profile": {"name": self.profile_name, "version": self.profile_version},
            "libraries": dict(self.libraries),
            "source_sha256": self.source_sha256,
            "photo_px": [self.photo_width_px, self.photo_height_px],
            "cut": self.cut,
        }

    @classmethod
    def _from_facts(cls, facts: dict[str, Any], columns: bytes) -> Fingerprint:
        try:
            starts = [0]
            for known in facts["fields"]:
                starts += [_ROW_BYTES * _count(known[name]) for name in ("points", "strokes")]
            ends = list(accumulate(starts))
            if ends[-1] != len(columns):
                message = f"keypoints in {len(columns)} bytes; expected {ends[-1]}"
                raise MalformedFingerprintError(message)
            parts = [_keypoints(columns[start:end]) for start, end in pairwise(ends)]
            return cls(
                profile_name=_text(facts["profile"]["name"]),
                profile_version=_count(facts["profile"]["version"]),
                libraries=tuple(sorted((_text(k), _text(v)) for k, v in facts["libraries"].items())),
                source_sha256=_text(facts["source_sha256"]),
                photo_width_px=_count(facts["photo_px"][0]),
                photo_height_px=_count(facts["photo_px"][1]),
                cut=_text(facts["cut"]),
                fields=tuple(map(_field_of, facts["fields"], parts[::2], parts[1::2])),
            )
        except (KeyError, IndexError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise MalformedFingerprintError(f"fingerprint lacks or garbles a field: {error}") from error


def fingerprint(source: Photo | PhotoSource, profile: Profile = STANDARD_1, *, cut: Cut = "") -> Fingerprint:
    """Compute the fingerprint of a photo.

    Parameters
    ----------
    source : Photo, path, bytes or ndarray
        A big JPEG given as path or bytes is decoded at reduced scale.
    profile : Profile
    cut : str
        "whole", or the cloth's corners, such as ``"120,80 2900,95 2850,2100 160,2080"``, where a person says
        what is compared.

    Returns
    -------
    Fingerprint
        At most 150 KB when encoded, and 122 KB more for each further field, of which there are six at most.

    Raises
    ------
    PhotoError
        If the photo cannot be used; says why and what to do.
    ParameterError
        If the cut is none, or its corners do not form a convex four-sided field in the picture.

    Examples
    --------
    >>> checks = np.kron(np.indices((6, 8)).sum(0) % 2, np.ones((50, 50))).astype(np.uint8) * 255
    >>> value = fingerprint(np.dstack([checks] * 3))
    >>> value.profile_id, len(value.fields), (value.main.width_px, value.main.height_px)
    ('standard-1', 1, (640, 480))
    >>> Fingerprint.from_bytes(value.to_bytes()) == value == Fingerprint.from_json(value.to_json())
    True
    """
    photo = decoded_photo(source, long_edge_px=profile.long_edge_px)
    return fingerprint_swatches(photo, normalize_fields(photo, profile, cut=cut), profile, cut=cut)


def fingerprint_swatches(
    photo: Photo, swatches: Sequence[Swatch], profile: Profile = STANDARD_1, *, cut: Cut = ""
) -> Fingerprint:
    """Compute the fingerprint of a photo whose swatches are already computed.

    Parameters
    ----------
    photo : Photo
    swatches : sequence of Swatch, made from ``photo`` with ``profile``
        The main one first, as ``normalize_fields`` returns them.
    profile : Profile
    cut : str
        With which they were made.

    Returns
    -------
    Fingerprint
    """
    return Fingerprint(
        profile_name=profile.name,
        profile_version=profile.version,
        libraries=_libraries(),
        source_sha256=photo.sha256,
        photo_width_px=photo.width_px,
        photo_height_px=photo.height_px,
        fields=tuple(_field_print(swatch, profile) for swatch in swatches),
        cut=clean_cut(cut),
    )


def detail_fingerprint(known: Fingerprint, photo: Photo, profile: Profile = STANDARD_1) -> Fingerprint:
    """Compute by what a photo is asked once more, in case it shows an enlarged detail of a design.

    Of an enlarged detail the finest drawing takes most of the keypoints, and the registered cloth is too
    small to show it. At half the size the keypoints are those that both show. It is asked with, never kept.

    Parameters
    ----------
    known : Fingerprint
        Of the photo.
    photo : Photo
    profile : Profile
        The fingerprint's.

    Returns
    -------
    Fingerprint
        The same fields, with keypoints of half the size and without strokes, which at that size coincide
        by chance.

    Raises
    ------
    PhotoError
        If the photo's bytes cannot be read any more.

    Examples
    --------
    >>> from motif.photo.photo import read_photo
    >>> noise = np.random.default_rng(0).integers(0, 2, (40, 50), np.uint8)
    >>> photo = read_photo(np.kron(noise * 200, np.ones((12, 12), np.uint8)))
    >>> details = detail_fingerprint(fingerprint(photo), photo)
    >>> len(details.main.keypoints) > 0, len(details.main.strokes)
    (True, 0)
    """
    halved = replace(profile, keypoint_edge_px=profile.keypoint_edge_px // 2)
    swatches = normalize_fields(photo, profile, cut=known.cut)
    fields = tuple(
        replace(
            field,
            keypoints=find_keypoints(swatch.luma, halved, mask=swatch.glare),
            strokes=no_keypoints(),
        )
        for field, swatch in zip(known.fields, swatches, strict=True)
    )
    return replace(known, fields=fields)


def _field_print(swatch: Swatch, profile: Profile) -> FieldPrint:
    height_px, width_px = swatch.luma.shape
    with ThreadPoolExecutor(1) as beside:  # OpenCV lets other threads run
        strokes = beside.submit(find_strokes, swatch.luma, profile, mask=swatch.glare)
        keypoints = find_keypoints(swatch.luma, profile, mask=swatch.glare)
    corners = swatch.outline_px
    return FieldPrint(
        picture=swatch.picture,
        outline_px=None if corners is None else tuple((round(x, 1), round(y, 1)) for x, y in corners),
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


def _keypoints(columns: bytes) -> Keypoints:
    count = len(columns) // _ROW_BYTES
    return unpack_keypoints(
        np.frombuffer(columns, "<u2", 2 * count).reshape(count, 2),
        np.frombuffer(columns, np.uint8, count, 4 * count),
        np.frombuffer(columns, "<u2", count, 5 * count),
        np.frombuffer(columns, np.uint8, offset=7 * count).reshape(count, DESCRIPTOR_SIZE),
    )


def _field_facts(value: FieldPrint) -> dict[str, Any]:
    return {
        "picture": value.picture,
        "outline_px": None if value.outline_px is None else [list(corner) for corner in value.outline_px],
        "swatch_px": [value.width_px, value.height_px],
        "phash": value.phash.hex(),
        "dhash": value.dhash.hex(),
    }


def _field_of(facts: dict[str, Any], keypoints: Keypoints, strokes: Keypoints) -> FieldPrint:
    outline = facts["outline_px"]
    return FieldPrint(
        picture=_count(facts["picture"]),
        outline_px=None if outline is None else tuple((float(x), float(y)) for x, y in outline),
        width_px=_count(facts["swatch_px"][0]),
        height_px=_count(facts["swatch_px"][1]),
        phash=bytes.fromhex(_text(facts["phash"])),
        dhash=bytes.fromhex(_text(facts["dhash"])),
        keypoints=keypoints,
        strokes=strokes,
    )


def _require_cut(cut: str) -> None:
    try:
        is_clean = clean_cut(cut) == cut
    except ParameterError:
        is_clean = False
    if not is_clean:
        raise MalformedFingerprintError(f"cut={cut!r:.80} is none")


def _is_corner(corner: Corner) -> bool:
    return len(corner) == 2 and all(map(math.isfinite, corner))


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
