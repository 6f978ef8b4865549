"""Proof of originality for textile design: fingerprints, registry and look-up for motifs.

Examples
--------
>>> import motif
>>> motif.hamming(b"\\x0f", b"\\x01")
3
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from motif.errors import (
        BlankPhotoError,
        DuplicateMotifError,
        EntryNotFoundError,
        FingerprintError,
        ImageShapeError,
        IncomparableFingerprintsError,
        MalformedFingerprintError,
        MissingExtraError,
        MotifError,
        NotAnImageError,
        ParameterError,
        PhotoError,
        PhotoTooLargeError,
        PhotoTooSmallError,
        RegistryBusyError,
        RegistryCorruptError,
        RegistryError,
        SchemaVersionError,
        TruncatedPhotoError,
        UnreadablePhotoError,
    )
    from motif.fingerprint import Fingerprint, fingerprint, is_stale
    from motif.hashes import dhash, hamming, phash
    from motif.matching.evidence import Evidence, compare
    from motif.normalize.swatch import Swatch, normalize
    from motif.photo import Photo, PhotoLimits, read_photo
    from motif.profiles import CHEAPEST_1, STANDARD_1, Profile
    from motif.registry.records import CheckResult, Entry, EntryPhoto, Match
    from motif.registry.registry import Registry

__version__ = "0.1.0"

_HOME = {
    "errors": (
        "BlankPhotoError",
        "DuplicateMotifError",
        "EntryNotFoundError",
        "FingerprintError",
        "ImageShapeError",
        "IncomparableFingerprintsError",
        "MalformedFingerprintError",
        "MissingExtraError",
        "MotifError",
        "NotAnImageError",
        "ParameterError",
        "PhotoError",
        "PhotoTooLargeError",
        "PhotoTooSmallError",
        "RegistryBusyError",
        "RegistryCorruptError",
        "RegistryError",
        "SchemaVersionError",
        "TruncatedPhotoError",
        "UnreadablePhotoError",
    ),
    "fingerprint": ("Fingerprint", "fingerprint", "is_stale"),
    "hashes": ("dhash", "hamming", "phash"),
    "matching.evidence": ("Evidence", "compare"),
    "normalize.swatch": ("Swatch", "normalize"),
    "photo": ("Photo", "PhotoLimits", "read_photo"),
    "profiles": ("CHEAPEST_1", "STANDARD_1", "Profile"),
    "registry.records": ("CheckResult", "Entry", "EntryPhoto", "Match"),
    "registry.registry": ("Registry",),
}
_MODULE_OF = {name: f"motif.{module}" for module, names in _HOME.items() for name in names}

__all__ = [
    "CHEAPEST_1",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``motif --help`` stays quick."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'motif' has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
