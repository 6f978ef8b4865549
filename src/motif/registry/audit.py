"""Hold log, tables and originals against each other, and name what was changed, removed or added.

The log is replayed: what its events do to the tables must be what the tables hold. Its tree must end
where the head says, and pass through every signed checkpoint, also one that was kept elsewhere. Every
original must have the SHA-256 under which it was registered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from motif.errors import MotifError, ParameterError
from motif.registry.checkpoint import Checkpoint, VerifierKey, origin_of
from motif.registry.event import Event
from motif.registry.ids import format_id
from motif.registry.merkle import EMPTY_ROOT, Frontier, leaf_hash
from motif.registry.projection import KEYS, Change, Digest, Row, changes_of
from motif.registry.store import OriginalStore, Reader

Tables = dict[str, dict[tuple[Any, ...], Row]]
_TIMES = frozenset({"registered_at", "withdrawn_at", "added_at"})
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as the log says.

    Parameters
    ----------
    how : "changed", "removed", "added" or "damaged"
    what : str, such as ``"entry M-000001-3"``
    detail : str
        What was expected and what is there.
    """

    how: str
    what: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.how}: {self.what}" + (f" ({self.detail})" if self.detail else "")

    def to_json(self) -> dict[str, str]:
        """Return the finding as JSON-ready values."""
        return {"how": self.how, "what": self.what, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What ``verify`` found.

    Parameters
    ----------
    findings : tuple of Finding
        Empty if the registry is as its log says.
    notes : tuple of str
        What is explained and harmless, such as the file of a registration that was refused.
    events, originals, checkpoints : int
        How many were looked at.
    root : bytes, 32
        Of the log as it is.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    events: int
    originals: int
    checkpoints: int
    root: bytes

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON-ready values."""
        return {
            "format": 1,
            "whole": self.whole,
            "findings": [finding.to_json() for finding in self.findings],
            "notes": list(self.notes),
            "events": self.events,
            "originals": self.originals,
            "checkpoints": self.checkpoints,
            "root": self.root.hex(),
        }


def audit(
    reader: Reader,
    originals: OriginalStore,
    *,
    known: Sequence[str] = (),
    keys: Sequence[VerifierKey] = (),
    unfinished: bool = False,
) -> Audit:
    """Look at everything.

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
    """
    findings: list[Finding] = [Finding(how="damaged", what="database", detail=one) for one in _ailing(reader)]
    log = _Log(reader, _sizes(reader, known), beside={"goal"} if unfinished else set())
    findings += log.findings
    findings += _differences(reader, log.tables)
    signed, count = _check_checkpoints(reader, log, known, keys)
    findings += signed
    looked, lost, notes = _check_originals(originals, log.tables["photos"].values())
    return Audit(
        findings=tuple(dict.fromkeys([*findings, *lost])),
        notes=tuple(notes),
        events=log.frontier.size,
        originals=looked,
        checkpoints=count,
        root=log.frontier.root(),
    )


def _sizes(reader: Reader, known: Sequence[str]) -> set[int]:
    """Return the sizes of the log for which a checkpoint will ask the root."""
    sizes: set[int] = set()
    with suppress(Exception):  # what is wrong with them is found when they are checked
        sizes.update(stored.size for stored in reader.checkpoints())
    for note in known:
        with suppress(ParameterError):
            sizes.add(Checkpoint.from_note(note).size)
    return sizes


class _Log:
    """The log, read once: the rows that follow from it, the roots on the way, and what is wrong."""

    def __init__(self, reader: Reader, wanted: set[int], *, beside: set[str]) -> None:
        self._wanted = wanted
        self.tables: Tables = {table: {} for table in KEYS}
        self.frontier = Frontier(size=0, roots=())
        self.signers: dict[int, str] = {}
        self.findings: list[Finding] = []
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}
        kept = Frontier(size=0, roots=())
        for row in _scan(reader, "events", self.findings):
            self._take(row)
            kept = _appended(kept, row.get("leaf"))
        self._compare_head(reader, kept, beside)

    def _take(self, row: Row) -> None:
        seq, body = row["seq"], row["body"]
        while isinstance(seq, int) and self.frontier.size < seq:
            self._found("removed", self.frontier.size, "it is not in the log")
            self._grow(b"")
        data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(str(body), "utf-8")
        if leaf_hash(data) != row["leaf"]:
            self._found("changed", seq, "its text and its hash do not belong together")
        try:
            event = Event.from_bytes(data)
            if event.seq != seq or seq < self.frontier.size:
                raise ParameterError(f"it says that it is event {event.seq}")
            self._replay(event)
        except (ParameterError, UnicodeError) as error:
            self._found("changed", seq, str(error))
        self._grow(leaf_hash(data))

    def _replay(self, event: Event) -> None:
        for change in changes_of(event):
            _apply(self.tables, change)
        if event.kind == "checkpoint.signed":
            self.signers[event.data["size"]] = str(event.data.get("key"))

    def _grow(self, leaf: bytes) -> None:
        self.frontier = self.frontier.append(leaf.ljust(32, b"\0"))
        if self.frontier.size in self._wanted:
            self.roots[self.frontier.size] = self.frontier.root()

    def _compare_head(self, reader: Reader, kept: Frontier, beside: set[str]) -> None:
        with _caught(self.findings, "the head of the log"):
            extra = sorted(str(row.get("name")) for row in reader.rows("heads"))
            if set(extra) - beside != {"log"}:
                self.findings.append(Finding(how="changed", what="the head of the log", detail=str(extra)))
            head = reader.head()
            for seq in range(self.frontier.size, min(head.size, self.frontier.size + 100)):
                self._found("removed", seq, "the log ends before it")
            for seq in range(head.size, min(self.frontier.size, head.size + 100)):
                self._found("added", seq, "it was not appended by the program")
            if head.size == self.frontier.size and head != self.frontier:
                where = _narrowed(head, self.frontier)
                self.findings.append(Finding(how="changed", what="the log", detail=where))
        if kept != self.frontier and not self.findings:
            self.findings.append(Finding(how="changed", what="the log", detail="hashes of its events"))

    def _found(self, how: str, seq: object, detail: str) -> None:
        self.findings.append(Finding(how=how, what=f"event {seq!s:.20} of the log", detail=detail))


def _appended(frontier: Frontier, leaf: object) -> Frontier:
    whole = leaf if isinstance(leaf, bytes) and len(leaf) == 32 else bytes(32)
    return frontier.append(whole)


def _narrowed(head: Frontier, found: Frontier) -> str:
    """Say in which part of the log the tree differs from what its head says."""
    start, parts = 0, []
    bits = [1 << place for place in reversed(range(head.size.bit_length())) if head.size >> place & 1]
    for width, kept, now in zip(bits, head.roots, found.roots, strict=True):
        if kept != now:
            parts.append(f"{start} to {start + width - 1}")
        start += width
    return f"its hash is not the one that was kept; events {', '.join(parts)}"


def _apply(tables: Tables, change: Change) -> None:
    rows = tables[change.table]
    if change.table == "counters":
        rows[change.key] = {"name": change.key[0], **change.row}
    elif change.op == "put":
        if change.key in rows:
            raise ParameterError(f"it adds {_name(change.table, change.key)} a second time")
        rows[change.key] = dict(change.row)
    elif change.op == "keep":
        rows.setdefault(change.key, dict(change.row))
    elif change.op == "set":
        if change.key not in rows:
            raise ParameterError(f"it changes {_name(change.table, change.key)}, which is not there")
        rows[change.key] |= change.row
    else:
        for key in [key for key in rows if key[: len(change.key)] == change.key]:
            del rows[key]


def _differences(reader: Reader, tables: Tables) -> Iterator[Finding]:
    for table, expected in tables.items():
        seen: set[tuple[Any, ...]] = set()
        trouble: list[Finding] = []
        for row in _scan(reader, table, trouble, expected):
            key = tuple(row[name] for name in KEYS[table])
            seen.add(key)
            if key not in expected:
                yield Finding(how="added", what=_name(table, key), detail="the log does not know it")
                continue
            yield from _compared(_name(table, key), expected[key], row)
        yield from trouble
        if not trouble:
            for key in expected.keys() - seen:
                yield Finding(how="removed", what=_name(table, key), detail="the log tells of it")


def _compared(what: str, expected: Row, row: Row) -> Iterator[Finding]:
    for column, value in expected.items():
        there = _normal(column, row[column], as_digest=isinstance(value, Digest))
        if there != value or type(there) is not type(value):
            detail = f"{column}: the log says {_shown(value)}, there is {_shown(there)}"
            yield Finding(how="changed", what=what, detail=detail)


def _scan(
    reader: Reader, table: str, findings: list[Finding], expected: Iterable[tuple[Any, ...]] = ()
) -> Iterator[Row]:
    """Yield a table's rows; where that fails, row by row what can be read."""
    try:
        rows = reader.rows(table)
        if table == "events":
            rows = iter(sorted(rows, key=lambda row: _order(row["seq"])))
        yield from rows
    except Exception as error:  # a damaged database can fail in any way; all of them are findings
        if isinstance(error, GeneratorExit):
            raise
        findings.append(Finding(how="damaged", what=f"table {table}", detail=f"{error!s:.200}"))
        for key in expected:
            try:
                reader.row(table, key)
            except Exception as trouble:
                detail = f"it cannot be read: {trouble!s:.80}"
                findings.append(Finding(how="damaged", what=_name(table, key), detail=detail))


def _order(seq: object) -> tuple[int, str]:
    return (seq, "") if isinstance(seq, int) else (2**62, str(seq))


def _ailing(reader: Reader) -> list[str]:
    try:
        return reader.ailments()
    except Exception as error:  # as above
        return [f"{error!s:.200}"]


def _check_checkpoints(
    reader: Reader, log: _Log, known: Sequence[str], keys: Sequence[VerifierKey]
) -> tuple[list[Finding], int]:
    findings: list[Finding] = []
    count = 0
    registry_id = str(log.tables["facts"].get(("registry_id",), {}).get("value"))
    with _caught(findings, "the checkpoints"):
        for stored in reader.checkpoints():
            count += 1
            what = f"checkpoint at {stored.size} events"
            with _caught(findings, what):
                signer = VerifierKey.parse(log.signers.get(stored.size, ""))
                trusted = keys or (signer,)
                findings += _check_note(what, str(stored.note), log, registry_id, (*trusted,))
    for note in known:
        count += 1
        with _caught(findings, "a checkpoint that was kept elsewhere"):
            findings += _check_note("the checkpoint kept elsewhere", note, log, registry_id, keys or None)
    return findings, count


def _check_note(
    what: str, note: str, log: _Log, registry_id: str, keys: Sequence[VerifierKey] | None
) -> Iterator[Finding]:
    made = Checkpoint.from_note(note)
    if made.origin != origin_of(registry_id):
        yield Finding(how="changed", what=what, detail=f"it is of {made.origin}")
        return
    signers = keys if keys is not None else [VerifierKey.parse(text) for text in set(log.signers.values())]
    if not any(key.signed(note) for key in signers):
        yield Finding(how="changed", what=what, detail="its signature is not valid")
    if made.size > log.frontier.size:
        detail = f"it knew {made.size} events, the log has {log.frontier.size}"
        yield Finding(how="removed", what="the end of the log", detail=detail)
    elif log.roots.get(made.size) != made.root:
        detail = f"{what} fixed another past; an event before {made.size} was changed"
        yield Finding(how="changed", what="the log", detail=detail)


def _check_originals(originals: OriginalStore, photos: Iterable[Row]) -> tuple[int, list[Finding], list[str]]:
    wanted = {row["sha256"]: row for row in photos}
    findings: list[Finding] = []
    for sha256, row in wanted.items():
        try:
            originals.get(sha256, size_bytes=row["size_bytes"])
        except MotifError as error:
            gone = "is missing" in error.message
            what = f"original {sha256} of {format_id(row['entry_number'])}"
            findings.append(Finding(how="removed" if gone else "changed", what=what, detail=error.message))
    notes: list[str] = []
    for path, explained in originals.strangers(wanted.keys()):
        if explained:
            notes.append(f"{path}: {explained}")
        else:
            findings.append(Finding(how="added", what=f"file {path}", detail="no photo was registered as it"))
    return len(wanted), findings, notes


_NAMES: dict[str, Callable[[tuple[Any, ...]], str]] = {
    "facts": lambda key: f"fact {key[0]!s:.40}",
    "counters": lambda key: f"counter {key[0]!s:.40}",
    "entries": lambda key: f"entry {_id(key[0])}",
    "photos": lambda key: f"photo {key[0]!s:.20}",
    "fingerprints": lambda key: f"fingerprint {key[1]!s:.40} of photo {key[0]!s:.20}",
    "similarities": lambda key: f"likeness {key[1]!s:.20} of entry {_id(key[0])}",
    "records": lambda key: f"record {key[0]!s:.40}, version {key[1]!s:.20}",
    "links": lambda key: f"link {key[1]!s:.40} {key[2]!s:.20} of {key[0]!s:.40}",
    "blobs": lambda key: f"blob {key[0]!s:.64}",
    "checkpoints": lambda key: f"checkpoint at {key[0]!s:.20} events",
}


def _name(table: str, key: tuple[Any, ...]) -> str:
    return _NAMES[table](key)


def _id(number: object) -> str:
    with suppress(ParameterError):
        if isinstance(number, int):
            return format_id(number)
    return f"number {number!s:.20}"


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


class _caught:  # noqa: N801  a context manager, used like a function
    """Turn any trouble inside into a finding: what is damaged must be named, never crash the walk."""

    def __init__(self, findings: list[Finding], what: str) -> None:
        self._findings, self._what = findings, what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self._findings.append(Finding(how="damaged", what=self._what, detail=f"{error!s:.200}"))
        return True
