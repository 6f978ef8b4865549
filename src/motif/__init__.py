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
    from motif.capture.gates import CAPTURE_1, FILING_1, Gate
    from motif.capture.inspect import Finding, inspect
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
    from motif.matching.evidence import Evidence
    from motif.matching.explain import Cloth, Explanation, cloth_on, explain
    from motif.matching.search import compare
    from motif.normalize.light import LightColor, find_light
    from motif.normalize.swatch import Swatch, normalize
    from motif.photo.limits import PhotoLimits
    from motif.photo.photo import Photo, read_photo
    from motif.profiles import CHEAPEST_1, STANDARD_1, Profile
    from motif.registry.catalogue import Records
    from motif.registry.records.decision import Alert, Decision, SavedCheck
    from motif.registry.records.entry import Entry, EntryPhoto
    from motif.registry.records.filing import Filing
    from motif.registry.records.people import Party, Role
    from motif.registry.records.works import Capture, Motif, Specimen
    from motif.registry.registry import Registry
    from motif.registry.results import CheckResult, Match
    from motif.registry.transfer.backup import backup_registry
    from motif.registry.transfer.copy import Copied, copy_registry
    from motif.registry.transfer.restore import restore_registry
    from motif.report.audit import ReportAudit, verify_report
    from motif.report.gather import check_report, decision_report, entry_report
    from motif.report.html import report_html
    from motif.report.pdf import report_pdf
    from motif.report.reading import read_report
    from motif.report.record import Report

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
    "matching.search": ("compare",),
    "matching.explain": ("Cloth", "Explanation", "cloth_on", "explain"),
    "matching.evidence": ("Evidence",),
    "capture.gates": ("CAPTURE_1", "FILING_1", "Gate"),
    "normalize.light": ("LightColor", "find_light"),
    "capture.inspect": ("Finding", "inspect"),
    "normalize.swatch": ("Swatch", "normalize"),
    "photo.limits": ("PhotoLimits",),
    "photo.photo": ("Photo", "read_photo"),
    "profiles": ("CHEAPEST_1", "STANDARD_1", "Profile"),
    "registry.transfer.backup": ("backup_registry",),
    "registry.catalogue": ("Records",),
    "registry.records.decision": ("Alert", "Decision", "SavedCheck"),
    "registry.records.filing": ("Filing",),
    "registry.records.people": ("Party", "Role"),
    "registry.records.works": ("Capture", "Motif", "Specimen"),
    "registry.results": ("CheckResult", "Match"),
    "registry.records.entry": ("Entry", "EntryPhoto"),
    "registry.registry": ("Registry",),
    "registry.transfer.copy": ("Copied", "copy_registry"),
    "registry.transfer.restore": ("restore_registry",),
    "report.gather": ("check_report", "decision_report", "entry_report"),
    "report.html": ("report_html",),
    "report.pdf": ("report_pdf",),
    "report.reading": ("read_report",),
    "report.record": ("Report",),
    "report.audit": ("ReportAudit", "verify_report"),
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
    "CheckResult",
    "Cloth",
    "Copied",
    "Decision",
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
    "SavedCheck",
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
    "copy_registry",
    "decision_report",
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
