"""Who works with a registry, and what they may see and change.

Each design may say who may see it (``Motif.access_class``). The registry holds every actor to that, whatever
page or program asks. It does not protect from who can read the disk, or the database, itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from motif.errors import AccessDeniedError, ParameterError
from motif.messages import N_
from motif.registry.catalogue import records_of
from motif.registry.ledger.event import Event
from motif.registry.records.text import clean_by
from motif.registry.records.works import Motif
from motif.registry.store import KnownEnd, LogReader, Reader, RecordReader, Store, Writer

ActorRole = Literal["owner", "head", "officer", "auditor", "maker"]
"""The owner is whoever has the folder itself in hand, such as on the command line."""

_EVERYONE: Final = frozenset[ActorRole](get_args(ActorRole))
_OFFICE: Final = _EVERYONE - {"maker"}
_SEEN_BY: Final[Mapping[str, frozenset[ActorRole]]] = {
    "terbuka": _EVERYONE,
    "dipegang_teguh": _OFFICE,
    "sakral": _OFFICE,
    "rahasia": frozenset({"owner", "head", "auditor"}),
}
"""Access class -> who sees such a design. One that says nothing is open."""
_CHANGES: Final = frozenset[ActorRole]({"owner", "head", "officer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts.

    Parameters
    ----------
    name : str
        What the log keeps of each change; empty for an owner who does not say.
    role : "owner", "head", "officer", "auditor" or "maker"

    Examples
    --------
    >>> officer, maker = Actor(name="sri", role="officer"), Actor(name="tini", role="maker")
    >>> officer.sees("dipegang_teguh"), officer.sees("rahasia"), maker.sees("sakral"), maker.sees(None)
    (True, False, False, True)
    """

    name: str = ""
    role: ActorRole = "owner"

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", clean_by(self.name))
        if self.role not in _EVERYONE:
            roles = ", ".join(sorted(_EVERYONE))
            raise ParameterError(
                N_("role={role!r:.40}; expected one of {roles}", role=self.role, roles=roles)
            )
        if not self.name and self.role != "owner":
            raise ParameterError(N_("an actor without a name"), hint=N_("Say who it is: the log names them."))

    @property
    def changes(self) -> bool:
        """Whether this actor may change the registry."""
        return self.role in _CHANGES

    @property
    def sees_everything(self) -> bool:
        """Whether no design is closed to this actor."""
        return all(self.role in roles for roles in _SEEN_BY.values())

    @property
    def sees_people(self) -> bool:
        """Whether this actor sees what is known of people; others only see names that may be shown."""
        return self.role in _OFFICE

    @property
    def opens_pictures(self) -> bool:
        """Whether this actor may agree to pictures of a sacred or secret design leaving the registry."""
        return self.role in ("owner", "head")

    def sees(self, access_class: str | None) -> bool:
        """Tell whether a design of an access class, None for unknown, is open to this actor."""
        return access_class is None or self.role in _SEEN_BY.get(access_class, frozenset())


OWNER: Final = Actor()


def is_open(access_class: str | None) -> bool:
    """Tell whether a design of an access class, None for unknown, is open to everyone.

    Parameters
    ----------
    access_class : str or None

    Returns
    -------
    bool

    Examples
    --------
    >>> is_open(None), is_open("terbuka"), is_open("sakral")
    (True, True, False)
    """
    return access_class is None or _SEEN_BY.get(access_class, frozenset()) == _EVERYONE


def closed_entries(reader: RecordReader, actor: Actor) -> frozenset[str]:
    """Return the ids of the entries that an actor must not see.

    Parameters
    ----------
    reader : RecordReader
    actor : Actor

    Returns
    -------
    frozenset of str
    """
    if actor.sees_everything:
        return frozenset()
    return frozenset(
        str(known.id) for known in records_of(reader, Motif) if not actor.sees(known.access_class)
    )


def not_open(entry_id: str) -> AccessDeniedError:
    """Say that a design is not open to who asked.

    Parameters
    ----------
    entry_id : str
        Or in words, what is closed.

    Returns
    -------
    AccessDeniedError
    """
    return AccessDeniedError(
        N_("{id} is not open to you", id=entry_id), hint=N_("Ask the head of the office.")
    )


class ActorStore:
    """A store whose every change is the actor's; see ``store.Store``.

    Parameters
    ----------
    store : Store
    actor : Actor
    """

    def __init__(self, store: Store, actor: Actor) -> None:
        self._store, self._actor = store, actor

    @property
    def registry_id(self) -> str:
        return self._store.registry_id

    @property
    def profile_id(self) -> str:
        return self._store.profile_id

    def reading(self) -> AbstractContextManager[Reader]:
        return self._store.reading()

    def writing(self, *, by: str = "") -> AbstractContextManager[Writer]:
        """Open the one writer in the actor's name.

        Raises
        ------
        AccessDeniedError
            If the actor may only look.
        """
        self._require_change()
        return self._store.writing(by=self._actor.name or by)

    def together(self, *, by: str = "") -> AbstractContextManager[None]:
        self._require_change()
        return self._store.together(by=self._actor.name or by)

    def accept_rollback(self, *, reason: str, by: str = "", known: KnownEnd | None = None) -> Event:
        self._require_change()
        return self._store.accept_rollback(reason=reason, by=self._actor.name or by, known=known)

    def prepare(self, fingerprints: Sequence[bytes]) -> None:
        self._store.prepare(fingerprints)

    def settle(self) -> None:
        self._store.settle()

    def write_file_checksum(self) -> None:
        self._store.write_file_checksum()

    def file_checksum_problem(self, reader: Reader) -> str | None:
        return self._store.file_checksum_problem(reader)

    def rollback_problem(self) -> str:
        return self._store.rollback_problem()

    def require_sound(self, reader: LogReader) -> None:
        self._store.require_sound(reader)

    def require_index(self) -> None:
        self._store.require_index()

    def rebuild_index(self) -> int:
        self._require_change()
        return self._store.rebuild_index()

    def close(self) -> None:
        """Leave the store open: it belongs to whoever opened it."""

    def _require_change(self) -> None:
        if not self._actor.changes:
            values: dict[str, Any] = {"name": self._actor.name}
            raise AccessDeniedError(
                N_("{name} may look, and change nothing", **values), hint=N_("Ask an officer to do it.")
            )
