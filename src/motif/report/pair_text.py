"""What is told of two photos that were held against each other."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from motif.messages import N_, _
from motif.report.text import score_text

if TYPE_CHECKING:
    from motif.features.style import StyleLikeness
    from motif.matching.evidence import Evidence
    from motif.matching.explain import Explanation

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
