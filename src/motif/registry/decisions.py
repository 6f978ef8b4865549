"""What people decided, and how it counts in later checks.

Of a pair: *confirm* (one design) or *reject* (two). Of an entry, or a part of it: *classic*, nobody's own,
which *reject* of the entry alone takes back. The newest decision counts. Nothing is hidden by it: a match
is still reported, with the decision beside it, but not as a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from motif.errors import EntryNotFoundError, ParameterError
from motif.files import SHA256
from motif.messages import N_
from motif.registry.catalogue import put_record, record_of, records_of
from motif.registry.records.decision import Decision, SavedCheck
from motif.registry.records.entry import Entry
from motif.registry.records.ids import LETTERS, format_id, format_record_id, parse_id, parse_record_id
from motif.registry.results import Match
from motif.registry.store import Reader, RecordReader, Writer

if TYPE_CHECKING:
    from motif.fingerprint import Fingerprint
    from motif.matching.score import Verdict

_GRAVITY: tuple[Verdict, ...] = ("clear", "review", "conflict")


def decide(
    writer: Writer, sides: tuple[str, ...], verdict: str, *, by: str, reason: str, part: str | None = None
) -> Decision:
    """Keep a decision; see ``Registry.decide``."""
    if not 1 <= len(sides) <= 2:
        raise ParameterError(
            N_("{count} sides; expected an entry, or the two sides of a match", count=len(sides))
        )
    if len(sides) == 1 and verdict == "confirm":
        raise ParameterError(N_("confirm is said of a pair"), hint=N_("Name both sides of the match."))
    if part is not None and verdict != "classic":
        raise ParameterError(N_("a part is named only where it is classic"))
    named = [_side(writer, side) for side in sides]
    if all(SHA256.fullmatch(side) for side in named):
        hint = N_("Name an entry; a photo that is not registered is named by its SHA-256 beside it.")
        raise ParameterError(N_("none of the sides is an entry"), hint=hint)
    return put_record(
        writer,
        Decision(
            a=named[0],
            b=named[1] if len(named) == 2 else None,
            human_verdict=verdict,
            part=part,
            reason=reason,
            examiner=by,
            decided_at=datetime.now(UTC),
        ),
    )


def apply_decisions(reader: Reader, query: Fingerprint, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """Put beside each match what was decided about it."""
    if not matches or not reader.newest(Decision.KIND):  # nobody decided anything yet
        return matches
    references = reader.photo_references(query.source_sha256)
    own = {query.source_sha256, *(format_id(reference.number) for reference in references)}
    return tuple(
        match
        if match.evidence.verdict == "clear"
        else replace(match, decision=decision_on(reader, own, match.entry))
        for match in matches
    )


def decision_on(reader: RecordReader, own: set[str], entry: Entry) -> Decision | None:
    """Return the decision that counts for a query with these names, and an entry.

    That an entry is classic counts before what was said of a pair.
    """
    theirs = {entry.id, *(photo.sha256 for photo in entry.photos)}
    pair: list[Decision] = []
    alone: list[Decision] = []
    for made in _about(reader, theirs):
        if made.human_verdict == "classic" or made.b is None:
            alone.append(made)
        elif made.human_verdict and _between(made, own, theirs):
            pair.append(made)
    classic = _newest(one for one in alone if one.human_verdict in ("classic", "reject"))
    if classic is not None and classic.human_verdict == "classic":
        return classic
    return _newest(pair)


def gravest(matches: Iterable[Match]) -> Verdict:
    """Return the gravest verdict of some matches; "clear" of none."""
    return max((match.verdict for match in matches), key=_GRAVITY.index, default="clear")


def _between(made: Decision, own: set[str], theirs: set[str]) -> bool:
    return (made.a in own and made.b in theirs) or (made.b in own and made.a in theirs)


def _about(reader: RecordReader, names: Iterable[str]) -> list[Decision]:
    found = {one.id: one for name in names for one in records_of(reader, Decision, about=name)}
    return list(found.values())


def _newest(made: Iterable[Decision]) -> Decision | None:
    return max(made, key=lambda one: (one.decided_at, one.id), default=None)


def _side(reader: Reader, side: str) -> str:
    """Return an entry's id, or the SHA-256 of a photo that was checked."""
    if SHA256.fullmatch(side):
        return side
    letter, number = parse_record_id(side)
    if letter == "M":
        return reader.entry(parse_id(side)).id
    if letter == "Q":
        check = record_of(reader, format_record_id(LETTERS[letter], number))
        if isinstance(check, SavedCheck) and check.query_sha256:
            return check.query_sha256
    raise EntryNotFoundError(
        N_("{side!r:.60} is no entry and no remembered check", side=side), hint=N_("See motif list.")
    )
