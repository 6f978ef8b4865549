"""Who has read what is not open: one event in the log for each actor, design and day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime

from motif.registry.actor import is_open
from motif.registry.catalogue import motif_of
from motif.registry.ledger.event import READING
from motif.registry.store import LogReader, Store


class Readings:
    """The readings of one registry; what is known of today's is kept in memory.

    Parameters
    ----------
    store : Store
        Of the whole registry: who may only look leaves an event, too.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._day = date.min
        self._size = 0
        self._known: set[tuple[str, str]] = set()

    def note(self, entry_ids: Collection[str], *, by: str) -> None:
        """Keep in the log who reads some designs, unless it has that of today.

        Parameters
        ----------
        entry_ids : collection of str
            Of entries that exist. Designs that are open to everyone leave nothing.
        by : str
            Who reads; nothing is kept of nobody.

        Raises
        ------
        RegistryError
            If the log cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from motif.registry.registry import Registry
        >>> with Registry.open(tempfile.mkdtemp()) as registry:
        ...     Readings(registry._store).note([], by="sri")
        ...     [event.kind for event in registry.ledger.events()]
        ['registry.made']
        """
        today = datetime.now(UTC).date()
        known = self._known if self._day == today else frozenset()
        unknown = sorted(one for one in set(entry_ids) if by and (by, one) not in known)
        if not unknown:
            return
        with self._store.reading() as reader:
            closed = [one for one in unknown if not is_open(motif_of(reader, one).access_class)]
        if not closed:
            return
        with self._store.writing(by=by) as writer:  # the only writer, so that no two keep the same
            self._follow(writer, today)
            added = [one for one in closed if (by, one) not in self._known]
            for one in added:
                writer.append(READING, {"id": one})
        self._known |= {(by, one) for one in added}

    def _follow(self, reader: LogReader, today: date) -> None:
        """Learn of the readings that the log has of today."""
        if self._day != today:
            self._day, self._known, self._size = today, set(), _start_of(reader, today)
        for event in reader.events(self._size):
            if event.kind == READING and event.at.date() == today:
                self._known.add((event.by, str(event.data["id"])))
        self._size = reader.head().size


def _start_of(reader: LogReader, day: date) -> int:
    """Return the place of the first event of a day, by halves: a log may be long."""
    low, high = 0, reader.head().size
    while low < high:
        middle = (low + high) // 2
        if next(iter(reader.events(middle, middle + 1))).at.date() < day:
            low = middle + 1
        else:
            high = middle
    return low
