"""Proof of originality for textile design: fingerprints, registry and look-up for motifs.

Errors are in ``motif.errors``, the records of a registry in ``motif.records``, documents in ``motif.report``;
an error or a record is also found here, without being listed.

Examples
--------
>>> import motif
>>> motif.hamming(b"\\x0f", b"\\x01")
3
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

from motif.lazy import lazy_names

if TYPE_CHECKING:
    from motif import errors, records, report
    from motif import filing as filing
    from motif.capture.gates import CAPTURE_1, FILING_1, Gate
    from motif.capture.inspect import Finding, inspect
    from motif.description import Description, describe
    from motif.errors import MotifError
    from motif.fingerprint import FieldPrint, Fingerprint, fingerprint, is_stale
    from motif.hashes import dhash, hamming, phash
    from motif.matching.evidence import Evidence
    from motif.matching.explain import Explanation, explain
    from motif.matching.search import compare
    from motif.normalize.swatch import Swatch, normalize, normalize_fields
    from motif.photo.limits import PhotoLimits
    from motif.photo.photo import Photo, read_photo
    from motif.profiles import CHEAPEST_1, STANDARD_1, Profile
    from motif.registry.audit.ledger import verify_registry
    from motif.registry.records.entry import Entry
    from motif.registry.registry import Registry
    from motif.registry.results import CheckResult, Match
    from motif.registry.transfer.backup import backup_registry
    from motif.registry.transfer.copy import copy_registry
    from motif.registry.transfer.restore import restore_registry

__version__ = "0.1.0"

_HOMES = {
    "capture.gates": ("CAPTURE_1", "FILING_1", "Gate"),
    "capture.inspect": ("Finding", "inspect"),
    "description": ("Description", "describe"),
    "errors": ("MotifError",),
    "fingerprint": ("FieldPrint", "Fingerprint", "fingerprint", "is_stale"),
    "hashes": ("dhash", "hamming", "phash"),
    "matching.evidence": ("Evidence",),
    "matching.explain": ("Explanation", "explain"),
    "matching.search": ("compare",),
    "normalize.swatch": ("Swatch", "normalize", "normalize_fields"),
    "photo.limits": ("PhotoLimits",),
    "photo.photo": ("Photo", "read_photo"),
    "profiles": ("CHEAPEST_1", "STANDARD_1", "Profile"),
    "registry.audit.ledger": ("verify_registry",),
    "registry.records.entry": ("Entry",),
    "registry.registry": ("Registry",),
    "registry.results": ("CheckResult", "Match"),
    "registry.transfer.backup": ("backup_registry",),
    "registry.transfer.copy": ("copy_registry",),
    "registry.transfer.restore": ("restore_registry",),
}
_PACKAGES = ("errors", "filing", "records", "report")

__all__ = [
    "CAPTURE_1",
    "CHEAPEST_1",
    "FILING_1",
    "STANDARD_1",
    "CheckResult",
    "Description",
    "Entry",
    "Evidence",
    "Explanation",
    "FieldPrint",
    "Finding",
    "Fingerprint",
    "Gate",
    "Match",
    "MotifError",
    "Photo",
    "PhotoLimits",
    "Profile",
    "Registry",
    "Swatch",
    "__version__",
    "backup_registry",
    "compare",
    "copy_registry",
    "describe",
    "dhash",
    "errors",
    "explain",
    "fingerprint",
    "hamming",
    "inspect",
    "is_stale",
    "normalize",
    "normalize_fields",
    "phash",
    "read_photo",
    "records",
    "report",
    "restore_registry",
    "verify_registry",
]


class _Surface(ModuleType):
    """Two functions, ``fingerprint`` and ``normalize``, bear the name of a module.

    Importing that module would set the package's attribute to it; callers want the function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _FUNCTIONS and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


_FUNCTIONS = frozenset(name for names in _HOMES.values() for name in names)
sys.modules[__name__].__class__ = _Surface

__getattr__ = lazy_names(__name__, _HOMES, packages=_PACKAGES, unlisted=("errors", "records"))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
