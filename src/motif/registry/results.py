"""What the registry answers when it is asked about a design, as frozen records with a JSON form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from motif.errors import ParameterError
from motif.messages import N_
from motif.registry.records.dates import Dates
from motif.registry.records.decision import Decision
from motif.registry.records.entry import FORMAT, Entry, EntryPhoto
from motif.times import iso, parse_iso

if TYPE_CHECKING:
    from motif.fingerprint import Fingerprint
    from motif.matching.evidence import Evidence
    from motif.matching.score import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A registered design that the query may reuse.

    Parameters
    ----------
    entry : Entry
    photo : EntryPhoto
        The photo of the entry that is closest.
    evidence : Evidence
        What coincides, and under which transform.
    decision : Comparison or None
        What a person judged of this pair, or of the entry.
    dates : Dates or None
        The entry's, where a check was asked for.
    came_first : "entry", "query" or None
        Which of the two certainly came first, as far as is recorded.
    withheld : bool
        Whether the design is not open to who asked: then only its id, its date, the score and the verdict are
        told.
    """

    entry: Entry
    photo: EntryPhoto
    evidence: Evidence
    decision: Decision | None = None
    dates: Dates | None = None
    came_first: Literal["entry", "query"] | None = None
    withheld: bool = False

    @property
    def score(self) -> float:
        """How close, 0..1; larger is closer."""
        return self.evidence.score

    @property
    def verdict(self) -> Verdict:
        """The score held against the profile's thresholds, and what a person decided before.

        A pair that was rejected, as another design or for a label that coincides, and a classic entry
        are no conflict; a pair that was confirmed is.
        """
        decided = None if self.decision is None else self.decision.human_verdict
        if decided in ("reject", "label", "classic") and self.evidence.verdict == "conflict":
            return "review"
        if decided == "confirm" and self.evidence.verdict == "review":
            return "conflict"
        return self.evidence.verdict

    def to_json(self) -> dict[str, Any]:
        """Return the match as JSON-ready values."""
        return {
            "entry": self.entry.to_json(),
            "photo_sha256": self.photo.sha256,
            "verdict": self.verdict,
            "evidence": self.evidence.to_json(),
            "decision": None if self.decision is None else self.decision.to_json(),
            "dates": None if self.dates is None else self.dates.to_json(),
            "came_first": self.came_first,
            "withheld": self.withheld,
        }

    def withhold(self) -> Match:
        """Return what may be told of the match to somebody to whom the design is not open."""
        entry = replace(
            self.entry,
            title=N_("not open"),
            note="",
            similar_to=(),
            photos=tuple(replace(photo, name="") for photo in self.entry.photos),
            withdrawn_reason=self.entry.withdrawn_reason and N_("not open"),
        )
        evidence = replace(self.evidence, transform=None, points=(), cells=0)
        photo = replace(self.photo, name="")
        return replace(self, entry=entry, photo=photo, evidence=evidence, decision=None, withheld=True)

    @classmethod
    def from_json(cls, value: Any) -> Match:
        """Read what ``to_json`` made."""
        from motif.matching.evidence import Evidence

        entry = Entry.from_json(value["entry"])
        decision, dates = value["decision"], value["dates"]
        return cls(
            entry=entry,
            photo=next(photo for photo in entry.photos if photo.sha256 == value["photo_sha256"]),
            evidence=Evidence.from_json(value["evidence"]),
            decision=None if decision is None else Decision.from_json(decision),
            dates=None if dates is None else Dates.from_json(dates),
            came_first=value["came_first"],
            withheld=value["withheld"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedMark:
    """A patch that coincides among several designs, and may be a mark to ignore.

    Parameters
    ----------
    entries : tuple of str
        Ids of the entries that show it, three or more.
    outline : polygon, swatch pixels of the query's field
    field : int
        Which of the query's fields, from 0.
    box : (left, top, width, height) or None
        Around it, in pixels of the upright photo; None where only a fingerprint was given.
    """

    entries: tuple[str, ...]
    outline: tuple[tuple[float, float], ...]
    field: int = 0
    box: tuple[int, int, int, int] | None = None

    @classmethod
    def from_json(cls, value: Any) -> ProposedMark:
        """Read what ``to_json`` made."""
        outline = tuple((x, y) for x, y in value["outline"])
        box = None if value["box"] is None else tuple(value["box"])
        return cls(entries=tuple(value["entries"]), outline=outline, field=value["field"], box=box)

    def to_json(self) -> dict[str, Any]:
        """Return the proposal as JSON-ready values."""
        return {
            "entries": list(self.entries),
            "outline": [list(corner) for corner in self.outline],
            "field": self.field,
            "box": None if self.box is None else list(self.box),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The answer to "is this design registered already?".

    Parameters
    ----------
    verdict : "clear", "review" or "conflict"
        The gravest of the matches'; "clear" where there is none.
    matches : tuple of Match
        One for each entry, closest first.
    query : Fingerprint
    searched_entries : int
        How many active entries were searched.
    profile_id : str
    checked_at : datetime, UTC
    revision : int
        Of the registry, as it was searched.
    query_dates : Dates or None
    earliest : str or None
        Which of all came first, if that is certain: an entry's id, or ``"query"``.
    ignored_marks : tuple of str
        Ids of the marks that this registry ignores and that were found on the query; see ``Registry.marks``.
    proposed_mark : ProposedMark or None
        What coincides among several designs, and may be such a mark.
    too_little : bool
        Whether the picture shows too few drops, lines or ornaments, so that "clear" says nothing.
    """

    verdict: Verdict
    matches: tuple[Match, ...]
    query: Fingerprint = field(repr=False)
    searched_entries: int
    profile_id: str
    checked_at: datetime
    revision: int = 0
    query_dates: Dates | None = None
    earliest: str | None = None
    ignored_marks: tuple[str, ...] = ()
    proposed_mark: ProposedMark | None = None
    too_little: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON-ready values; the query is named, not repeated."""
        return {
            "format": FORMAT,
            "verdict": self.verdict,
            "too_little": self.too_little,
            "query": {
                "fingerprint": str(self.query),
                "sha256": self.query.source_sha256,
                **self.query.compared(),
                "dates": None if self.query_dates is None else self.query_dates.to_json(),
            },
            "came_first": self.earliest,
            "profile": self.profile_id,
            "searched_entries": self.searched_entries,
            "checked_at": iso(self.checked_at),
            "ignored_marks": list(self.ignored_marks),
            "proposed_mark": None if self.proposed_mark is None else self.proposed_mark.to_json(),
            "matches": [match.to_json() for match in self.matches],
        }

    @classmethod
    def from_json(cls, value: Any, query: Fingerprint) -> CheckResult:
        """Read what ``to_json`` made of the check of a photo.

        Parameters
        ----------
        value : mapping
        query : Fingerprint
            Of that photo, under the same profile.

        Raises
        ------
        ParameterError
            If the answer is of another form or another photo.
        """
        same = (value["format"], value["query"]["sha256"]) == (FORMAT, query.source_sha256)
        if not same or value["profile"] != query.profile_id:
            raise ParameterError(N_("the answer is of another photo"), hint=N_("Check the photo again."))
        dates, mark = value["query"]["dates"], value["proposed_mark"]
        return cls(
            verdict=value["verdict"],
            matches=tuple(Match.from_json(match) for match in value["matches"]),
            query=query,
            searched_entries=value["searched_entries"],
            profile_id=value["profile"],
            checked_at=parse_iso(value["checked_at"]),
            query_dates=None if dates is None else Dates.from_json(dates),
            earliest=value["came_first"],
            ignored_marks=tuple(value["ignored_marks"]),
            proposed_mark=None if mark is None else ProposedMark.from_json(mark),
            too_little=value["too_little"],
        )
