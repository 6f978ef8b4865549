"""The records of a registry. Each change is in the log, and every version is kept."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar, cast

from motif.errors import (
    AccessDeniedError,
    EntryNotFoundError,
    ParameterError,
    RegistryCorruptError,
    RegistryError,
)
from motif.messages import N_
from motif.registry.ledger.event import canonical
from motif.registry.records.decision import Alert, Decision, SavedCheck
from motif.registry.records.fields import PastDay, require_past
from motif.registry.records.filing import Filing, Paper, digest_of, open_paper, seal_paper
from motif.registry.records.ids import LETTERS, format_record_id, parse_id, parse_record_id
from motif.registry.records.mark import IgnoredMark
from motif.registry.records.people import Party, require_one_salt, salt_id_of
from motif.registry.records.record import Record
from motif.registry.records.text import clean_note
from motif.registry.records.traits import Traits
from motif.registry.records.works import Capture, Motif, Specimen
from motif.registry.store import RESTORE_HINT, RecordReader, Store, StoredRecord, Writer

R = TypeVar("R", bound=Record)

CLASSES: Final[dict[str, type[Record]]] = {
    kind.KIND: kind
    for kind in (
        Motif,
        Specimen,
        Capture,
        Party,
        Filing,
        Decision,
        SavedCheck,
        Alert,
        Traits,
        IgnoredMark,
        Paper,
    )
}
"""Kind -> its class."""

BODY_MAX: Final = 200_000
"""Most bytes of one record."""

_BLIND = "blind"
"""Field of random digits in a record that can be erased, so that no guess at its content can be verified."""


class Records:
    """Designs, cloths, photos, people, filings and judgements; ``Registry.records`` gives it.

    Examples
    --------
    >>> import tempfile
    >>> from motif.registry.registry import Registry
    >>> with Registry.open(tempfile.mkdtemp(), by="Bu Sri") as registry:
    ...     sri = registry.records.put(Party(name="Sri"))
    ...     _ = registry.records.amend(sri.id, lambda known: replace(known, may_be_named=True))
    ...     [party.may_be_named for party in registry.records.versions(sri.id)]
    ...     registry.records.erase(sri.id, reason="asked by Sri")
    ...     registry.records.list(Party)
    [None, True]
    ()
    """

    def __init__(
        self,
        store: Store,
        *,
        by: str = "",
        sees_people: bool = True,
        opens_pictures: bool = True,
        closed: Callable[[], frozenset[str]] = frozenset,
        noted: Callable[[Collection[str]], None] = lambda entry_ids: None,
    ) -> None:
        self._store = store
        self._by = by
        self._sees_people = sees_people
        self._opens_pictures = opens_pictures
        self._closed = closed
        self._noted = noted

    def _shown(self, record: R) -> R | None:
        """Return what the actor may see of a record; None if nothing."""
        closed = self._closed()
        targets = {str(record.id), *(target for group in record.links().values() for target in group)}
        if closed & targets:
            return None
        if self._sees_people or not record.PERSONAL:
            return record
        if isinstance(record, Party):
            shown = Party(id=record.id, name=record.shown_name(), roles=record.roles)
            return cast(R, replace(shown, may_be_named=record.may_be_named))
        return None

    def _require_shown(self, record: R) -> R:
        shown = self._shown(record)
        if shown is None:
            raise _not_open(str(record.id))
        return shown

    def _opened(self, record: R) -> R:
        """Return what the actor may see of a record that they read; the log keeps it if it is not open."""
        shown = self._require_shown(record)
        targets = {str(record.id), *(target for group in record.links().values() for target in group)}
        self._noted([target for target in targets if target.startswith("M-")])
        return shown

    def put(self, record: R, *, blobs: Mapping[str, bytes] | None = None) -> R:
        """Keep a record: a new one if it has no id yet, otherwise a new version.

        Putting an unchanged record changes nothing. To add to a stored record, ``amend`` it.

        Parameters
        ----------
        record : Motif, Specimen, Capture, Party, Filing or Comparison
            A motif bears the id of its entry.
        blobs : dict of str to bytes, optional
            By SHA-256, what is kept beside it.

        Returns
        -------
        Record
            With its id.

        Raises
        ------
        EntryNotFoundError
            If it refers to something that does not exist.
        RegistryError
            If it was erased.
        """
        self._require_shown(record)
        with self._store.writing(by=self._by) as writer:
            return self._put(writer, record, blobs)

    def amend(self, record_id: str, change: Callable[[Any], Record]) -> Record:
        """Change a record as it is now, in one step, so that nobody else's changes are lost.

        Parameters
        ----------
        record_id : str
            An entry's id stands for what is known of its design, even if that is nothing yet.
        change : callable, Record -> Record
            Takes the newest version and returns the next; must not use the registry.

        Returns
        -------
        Record

        Raises
        ------
        EntryNotFoundError
            If it does not exist, was erased, or refers to something that does not exist.
        """
        letter, number = parse_record_id(record_id)
        if canonical_id(record_id) in self._closed():
            raise _not_open(canonical_id(record_id))
        with self._store.writing(by=self._by) as writer:
            if letter == "M":
                return put_record(writer, change(motif_of(writer, writer.entry(number).id)))
            return self._put(writer, change(record_of(writer, canonical_id(record_id))))

    def _put(self, writer: Writer, record: R, blobs: Mapping[str, bytes] | None = None) -> R:
        """Keep a record, unless it says that the head agreed to something, and somebody else puts it."""
        if isinstance(record, Filing) and not self._opens_pictures:
            known = record_of(writer, record.id) if record.id else Filing()
            if not isinstance(known, Filing) or known.picture_consent != record.picture_consent:
                message = N_("pictures of a sacred or secret design are released by the head of the office")
                raise AccessDeniedError(message, hint=N_("Ask the head of the office."))
        return put_record(writer, record, blobs)

    def get(self, record_id: str, *, version: int | None = None) -> Record:
        """Return a record, by default in its newest version; raise ``EntryNotFoundError``."""
        with self._store.reading() as reader:
            record = record_of(reader, canonical_id(record_id), version)
        return self._opened(record)

    def motif(self, entry_id: str) -> Motif:
        """Return what is known of an entry's design; all unknown if nothing was recorded yet."""
        with self._store.reading() as reader:
            known = motif_of(reader, reader.entry(parse_id(entry_id)).id)
        return self._opened(known)

    def list(self, kind: type[R], *, about: str = "") -> tuple[R, ...]:
        """Return the records of a kind, in order of their ids, without those that were erased.

        Parameters
        ----------
        kind : class of record
        about : str, optional
            Only those that refer to this entry, record or SHA-256.
        """
        with self._store.reading() as reader:
            records = records_of(reader, kind, about=about)
        return tuple(shown for record in records if (shown := self._shown(record)) is not None)

    def nik_salt_id(self) -> str:
        """Return the id of the salt that the registry's hashes of NIK need; empty if there are none."""
        with self._store.reading() as reader:
            return salt_id_of(next(_nik_hashes(reader), ""))

    def about(self, entry_id: str) -> dict[str, tuple[Record, ...]]:
        """Return by kind all records that are linked with an entry, also through its filings."""
        with self._store.reading() as reader:
            entry = reader.entry(parse_id(entry_id)).id
            linked: dict[str, list[Record]] = {kind: [] for kind in CLASSES}
            for stored in reader.records(about=entry):
                if stored.body and stored.kind in CLASSES:
                    linked[stored.kind].append(_read(stored))
            for filing in linked["filing"]:
                parties = records_of(reader, Party, about=str(filing.id))
                linked["party"] += [party for party in parties if party not in linked["party"]]
            linked["motif"] = [motif_of(reader, entry)]
        self._opened(linked["motif"][0])
        shown = {kind: tuple(filter(None, map(self._shown, records))) for kind, records in linked.items()}
        return {kind: records for kind, records in shown.items() if records}

    def versions(self, record_id: str) -> tuple[Record, ...]:
        """Return all versions of a record, oldest first; none once it was erased."""
        with self._store.reading() as reader:
            versions = reader.versions(canonical_id(record_id))
        return tuple(self._opened(_read(stored)) for stored in versions if stored.body)

    def keep_paper(self, paper: Paper, data: bytes) -> Paper:
        """Keep a file of a filing beside the log, so that it can be erased.

        Parameters
        ----------
        paper : Paper
            Without id, size and digest: they are made here.
        data : bytes, at most ``PAPER_BYTES_MAX``

        Returns
        -------
        Paper
            With its id.

        Raises
        ------
        ParameterError, EntryNotFoundError
            If the file is too large, or there is no such filing.
        """
        blob = seal_paper(data)
        digest = digest_of(blob)
        return self.put(replace(paper, size_bytes=len(data), digest=digest), blobs={digest: blob})

    def paper(self, paper_id: str) -> bytes:
        """Return the bytes of a paper.

        Parameters
        ----------
        paper_id : str

        Returns
        -------
        bytes

        Raises
        ------
        EntryNotFoundError, RegistryCorruptError
            If there is none, it was erased, or its bytes are missing.
        """
        record = self.get(paper_id)
        if not isinstance(record, Paper) or record.digest is None:
            raise EntryNotFoundError(N_("{id} is not a paper", id=paper_id), hint=N_("Papers begin with D."))
        with self._store.reading() as reader:
            blob = reader.blobs([record.digest]).get(record.digest)
        if blob is None or digest_of(blob) != record.digest:
            message = N_("what belongs to {id} is missing or was changed", id=record.id)
            raise RegistryCorruptError(message, hint=RESTORE_HINT)
        return open_paper(blob)

    def erase(self, record_id: str, *, reason: str) -> None:
        """Erase all versions of a person's record; the log still shows that there was one.

        Parameters
        ----------
        record_id : str
        reason : str, 1 to 10 000 characters
            Stays in the log for ever: do not name the person in it.

        Raises
        ------
        ParameterError
            If the record is not of a person: only those can be erased.
        """
        full_id = canonical_id(record_id)
        if not CLASSES[LETTERS[full_id[0]]].PERSONAL:
            hint = N_("Put a new version, or withdraw the entry.")
            raise ParameterError(
                N_("{wanted} is not a record of a person, and is not erased", wanted=full_id), hint=hint
            )
        reason = required_reason(reason, hint=N_("Say why it is erased, without naming the person."))
        with self._store.writing(by=self._by) as writer:
            versions = [_read(stored) for stored in writer.versions(full_id) if stored.body]
            blobs = sorted({sha256 for record in versions for sha256 in record.erasable()})
            if versions:
                data = {"id": full_id, "versions": len(versions), "blobs": blobs, "reason": reason}
                writer.append("record.erased", data)
        self._store.settle()


