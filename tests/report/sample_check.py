"""A check of a sample, and the figures that a document on it has to show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import motif
from motif.report.listed import listed

SAMPLES = Path(__file__).parents[2] / "samples"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCheck:
    """A check, the photo that was checked, and the report on it."""

    result: motif.CheckResult
    photo: motif.Photo
    report: motif.report.Report


def check_sample(name: str, registry: motif.Registry) -> SampleCheck:
    """Check a sample and gather the report."""
    photo = motif.read_photo(SAMPLES / "queries" / name)
    result = registry.check(photo)
    return SampleCheck(result=result, photo=photo, report=motif.report.check_report(result, photo, registry))


def figures(check: SampleCheck) -> list[str]:
    """Spell the figures of an answer as a document does."""
    result = check.result
    spelled = [str(result.searched_entries), result.profile_id, result.query.source_sha256]
    for match in listed(result.matches):
        evidence = match.evidence
        spelled += [match.entry.id, match.photo.sha256, f"{evidence.score:.6f}"]
        if match.verdict != "clear" and evidence.false_alarm_rate is not None:
            spelled += [f"{evidence.rarity:.4f}", f"{100 * evidence.false_alarm_rate:.3f} %"]
        if evidence.transform is not None and evidence.turn_deg is not None:
            spelled += [f"{value:.6g}" for value in evidence.transform]
            spelled += [f"{evidence.scale:.4f}", f"{evidence.turn_deg:.2f}", str(evidence.cells)]
            spelled.append(str(len(evidence.points)))
    return spelled
