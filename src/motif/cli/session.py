"""The options that all commands share, and what follows them: opening the registry, printing a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from motif.cli.output import emit, emit_json, tell
from motif.errors import RegistryCorruptError
from motif.messages import _

if TYPE_CHECKING:
    from motif.registry.registry import Registry

DEFAULT_REGISTRY = "registry.motif"


@dataclass(slots=True)
class Session:
    """The options of one run that are given before the command or after it."""

    registry: str = DEFAULT_REGISTRY
    debug: bool = False
    json: bool = False


def session() -> Session:
    """Return the session of the command that runs."""
    return click.get_current_context().ensure_object(Session)


def open_registry(*, create: bool = False, by: str = "") -> Registry:
    """Open the registry that ``--registry`` or MOTIF_REGISTRY names, in order to write to it.

    Parameters
    ----------
    create : bool
    by : str
        Who works with it.

    Raises
    ------
    RegistryCorruptError
        Before any work is done, if its log was cut, put back or rewritten.
    """
    from motif.registry.registry import Registry

    registry = Registry.open(session().registry, create=create, by=by)
    try:
        registry.ledger.require_sound()
        clock = registry.ledger.clock_problem()
    except BaseException:
        registry.close()
        raise
    if clock:
        sentence = _("Warning: {problem}. Set the clock before you go on: the time stays in the log.")
        tell(sentence.format(problem=_(clock)))
    return registry


def view_registry(*, by: str = "") -> Registry:
    """Open the registry in order to look something up; warn if its log was cut or put back.

    Parameters
    ----------
    by : str
        Who reads; the log keeps it of designs that are not open.
    """
    from motif.registry.registry import Registry

    registry = Registry.open(session().registry, create=False, by=by)
    try:
        problem = registry.ledger.rollback_problem()
    except RegistryCorruptError as error:
        problem = error.message
    except BaseException:
        registry.close()
        raise
    if problem:
        sentence = _("Warning: {problem}. Entries may be missing; run motif verify.")
        tell(sentence.format(problem=_(problem)))
    return registry


def emit_result(document: Any, text: str) -> None:
    """Print a result: the document with ``--json``, the text without."""
    if session().json:
        emit_json(document)
    else:
        emit(text)
