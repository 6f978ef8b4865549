"""Replays the log of a registry: what the tables should hold, and what is wrong with the log itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from motif.errors import ParameterError
from motif.messages import N_, message_of
from motif.registry.audit.findings import Finding, damage_noted, name_of, scan
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from motif.registry.storage.projection import KEYS, Change, Row, changes_of
from motif.registry.store import Reader
from motif.times import iso

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far apart the clocks of several machines may be."""

_NOTES_MAX = 10
"""Most notes that a clock was set back."""

Tables = dict[str, dict[tuple[Any, ...], Row]]


class ReplayedLog:
    """The log, read once: the rows that follow from it, the roots on the way, and findings.

    Parameters
    ----------
    reader : Reader
    wanted : set of int
        Sizes of the log at which its root is noted.
    beside : set of str
        Heads that there may be beside that of the log.
    """

    def __init__(self, reader: Reader, wanted: set[int], *, beside: set[str]) -> None:
        self._wanted = wanted
        self.tables: Tables = {table: {} for table in KEYS}
        self.frontier = Frontier(size=0, roots=())
        self.signers: dict[int, str] = {}
        self.findings: list[Finding] = []
        self.notes: list[str] = []
        self._latest: datetime | None = None
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}
        stored = Frontier(size=0, roots=())
        for row in scan(reader, "events", self.findings):
            self._take(row)
            leaf = row.get("leaf")
            stored = stored.append(leaf if isinstance(leaf, bytes) and len(leaf) == 32 else bytes(32))
        self._compare_head(reader, stored, beside)

    def _take(self, row: Row) -> None:
        seq, body = row["seq"], row["body"]
        while isinstance(seq, int) and self.frontier.size < seq:
            self._report("removed", self.frontier.size, N_("it is not in the log"))
            self._grow(b"")
        data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(str(body), "utf-8")
        if leaf_hash(data) != row["leaf"]:
            self._report("changed", seq, N_("its text and its hash do not belong together"))
        try:
            event = Event.from_bytes(data)
            if event.seq != seq or seq < self.frontier.size:
                raise ParameterError(N_("it says that it is event {seq}", seq=event.seq))
            self._replay(event)
        except (ParameterError, UnicodeError) as error:
            self._report("changed", seq, message_of(error))
        self._grow(leaf_hash(data))

    def _replay(self, event: Event) -> None:
        is_back = self._latest is not None and event.at < self._latest - CLOCKS_DIFFER
        if is_back and len(self.notes) < _NOTES_MAX:
            note = N_(
                "event {seq} is dated {when}, before the one before it: a clock was set back",
                seq=event.seq,
                when=iso(event.at),
            )
            self.notes.append(note)
        self._latest = event.at
        for change in changes_of(event):
            _apply(self.tables, change)
        if event.kind == "rollback.accepted":
            self.notes.append(_accepted(event))
        if event.kind == "checkpoint.signed":
            self.signers[event.data["size"]] = str(event.data.get("key"))

    def _grow(self, leaf: bytes) -> None:
        self.frontier = self.frontier.append(leaf.ljust(32, b"\0"))
        if self.frontier.size in self._wanted:
            self.roots[self.frontier.size] = self.frontier.root()

    def _compare_head(self, reader: Reader, stored: Frontier, beside: set[str]) -> None:
        what = N_("the head of the log")
        with damage_noted(self.findings, what):
            names = sorted(str(row.get("name")) for row in reader.rows("heads"))
            if set(names) - beside != {"log"}:
                self.findings.append(Finding(how="changed", what=what, detail=str(names)))
            head = reader.head()
            for seq in range(self.frontier.size, min(head.size, self.frontier.size + 100)):
                self._report("removed", seq, N_("the log ends before it"))
            for seq in range(head.size, min(self.frontier.size, head.size + 100)):
                self._report("added", seq, N_("it was not appended by the program"))
            if head.size == self.frontier.size and head != self.frontier:
                places = _different_parts(head, self.frontier)
                self.findings.append(Finding(how="changed", what=N_("the log"), detail=places))
        if stored != self.frontier and not self.findings:
            detail = N_("hashes of its events")
            self.findings.append(Finding(how="changed", what=N_("the log"), detail=detail))

    def _report(self, how: str, seq: object, detail: str) -> None:
        what = N_("event {seq!s:.20} of the log", seq=seq)
        self.findings.append(Finding(how=how, what=what, detail=detail))


def _accepted(event: Event) -> str:
    return N_(
        "event {seq}: a rollback was accepted ({reason!s:.200}); {file!s:.40} knew {known!s:.20} events, the "
        "log had {there!s:.20}",
        seq=event.seq,
        reason=event.data.get("reason"),
        file=event.data.get("known_by"),
        known=event.data.get("known_size"),
        there=event.data.get("size"),
    )


def _different_parts(head: Frontier, replayed: Frontier) -> str:
    """Say in which parts of the log the tree differs from what its head says."""
    widths = [1 << bit for bit in reversed(range(head.size.bit_length())) if head.size >> bit & 1]
    ends = accumulate(widths)
    parts = [
        f"{end - width} to {end - 1}"
        for width, end, stored, root in zip(widths, ends, head.roots, replayed.roots, strict=True)
        if stored != root
    ]
    return N_("its hash is not the one that was kept; events {places}", places=", ".join(parts))


def _apply(tables: Tables, change: Change) -> None:
    rows = tables[change.table]
    if change.table == "counters":
        rows[change.key] = {"name": change.key[0], **change.row}
    elif change.op == "put":
        if change.key in rows:
            raise ParameterError(N_("it adds {what} a second time", what=name_of(change.table, change.key)))
        rows[change.key] = dict(change.row)
    elif change.op == "keep":
        rows.setdefault(change.key, dict(change.row))
    elif change.op == "set":
        if change.key not in rows:
            what = name_of(change.table, change.key)
            raise ParameterError(N_("it changes {what}, which is not there", what=what))
        rows[change.key] |= change.row
    else:
        for key in [key for key in rows if key[: len(change.key)] == change.key]:
            del rows[key]
