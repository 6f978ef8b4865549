"""Let the few photos that short codes propose vote anew, with whole descriptors.

Short codes find neighbours among many millions, and rank what they find less surely than the descriptors
themselves would [1]_. So they choose, and the chosen photos' keypoints vote as in a small registry, beside
the drawn cloths: the last step of a server's search, too.

References
----------
.. [1] Jegou, Tavenard, Douze, Amsaleg (2011). Searching in one billion vectors: re-rank with source coding.
   ICASSP.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from motif.fingerprint import Fingerprint
from motif.matching.candidates import CandidateIndex
from motif.matching.cohort import Part, cohort
from motif.matching.descriptors import Candidate, DescriptorIndex, rows_of
from motif.matching.views import Floats, View, as_strokes

REVOTING = 40
"""Photos whose keypoints vote anew."""

Load = Callable[[Collection[int]], dict[int, Fingerprint]]


class RevotingIndex:
    """Searches an index of short codes, and lets the keypoints of the best vote anew.

    Parameters
    ----------
    index : CandidateIndex
    load : callable, keys -> {key: Fingerprint}
        A key that it does not return (withdrawn meanwhile) is no candidate.
    """

    def __init__(self, index: CandidateIndex, load: Load) -> None:
        self.profile = index.profile
        self.alike = index.alike
        self.tones = _Part(index.tones, load, "tones")
        self.strokes = _Part(index.strokes, load, "strokes")


class _Part:
    def __init__(self, codes: DescriptorIndex, load: Load, part: Part) -> None:
        self._codes, self._load, self._part = codes, load, part

    def vote(self, views: Sequence[View]) -> tuple[list[Candidate], Floats]:
        """Let the best of those who got votes by short codes vote; see ``DescriptorIndex.vote``."""
        if not self._codes.coded:
            return self._codes.vote(views)
        proposed, _ = self._codes.vote(views)
        profile = self._codes.profile
        few = self._load([one.key for one in proposed[:REVOTING]])
        shown = few if self._part == "tones" else {key: as_strokes(value) for key, value in few.items()}
        rows = {key: rows_of(value, profile) for key, value in shown.items()}
        return DescriptorIndex.of_few(rows, profile, cohort(self._part)).vote(views)
