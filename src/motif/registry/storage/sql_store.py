"""A registry's records in an SQL database; what SQLite and a server have in common, and SQLite."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa

from motif.errors import (
    RegistryCorruptError,
    RegistryError,
    RegistryRollbackError,
    RegistryUnavailableError,
    SearchIndexError,
)
from motif.messages import N_
from motif.registry.ledger.event import Event
from motif.registry.ledger.merkle import Frontier
from motif.registry.storage import known_log, sqlite
from motif.registry.storage.backend import Backend
from motif.registry.storage.failures import translate_errors
from motif.registry.storage.log_writer import read_goal
from motif.registry.storage.migrate import Founding, OpenOptions, bring_up_to_date
from motif.registry.storage.schema import facts
from motif.registry.storage.sound import require_sound_log
from motif.registry.storage.sql_view import SqlReader, SqlWriter
from motif.registry.storage.sqlite import FileState, Unwritten
from motif.registry.store import RESTORE_HINT, KnownEnd, LogReader, Reader

_log = logging.getLogger(__name__)


class SqlStore:
    """Records in an SQL database; see ``store.Store``.

    Thread-safe: each view has its own connection. Not to be carried over a fork.

    Parameters
    ----------
    engine : Engine
    place : Path or str
        What errors call the registry.
    writable : bool
    database : Path, optional
        The file, if the engine keeps all in one.
    founding : Founding, optional
        Open an unfinished copy, in order to go on with it.
    unwritten : Unwritten, optional
        Gives the engine for each view instead, where nothing can be written.

    Raises
    ------
    RegistryError
        If it is an unfinished copy, or with ``founding`` a registry other than that one.
    """

    def __init__(
        self,
        engine: sa.Engine,
        backend: Backend,
        *,
        place: Path | str,
        writable: bool,
        database: Path | None = None,
        founding: Founding | None = None,
        unwritten: Unwritten | None = None,
    ) -> None:
        self._engine = engine
        self._backend = backend
        self._unwritten = unwritten
        self._database = database
        self._place = place
        self._process = os.getpid()
        self._closed = False
        self._together = threading.local()
        self._copying = founding is not None
        self._is_sound = False
        self._compared: tuple[FileState, FileState] | None = None
        self._other_bytes: bool | None = None
        self.writable = writable
        with translate_errors(place), engine.begin() as connection:
            known = {row.name: row.value for row in connection.execute(sa.select(facts))}
            goal = read_goal(connection)
        try:
            self.registry_id, self.profile_id = str(known["registry_id"]), str(known["profile"])
        except KeyError as error:
            raise RegistryCorruptError(
                N_("the registry's fact {error} is missing", error=error), hint=RESTORE_HINT
            ) from error
        self._refuse_unfinished(goal)
        if founding is not None and founding.registry_id != self.registry_id:
            hint = N_("Give a place that is empty or not there yet.")
            raise RegistryError(
                N_("{place} holds another registry; nothing was changed in it", place=place), hint=hint
            )

    @classmethod
    def open_sqlite(cls, path: Path, options: OpenOptions, *, writable: bool = True) -> SqlStore:
        """Open a database file; create it, or bring it to the newest schema, where necessary.

        Parameters
        ----------
        path : Path
        options : OpenOptions
        writable : bool

        Raises
        ------
        SchemaVersionError
            If another or a newer program wrote the file.
        """
        backend = sqlite.SqliteBackend(path)
        with translate_errors(path.parent):
            if writable and options.create:
                sqlite.make_file(path)
            unwritten = None if writable else Unwritten(path, busy_timeout_s=options.busy_timeout_s)
            engine = (
                sqlite.make_engine(path, writable=True, busy_timeout_s=options.busy_timeout_s)
                if unwritten is None
                else unwritten.engine
            )
            try:
                if bring_up_to_date(engine, backend, options, writable=writable):
                    known_log.checksum_path(path).unlink(missing_ok=True)
                return cls(
                    engine,
                    backend,
                    place=path.parent,
                    writable=writable,
                    database=path,
                    founding=options.founding,
                    unwritten=unwritten,
                )
            except BaseException:
                engine.dispose()
                raise

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        self._require_usable()
        view = nullcontext(self._engine) if self._unwritten is None else self._unwritten.view()
        with translate_errors(self._place), view as engine, engine.connect() as connection:
            connection.execution_options(**self._backend.view_options)
            with connection.begin():
                yield SqlReader(connection, self._backend)

    @contextmanager
    def writing(self, *, by: str = "") -> Iterator[SqlWriter]:
        self._require_usable()
        joined: SqlWriter | None = getattr(self._together, "writer", None)
        if joined is not None:
            yield joined
            return
        if not self._is_sound:
            with self.reading() as reader:
                self.require_sound(reader)
        with self._transaction(by) as writer:
            _, problem = self._first_contradiction(writer, self._known_ends())
            if problem:
                raise self._rollback_error(problem)
            if self._database is not None:
                known_log.shorten_acknowledged(self._database, writer.head())
            yield writer

    @contextmanager
    def together(self, *, by: str = "") -> Iterator[None]:
        outer: SqlWriter | None = getattr(self._together, "writer", None)
        with self.writing(by=by) as writer:
            self._together.writer = writer
            try:
                yield
            finally:
                self._together.writer = outer

    @contextmanager
    def _transaction(self, by: str) -> Iterator[SqlWriter]:
        if not self.writable:
            hint = N_("Ask for write permission, or copy the registry to a place of your own.")
            message = N_("registry {place} is open for reading only", place=self._place)
            raise RegistryUnavailableError(message, hint=hint)
        engine = self._engine.execution_options(motif_writing=True)
        with translate_errors(self._place):
            with engine.begin() as connection:
                self._refuse_unfinished(read_goal(connection))  # a copy may have begun since it was opened
                writer = SqlWriter(connection, self._backend, by=by)
                start = writer.head()
                yield writer
                writer.finish()
                end = writer.head()
            if self._database is not None and end != start:
                known_log.acknowledge(self._database, end)

    def prepare(self, fingerprints: Sequence[bytes]) -> None:
        from motif.registry.storage.index_rows import prepare  # NumPy, which listing entries does not need

        prepare(fingerprints, self.profile_id)

    def require_index(self) -> None:
        from motif.registry.storage import index_rows

        with self.reading() as reader:
            if index_rows.is_current(reader.connection):
                return
            can_go_on = index_rows.can_go_on(reader.connection)
        if not self.writable:
            raise SearchIndexError(
                N_("the search index of registry {place} is damaged or not complete", place=self._place),
                hint=N_("Open it with write permission, so that the index can be built again."),
            )
        _log.warning("registry %s: the search index is damaged or not complete; building it", self._place)
        self._build_index(anew=not can_go_on)

    def rebuild_index(self) -> int:
        return self._build_index(anew=True)

    def _build_index(self, *, anew: bool) -> int:
        """Index all photos, or those that are not indexed; return their number."""
        from motif.registry.storage import index_rows

        if anew:
            with self._transaction("") as writer:
                index_rows.clear(writer.connection)
        indexed, added = 0, -1
        while added:  # a transaction for each page, so that it can be stopped and continued
            with self._transaction("") as writer:
                added = index_rows.index_pending(writer.connection, self._backend)
            indexed += added
        return indexed

    def settle(self) -> None:
        if self._database is not None and self.writable:
            with translate_errors(self._place):
                sqlite.fold_log(self._engine)

    def write_file_checksum(self) -> None:
        if self._database is None:
            return
        self.settle()
        with self.writing() as writer:
            if sqlite.log_is_empty(self._database):
                known_log.write_file_checksum(self._database, writer.head())

    def file_checksum_problem(self, reader: Reader) -> str | None:
        if self._database is None:
            return None
        differs = self._has_other_bytes(reader.head())
        if differs is None:
            return ""
        return N_("the file or its checksum was changed") if differs else None

    def rollback_problem(self) -> str:
        ends = self._known_ends()
        with self.reading() as reader:
            return self._first_contradiction(reader, ends)[1]

    def require_sound(self, reader: LogReader) -> None:
        require_sound_log(reader)
        self._is_sound = True
        problem = self.rollback_problem()
        if problem:
            raise self._rollback_error(problem)

    def accept_rollback(self, *, reason: str, by: str = "", known: KnownEnd | None = None) -> Event:
        self._require_usable()
        with self.reading() as reader:
            require_sound_log(reader)
        with self._transaction(by) as writer:
            ends = [*self._known_ends(), *([known] if known else [])]
            end, _ = self._first_contradiction(writer, ends)
            if end is None:
                message = N_("nothing contradicts the log of registry {place}", place=self._place)
                raise RegistryError(message, hint=N_("There is no rollback to accept."))
            facts = {"known_by": end.file, "known_size": end.size, "known_root": end.root}
            size = writer.head().size
            event = writer.append("rollback.accepted", {"reason": reason, "size": size, **facts})
            head = writer.head()
        if self._database is not None:
            with translate_errors(self._place):
                known_log.acknowledge_only(self._database, head)
                known_log.checksum_path(self._database).unlink(missing_ok=True)
        return event

    def _known_ends(self) -> list[KnownEnd]:
        """Return what is recorded beside the database; to be asked before a view is opened, which others
        may outgrow meanwhile."""
        if self._database is None:
            return []
        with translate_errors(self._place):
            return list(known_log.known_ends(self._database))

    def _first_contradiction(
        self, reader: LogReader, ends: Sequence[KnownEnd]
    ) -> tuple[KnownEnd | None, str]:
        """Return the known end that does not fit the log, and how; None and nothing if all do.

        A log that ends as the newest of them says passes through the older ones from the same folder.
        """
        head = reader.head()
        at_end = [end for end in ends if (end.size, end.root) == (head.size, head.root().hex())]
        for end in ends:
            if end not in at_end and (not at_end or end.size >= head.size):
                problem = known_log.contradiction(end, reader)
                if problem:
                    return end, problem
        if at_end and self._database is not None and self._has_other_bytes(head):
            return at_end[0], N_("bytes of the database's file were changed since its checksum was taken")
        return None, ""

    def _has_other_bytes(self, head: Frontier) -> bool | None:
        """Tell whether the database's file is another than at its checksum, hashed once for each state.

        None if that cannot be known: the log has grown since, or somebody is writing.
        """
        assert self._database is not None
        checksum = known_log.checksum_path(self._database)
        with translate_errors(self._place):
            if self._copying or not checksum.exists() or not sqlite.log_is_empty(self._database):
                return None
            state = (sqlite.file_state(self._database), sqlite.file_state(checksum))
            if state != self._compared:
                self._other_bytes = known_log.file_differs(self._database, head)
                self._compared = state
            later = (sqlite.file_state(self._database), sqlite.file_state(checksum))
            unchanged = later == state and sqlite.log_is_empty(self._database)
        return self._other_bytes if unchanged else None

    def _rollback_error(self, problem: str) -> RegistryRollbackError:
        message = N_("registry {place}: {problem}", place=self._place, problem=problem)
        return RegistryRollbackError(message, hint=known_log.ROLLBACK_HINT)

    def close(self) -> None:
        self._closed = True
        if os.getpid() == self._process:
            (self._engine if self._unwritten is None else self._unwritten.engine).dispose()

    def _refuse_unfinished(self, goal: Frontier | None) -> None:
        if goal is not None and not self._copying:
            hint = N_("Run the copy or the restore again; it continues where it stopped.")
            message = N_("registry {place} is an unfinished copy", place=self._place)
            raise RegistryUnavailableError(message, hint=hint)

    def _require_usable(self) -> None:
        if self._closed:
            raise RegistryError(
                N_("registry {place} is closed", place=self._place), hint=N_("Open it again.")
            )
        if os.getpid() != self._process:
            hint = N_("Open the registry again in each process; a connection does not survive a fork.")
            raise RegistryError(
                N_("registry {place} was opened by another process", place=self._place), hint=hint
            )
