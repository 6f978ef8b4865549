"""The ledger: every change of a registry, and proofs of them for people who cannot see the registry."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from motif.errors import (
    EntryNotFoundError,
    ParameterError,
    RegistryCorruptError,
    RegistryError,
    RegistryRollbackError,
)
from motif.files import default_key_path
from motif.messages import N_
from motif.registry.audit import timestamp
from motif.registry.audit.audit import audit
from motif.registry.audit.findings import Audit, Finding, damage_noted
from motif.registry.audit.replay import CLOCKS_DIFFER
from motif.registry.audit.timestamp import Timestamp
from motif.registry.catalogue import required_reason
from motif.registry.ledger.checkpoint import Checkpoint, SigningKey, VerifierKey, origin_of
from motif.registry.ledger.event import Event, subjects
from motif.registry.ledger.merkle import EMPTY_ROOT, Frontier, consistency_path, inclusion_paths
from motif.registry.records.ids import format_id, parse_id
from motif.registry.records.text import clean_by
from motif.registry.storage.known_log import ROLLBACK_HINT, contradiction, read_end, write_end
from motif.registry.storage.opening import open_place
from motif.registry.store import LogReader, OriginalStore, Store, StoredCheckpoint, Writer

_NUMBER = re.compile("[0-9]{1,15}")

PROOF_FORMAT = 1
"""Number of the JSON form of a proof."""


class Ledger:
    """The log of a registry; ``Registry.ledger`` gives it.

    Parameters
    ----------
    store : Store
    originals : OriginalStore

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from motif.profiles import CHEAPEST_1
    >>> from motif.registry.registry import Registry
    >>> spots = np.random.default_rng(5).integers(0, 256, (24, 24), np.uint8).repeat(12, 0).repeat(12, 1)
    >>> with Registry.open(tempfile.mkdtemp(), profile=CHEAPEST_1) as registry:
    ...     entry = registry.register(spots, title="Kembang Turi")
    ...     [event.kind for event in registry.ledger.events()]
    ...     registry.ledger.verify().whole
    ['registry.made', 'entry.added', 'photo.added']
    True
    """

    def __init__(self, store: Store, originals: OriginalStore) -> None:
        self._store = store
        self._originals = originals

    def __len__(self) -> int:
        """Count the events."""
        return self.head().size

    @property
    def origin(self) -> str:
        """The name under which its checkpoints are signed."""
        return origin_of(self._store.registry_id)

    def head(self) -> Frontier:
        """Return where the log ends: its size, and the root over it."""
        with self._store.reading() as reader:
            return reader.head()

    def events(self, start: int = 0, end: int | None = None) -> Iterator[Event]:
        """Yield events in order, from ``start`` to before ``end``, all of one moment."""
        with self._store.reading() as reader:
            yield from reader.events(start, end)

    def history(self, what: str) -> tuple[Event, ...]:
        """Return the events that concern an entry or a record.

        Parameters
        ----------
        what : str
            An id in any spelling, or a photo's SHA-256.
        """
        subject = _subject_id(what)
        events = tuple(event for event in self.events() if subject in subjects(event))
        if not events:
            message = N_("the log has no event about {what!r:.80}", what=what)
            raise EntryNotFoundError(message, hint=N_("Check the id."))
        return events

    def newest(self, *, by: str = "", about: str = "", limit: int = 100) -> tuple[Event, ...]:
        """Return the last events, newest first.

        Parameters
        ----------
        by : str, optional
            Only those of this actor, spelled as the log has it, in small or capital letters.
        about : str, optional
            Only those about an entry, a record or a photo, as for ``history``.
        limit : int

        Returns
        -------
        tuple of Event

        Raises
        ------
        EntryNotFoundError
            If ``about`` is no id.
        """
        name, subject = clean_by(by).casefold(), _subject_id(about) if about else ""
        wanted = (
            event
            for event in self.events()
            if (not name or event.by.casefold() == name) and (not subject or subject in subjects(event))
        )
        return tuple(reversed(deque(wanted, maxlen=max(limit, 0))))

    def checkpoint(self, key: SigningKey | None = None, *, by: str = "") -> str:
        """Sign the log as it is, keep the checkpoint, and fix the database's bytes.

        Parameters
        ----------
        key : SigningKey, optional
            By default the user's own; made if there is none.
        by : str
            Who signs, for the log.

        Returns
        -------
        str
            The signed note. Keep a copy where nobody who can change the registry can change it.
        """
        signer = key or SigningKey.load()
        if key is None:
            self.require_sound()
        with self._store.writing(by=by) as writer:
            head = writer.head()
            now = datetime.now(UTC)
            note = signer.sign(Checkpoint(origin=self.origin, size=head.size, root=head.root(), at=now))
            sha256 = hashlib.sha256(note.encode()).hexdigest()
            data = {"size": head.size, "key": str(signer.verifier(self.origin)), "note_sha256": sha256}
            writer.append("checkpoint.signed", data, {sha256: note.encode()})
        self._store.write_file_checksum()
        if key is None:
            write_end(self._signed_path(), head)
        return note

    def checkpoints(self) -> tuple[StoredCheckpoint, ...]:
        """Return the signed checkpoints, smallest log first."""
        with self._store.reading() as reader:
            return reader.checkpoints()

    def import_timestamp(self, answer: bytes, chain: bytes, *, by: str = "") -> Timestamp:
        """Verify an authority's answer to ``timestamp.request_for`` a checkpoint, and keep it.

        Parameters
        ----------
        answer : bytes
            RFC 3161, DER.
        chain : bytes
            PEM certificates that are trusted; they are kept in the log from now on.
        by : str
            Who imports it, for the log.

        Raises
        ------
        EntryNotFoundError
            If it is about no checkpoint of this registry.
        ParameterError
            If it is not valid under these certificates, or the checkpoint has a valid timestamp already that
            is earlier: a later one would take the place of what proves more.
        """
        trusted = timestamp.clean_chain(chain)
        with self._store.writing(by=by) as writer:
            stored = timestamp.checkpoint_of(answer, writer.checkpoints())
            verified = timestamp.verify_answer(answer, stored, trusted)
            if answer != stored.timestamp_token:
                timestamp.require_earlier(verified, timestamp.valid_timestamp(writer, stored, trusted))
                _keep_timestamp(writer, stored.size, answer, chain=trusted)
        return verified

    def rollback_problem(self) -> str:
        """Return how what is known of the log contradicts it, such as that it was longer; empty if nothing.

        Then an older copy of the registry was put back, or its newest entries were lost; nothing can be
        written any more, until that is mended or accepted (``accept_rollback``).
        """
        return self._store.rollback_problem() or self.signed_problem()

    def signed_problem(self) -> str:
        """Return how the last checkpoint that this user has signed contradicts the log; empty if it does not.

        It is remembered beside the user's key, out of reach of whoever can put back the whole registry.
        """
        end = read_end(self._signed_path())
        if end is None:
            return ""
        with self._store.reading() as reader:
            return contradiction(end, reader)

    def _signed_path(self) -> Path:
        return default_key_path().with_name(f"signed-{self._store.registry_id}.txt")

    def clock_problem(self) -> str:
        """Return how this computer's clock contradicts the log, whose newest event is later; or nothing.

        Clocks may differ by ten minutes. What is written under a clock that was set back gets a wrong time,
        which stands in the log for ever.
        """
        with self._store.reading() as reader:
            newest = next(reader.events(reader.head().size - 1), None)
        now = datetime.now(UTC)
        if newest is None or newest.at <= now + CLOCKS_DIFFER:
            return ""
        values = {"now": f"{now:%Y-%m-%d %H:%M}", "newest": f"{newest.at:%Y-%m-%d %H:%M}"}
        return N_("the clock says {now} UTC, and the newest event of the log is of {newest} UTC", **values)

    def require_sound(self) -> None:
        """Raise ``RegistryCorruptError`` unless log, checkpoints and what is known of the log fit together.

        Every write asks this by itself; ask it before long work that ends in a write.
        """
        with self._store.reading() as reader:
            self._store.require_sound(reader)
        problem = self.signed_problem()
        if problem:
            raise RegistryRollbackError(problem, hint=ROLLBACK_HINT)

    def accept_rollback(self, *, reason: str, by: str = "") -> Event:
        """Go on with a log that was put back on purpose, and let the log tell.

        Parameters
        ----------
        reason : str, 1 to 10 000 characters
            Such as which backup was restored, and why.
        by : str
            Who accepts it, for the log.

        Returns
        -------
        Event
            What the log tells from now on: the reason, and how far the log was known to have come.

        Raises
        ------
        RegistryError
            If there is nothing to accept.
        RegistryCorruptError
            If the log does not fit itself or its checkpoints: then only a backup helps.
        """
        hint = N_("Say which backup was restored, and why.")
        reason, by, path = required_reason(reason, hint=hint), clean_by(by), self._signed_path()
        signed = read_end(path)
        event = self._store.accept_rollback(reason=reason, by=by, known=signed)
        if signed is not None:
            write_end(path, self.head())
        return event

    def proof(self, what: str, *, since: str | None = None) -> dict[str, Any]:
        """Make a proof that a third party can verify without the registry (``motif.filing.verify_proof``).

        Parameters
        ----------
        what : str
            An entry's or a record's id, a photo's SHA-256, or the number of an event.
        since : str, optional
            An earlier checkpoint; the proof then also shows that the log was only appended to since.

        Returns
        -------
        dict
            JSON-ready: the newest checkpoint, the events, and the hashes that lead from them to its root.

        Raises
        ------
        RegistryError
            If no checkpoint covers the events yet.
        """
        self.require_sound()
        seq = int(what) if _NUMBER.fullmatch(what) else None
        events = list(self.history(what) if seq is None else self.events(seq, seq + 1))
        with self._store.reading() as reader:
            newest = _newest(reader, events)
            leaves = reader.leaves(newest.size)
            signer = _signer(reader, newest)
        covered = [event for event in events if event.seq < newest.size]
        proof: dict[str, Any] = {
            "format": PROOF_FORMAT,
            "checkpoint": newest.note,
            "key": signer,
            "events": [_event_json(event) for event in covered],
            "path": _base64(inclusion_paths(leaves, [event.seq for event in covered])),
        }
        if since is not None:
            size = Checkpoint.from_note(since).size
            if not 1 <= size <= newest.size:
                message = N_(
                    "the checkpoint given covers {size} events; expected 1 to {most}",
                    size=size,
                    most=newest.size,
                )
                raise ParameterError(message)
            proof["since"] = {"checkpoint": since, "path": _base64(consistency_path(leaves, size))}
        return proof

    def verify(
        self, *, known: Sequence[str] = (), keys: Sequence[VerifierKey] = (), chain: bytes | None = None
    ) -> Audit:
        """Audit log, tables and originals, and name what was changed behind the log's back.

        Parameters
        ----------
        known : sequence of str
            Checkpoints that were kept elsewhere.
        keys : sequence of VerifierKey
            Whose signatures count; by default those that the log names.
        chain : bytes, optional
            PEM certificates under which timestamps must be; by default those that the log names.
        """
        trusted = None if chain is None else timestamp.clean_chain(chain)
        self._store.settle()
        findings: list[Finding] = []
        notes: list[str] = []
        try:
            rollback, signed = self._store.rollback_problem(), self.signed_problem()
        except RegistryCorruptError as error:
            rollback, signed = error.message, ""
        with self._store.reading() as reader:
            result = audit(reader, self._originals, known=known, keys=keys)
            with damage_noted(findings, N_("the timestamps")):
                findings, notes = timestamp.check_timestamps(reader, trusted)
            try:
                problem = self._store.file_checksum_problem(reader)
            except RegistryCorruptError as error:
                problem = error.message
        if problem:
            findings.append(Finding(how="changed", what=N_("the database's file"), detail=problem))
        elif rollback:
            findings.append(Finding(how="removed", what=N_("the end of the log"), detail=rollback))
        elif problem is not None:
            notes.append(
                N_("bytes of the database's file that no row uses were not compared: no checkpoint since")
            )
        if signed and not rollback:
            notes = [*notes, N_("{problem}; it may be an older copy", problem=signed)]
        return replace(result, findings=(*result.findings, *findings), notes=(*result.notes, *notes))


def _keep_timestamp(writer: Writer, size: int, token: bytes, *, chain: str) -> None:
    sha256 = hashlib.sha256(token).hexdigest()
    data = {"size": size, "token_sha256": sha256} | ({"chain": chain} if chain else {})
    writer.append("checkpoint.timestamped", data, {sha256: token})


def _subject_id(what: str) -> str:
    """Return an entry's or record's id as events hold it, or the SHA-256 itself."""
    if len(what) == 64:
        return what
    try:
        return format_id(parse_id(what))
    except EntryNotFoundError:
        return what.strip().upper()


def _newest(reader: LogReader, events: Sequence[Event]) -> StoredCheckpoint:
    checkpoints = reader.checkpoints()
    first = min((event.seq for event in events), default=0)
    if not events or not checkpoints or checkpoints[-1].size <= first:
        raise RegistryError(N_("no signed checkpoint covers this yet"), hint=N_("Sign one: motif checkpoint"))
    return checkpoints[-1]


def _signer(reader: LogReader, checkpoint: StoredCheckpoint) -> str:
    for event in reader.events(checkpoint.size, checkpoint.size + 1):
        return str(event.data.get("key", ""))
    raise RegistryError(
        N_("the log does not tell who signed the checkpoint at {size} events", size=checkpoint.size)
    )


def _event_json(event: Event) -> dict[str, Any] | str:
    """Return an event as JSON values, or as the hashed text itself where plain JSON would differ from it."""
    canonical, value = event.to_bytes().decode(), event.to_json()
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return value if plain == canonical else canonical


def _base64(path: Sequence[bytes]) -> str:
    return base64.b64encode(b"".join(path)).decode()


def verify_registry(
    path: str | os.PathLike[str],
    *,
    known: Sequence[str] = (),
    keys: Sequence[VerifierKey] = (),
    chain: bytes | None = None,
) -> Audit:
    """Audit a registry's log, tables and originals; one too damaged to open is a finding too.

    Parameters
    ----------
    path : path of a registry
    known : sequence of str
        Checkpoints that were kept elsewhere.
    keys : sequence of VerifierKey
        Whose signatures count; by default those that the log names.
    chain : bytes, optional
        PEM certificates under which timestamps must be; by default those that the log names.

    Returns
    -------
    Audit

    Raises
    ------
    RegistryUnavailableError
        If it cannot be read just now: the server is not reached, it is in use, a permission is missing.
    RegistryError
        If there is no registry, or a newer version wrote it.
    """
    try:
        opened = open_place(path, create=False)
        with closing(opened.store):
            return Ledger(opened.store, opened.originals).verify(known=known, keys=keys, chain=chain)
    except RegistryCorruptError as error:
        finding = Finding(how="damaged", what=N_("the registry"), detail=error.message)
        return Audit(findings=(finding,), notes=(), events=0, originals=0, checkpoints=0, root=EMPTY_ROOT)
