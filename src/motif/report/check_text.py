"""What ``motif check`` and ``motif compare`` print: verdicts, matches, decisions and dates.

They name indications and what these rest on. They never decide: people do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from motif.messages import N_, _
from motif.report.compared import compared_words, matched_words
from motif.report.listed import listed
from motif.report.mark_text import found_text
from motif.report.text import WIDE, count, name_of, printable, score_text, table, verdict_word

if TYPE_CHECKING:
    from motif.features.style import StyleLikeness
    from motif.fingerprint import Fingerprint
    from motif.matching.evidence import Evidence
    from motif.matching.explain import Explanation
    from motif.registry.records.decision import Decision
    from motif.registry.results import CheckResult, Match

_COMPARED: Final = {
    "conflict": N_("CONFLICT: strong indication of one design (score {score}). A person decides."),
    "review": N_("REVIEW: some indication of one design (score {score}). A person must look."),
    "clear": N_("CLEAR: no indication of one design (score {score}); this is no proof that they differ."),
}
_TOO_LITTLE: Final = N_(
    "TOO FEW drops, lines or ornaments to compare: nothing could be found, and this says nothing about "
    "originality. Take a photo that shows more of the cloth; a person must look."
)
_CHECKED: Final = {
    "conflict": N_(
        "CONFLICT: strong indication that this design is already registered as {entry} "
        "(score {score}): {how}. A person decides."
    ),
    "review": N_("REVIEW: this design resembles {entry} (score {score}): {how}. A person must look."),
    "clear": N_("CLEAR: no indication found among {searched}; this is no proof of originality."),
}
_BASIS: Final = {
    "file": N_("the same file"),
    "hash": N_("nearly the same picture"),
    "keypoints": N_("the drawing coincides in {places}"),
    "strokes": N_("the lines coincide in {places}, whatever is dark or light"),
    "label": N_("what coincides is a label, not the cloth"),
    "ground": N_("what coincides is a plain ground, which is nobody's"),
    "votes": N_("alike in parts, but no drawing coincides"),
    "none": N_("nothing coincides"),
}
_HAPPENED: Final = {
    "first_seen": N_("registered {day}"),
    "first_announced": N_("announced {day}"),
    "filed": N_("filed {day}"),
}
_DECIDED: Final = {
    "confirm": N_("confirmed as the same design by {who} ({record})"),
    "reject": N_("rejected by {who} ({record})"),
    "label": N_("rejected by {who}, what coincides is a label ({record})"),
    "classic": N_("classic, common property, decided by {who} ({record})"),
}


def check_text(
    result: CheckResult, *, width: int = WIDE, photo: str = "PHOTO", everything: bool = False
) -> str:
    """Write the result of a check: the verdict in a sentence, what was compared, then the matches.

    Parameters
    ----------
    result : CheckResult
    width : int, character cells
    photo : str
        Path of the photo, for a command that is proposed.
    everything : bool
        List every match, and not only those that are worth a look.

    Returns
    -------
    str
        In the language in use.
    """
    told = [
        _check_headline(result),
        compared_text(result),
        priority_text(result),
        found_text(result, photo=photo),
    ]
    matches = result.matches if everything else listed(result.matches)
    left_out = len(result.matches) - len(matches)
    parts = ["\n".join(filter(None, told)), _match_table(matches, width) if matches else ""]
    if left_out:
        sentence = _("Without an indication, and not shown: {entries}; --all lists them.")
        parts.append(sentence.format(entries=count(left_out, N_("entry"))))
    return "\n\n".join(filter(None, parts))


def compared_text(result: CheckResult) -> str:
    """Say what was compared of the checked photo, and which of its fields matched best.

    Parameters
    ----------
    result : CheckResult

    Returns
    -------
    str
        A sentence or two in the language in use.
    """
    compared = result.query.compared()
    sentence = _("Compared: {what}.").format(what=compared_words(compared))
    found = [match for match in result.matches if match.verdict != "clear"]
    matched = matched_words(compared, found[0].evidence.query_field) if found else ""
    return f"{sentence} {_('Matched: {what}.').format(what=matched)}" if matched else sentence


def compare_text(explanation: Explanation) -> str:
    """Say how far two photos show one design: the verdict, what coincides, which dyes changed.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    str
        Lines in the language in use.
    """
    lines = [verdict_text(explanation.evidence), explanation.sentence()]
    if explanation.other_dye:
        lines += [f"  {sentence}" for sentence in explanation.dye_sentences()]
    lines.append(style_text(explanation.style))
    return "\n".join(lines)


def both_compared_text(evidence: Evidence, query: Fingerprint, registered: Fingerprint) -> str:
    """Say what was compared of each of two photos, and which of its fields matched.

    Parameters
    ----------
    evidence : Evidence
    query, registered : Fingerprint
        Of the two photos.

    Returns
    -------
    str
        A line for each photo, in the language in use.
    """
    sides = (
        (_("Compared of the first photo: {what}."), query.compared(), evidence.query_field),
        (_("Compared of the second photo: {what}."), registered.compared(), evidence.registered_field),
    )
    lines = []
    for sentence, compared, field in sides:
        matched = matched_words(compared, field) if evidence.verdict != "clear" else ""
        told = [sentence.format(what=compared_words(compared))]
        told += [_("Matched: {what}.").format(what=matched)] if matched else []
        lines.append(" ".join(told))
    return "\n".join(lines)


def verdict_text(evidence: Evidence) -> str:
    """Say the verdict on two photos.

    Examples
    --------
    >>> from motif.matching.evidence import Evidence
    >>> print(verdict_text(Evidence(score=0.97, verdict="conflict", basis="file")))
    CONFLICT: strong indication of one design (score 0.97). A person decides.
    """
    if evidence.too_little:
        return _(_TOO_LITTLE)
    return _(_COMPARED[evidence.verdict]).format(score=score_text(evidence.score))


def style_text(style: StyleLikeness) -> str:
    """Say how alike two cloths are in style, which is no evidence.

    Examples
    --------
    >>> from motif.features.style import StyleLikeness
    >>> print(style_text(StyleLikeness(texture=0.82, colors=0.4, repeat=1.0)))
    Style: texture 82 %, colors 40 %, repeat 100 % alike. Similar style is no sign of copying.
    """
    sentence = _(
        "Style: texture {texture}, colors {colors}, repeat {repeat} alike. "
        "Similar style is no sign of copying."
    )
    shares = {name: f"{100 * value:.0f} %" for name, value in asdict(style).items()}
    return sentence.format(**shares)


def how_it_coincides(evidence: Evidence) -> str:
    """Say what the score rests on, and how the query was changed for it.

    Examples
    --------
    >>> from motif.matching.evidence import Evidence
    >>> how_it_coincides(Evidence(score=0.9, verdict="conflict", basis="hash", mirrored=True, negative=True))
    'mirrored, dark for light, nearly the same picture'
    """
    basis = _(_BASIS[evidence.basis]).format(places=count(len(evidence.points), N_("place")))
    return ", ".join([*evidence.changes(), basis])


def priority_text(result: CheckResult) -> str:
    """Say in a sentence which of a check's designs came first; empty where there is nothing to compare.

    Parameters
    ----------
    result : CheckResult

    Returns
    -------
    str
    """
    alike = [match for match in result.matches if match.verdict != "clear" and match.evidence.basis != "file"]
    if not alike or result.query_dates is None:
        return ""
    if result.earliest is None:
        return _("Which came first cannot be told from the recorded dates.")
    if result.earliest == "query":
        return _("Came first according to the records: the design that was checked.")
    first = next(match for match in alike if match.entry.id == result.earliest)
    return _("Came first according to the records: {entry} ({when}).").format(
        entry=first.entry.id, when=first_text(first)
    )


def first_text(match: Match) -> str:
    """Say the earliest date of a match's entry; empty where none is known."""
    earliest = None if match.dates is None else match.dates.earliest()
    return "" if earliest is None else _(_HAPPENED[earliest[1]]).format(day=earliest[0])


