"""The capture gate's findings in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from motif.messages import N_, _
from motif.report.text import printable

if TYPE_CHECKING:
    from motif.normalize.quality import Finding

_GOOD = N_("GOOD: {name}")
_USABLE = N_("USABLE: {name}; it could be better.")
_AGAIN = N_("TAKE IT AGAIN: {name}")
_WORDS = {"warn": N_("warning"), "refuse": N_("refused")}


def findings_text(findings: Iterable[Finding]) -> str:
    """Tell each finding on a line of its own: what it is, how bad, and how to take it better."""
    return "\n".join(
        f"{_(_WORDS[finding.severity])}: {finding.in_words()} "
        f"[{finding.code} {finding.value:.3g}, {_('limit')} {finding.limit:g} {finding.unit}]"
        for finding in findings
    )


def capture_text(name: str, findings: tuple[Finding, ...]) -> str:
    """Tell whether a photo will do, and what is wrong with it.

    Examples
    --------
    >>> capture_text("turi.jpg", ())
    'GOOD: turi.jpg'
    """
    worst = {finding.severity for finding in findings}
    verdict = _AGAIN if "refuse" in worst else _USABLE if worst else _GOOD
    headline = _(verdict).format(name=printable(name))
    return "\n".join(filter(None, [headline, findings_text(findings)]))
