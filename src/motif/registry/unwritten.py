"""A SQLite database that this user may only read, while others may write to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from motif.errors import RegistryBusyError, RegistryCorruptError
from motif.messages import N_
from motif.registry import sqlite


class Unwritten:
    """Gives an engine for each view, made anew when somebody wrote since the last one.

    A file that rests is read without locks, which a folder or disc that cannot be written has no room for.
    SQLite then takes it for granted that the file never changes, and would go on telling what was there.

    Parameters
    ----------
    path : Path
    busy_timeout_s : float, seconds
    """

    def __init__(self, path: Path, *, busy_timeout_s: float) -> None:
        self._path, self._busy_timeout_s = path, busy_timeout_s
        self._lock = threading.Lock()
        self._state = sqlite.resting(path)
        self.engine = self._made()

    @contextmanager
    def view(self) -> Iterator[sa.Engine]:
        """Give the engine for one view.

        Raises
        ------
        RegistryBusyError
            In the end, if somebody wrote to the file meanwhile: what was read may be of two minds.
        """
        with self._lock:
            state = sqlite.resting(self._path)
            if state != self._state:
                self.engine.dispose()
                self._state = state
                self.engine = self._made()
            engine = self.engine
        try:
            yield engine
        except (sa.exc.DatabaseError, RegistryCorruptError) as error:
            self._require(state, error)
            raise
        self._require(state)

    def _require(self, state: sqlite.Resting | None, cause: Exception | None = None) -> None:
        if state is not None and sqlite.file_state(self._path) != state:
            hint = N_("Another program is writing to it; wait a little and try again.")
            message = N_("registry {place}: it was written to while it was read", place=self._path.parent)
            raise RegistryBusyError(message, hint=hint) from cause

    def _made(self) -> sa.Engine:
        return sqlite.make_engine(
            self._path, writable=False, busy_timeout_s=self._busy_timeout_s, locks=self._state is None
        )
