"""Sheets and the check list as PDF/A-2: A4, fonts embedded, nothing attached, no script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import resources
from typing import Any, Final

from motif.filing.sheet import Block, Figure, Paragraph, Sheet
from motif.report.typesetting import moment_fields, spelled, typeset

STANDARDS: Final = ["a-2a", "ua-1"]


def sheet_pdf(sheet: Sheet, at: datetime, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Set a letter or sheet.

    Parameters
    ----------
    sheet : Sheet
    at : datetime
        Date of the file.
    pictures : mapping of str to bytes, optional
        JPEG files under the names by which the sheet's figures call them.

    Returns
    -------
    bytes
        The same for the same arguments and versions of motif and typst.

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    """
    blocks = [_plain(block) for block in sheet.blocks]
    first = next((block for block in blocks if block["kind"] == "Paragraph" and block["runs"]), None)
    if first is not None:
        first["heading"] = first["align"] == "center" and all(run["bold"] for run in first["runs"])
    matter = {"title": sheet.title, "draft": sheet.draft, "foot": sheet.foot, "blocks": blocks}
    return pdf_of("letter.typ", matter, at, dict(pictures or {}))


def pdf_of(template: str, matter: Mapping[str, Any], at: datetime, files: Mapping[str, bytes]) -> bytes:
    """Set one of the filing's templates.

    Parameters
    ----------
    template : str
        Its name.
    matter : mapping
        JSON-ready texts for it; the date is added.
    at : datetime
    files : mapping of str to bytes

    Returns
    -------
    bytes

    Raises
    ------
    MissingExtraError
        If the extra ``pdf`` is not installed.
    """
    at = at.astimezone(UTC)
    text = resources.files("motif.filing").joinpath("templates", template).read_text(encoding="utf-8")
    whole = _spelled({**matter, "date": moment_fields(at)})
    pages = typeset(text, whole, files, pdf_standards=STANDARDS, timestamp=int(at.timestamp()))
    assert isinstance(pages, bytes)
    return pages


def _plain(block: Block) -> dict[str, Any]:
    fields: dict[str, Any] = asdict(block) | {"kind": type(block).__name__}
    if isinstance(block, Paragraph):
        fields["heading"] = False
    if isinstance(block, Figure):
        fields["height_mm"] = 120
    return fields


def _spelled(value: Any) -> Any:
    if isinstance(value, str):
        return spelled(value)
    if isinstance(value, Mapping):
        return {key: _spelled(item) for key, item in value.items()}
    return [_spelled(item) for item in value] if isinstance(value, list | tuple) else value