def put_record(writer: Writer, record: R, blobs: Mapping[str, bytes] | None = None) -> R:
    """Keep a record inside a write; see ``Records.put``.

    Parameters
    ----------
    writer : Writer
    record : Record
        Without an id it is new; with one it is a new version.
    blobs : dict of str to bytes, optional
        By SHA-256, data that the record names.

    Returns
    -------
    Record
        With its id.
    """
    kind = record.KIND
    for name, metadata in record.typed_fields().items():
        if isinstance(metadata["kind"], PastDay) and getattr(record, name) is not None:
            require_past(getattr(record, name), name)
    if isinstance(record, Party) and record.nik_hash:
        require_one_salt(record.nik_hash, _nik_hashes(writer, besides=record.id))
    if record.id is None:
        if kind == "motif":
            raise ParameterError(N_("what is known of a design bears its entry's id"), hint=N_("Motif(id=…)"))
        record = replace(record, id=format_record_id(kind, writer.next_number(kind)))
        version = 1
    else:
        version = _next_version(writer, record)
        if not version:
            return record
    _require_targets(writer, record)
    links = {role: list(targets) for role, targets in record.links().items()}
    data = {"id": record.id, "version": version, "kind": kind, "links": links, "blobs": sorted(blobs or {})}
    attachments = dict(blobs or {})
    if version == 1:
        data["number"] = parse_record_id(str(record.id))[1]
    body = record.to_json()
    blinded = canonical(body | {_BLIND: secrets.token_hex(16)})
    if len(blinded) > BODY_MAX:
        size = len(blinded)
        raise ParameterError(
            N_("a {kind} of {count} bytes; expected at most {most}", kind=kind, count=size, most=BODY_MAX)
        )
    if record.PERSONAL:
        sha256 = hashlib.sha256(blinded).hexdigest()
        data["body_sha256"], attachments[sha256] = sha256, blinded
    else:
        data["body"] = body
    writer.append("record.put", data, attachments)
    return record


