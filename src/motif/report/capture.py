"""The capture gate's findings in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from motif.messages import N_, _
from motif.report.text import printable

if TYPE_CHECKING:
    from motif.capture.inspect import Finding

_GOOD = N_("GOOD: {name}")
_USABLE = N_("USABLE: {name}; it could be better.")
_AGAIN = N_("TAKE IT AGAIN: {name}")
_KINDS = {
    "whole": N_("{name}: no clear outline, the whole picture is kept: {file}"),
    "corners": N_("{name}: the cloth is cut out along its four sides: {file}"),
    "inner-rectangle": N_("{name}: the largest straight field of the cloth is cut out: {file}"),
    "by-hand": N_("{name}: the cloth is cut out along the corners that were given: {file}"),
}
_LIGHTS = {
    "chart": N_("colors from the color chart"),
    "neutral-patch": N_("colors from the neutral patch"),
    "estimate": N_("colors estimated, to within about {percent} %"),
}
_WORDS = {"warn": N_("warning"), "refuse": N_("refused")}


def findings_text(findings: Iterable[Finding]) -> str:
    """Tell each finding on a line of its own: what it is, how bad, and how to take it better."""
    limit = _("limit")  # apart, since words inside of an f-string are not collected for translation
    return "\n".join(
        f"{_(_WORDS[finding.severity])}: {finding.in_words()} "
        f"[{finding.code} {finding.value:.3g}, {limit} {finding.limit:g} {finding.unit}]"
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


def normalized_text(record: dict[str, Any]) -> str:
    """Tell from the record of a photo what was cut out of it, and where its colors come from.

    Examples
    --------
    >>> record = {"path": "turi.jpg", "outline_kind": "whole", "files": ["turi.swatch.png"],
    ...           "light": {"source": "chart", "uncertainty": 0.02}}
    >>> normalized_text(record)
    'turi.jpg: no clear outline, the whole picture is kept: turi.swatch.png; colors from the color chart'
    """
    cut, light = _KINDS[record["outline_kind"]], record["light"]
    colors = _LIGHTS[light["source"]]
    where = _(cut).format(name=printable(record["path"]), file=printable(record["files"][0]))
    return f"{where}; {_(colors).format(percent=round(100 * light['uncertainty']))}"
