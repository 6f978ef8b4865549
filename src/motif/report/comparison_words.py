"""A kept decision as a document: what was decided, by whom and why; then both cloths, as for a match."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from motif.messages import N_, _
from motif.registry.records import parse_iso
from motif.report.again_words import again_blocks
from motif.report.blocks import Answer, Document
from motif.report.check_words import first_pictures
from motif.report.match_words import match_blocks, weight_words
from motif.report.phrases import moment

Json = Mapping[str, Any]

_DECIDED: Final = {
    "confirm": N_("{a} and {b} were judged to be the same motif."),
    "reject": N_("{a} and {b} were judged to be two motifs."),
    "classic": N_("What {a} and {b} share was judged to be classic, nobody’s own."),
}
_KINDS: Final[dict[str, Literal["clear", "review", "conflict"]]] = {
    "confirm": "conflict",
    "reject": "clear",
    "classic": "review",
}


def comparison_document(record: Json, sha256: str, language: str) -> Document:
    """Word a report's record on a decision; parameters as ``check_document``."""
    made, match = record["comparison"], record["result"]["matches"][0]
    at = parse_iso(record["at"])
    word = _DECIDED[made["human_verdict"]]
    said = _(word, language).format(a=_side(made["a"]), b=_side(made["b"]))
    by = _("Decided by {who}, {when}. Reason: {reason}", language)
    found = _("The program compared both again: indication: {weight}. {sentence}", language)
    weight = weight_words(match["evidence"]["verdict"], language)
    answer = Answer(
        mark=_("Decision {id}", language).format(id=made["id"]),
        text=said,
        more=(
            by.format(who=made["examiner"], when=moment(at, language), reason=made["reason"]),
            found.format(weight=weight, sentence=record["shown"][0]["explanation"]["sentence"][language]),
        ),
        kind=_KINDS[made["human_verdict"]],
    )
    return Document(
        title=_("Comparison of two motifs", language),
        subtitle=_("Report of {when}", language).format(when=moment(at, language)),
        language=language,
        at=at,
        blocks=(
            answer,
            *first_pictures(record, language),
            *match_blocks(1, record["shown"][0], record, language),
            *again_blocks(record, sha256, language),
        ),
        foot=_("Comparison {id}. Record {sha256}", language).format(id=made["id"], sha256=sha256[:16]),
    )


def _side(side: str) -> str:
    return side if len(side) < 64 else f"{side[:12]}…"
