"""Proof of originality for textile design: fingerprints, registry and look-up for motifs.

Examples
--------
>>> import motif
>>> motif.hamming(b"\\x0f", b"\\x01")
3
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from motif.description import Description, describe, design_distance
    from motif.errors import (
        BatchOutputError,
        BlankPhotoError,
        CaptureRefusedError,
        DuplicateMotifError,
        EntryNotFoundError,
        FingerprintError,
        ImageShapeError,
        IncomparableFingerprintsError,
        MalformedFingerprintError,
        MissingExtraError,
        MotifError,
        NotAnImageError,
        OutOfMemoryError,
        ParameterError,
        PhotoError,
        PhotoTooLargeError,
        PhotoTooSmallError,
        RegistryBusyError,
        RegistryCorruptError,
        RegistryError,
        SchemaVersionError,
        TimeLimitError,
        TruncatedPhotoError,
        UnreadablePhotoError,
        WorkerDiedError,
    )
    from motif.features.style import Style, StyleLikeness, compare_style, find_style
    from motif.fingerprint import Fingerprint, fingerprint, is_stale
    from motif.hashes import dhash, hamming, phash
    from motif.matching.evidence import compare
    from motif.matching.explain import Cloth, Explanation, cloth_on, explain
    from motif.matching.records import Evidence
    from motif.normalize.gates import CAPTURE_1, FILING_1, Gate
    from motif.normalize.light_color import LightColor, find_light
    from motif.normalize.quality import Finding, inspect
    from motif.normalize.swatch import Swatch, normalize
    from motif.photo import Photo, PhotoLimits, read_photo
    from motif.profiles import CHEAPEST_1, STANDARD_1, Profile
    from motif.registry.answers import CheckResult, Match
    from motif.registry.bag import backup_registry
    from motif.registry.book import Records
    from motif.registry.comparison import Alert, Check, Comparison
    from motif.registry.filing import Filing
    from motif.registry.people import Party, Role
    from motif.registry.records import Entry, EntryPhoto
    from motif.registry.registry import Registry
    from motif.registry.transfer import Copied, copy_registry
    from motif.registry.unpack import restore_registry
    from motif.registry.works import Capture, Motif, Specimen
    from motif.report.checked import check_report
    from motif.report.compared import comparison_report
    from motif.report.entered import entry_report
    from motif.report.html import report_html
    from motif.report.pdf import report_pdf
    from motif.report.reading import read_report
    from motif.report.record import Report
    from motif.report.verify import ReportAudit, verify_report

__version__ = "0.1.0"

_HOME = {
    "description": ("Description", "describe", "design_distance"),
    "errors": (
        "BatchOutputError",
        "BlankPhotoError",
        "CaptureRefusedError",
        "DuplicateMotifError",
        "EntryNotFoundError",
        "FingerprintError",
        "ImageShapeError",
        "IncomparableFingerprintsError",
        "MalformedFingerprintError",
        "MissingExtraError",
        "MotifError",
        "NotAnImageError",
        "OutOfMemoryError",
        "ParameterError",
        "PhotoError",
        "PhotoTooLargeError",
        "PhotoTooSmallError",
        "RegistryBusyError",
        "RegistryCorruptError",
        "RegistryError",
        "SchemaVersionError",
        "TimeLimitError",
        "TruncatedPhotoError",
        "UnreadablePhotoError",
        "WorkerDiedError",
    ),
    "features.style": ("Style", "StyleLikeness", "compare_style", "find_style"),
    "fingerprint": ("Fingerprint", "fingerprint", "is_stale"),
    "hashes": ("dhash", "hamming", "phash"),
    "matching.evidence": ("compare",),
    "matching.explain": ("Cloth", "Explanation", "cloth_on", "explain"),
    "matching.records": ("Evidence",),
    "normalize.gates": ("CAPTURE_1", "FILING_1", "Gate"),
    "normalize.light_color": ("LightColor", "find_light"),
    "normalize.quality": ("Finding", "inspect"),
    "normalize.swatch": ("Swatch", "normalize"),
    "photo": ("Photo", "PhotoLimits", "read_photo"),
    "profiles": ("CHEAPEST_1", "STANDARD_1", "Profile"),
    "registry.bag": ("backup_registry",),
    "registry.book": ("Records",),
    "registry.comparison": ("Alert", "Check", "Comparison"),
    "registry.filing": ("Filing",),
    "registry.people": ("Party", "Role"),
    "registry.works": ("Capture", "Motif", "Specimen"),
    "registry.answers": ("CheckResult", "Match"),
    "registry.records": ("Entry", "EntryPhoto"),
    "registry.registry": ("Registry",),
    "registry.transfer": ("Copied", "copy_registry"),
    "registry.unpack": ("restore_registry",),
    "report.checked": ("check_report",),
    "report.compared": ("comparison_report",),
    "report.entered": ("entry_report",),
    "report.html": ("report_html",),
    "report.pdf": ("report_pdf",),
    "report.reading": ("read_report",),
    "report.record": ("Report",),
    "report.verify": ("ReportAudit", "verify_report"),
}
_MODULE_OF = {name: f"motif.{module}" for module, names in _HOME.items() for name in names}

__all__ = [
    "CAPTURE_1",
    "CHEAPEST_1",
    "FILING_1",
    "STANDARD_1",
    "Alert",
    "BatchOutputError",
    "BlankPhotoError",
    "Capture",
    "CaptureRefusedError",
    "Check",
    "CheckResult",
    "Cloth",
    "Comparison",
    "Copied",
    "Description",
    "DuplicateMotifError",
    "Entry",
    "EntryNotFoundError",
    "EntryPhoto",
    "Evidence",
    "Explanation",
    "Filing",
    "Finding",
    "Fingerprint",
    "FingerprintError",
    "Gate",
    "ImageShapeError",
    "IncomparableFingerprintsError",
    "LightColor",
    "MalformedFingerprintError",
    "Match",
    "MissingExtraError",
    "Motif",
    "MotifError",
    "NotAnImageError",
    "OutOfMemoryError",
    "ParameterError",
    "Party",
    "Photo",
    "PhotoError",
    "PhotoLimits",
    "PhotoTooLargeError",
    "PhotoTooSmallError",
    "Profile",
    "Records",
    "Registry",
    "RegistryBusyError",
    "RegistryCorruptError",
    "RegistryError",
    "Report",
    "ReportAudit",
    "Role",
    "SchemaVersionError",
    "Specimen",
    "Style",
    "StyleLikeness",
    "Swatch",
    "TimeLimitError",
    "TruncatedPhotoError",
    "UnreadablePhotoError",
    "WorkerDiedError",
    "__version__",
    "backup_registry",
    "check_report",
    "cloth_on",
    "compare",
    "compare_style",
    "comparison_report",
    "copy_registry",
    "describe",
    "design_distance",
    "dhash",
    "entry_report",
    "explain",
    "find_light",
    "find_style",
    "fingerprint",
    "hamming",
    "inspect",
    "is_stale",
    "normalize",
    "phash",
    "read_photo",
    "read_report",
    "report_html",
    "report_pdf",
    "restore_registry",
    "verify_report",
]


class _Surface(ModuleType):
    """Two functions, ``fingerprint`` and ``normalize``, bear the name of their room.

    Importing a room would set the package's attribute to the module; callers want the function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _MODULE_OF and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Surface


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``motif --help`` stays quick."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'motif' has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
