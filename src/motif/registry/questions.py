"""Questions to a registry: does a design reuse an entry, what came up since, and what did people decide?"""

from __future__ import annotations

from datetime import UTC, datetime

from motif.errors import IncomparableFingerprintsError, ParameterError
from motif.fingerprint import Fingerprint, fingerprint
from motif.messages import N_
from motif.photo import Photo, PhotoSource
from motif.registry import decisions, timeline, watch
from motif.registry.answers import CheckResult
from motif.registry.comparison import Alert, Check, Comparison
from motif.registry.holdings import Holdings
from motif.registry.text import clean_by, clean_note
from motif.registry.values import LETTERS, format_record_id, parse_record_id


class Questions(Holdings):
    """Answers questions about designs; see ``Registry``, which can more."""

    def check(
        self, photo: Photo | PhotoSource | Fingerprint, *, limit: int = 10, announced: str | None = None
    ) -> CheckResult:
        """Look a design up: which entries may it reuse?

        Parameters
        ----------
        photo : Photo, path, bytes, ndarray or Fingerprint
        limit : int
            Most entries reported.
        announced : str, a day, month or year, optional
            When the design was first announced, as its maker says; the answer tells which came first.

        Returns
        -------
        CheckResult
            One match for each entry, closest first. Withdrawn entries are not among them. What people
            decided before stands beside a match and counts (``decide``).

        Raises
        ------
        PhotoError
            If the photo cannot be used.
        IncomparableFingerprintsError
            If a fingerprint of another profile is given.
        """
        if limit < 1:
            raise ParameterError(N_("limit={limit}; expected 1 or more", limit=limit))
        query = photo if isinstance(photo, Fingerprint) else fingerprint(photo, self.profile)
        if query.profile_id != self.profile.id:
            hint = N_("Compute the fingerprint again with the registry's profile, or give the photo.")
            message = N_(
                "fingerprint of profile {profile_id}; the registry's is {id}",
                profile_id=query.profile_id,
                id=self.profile.id,
            )
            raise IncomparableFingerprintsError(message, hint=hint)
        with self._store.reading() as reader:
            matches = self._lookup.find(reader, query, limit=limit)
            result = CheckResult(
                verdict=decisions.gravest(matches),
                matches=matches,
                query=query,
                searched_entries=reader.count(),
                profile_id=self.profile.id,
                checked_at=datetime.now(UTC),
                revision=reader.revision(),
            )
            return timeline.dated(reader, result, announced=announced)

    def remember(self, result: CheckResult, *, note: str = "") -> Check:
        """Keep a check with its fingerprint, so that every later entry is held against it (``alerts``).

        Parameters
        ----------
        result : CheckResult
            Of this registry.
        note : str, at most 10 000 characters
            For whom, or what for.

        Returns
        -------
        Check
            Also with what was added since it was answered.
        """
        with self._store.writing(by=self.by) as writer:
            fresh = self._lookup.find_among(writer, writer.changes(result.revision).added, result.query)
            return watch.remember(writer, result, fresh, note=clean_note(note))

    def alerts(self, entry_id: str = "", *, closed: bool = False) -> tuple[Alert, ...]:
        """Return what new entries call into question: designs being filed, and remembered checks.

        An alert is closed by a decision on the pair, or when its entry is withdrawn.

        Parameters
        ----------
        entry_id : str, optional
            Only those that this entry, filing or check is part of.
        closed : bool
            Those too that are closed.
        """
        about = "" if not entry_id else format_record_id(*_kind_and_number(entry_id))
        with self._store.reading() as reader:
            return watch.open_alerts(reader, entry=about, closed=closed)

    def decide(self, *sides: str, verdict: str, by: str, reason: str, part: str | None = None) -> Comparison:
        """Keep what a person decided; later checks obey it.

        Parameters
        ----------
        *sides : one or two str
            An entry, or the two sides of a match: entries, the SHA-256 of a photo that was checked, or
            the id of a remembered check.
        verdict : "confirm", "reject" or "classic"
            One design; two designs; or nobody's own, of the entries named. ``reject`` of one entry
            alone says that it is not classic after all.
        by, reason : str
            Who decided, and why.
        part : str, optional
            The part that is classic, a term of the list ``parts``.

        Returns
        -------
        Comparison

        Raises
        ------
        ParameterError, EntryNotFoundError
            If that makes no sense, or a side is not there.
        """
        with self._store.writing(by=clean_by(by)) as writer:
            return decisions.decide(writer, sides, verdict, by=by, reason=reason, part=part)


def _kind_and_number(record_id: str) -> tuple[str, int]:
    letter, number = parse_record_id(record_id)
    return LETTERS[letter], number
