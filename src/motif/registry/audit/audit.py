"""Compares log, tables and originals with each other, and names what was changed, removed or added.

The log is replayed: what its events do to the tables must be what the tables hold. Its tree must end
where the head says, and pass through every signed checkpoint, also one that was kept elsewhere. Every
original must have the SHA-256 under which it was registered.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from motif.errors import OriginalMissingError, ParameterError, RegistryCorruptError
from motif.messages import N_
from motif.registry.audit.findings import Audit, Finding, damage_noted, name_of, scan
from motif.registry.audit.replay import ReplayedLog, Tables
from motif.registry.ledger.checkpoint import Checkpoint, VerifierKey, origin_of
from motif.registry.records.ids import format_id
from motif.registry.storage.failures import is_damage
from motif.registry.storage.projection import KEYS, Digest, Row
from motif.registry.store import LogReader, OriginalStore, Reader, TableReader

_TIMES = frozenset({"registered_at", "withdrawn_at", "added_at"})
_PHOTOS_INDEXED_AGAIN = 500
"""Most photos whose visual words are computed again, chosen at random each time."""


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
        Whether it is a copy that is marked as unfinished.

    Returns
    -------
    Audit
        With each finding once.
    """
    findings: list[Finding] = [
        Finding(how="damaged", what=N_("the database"), detail=problem)
        for problem in _engine_problems(reader)
    ]
    log = ReplayedLog(reader, _sizes(reader, known), beside={"goal"} if unfinished else set())
    findings += log.findings
    findings += _differences(reader, log.tables)
    checkpoints = _check_checkpoints(reader, log, known, keys, findings)
    _check_index(reader, findings, most=0 if unfinished else _PHOTOS_INDEXED_AGAIN)
    notes = [*log.notes]
    expected = {row["sha256"]: row for row in log.tables["photos"].values()}
    _check_originals(originals, expected, findings, notes)
    return Audit(
        findings=tuple(dict.fromkeys(findings)),
        notes=tuple(notes),
        events=log.frontier.size,
        originals=len(expected),
        checkpoints=checkpoints,
        root=log.frontier.root(),
    )


def _sizes(reader: LogReader, known: Sequence[str]) -> set[int]:
    """Return the sizes of the log for which a checkpoint will ask the root."""
    sizes: set[int] = set()
    with suppress(Exception):  # the check of the checkpoints names what is wrong with them
        sizes.update(stored.size for stored in reader.checkpoints())
    for note in known:
        with suppress(ParameterError):
            sizes.add(Checkpoint.from_note(note).size)
    return sizes


def _differences(reader: TableReader, tables: Tables) -> Iterator[Finding]:
    for table, expected in tables.items():
        seen: set[tuple[Any, ...]] = set()
        damage: list[Finding] = []
        for row in scan(reader, table, damage, expected):
            key = tuple(row[name] for name in KEYS[table])
            seen.add(key)
            if key not in expected:
                yield Finding(how="added", what=name_of(table, key), detail=N_("it is not in the log"))
            else:
                yield from _compared(name_of(table, key), expected[key], row)
        yield from damage
        if not damage:
            for key in expected.keys() - seen:
                yield Finding(how="removed", what=name_of(table, key), detail=N_("it is in the log"))


def _compared(what: str, expected: Row, row: Row) -> Iterator[Finding]:
    for column, value in expected.items():
        stored = _normal(column, row[column], as_digest=isinstance(value, Digest))
        if stored != value or type(stored) is not type(value):
            texts = {"said": _shown(value), "there": _shown(stored)}
            detail = N_("{column}: the log says {said}, the table holds {there}", column=column, **texts)
            yield Finding(how="changed", what=what, detail=detail)


def _engine_problems(reader: TableReader) -> list[str]:
    try:
        return reader.problems()
    except Exception as error:
        if not is_damage(error):
            raise
        return [f"{error!s:.200}"]


def _check_index(reader: TableReader, findings: list[Finding], *, most: int) -> None:
    """Check what the engine keeps for its search; closely for some photos, chosen at random."""
    what = N_("what the server searches")
    with damage_noted(findings, what):
        row = reader.row("counters", ("photo",))
        count = 0 if row is None else int(row["value"])
        chosen = set(random.SystemRandom().sample(range(1, count + 1), min(most, count)))
        problems = reader.index_problems(chosen.__contains__)
        findings += (Finding(how="changed", what=what, detail=problem) for problem in problems)


def _check_checkpoints(
    reader: LogReader,
    log: ReplayedLog,
    known: Sequence[str],
    keys: Sequence[VerifierKey],
    findings: list[Finding],
) -> int:
    """Check the checkpoints of the log and those kept elsewhere; return how many there are."""
    count = len(known)
    origin = origin_of(str(log.tables["facts"].get(("registry_id",), {}).get("value")))
    with damage_noted(findings, N_("the checkpoints")):
        for stored in reader.checkpoints():
            count += 1
            what = N_("checkpoint at {size!s:.20} events", size=stored.size)
            with damage_noted(findings, what):
                signer = VerifierKey.parse(log.signers.get(stored.size, ""))
                findings += _check_note(what, str(stored.note), log, origin, keys or [signer])
    for note in known:
        what = N_("the checkpoint kept elsewhere")
        with damage_noted(findings, what):
            signers = keys or [VerifierKey.parse(text) for text in set(log.signers.values())]
            findings += _check_note(what, note, log, origin, signers)
    return count


def _check_note(
    what: str, note: str, log: ReplayedLog, origin: str, signers: Sequence[VerifierKey]
) -> Iterator[Finding]:
    checkpoint = Checkpoint.from_note(note)
    size = checkpoint.size
    if checkpoint.origin != origin:
        yield Finding(how="changed", what=what, detail=N_("it is of {origin}", origin=checkpoint.origin))
        return
    if not any(key.signed(note) for key in signers):
        yield Finding(how="changed", what=what, detail=N_("its signature is not valid"))
    if size > log.frontier.size:
        detail = N_("it covers {known} events, the log has {there}", known=size, there=log.frontier.size)
        yield Finding(how="removed", what=N_("the end of the log"), detail=detail)
    elif log.roots.get(size) != checkpoint.root:
        detail = N_("the log no longer fits {what}; an event before {size} was changed", what=what, size=size)
        yield Finding(how="changed", what=N_("the log"), detail=detail)


def _check_originals(
    originals: OriginalStore, expected: Mapping[str, Row], findings: list[Finding], notes: list[str]
) -> None:
    for sha256, row in expected.items():
        try:
            originals.get(sha256, size_bytes=row["size_bytes"])
        except RegistryCorruptError as error:
            how = "removed" if isinstance(error, OriginalMissingError) else "changed"
            what = N_("original {sha256} of {id}", sha256=sha256, id=format_id(row["entry_number"]))
            findings.append(Finding(how=how, what=what, detail=error.message))
    for path, explanation in originals.unregistered_files(expected.keys()):
        if explanation:
            notes.append(N_("{where}: {what}", where=path, what=explanation))
        else:
            detail = N_("no photo was registered as it")
            findings.append(Finding(how="added", what=N_("file {path}", path=path), detail=detail))


def _normal(column: str, value: Any, *, as_digest: bool) -> Any:
    """Convert what an engine returns to the form of the log's rows."""
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
        time = datetime.strptime(value, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
        return time if f"{time:%Y-%m-%d %H:%M:%S.%f}" == value else value
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _shown(value: object) -> str:
    if isinstance(value, Digest):
        return f"SHA-256 {value.sha256[:16]}…"
    return f"{value!r:.60}"
