"""May this photo enter? The search and the insertion as one step, however many processes ask at once."""

from __future__ import annotations

from collections.abc import Callable

from motif.errors import DuplicateMotifError
from motif.fingerprint import Fingerprint
from motif.messages import N_
from motif.registry.answers import Match
from motif.registry.decisions import steer
from motif.registry.ids import format_id, parse_id
from motif.registry.intake import Draft
from motif.registry.lookup import Lookup
from motif.registry.records import Entry
from motif.registry.store import OriginalStore, Reader, Store, Writer

_SIMILAR_MAX = 10
"""Most entries that are looked at, and remembered as similar, when a photo is admitted."""

_FEW = 32
"""Most photos added by others meanwhile that are searched apart from the rest."""

_ROUNDS = 5


class Admission:
    """Admits photos into a store.

    Parameters
    ----------
    store : Store
    originals : OriginalStore
    lookup : Lookup
    by : str
        Who admits, for the log.
    """

    def __init__(self, store: Store, originals: OriginalStore, lookup: Lookup, *, by: str = "") -> None:
        self._by = by
        self._store = store
        self._originals = originals
        self._lookup = lookup

    def admit(
        self,
        made: Draft,
        data: bytes,
        insert: Callable[[Writer, tuple[Match, ...]], int],
        *,
        allow_duplicate: bool,
        own: int = 0,
    ) -> Entry:
        """Check a photo against all that stands, and insert it; one atomic step.

        The search runs while others write, and so does the search of what they added meanwhile; what is
        left to search while they wait is next to nothing. The original is durable before a record names it.

        Parameters
        ----------
        made : Draft
        data : bytes
            Its file.
        insert : callable
            Called as the one writer, with the matches worth remembering; returns the entry's number.
        allow_duplicate : bool
            Admit the photo also where it conflicts.
        own : int
            Number of the entry that gets the photo, which it may well resemble; 0 for a new one.

        Raises
        ------
        DuplicateMotifError
            If the photo conflicts with another entry that stands.
        """
        for rounds_left in reversed(range(_ROUNDS)):
            found, revision = self._look(made.fingerprint)
            _speaks_against(found, own=own, allow_duplicate=allow_duplicate)
            self._originals.put(made.sha256, data)
            self._store.prepare(made.fingerprint.to_bytes())
            found, revision = self._catch_up(made.fingerprint, found, revision)
            with self._store.writing(by=self._by) as writer:
                if not allow_duplicate:
                    refuse_file(writer, made.sha256, own=own)
                fresh = self._look_again(writer, made.fingerprint, revision, rounds_left=rounds_left)
                if fresh is None:
                    continue
                if writer.revision() != revision:
                    found = _as_of(writer, made.fingerprint, found, fresh)
                similar = _speaks_against(found, own=own, allow_duplicate=allow_duplicate)
                return writer.entry(insert(writer, similar))
        raise AssertionError("the last round returns")

    def _look(self, query: Fingerprint) -> tuple[tuple[Match, ...], int]:
        """Search all, and what was added during the search; say up to which revision."""
        with self._store.reading() as reader:
            revision = reader.revision()
            found = self._lookup.find(reader, query, limit=_SIMILAR_MAX)
        return self._catch_up(query, found, revision)

    def _catch_up(
        self, query: Fingerprint, found: tuple[Match, ...], revision: int
    ) -> tuple[tuple[Match, ...], int]:
        """Search what was added since a revision, while others write, until that is nothing."""
        for _ in range(_ROUNDS):
            with self._store.reading() as reader:
                if reader.revision() == revision:
                    break
                fresh = self._look_again(reader, query, revision, rounds_left=1)
                revision = reader.revision()
                if fresh is None:
                    found = self._lookup.find(reader, query, limit=_SIMILAR_MAX)
                else:
                    found = _as_of(reader, query, found, fresh)
        return found, revision

    def _look_again(
        self, reader: Reader, query: Fingerprint, since: int, *, rounds_left: int
    ) -> tuple[Match, ...] | None:
        """Search what was added since a revision; None if that is better done by searching all.

        Among few photos everything looks distinctive, so a likeness is judged among all, if there is time.
        """
        added = reader.changes(since).added
        if len(added) > _FEW and rounds_left:
            return None
        fresh = self._lookup.find_among(reader, added, query)
        return None if rounds_left and any(match.verdict != "clear" for match in fresh) else fresh


def refuse_file(reader: Reader, sha256: str, *, own: int = 0) -> None:
    """Raise if another entry that stands has this very file."""
    keys = [holder.key for holder in reader.holders(sha256) if holder.number != own]
    for holder in reader.standing(keys).values():
        raise _duplicate(reader.entry(holder.number), 1.0, same_file=True)


def _speaks_against(matches: tuple[Match, ...], *, own: int, allow_duplicate: bool) -> tuple[Match, ...]:
    """Return the matches with other entries that are worth remembering; raise if one forbids registering."""
    others = tuple(
        match for match in matches if match.verdict != "clear" and match.entry.id != (own and format_id(own))
    )
    for match in others:
        if match.verdict == "conflict" and not allow_duplicate:
            raise _duplicate(match.entry, match.score, same_file=match.evidence.basis == "file")
    return others[:_SIMILAR_MAX]


def _duplicate(entry: Entry, score: float, *, same_file: bool) -> DuplicateMotifError:
    hint = N_(
        "If it is the same design, add the photo to {id} (add_photo). If a person has looked and it is "
        "another, register it with --allow-duplicate (allow_duplicate=True).",
        id=entry.id,
    )
    facts = {"id": entry.id, "title": entry.title, "score": score}
    if same_file:
        message = N_("photo is the very file of {id} {title!r} (score {score:.2f})", **facts)
    else:
        message = N_("photo shows the design of {id} {title!r} (score {score:.2f})", **facts)
    return DuplicateMotifError(message, entry_id=entry.id, title=entry.title, score=score, hint=hint)


def _as_of(
    reader: Reader, query: Fingerprint, found: tuple[Match, ...], fresh: tuple[Match, ...]
) -> tuple[Match, ...]:
    """Bring matches of an earlier view up to this one: what was withdrawn, decided and added since."""
    standing = (match for match in found if not reader.entry(parse_id(match.entry.id)).withdrawn)
    return _merged(steer(reader, query, tuple(standing)), fresh)


def _merged(some: tuple[Match, ...], more: tuple[Match, ...]) -> tuple[Match, ...]:
    """Keep one match for each entry, closest first."""
    best: dict[str, Match] = {}
    for match in sorted((*some, *more), key=lambda one: (-one.score, one.entry.id)):
        best.setdefault(match.entry.id, match)
    return tuple(best.values())
