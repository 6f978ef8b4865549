"""Results to documents: reports in words and pictures, as HTML or PDF, read back and verified.

What a command prints is worded in ``text``, ``check_text``, ``record_text``, ``batch_text`` and ``capture``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from motif.lazy import lazy_names

if TYPE_CHECKING:
    from motif.report.audit import ReportAudit, verify_report
    from motif.report.gather import check_report, decision_report, entry_report
    from motif.report.html import report_html
    from motif.report.pdf import report_pdf
    from motif.report.reading import read_report
    from motif.report.record import Report

_HOMES = {
    "audit": ("ReportAudit", "verify_report"),
    "gather": ("check_report", "decision_report", "entry_report"),
    "html": ("report_html",),
    "pdf": ("report_pdf",),
    "reading": ("read_report",),
    "record": ("Report",),
}

__all__ = [
    "Report",
    "ReportAudit",
    "check_report",
    "decision_report",
    "entry_report",
    "read_report",
    "report_html",
    "report_pdf",
    "verify_report",
]

__getattr__ = lazy_names(__name__, _HOMES)