def decided_text(decision: Decision) -> str:
    """Say what a person decided.

    Parameters
    ----------
    decision : Decision
        With a verdict.

    Returns
    -------
    str
        A phrase in the language in use.
    """
    phrase = _(_DECIDED[str(decision.human_verdict)])
    return phrase.format(who=printable(str(decision.examiner)), record=decision.id)


def _check_headline(result: CheckResult) -> str:
    if not result.searched_entries:
        return _("CLEAR: the registry holds no entry that could be found; this is no proof of originality.")
    if result.too_little:
        return _(_TOO_LITTLE)
    sentence = _(_CHECKED[result.verdict])
    if result.verdict == "clear":
        searched = _("{count} entries").format(count=result.searched_entries)
        return sentence.format(searched=_("1 entry") if result.searched_entries == 1 else searched)
    best = next(match for match in result.matches if match.verdict == result.verdict)
    return sentence.format(
        entry=name_of(best.entry), score=score_text(best.score), how=how_it_coincides(best.evidence)
    )


def _match_table(matches: Iterable[Match], width: int) -> str:
    """Lay out matches; the last two columns are left out where no row fills them."""
    headings = [_("id"), _("score"), _("verdict"), _("title"), _("photo"), _("how it coincides")]
    headings += [_("first"), _("decided")]
    rows = [
        [
            match.entry.id,
            score_text(match.score),
            verdict_word(match.verdict),
            printable(match.entry.title),
            printable(match.photo.name),
            how_it_coincides(match.evidence),
            first_text(match),
            "" if match.decision is None else decided_text(match.decision),
        ]
        for match in matches
    ]
    for column in (7, 6):
        if not any(row[column] for row in rows):
            for cells in (headings, *rows):
                del cells[column]
    return table(headings, rows, width=width, unbroken=3)
