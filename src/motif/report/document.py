"""From a report's record to a document in one language."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import copy_context
from typing import Final

from motif.errors import ParameterError
from motif.messages import use_language
from motif.report.blocks import Beside, Block, Document, Picture, Pictures
from motif.report.check_words import check_document, decision_document
from motif.report.entry_words import sheet_document
from motif.report.record import KINDS, Report

_DOCUMENTS: Final = dict(zip(KINDS, (check_document, sheet_document, decision_document), strict=True))
"""Kind of report -> the function that puts its record into a document."""


def document_of(report: Report, language: str) -> Document:
    """Put a report into words; the language in use stays as it is.

    Parameters
    ----------
    report : Report
    language : "en" or "id"

    Returns
    -------
    Document

    Raises
    ------
    ParameterError
        If the record lacks a field, or holds one of another type.
    """
    document = copy_context().run(_make_document, report, language)
    unknown = {picture.sha256 for picture in _pictures(document.blocks)} - set(report.record["pictures"])
    if unknown:
        raise ParameterError(f"the report's record lists no picture {min(unknown)!r:.80}")
    return document


def _make_document(report: Report, language: str) -> Document:
    use_language(language)
    try:
        return _DOCUMENTS[report.record["kind"]](report.record, report.sha256())
    except ParameterError:
        raise
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, StopIteration) as error:
        raise ParameterError(
            f"a field of the report's record is missing or malformed: {error!r:.120}"
        ) from error


def _pictures(blocks: tuple[Block, ...]) -> Iterator[Picture]:
    for block in blocks:
        if isinstance(block, Beside):
            yield block.picture
        elif isinstance(block, Pictures):
            yield from block.pictures
