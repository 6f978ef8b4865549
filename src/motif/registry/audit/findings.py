"""The result of ``verify``: its findings, and the names of what they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from motif.errors import ParameterError
from motif.messages import N_, _, message_of
from motif.registry.records.ids import format_id
from motif.registry.storage.failures import is_damage
from motif.registry.storage.projection import Row
from motif.registry.store import TableReader

_HOW = {"changed": N_("changed"), "removed": N_("removed"), "added": N_("added"), "damaged": N_("damaged")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One deviation of the registry from its log.

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

    def in_words(self) -> str:
        """Return the finding as text in the current language."""
        return str(Finding(how=_(_HOW[self.how]), what=_(self.what), detail=_(self.detail)))

    def to_json(self) -> dict[str, str]:
        """Return the finding as JSON-ready values."""
        return {"how": self.how, "what": self.what, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The result of ``verify``.

    Parameters
    ----------
    findings : tuple of Finding
        Empty if the registry agrees with its log.
    notes : tuple of str
        What is explained and harmless, such as the file of a registration that was refused.
    events, originals, checkpoints : int
        How many were verified.
    root : bytes, 32
        Of the log.
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
        """Return the result as JSON-ready values."""
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


@contextmanager
def damage_noted(findings: list[Finding], what: str) -> Iterator[None]:
    """Turn damage inside into a finding: it is named and never ends the audit.

    A registry that cannot be read just now, and a fault of the program, are no findings.

    Parameters
    ----------
    findings : list of Finding
        Gets the finding.
    what : str
        What is damaged if something fails.
    """
    try:
        yield
    except Exception as error:
        if not is_damage(error):
            raise
        findings.append(Finding(how="damaged", what=what, detail=message_of(error, 200)))


def scan(
    reader: TableReader, table: str, findings: list[Finding], expected: Iterable[tuple[Any, ...]] = ()
) -> Iterator[Row]:
    """Yield a table's rows; where that fails, name the expected rows that cannot be read.

    Parameters
    ----------
    reader : TableReader
    table : str
    findings : list of Finding
        Gets what cannot be read.
    expected : iterable of tuple
        Primary keys of the rows that should be there.

    Yields
    ------
    dict of column to value
        Unchecked; events in the order of the log.
    """
    try:
        rows = reader.rows(table)
        if table == "events":
            rows = iter(sorted(rows, key=_log_order))
        yield from rows
    except Exception as error:
        if not is_damage(error):
            raise
        what = N_("table {table}", table=table)
        findings.append(Finding(how="damaged", what=what, detail=message_of(error, 200)))
        for key in expected:
            try:
                reader.row(table, key)
            except Exception as row_error:
                if not is_damage(row_error):
                    raise
                detail = N_("it cannot be read: {trouble:.80}", trouble=row_error)
                findings.append(Finding(how="damaged", what=name_of(table, key), detail=detail))


def _log_order(row: Row) -> tuple[int, str]:
    seq = row["seq"]
    return (seq, "") if isinstance(seq, int) else (2**62, str(seq))


def _id(number: object) -> str:
    with suppress(ParameterError):
        if isinstance(number, int):
            return format_id(number)
    return f"number {number!s:.20}"


_NAMES: dict[str, Callable[[tuple[Any, ...]], str]] = {
    "facts": lambda key: N_("fact {name!s:.40}", name=key[0]),
    "counters": lambda key: N_("counter {name!s:.40}", name=key[0]),
    "entries": lambda key: N_("entry {id}", id=_id(key[0])),
    "photos": lambda key: N_("photo {sha256!s:.20}", sha256=key[0]),
    "fingerprints": lambda key: N_(
        "fingerprint {profile!s:.40} of photo {sha256!s:.20}", profile=key[1], sha256=key[0]
    ),
    "similarities": lambda key: N_("likeness {place!s:.20} of entry {id}", place=key[1], id=_id(key[0])),
    "records": lambda key: N_("record {id!s:.40}, version {version!s:.20}", id=key[0], version=key[1]),
    "links": lambda key: N_(
        "link {name!s:.40} {place!s:.20} of {id!s:.40}", name=key[1], place=key[2], id=key[0]
    ),
    "blobs": lambda key: N_("blob {sha256!s:.64}", sha256=key[0]),
    "checkpoints": lambda key: N_("checkpoint at {size!s:.20} events", size=key[0]),
}


def name_of(table: str, key: tuple[Any, ...]) -> str:
    """Name a row of a table for people.

    Parameters
    ----------
    table : str
    key : tuple
        Its primary key, unchecked.

    Returns
    -------
    str, such as ``"entry M-000001-3"``
    """
    return _NAMES[table](key)