def _not_open(record_id: str) -> AccessDeniedError:
    hint = N_("Ask the head of the office.")
    return AccessDeniedError(N_("{id} is not open to you", id=record_id), hint=hint)


def _nik_hashes(reader: RecordReader, *, besides: str | None = None) -> Iterator[str]:
    for party in records_of(reader, Party):
        if party.nik_hash and party.id != besides:
            yield party.nik_hash


def canonical_id(record_id: str) -> str:
    """Return the id of an entry or a record as it is stored, from any spelling.

    Parameters
    ----------
    record_id : str
        Any case; dashes, spaces and leading zeros may be missing.

    Returns
    -------
    str, such as ``"M-000042-7"``

    Raises
    ------
    EntryNotFoundError
        If it is no id.
    """
    letter, number = parse_record_id(record_id)
    return format_record_id(LETTERS[letter], number)


def required_reason(reason: str, *, hint: str) -> str:
    """Return a reason as it is stored.

    Parameters
    ----------
    reason : str
    hint : str
        Of the error.

    Returns
    -------
    str, 1 to 10 000 characters

    Raises
    ------
    ParameterError
        If it is empty or too long.
    """
    text = clean_note(reason, name="reason")
    if not text:
        raise ParameterError(N_("reason is empty"), hint=hint)
    return text


