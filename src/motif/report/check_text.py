"""What is told of two photos that were held against each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from motif.messages import N_, _
from motif.report.text import _PLACE, WIDE, count, name_of, printable, score_text, table, verdict_word

if TYPE_CHECKING:
    from motif.features.style import StyleLikeness
    from motif.matching.evidence import Evidence
    from motif.matching.explain import Explanation
    from motif.registry.records.decision import Decision
    from motif.registry.results import CheckResult, Match


_COMPARED: Final = {
    "conflict": N_("CONFLICT: strong indication of one design (score {score}). A person decides."),
    "review": N_("REVIEW: some indication of one design (score {score}). A person must look."),
    "clear": N_("CLEAR: no indication of one design (score {score}); this is no proof that they differ."),
}


def compare_text(explanation: Explanation) -> str:
    """Tell in how far two photos show one design: the verdict, what coincides, which dyes changed."""
    said = [verdict_text(explanation.evidence), explanation.sentence()]
    if explanation.other_dye:
        said += [f"  {sentence}" for sentence in explanation.dye_sentences()]
    said.append(style_text(explanation.style))
    return "\n".join(said)


def style_text(style: StyleLikeness) -> str:
    """Say how alike two cloths are in style, which is no evidence.

    Examples
    --------
    >>> from motif.features.style import StyleLikeness
    >>> print(style_text(StyleLikeness(texture=0.82, colors=0.4, repeat=1.0)))
    Style, apart from that: texture 82 %, colors 40 %, repeat 100 % alike. It is no sign of copying.
    """
    said = _(
        "Style, apart from that: texture {texture}, colors {colors}, repeat {repeat} alike. "
        "It is no sign of copying."
    )
    shares = {name: f"{100 * value:.0f} %" for name, value in asdict(style).items()}
    return said.format(**shares)


def verdict_text(evidence: Evidence) -> str:
    """Say a comparison's verdict, in the language in force.

    Examples
    --------
    >>> from motif.matching.evidence import Evidence
    >>> print(verdict_text(Evidence(score=0.97, verdict="conflict", basis="file")))
    CONFLICT: strong indication of one design (score 0.97). A person decides.
    """
    return _(_COMPARED[evidence.verdict]).format(score=score_text(evidence.score))


HAPPENED: Final = {
    "first_seen": N_("registered {day}"),
    "first_announced": N_("announced {day}"),
    "filed": N_("filed {day}"),
}
_DECIDED = {
    "confirm": N_("confirmed as the same design by {who} ({record})"),
    "reject": N_("rejected by {who} ({record})"),
    "classic": N_("classic, nobody's own, says {who} ({record})"),
}


def decision_text(match: Match) -> str:
    """Say what a person decided about a match; empty if nobody did."""
    return "" if match.decision is None else decided_text(match.decision)


def decided_text(made: Decision) -> str:
    """Say what a person decided."""
    words = _(_DECIDED[str(made.human_verdict)])
    return words.format(who=printable(str(made.examiner)), record=made.id)


def first_text(match: Match) -> str:
    """Say the earliest date of a match's entry."""
    found = None if match.dates is None else match.dates.earliest()
    return "" if found is None else _(HAPPENED[found[1]]).format(day=found[0])


def priority_text(result: CheckResult) -> str:
    """Say in a sentence which of a check's designs came first; empty where there is nothing to compare."""
    alike = [one for one in result.matches if one.verdict != "clear" and one.evidence.basis != "file"]
    if not alike or result.query_dates is None:
        return ""
    if result.earliest is None:
        return _("Which came first cannot be told from the dates that are recorded.")
    if result.earliest == "query":
        return _("Came first, as far as is recorded: the design that was checked.")
    first = next(match for match in alike if match.entry.id == result.earliest)
    return _("Came first, as far as is recorded: {entry} ({when}).").format(
        entry=first.entry.id, when=first_text(first)
    )


_BASIS = {
    "file": N_("the same file"),
    "hash": N_("nearly the same picture"),
    "keypoints": N_("the drawing coincides in {places}"),
    "strokes": N_("the lines coincide in {places}, whatever is dark or light"),
    "votes": N_("alike in parts, but no drawing coincides"),
    "none": N_("nothing coincides"),
}
_HEADINGS: Final = (
    N_("id"),
    N_("score"),
    N_("verdict"),
    N_("title"),
    N_("photo"),
    N_("how it coincides"),
    N_("first"),
    N_("decided"),
)
_CHECKED: Final = {
    "conflict": N_(
        "CONFLICT: strong indication that this design is already registered as {entry} "
        "(score {score}): {how}. A person decides."
    ),
    "review": N_("REVIEW: this design resembles {entry} (score {score}): {how}. A person must look."),
    "clear": N_("CLEAR: no indication found among {searched}; this is no proof of originality."),
}


def check_text(result: CheckResult, *, width: int = WIDE) -> str:
    """Tell what a check found: the verdict in a sentence, then the closest entries."""

    headline = "\n".join(filter(None, [_check_headline(result), priority_text(result)]))
    if not result.matches:
        return headline
    return f"{headline}\n\n{_match_table(result.matches, width)}"


def how_it_coincides(evidence: Evidence) -> str:
    """Say what the score rests on, and how the query was changed for it.

    Examples
    --------
    >>> from motif.matching.evidence import Evidence
    >>> how_it_coincides(Evidence(score=0.9, verdict="conflict", basis="hash", mirrored=True, negative=True))
    'mirrored, dark for light, nearly the same picture'
    """
    basis = _(_BASIS[evidence.basis]).format(places=count(len(evidence.points), _PLACE))
    return ", ".join([*evidence.changes(), basis])


def _check_headline(result: CheckResult) -> str:
    if result.verdict == "clear":
        number = result.searched_entries
        if not number:
            return _(
                "CLEAR: the registry holds no entry that could be found; this is no proof of originality."
            )
        searched = _("1 entry") if number == 1 else _("{count} entries").format(count=number)
        return _(_CHECKED["clear"]).format(searched=searched)
    best = next(match for match in result.matches if match.verdict == result.verdict)
    return _(_CHECKED[result.verdict]).format(
        entry=name_of(best.entry), score=score_text(best.score), how=how_it_coincides(best.evidence)
    )


def _match_table(matches: Iterable[Match], width: int) -> str:

    headings = [_(heading) for heading in _HEADINGS]
    rows = [
        [
            match.entry.id,
            score_text(match.score),
            verdict_word(match.verdict),
            printable(match.entry.title),
            printable(match.photo.name),
            how_it_coincides(match.evidence),
            first_text(match),
            decision_text(match),
        ]
        for match in matches
    ]
    for column in (7, 6):  # only what there is
        if not any(row[column] for row in rows):
            del headings[column]
            rows = [row[:column] + row[column + 1 :] for row in rows]
    return table(headings, rows, width=width, unbroken=3)
