"""Adding an entry looks back: at designs that are being filed, and at checks that were answered before it.

Filings are found through the entries that the new one resembles. Remembered checks are searched the other
way round: the new photo is the query, and what was asked then is what it may resemble.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from motif.errors import MalformedFingerprintError, RegistryCorruptError
from motif.fingerprint import Fingerprint
from motif.matching.candidates import CandidateIndex
from motif.matching.evidence import Found
from motif.matching.search import search
from motif.messages import N_
from motif.profiles import Profile
from motif.registry.catalogue import put_record, records_of
from motif.registry.decisions import decision_on, gravest
from motif.registry.records.decision import Alert, SavedCheck
from motif.registry.records.filing import Filing
from motif.registry.records.ids import format_id, parse_id, parse_record_id
from motif.registry.results import CheckResult, Match
from motif.registry.store import RESTORE_HINT, Reader, RecordReader, Writer

_MOST = 20
"""Most remembered checks that one new photo raises an alert about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack:
    """What a new photo resembles among the remembered checks.

    Parameters
    ----------
    seen : int
        The newest check that was looked at.
    found : tuple of Found
        By the number of the check.
    """

    seen: int
    found: tuple[Found, ...]


class Alerts:
    """The remembered checks of a registry, ready to be searched; safe to use from several threads.

    Parameters
    ----------
    profile : Profile
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._index = CandidateIndex(self._profile)
        self._asked: dict[int, Fingerprint] = {}
        self._checks: dict[int, SavedCheck] = {}
        self._seen = 0

    def search(self, reader: RecordReader, photo: Fingerprint) -> LookedBack:
        """Search the checks of a view; others can write meanwhile, if the view is no writer's."""
        with self._lock:
            self._level(reader)
            found: list[Found] = []
            if self._asked:
                found = search(
                    photo, self._index, lambda keys: {key: self._asked[key] for key in keys}, limit=_MOST
                )
            return LookedBack(seen=self._seen, found=tuple(found))

    def look_back(
        self,
        writer: Writer,
        number: int,
        photo: Fingerprint,
        similar: tuple[Match, ...],
        earlier: LookedBack,
    ) -> list[Alert]:
        """Raise the alerts that follow from a new photo of an entry, in the write that adds it.

        Parameters
        ----------
        writer : Writer
        number : int
            Of the entry.
        photo : Fingerprint
            Of the new photo.
        similar : tuple of Match
            The entries that it resembles.
        earlier : LookedBack
            What was found before this write began; it holds unless a check was remembered since.
        """
        if writer.newest(SavedCheck.KIND) != earlier.seen:
            earlier = self.search(writer, photo)
        entry = format_id(number)
        made = self._of_filings(writer, entry, similar)
        made += [self._of_check(entry, one) for one in earlier.found if self._is_news(one, entry, photo)]
        known = {alert.about for alert in records_of(writer, Alert, about=entry)} if made else set()
        return [put_record(writer, alert) for alert in made if alert.about not in known]

    def _level(self, reader: RecordReader) -> None:
        """Take in the checks that a view has more."""
        newest = reader.newest(SavedCheck.KIND)
        if self._seen >= newest:
            return
        try:
            self._take(reader)
        except BaseException:  # also Ctrl-C: what was taken in by half would never be asked again
            self._forget()
            raise
        self._seen = newest

    def _take(self, reader: RecordReader) -> None:
        fresh = {parse_record_id(str(one.id))[1]: one for one in records_of(reader, SavedCheck)}
        fresh = {number: one for number, one in fresh.items() if number not in self._checks}
        blobs = reader.blobs({str(one.fingerprint_sha256) for one in fresh.values()})
        for number, check in sorted(fresh.items()):
            self._checks[number] = check
            if check.profile == self._profile.id:
                self._asked[number] = _asked(check, blobs)
                self._index.add(number, self._asked[number])

    def _of_filings(self, writer: Writer, entry: str, similar: tuple[Match, ...]) -> list[Alert]:
        if not writer.newest(Filing.KIND):
            return []
        found: dict[str | None, Alert] = {}
        for match in similar:
            for filing in records_of(writer, Filing, about=match.entry.id):
                if filing.pending:
                    alert = _alert(entry, filing.id, match.entry.id, match.verdict, match.score)
                    found.setdefault(filing.id, alert)
        return list(found.values())

    def _is_news(self, found: Found, entry: str, photo: Fingerprint) -> bool:
        """Pass over the very photo that was asked about then, and over what was answered then."""
        check = self._checks[found.key]
        same = check.query_sha256 == photo.source_sha256
        return found.evidence.verdict != "clear" and not same and entry not in (check.matched or ())

    def _of_check(self, entry: str, found: Found) -> Alert:
        check = self._checks[found.key]
        return _alert(entry, check.id, check.query_sha256, found.evidence.verdict, found.evidence.score)


def _asked(check: SavedCheck, blobs: Mapping[str, bytes]) -> Fingerprint:
    try:
        return Fingerprint.from_bytes(blobs[str(check.fingerprint_sha256)])
    except (KeyError, MalformedFingerprintError) as error:
        what = "is missing" if isinstance(error, KeyError) else str(error)
        message = N_("the fingerprint of {whose}: {what}", whose=f"check {check.id}", what=what)
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error


def remember(writer: Writer, result: CheckResult, fresh: tuple[Match, ...], *, note: str) -> SavedCheck:
    """Keep a check and its fingerprint.

    Parameters
    ----------
    writer : Writer
    result : CheckResult
    fresh : tuple of Match
        With what was added since it was answered.
    note : str
    """
    alike = [match for match in (*result.matches, *fresh) if match.verdict != "clear"]
    data = result.query.to_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    announced = None if result.query_dates is None else result.query_dates.first_announced
    check = SavedCheck(
        query_sha256=result.query.source_sha256,
        fingerprint_sha256=sha256,
        profile=result.profile_id,
        verdict=gravest(alike),
        matched=tuple(dict.fromkeys(match.entry.id for match in alike)),
        searched_entries=writer.count(),
        checked_at=result.checked_at,
        announced=announced,
        note=note or None,
    )
    return put_record(writer, check, {sha256: data})


def open_alerts(reader: Reader, *, entry: str = "", closed: bool = False) -> tuple[Alert, ...]:
    """Return the alerts about which nobody decided yet, oldest first; with ``closed`` the others too."""
    found = records_of(reader, Alert, about=entry)
    return found if closed else tuple(alert for alert in found if not is_closed(reader, alert))


def is_closed(reader: Reader, alert: Alert) -> bool:
    """Tell whether a person decided on the pair that an alert names, or its entry was withdrawn."""
    entry = reader.entry(parse_id(str(alert.entry)))
    other = str(alert.other)
    own = {other}
    if len(other) != 64:
        own |= {photo.sha256 for photo in reader.entry(parse_id(other)).photos}
    return entry.withdrawn or decision_on(reader, own, entry) is not None


def _alert(entry: str, about: str | None, other: str | None, verdict: str, score: float) -> Alert:
    return Alert(
        entry=entry,
        about=about,
        other=other,
        verdict=verdict,
        score=round(min(max(score, 0.0), 1.0), 6),
        raised_at=datetime.now(UTC),
    )
