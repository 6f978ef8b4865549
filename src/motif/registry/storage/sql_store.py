"""A registry's records in an SQL database; what SQLite and a server have in common, and SQLite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa

from motif.errors import RegistryCorruptError, RegistryError
from motif.messages import N_
from motif.registry.ledger.merkle import Frontier
from motif.registry.storage import sqlite
from motif.registry.storage.backend import Backend
from motif.registry.storage.failures import translate_errors
from motif.registry.storage.log_writer import read_goal
from motif.registry.storage.migrate import Founding, OpenOptions, bring_up_to_date
from motif.registry.storage.schema import facts
from motif.registry.storage.sql_view import SqlReader, SqlWriter
from motif.registry.storage.sqlite import Unwritten
from motif.registry.store import RESTORE_HINT, Reader


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
        self._copying = founding is not None
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
        backend = sqlite.SqliteBackend()
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
                bring_up_to_date(engine, backend, options, writable=writable)
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
        if not self.writable:
            hint = N_("Ask for write permission, or copy the registry to a place of your own.")
            raise RegistryError(N_("registry {place} is open for reading only", place=self._place), hint=hint)
        engine = self._engine.execution_options(motif_writing=True)
        with translate_errors(self._place), engine.begin() as connection:
            self._refuse_unfinished(read_goal(connection))  # a copy may have begun since it was opened
            writer = SqlWriter(connection, self._backend, by=by)
            yield writer
            writer.finish()

    def prepare(self, fingerprint: bytes) -> None:
        self._backend.prepare(fingerprint, self.profile_id)

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
                sqlite.write_file_checksum(self._database, writer.head())

    def file_checksum_problem(self, reader: Reader) -> str | None:
        if self._database is None:
            return None
        with translate_errors(self._place):
            if not sqlite.log_is_empty(self._database):
                return ""
            return sqlite.file_checksum_problem(self._database, reader.head())

    def close(self) -> None:
        self._closed = True
        if os.getpid() == self._process:
            (self._engine if self._unwritten is None else self._unwritten.engine).dispose()

    def _refuse_unfinished(self, goal: Frontier | None) -> None:
        if goal is not None and not self._copying:
            hint = N_("Run the copy or the restore again; it continues where it stopped.")
            raise RegistryError(N_("registry {place} is an unfinished copy", place=self._place), hint=hint)

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
