"""Hold log, tables and originals against each other, and name what was changed, removed or added.

The log is replayed: what its events do to the tables must be what the tables hold. Its tree must end
where the head says, and pass through every signed checkpoint, also one that was kept elsewhere. Every
original must have the SHA-256 under which it was registered.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from motif.errors import MotifError, ParameterError
from motif.messages import N_
from motif.registry.audit.findings import Audit, Finding, caught, name_of, scan
from motif.registry.audit.replay import ReplayedLog, Tables
from motif.registry.ledger.checkpoint import Checkpoint, VerifierKey, origin_of
from motif.registry.records.ids import format_id
from motif.registry.storage.projection import KEYS, Digest, Row
from motif.registry.store import LogReader, OriginalStore, Reader, TableReader

_TIMES = frozenset({"registered_at", "withdrawn_at", "added_at"})
_SHOWN = 60
_WORDS_FOUND_AGAIN = 500
"""Most photos whose words are found again, chosen by chance each time."""


def audit(
    reader: Reader,
    originals: OriginalStore,
    *,
    known: Sequence[str] = (),
    keys: Sequence[VerifierKey] = (),
    unfinished: bool = False,
) -> Audit:
    """Compare log, tables, checkpoints and originals with each other.

    Parameters
    ----------
    reader : Reader
    originals : OriginalStore
    known : sequence of str
        Signed checkpoints that were kept elsewhere: the log must pass through them.
    keys : sequence of VerifierKey
        If given, checkpoints must be signed by one of them.
    unfinished : bool
        It is a copy that is marked as unfinished.

    Returns
    -------
    Audit
        What was found, each finding once, and what was looked at.
    """
    findings: list[Finding] = [
        Finding(how="damaged", what=N_("the database"), detail=problem)
        for problem in _engine_problems(reader)
    ]
    log = ReplayedLog(reader, _sizes(reader, known), beside={"goal"} if unfinished else set())
    findings += log.findings
    findings += _differences(reader, log.tables)
    signed, count = _check_checkpoints(reader, log, known, keys)
    findings += signed
    findings += _index_findings(reader, most=0 if unfinished else _WORDS_FOUND_AGAIN)
    looked, lost, notes = _check_originals(originals, log.tables["photos"].values())
    return Audit(
        findings=tuple(dict.fromkeys([*findings, *lost])),
        notes=(*log.notes, *notes),
        events=log.frontier.size,
        originals=looked,
        checkpoints=count,
        root=log.frontier.root(),
    )


def _sizes(reader: LogReader, known: Sequence[str]) -> set[int]:
    """Return the sizes of the log for which a checkpoint will ask the root."""
    sizes: set[int] = set()
    with suppress(Exception):  # what is wrong with them is found when they are checked
        sizes.update(stored.size for stored in reader.checkpoints())
    for note in known:
        with suppress(ParameterError):
            sizes.add(Checkpoint.from_note(note).size)
    return sizes


def _differences(reader: TableReader, tables: Tables) -> Iterator[Finding]:
    for table, expected in tables.items():
        seen: set[tuple[Any, ...]] = set()
        trouble: list[Finding] = []
        for row in scan(reader, table, trouble, expected):
            key = tuple(row[name] for name in KEYS[table])
            seen.add(key)
            if key not in expected:
                yield Finding(how="added", what=name_of(table, key), detail=N_("the log does not know it"))
                continue
            yield from _compared(name_of(table, key), expected[key], row)
        yield from trouble
        if not trouble:
            for key in expected.keys() - seen:
                yield Finding(how="removed", what=name_of(table, key), detail=N_("the log tells of it"))


def _compared(what: str, expected: Row, row: Row) -> Iterator[Finding]:
    for column, value in expected.items():
        there = _normal(column, row[column], as_digest=isinstance(value, Digest))
        if there != value or type(there) is not type(value):
            detail = N_(
                "{column}: the log says {said}, there is {there}",
                column=column,
                said=_shown(value),
                there=_shown(there),
            )
            yield Finding(how="changed", what=what, detail=detail)


def _engine_problems(reader: TableReader) -> list[str]:
    try:
        return reader.problems()
    except Exception as error:  # as above
        return [f"{error!s:.200}"]


def _index_findings(reader: TableReader, *, most: int) -> list[Finding]:
    """Look at what the engine keeps for its search; some photos, by chance, closely."""
    findings: list[Finding] = []
    with caught(findings, N_("what the server searches")):
        row = reader.row("counters", ("photo",))
        count = 0 if row is None else int(row["value"])
        chosen = set(random.SystemRandom().sample(range(1, count + 1), min(most, count)))
        problems = reader.index_problems(chosen.__contains__)
        findings.extend(
            Finding(how="changed", what=N_("what the server searches"), detail=problem)
            for problem in problems
        )
    return findings


def _check_checkpoints(
    reader: LogReader, log: ReplayedLog, known: Sequence[str], keys: Sequence[VerifierKey]
) -> tuple[list[Finding], int]:
    findings: list[Finding] = []
    count = 0
    registry_id = str(log.tables["facts"].get(("registry_id",), {}).get("value"))
    with caught(findings, N_("the checkpoints")):
        for stored in reader.checkpoints():
            count += 1
            what = N_("checkpoint at {size!s:.20} events", size=stored.size)
            with caught(findings, what):
                signer = VerifierKey.parse(log.signers.get(stored.size, ""))
                trusted = keys or (signer,)
                findings += _check_note(what, str(stored.note), log, registry_id, (*trusted,))
    for note in known:
        count += 1
        with caught(findings, N_("the checkpoint kept elsewhere")):
            findings += _check_note(N_("the checkpoint kept elsewhere"), note, log, registry_id, keys or None)
    return findings, count


def _check_note(
    what: str, note: str, log: ReplayedLog, registry_id: str, keys: Sequence[VerifierKey] | None
) -> Iterator[Finding]:
    made = Checkpoint.from_note(note)
    if made.origin != origin_of(registry_id):
        yield Finding(how="changed", what=what, detail=N_("it is of {origin}", origin=made.origin))
        return
    signers = keys if keys is not None else [VerifierKey.parse(text) for text in set(log.signers.values())]
    if not any(key.signed(note) for key in signers):
        yield Finding(how="changed", what=what, detail=N_("its signature is not valid"))
    if made.size > log.frontier.size:
        detail = N_("it knew {known} events, the log has {there}", known=made.size, there=log.frontier.size)
        yield Finding(how="removed", what=N_("the end of the log"), detail=detail)
    elif log.roots.get(made.size) != made.root:
        detail = N_(
            "{what} fixed another past; an event before {size} was changed", what=what, size=made.size
        )
        yield Finding(how="changed", what=N_("the log"), detail=detail)


def _check_originals(originals: OriginalStore, photos: Iterable[Row]) -> tuple[int, list[Finding], list[str]]:
    wanted = {row["sha256"]: row for row in photos}
    findings: list[Finding] = []
    for sha256, row in wanted.items():
        try:
            originals.get(sha256, size_bytes=row["size_bytes"])
        except MotifError as error:
            gone = "is missing" in error.message
            what = N_("original {sha256} of {id}", sha256=sha256, id=format_id(row["entry_number"]))
            findings.append(Finding(how="removed" if gone else "changed", what=what, detail=error.message))
    notes: list[str] = []
    for path, explained in originals.strangers(wanted.keys()):
        if explained:
            notes.append(N_("{where}: {what}", where=path, what=explained))
        else:
            findings.append(
                Finding(
                    how="added", what=N_("file {path}", path=path), detail=N_("no photo was registered as it")
                )
            )
    return len(wanted), findings, notes


def _normal(column: str, value: Any, *, as_digest: bool) -> Any:
    """Bring what an engine returns to what the log's rows hold."""
    if as_digest and isinstance(value, bytes | str | memoryview):
        if value == "":
            return value
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else bytes(value)
        return Digest(hashlib.sha256(data).hexdigest())
    if column in _TIMES and isinstance(value, str | datetime):
        with suppress(ValueError):
            return _time(value)
    return value


def _time(value: str | datetime) -> Any:
    if isinstance(value, str):
        made = datetime.strptime(value, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
        return made if f"{made:%Y-%m-%d %H:%M:%S.%f}" == value else value
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _shown(value: object) -> str:
    if isinstance(value, Digest):
        return f"SHA-256 {value.sha256[:16]}…"
    return f"{value!r:.{_SHOWN}}"
