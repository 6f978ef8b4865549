"""What the capture gate and ``motif normalize`` say about a photo, for the terminal."""

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
    "page": N_("{name}: the picture on the page is cut out: {file}"),
    "by-hand": N_("{name}: the cloth is cut out along the corners that were given: {file}"),
}
_SEVERAL = N_("{name}: it shows {count} pictures; each is compared for itself")
_NOT_SURE = N_("{name}: the outline is not sure; both the cut and the whole picture are compared")
_LIGHTS = {
    "chart": N_("colors from the color chart"),
    "neutral-patch": N_("colors from the neutral patch"),
    "estimate": N_("colors estimated, to within about {percent} %"),
}
_WORDS = {"warn": N_("warning"), "refuse": N_("take the photo again")}


def findings_text(findings: Iterable[Finding]) -> str:
    """Write each finding on a line of its own: how bad it is, what it is, and how to take a better photo.

    Parameters
    ----------
    findings : iterable of Finding

    Returns
    -------
    str
        One line for each finding, in the language in use.
    """
    limit = _("limit")  # outside the f-string, where messages are not collected for translation
    return "\n".join(
        f"{_(_WORDS[finding.severity])}: {finding.in_words()} "
        f"[{finding.code} {finding.value:.3g}, {limit} {finding.limit:g} {finding.unit}]"
        for finding in findings
    )


def capture_text(name: str, findings: tuple[Finding, ...]) -> str:
    """Say whether a photo will do, and what is wrong with it.

    Parameters
    ----------
    name : str
        The photo's file.
    findings : tuple of Finding

    Returns
    -------
    str
        A headline, then one line for each finding.

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
    """Say what was cut out of a photo, and where its colors come from.

    Parameters
    ----------
    record : dict
        Of ``motif normalize --json``: ``path``, ``outline_kind``, ``files``, ``further_fields`` with the
        same, and ``light``, which holds ``source`` and ``uncertainty`` (range 0..1).

    Returns
    -------
    str
        One line for each field.

    Examples
    --------
    >>> record = {"path": "turi.jpg", "outline_kind": "whole", "files": ["turi.swatch.png"],
    ...           "light": {"source": "chart", "uncertainty": 0.02}, "further_fields": []}
    >>> normalized_text(record)
    'turi.jpg: no clear outline, the whole picture is kept: turi.swatch.png; colors from the color chart'
    """
    light, name = record["light"], printable(record["path"])
    colors = _(_LIGHTS[light["source"]]).format(percent=round(100 * light["uncertainty"]))
    fields = [record, *record["further_fields"]]
    lines = [
        _(_KINDS[field["outline_kind"]]).format(name=name, file=printable(field["files"][0]))
        for field in fields
    ]
    if len(fields) > 1:
        several = len({field["picture"] for field in fields}) > 1
        lines.append(_(_SEVERAL if several else _NOT_SURE).format(name=name, count=len(fields)))
    return "\n".join([f"{lines[0]}; {colors}", *lines[1:]])
