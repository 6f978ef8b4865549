"""What people decided, and how it counts in later checks.

Of a pair: *confirm* (one design), *reject* (two) or *label* (two that share a label; see ``marks``). Of an
entry, or a part of it: *classic*, nobody's own, which *reject* of the entry alone takes back. The newest
decision counts. Nothing is hidden by it: a match is still reported, with the decision beside it, but not as a
conflict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from motif.errors import EntryNotFoundError, ParameterError
from motif.files import SHA256
from motif.messages import N_
from motif.registry.catalogue import canonical_id, put_record, record_of, records_of
from motif.registry.records.decision import Decision, SavedCheck
from motif.registry.records.entry import Entry
from motif.registry.records.ids import format_id, parse_record_id
from motif.registry.results import Match
from motif.registry.store import Reader, RecordReader, Writer

if TYPE_CHECKING:
    from motif.fingerprint import Fingerprint
    from motif.matching.score import Verdict

_GRAVITY: tuple[Verdict, ...] = ("clear", "review", "conflict")


def decide(
    writer: Writer, sides: tuple[str, ...], verdict: str, *, by: str, reason: str, part: str | None = None
) -> Decision:
    """Record a decision; see ``Registry.decide``.

    Parameters
    ----------
    writer : Writer
    sides : tuple of one or two str
    verdict : "confirm", "reject", "label" or "classic"
    by, reason : str
    part : str, optional

    Returns
    -------
    Decision
        With its id.

    Raises
    ------
    ParameterError, EntryNotFoundError
    """
    if not 1 <= len(sides) <= 2:
        raise ParameterError(
            N_("{count} sides; expected an entry, or the two sides of a match", count=len(sides))
        )
    if len(sides) == 1 and verdict in ("confirm", "label"):
        raise ParameterError(
            N_("{verdict} is said of a pair", verdict=verdict), hint=N_("Name both sides of the match.")
        )
    if part is not None and verdict != "classic":
        raise ParameterError(N_("a part is named only where it is classic"))
    a, b = [*(side_of(writer, side) for side in sides), None][:2]
    if all(SHA256.fullmatch(side) for side in (a, b) if side):
        hint = N_("Name an entry; a photo that is not registered is named by its SHA-256 beside it.")
        raise ParameterError(N_("none of the sides is an entry"), hint=hint)
    return put_record(
        writer,
        Decision(
            a=a,
            b=b,
            human_verdict=verdict,
            part=part,
            reason=reason,
            examiner=by,
            decided_at=datetime.now(UTC),
        ),
    )


def apply_decisions(reader: Reader, query: Fingerprint, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """Add to each match what was decided about it.

    Parameters
    ----------
    reader : Reader
    query : Fingerprint
    matches : tuple of Match
        Of the query.

    Returns
    -------
    tuple of Match
    """
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
    """Return the decision that counts for a query and an entry; None where nobody decided.

    A decision that the entry is classic counts before one on the pair.

    Parameters
    ----------
    reader : RecordReader
    own : set of str
        What decisions call the query: the SHA-256 of its file, and the ids of entries that have it.
    entry : Entry

    Returns
    -------
    Decision or None
    """
    theirs = {entry.id, *(photo.sha256 for photo in entry.photos)}
    on_entry: list[Decision] = []
    on_pair: list[Decision] = []
    about = {each.id: each for name in theirs for each in records_of(reader, Decision, about=name)}
    for decision in about.values():
        if decision.human_verdict == "classic" or decision.b is None:
            on_entry.append(decision)
        elif decision.human_verdict and _is_between(decision, own, theirs):
            on_pair.append(decision)
    newest = _newest(on_entry)
    return newest if newest is not None and newest.human_verdict == "classic" else _newest(on_pair)


def gravest(matches: Iterable[Match]) -> Verdict:
    """Return the gravest verdict of some matches; "clear" of none.

    Parameters
    ----------
    matches : iterable of Match

    Returns
    -------
    "clear", "review" or "conflict"
    """
    return max((match.verdict for match in matches), key=_GRAVITY.index, default="clear")


def _is_between(decision: Decision, own: set[str], theirs: set[str]) -> bool:
    a, b = decision.a, decision.b
    return (a in own and b in theirs) or (b in own and a in theirs)


def _newest(decisions: Iterable[Decision]) -> Decision | None:
    return max(decisions, key=lambda decision: (decision.decided_at, decision.id), default=None)


def side_of(reader: Reader, side: str) -> str:
    """Return an entry's id, or the SHA-256 of a photo that was checked.

    Parameters
    ----------
    reader : Reader
    side : str
        As for ``Registry.decide``.

    Returns
    -------
    str

    Raises
    ------
    EntryNotFoundError
        If it does not exist.
    """
    if SHA256.fullmatch(side):
        return side
    letter, number = parse_record_id(side)
    if letter == "M":
        return reader.entry(number).id
    if letter == "Q":
        check = record_of(reader, canonical_id(side))
        if isinstance(check, SavedCheck) and check.query_sha256:
            return check.query_sha256
    raise EntryNotFoundError(
        N_("{side!r:.60} is neither an entry nor a saved check", side=side), hint=N_("See motif list.")
    )
