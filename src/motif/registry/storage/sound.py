"""Whether a log fits itself and its signed checkpoints; asked before anything is added to it."""

from __future__ import annotations

import hashlib
from typing import NoReturn

from motif.errors import ParameterError, RegistryCorruptError
from motif.messages import N_
from motif.registry.ledger.checkpoint import Checkpoint
from motif.registry.ledger.merkle import EMPTY_ROOT, roots_at
from motif.registry.store import RESTORE_HINT, LogReader


def require_sound_log(reader: LogReader) -> None:
    """Compare a log's head and its checkpoints with the hashes of its events.

    It reads a few bytes of each event: 0.3 s for 100 000 events. Whether the tables follow from the log,
    only ``audit`` tells.

    Parameters
    ----------
    reader : LogReader

    Raises
    ------
    RegistryCorruptError
        If the log was cut or rewritten, or a checkpoint was changed.
    """
    head, stored = reader.head(), reader.checkpoints()
    roots = roots_at(reader.leaves(head.size), {head.size, *(each.size for each in stored)})
    if roots.get(head.size, EMPTY_ROOT) != head.root():
        _refuse(N_("the log was rewritten: its events and its head do not belong together"))
    for each in stored:
        try:
            known = Checkpoint.from_note(each.note)
        except ParameterError as error:
            raise RegistryCorruptError(
                N_("the checkpoint at {size} events was changed", size=each.size), hint=RESTORE_HINT
            ) from error
        if known.size > head.size:
            _refuse(
                N_(
                    "the log was cut: a signed checkpoint knows {known} events, the log has {there}",
                    known=known.size,
                    there=head.size,
                )
            )
        if known.root != roots.get(known.size) or known.size != each.size:
            _refuse(N_("the log is another than the one that was signed at {known} events", known=known.size))
        if _signed_note(reader, each.size) != hashlib.sha256(each.note.encode()).hexdigest():
            _refuse(N_("the checkpoint at {size} events was changed", size=each.size))


def _signed_note(reader: LogReader, size: int) -> str:
    """Return the SHA-256 of the checkpoint that the log says was signed at a size."""
    for event in reader.events(size, size + 1):
        return str(event.data.get("note_sha256"))
    return ""


def _refuse(message: str) -> NoReturn:
    raise RegistryCorruptError(message, hint=RESTORE_HINT)
