"""The filing: what the portal asks for, checked, in one file.

Examples
--------
>>> import motif
>>> motif.filing.shipped_rules().route("copyright").portal
'https://hakcipta.dgip.go.id'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from motif.lazy import lazy_names

if TYPE_CHECKING:
    from motif.filing.bag import FilingFile
    from motif.filing.build import build_filing
    from motif.filing.change import (
        new_filing,
        note_result,
        note_sent,
        recheck_cloth,
        release_pictures,
        set_answers,
    )
    from motif.filing.checks import check_rows, clause_rows
    from motif.filing.facts import Facts, gather
    from motif.filing.fields import field_rows
    from motif.filing.files import file_answer
    from motif.filing.prior import search_again
    from motif.filing.routes import Rules, read_rules, shipped_rules
    from motif.filing.terms import Due, alerts_of_terms, due_of

_HOMES = {
    "bag": ("FilingFile",),
    "build": ("build_filing",),
    "change": (
        "new_filing",
        "note_result",
        "note_sent",
        "recheck_cloth",
        "release_pictures",
        "set_answers",
    ),
    "checks": ("check_rows", "clause_rows"),
    "facts": ("Facts", "gather"),
    "fields": ("field_rows",),
    "files": ("file_answer",),
    "prior": ("search_again",),
    "routes": ("Rules", "read_rules", "shipped_rules"),
    "terms": ("Due", "alerts_of_terms", "due_of"),
}

__all__ = [
    "Due",
    "Facts",
    "FilingFile",
    "Rules",
    "alerts_of_terms",
    "build_filing",
    "check_rows",
    "clause_rows",
    "due_of",
    "field_rows",
    "file_answer",
    "gather",
    "new_filing",
    "note_result",
    "note_sent",
    "read_rules",
    "recheck_cloth",
    "release_pictures",
    "search_again",
    "set_answers",
    "shipped_rules",
]

__getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
