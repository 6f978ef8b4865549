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

_WORDS: Final = dict(zip(KINDS, (check_document, sheet_document, decision_document), strict=True))
"""Kind of report -> who words it."""


def document_of(report: Report, language: str) -> Document:
    """Word a report; the language in use stays as it is.

    Raises
    ------
    ParameterError
        If the record lacks a field, or holds one of another type.
    """
    document = copy_context().run(_worded, report, language)
    unknown = {one.sha256 for one in _pictures(document.blocks)} - set(report.record["pictures"])
    if unknown:
        raise ParameterError(f"the report's record names no picture {min(unknown)!r:.80}")
    return document


def _worded(report: Report, language: str) -> Document:
    use_language(language)
    try:
        return _WORDS[report.record["kind"]](report.record, report.sha256(), language)
    except ParameterError:
        raise
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, StopIteration) as error:
        raise ParameterError(f"the report's record lacks or garbles a field: {error!r:.120}") from error


def _pictures(blocks: tuple[Block, ...]) -> Iterator[Picture]:
    for block in blocks:
        if isinstance(block, Beside):
            yield block.picture
        elif isinstance(block, Pictures):
            yield from block.pictures
