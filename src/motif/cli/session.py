"""The options that all commands share, and what follows them: opening the registry, printing a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from motif.cli.output import emit, emit_json

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


def open_registry(*, create: bool = False) -> Registry:
    """Open the registry that ``--registry`` or MOTIF_REGISTRY names."""
    from motif.registry.registry import Registry

    return Registry.open(session().registry, create=create)


def emit_result(document: Any, text: str) -> None:
    """Print a result: the document with ``--json``, the text without."""
    if session().json:
        emit_json(document)
    else:
        emit(text)