def record_of(reader: RecordReader, record_id: str, version: int | None = None) -> Record:
    """Return a record, by default in its newest version; raise ``EntryNotFoundError``."""
    stored = reader.record(record_id, version)
    if not stored.body:
        raise EntryNotFoundError(N_("{id} was erased", id=stored.id), hint=N_("The log says when and why."))
    return _read(stored)


def records_of(reader: RecordReader, kind: type[R], *, about: str = "") -> tuple[R, ...]:
    """Return the newest version of a kind's records; see ``Records.list``."""
    records = reader.records(kind.KIND, about=about)
    return tuple(cast(R, _read(stored)) for stored in records if stored.body)


def motif_of(reader: RecordReader, entry_id: str) -> Motif:
    """Return what is known of an entry's design; all unknown if nothing was recorded yet.

    Parameters
    ----------
    reader : RecordReader
    entry_id : str
        Of an entry that exists.

    Returns
    -------
    Motif
    """
    try:
        stored = reader.record(entry_id)
    except EntryNotFoundError:
        return Motif(id=entry_id)
    return cast(Motif, _read(stored))


def _next_version(writer: Writer, record: Record) -> int:
    """Return the version that a record gets; 0 if it is stored already, unchanged."""
    try:
        newest = writer.record(str(record.id))
    except EntryNotFoundError:
        if record.KIND != "motif":
            raise
        return 1
    if not newest.body:
        raise RegistryError(N_("{id} was erased", id=record.id), hint=N_("Make a new record."))
    return 0 if _read(newest) == record else newest.version + 1


def _require_targets(writer: Writer, record: Record) -> None:
    targets = {target for group in record.links().values() for target in group}
    for target in sorted({str(record.id), *targets} if record.KIND == "motif" else targets):
        if len(target) == 64:
            continue
        letter, number = parse_record_id(target)
        if letter == "M":
            writer.entry(number)
        else:
            writer.record(target)


def _read(stored: StoredRecord) -> Record:
    if stored.kind not in CLASSES:
        raise EntryNotFoundError(N_("{id} is of another kind: {kind!r:.40}", id=stored.id, kind=stored.kind))
    try:
        value: Any = json.loads(stored.body)
        value.pop(_BLIND, None)
        return CLASSES[stored.kind].from_json(value)
    except (ParameterError, ValueError, AttributeError, TypeError, RecursionError) as error:
        id_, version = stored.id, stored.version
        message = N_(
            "record {id}, version {version} is malformed: {error}", id=id_, version=version, error=error
        )
        raise RegistryCorruptError(message, hint=RESTORE_HINT) from error
