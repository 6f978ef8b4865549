"""Which file a registry is exported to, by its suffix; nothing that exists is overwritten."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from motif.errors import ParameterError
from motif.exchange.flat import Dossier, dossiers
from motif.exchange.lido import export_lido
from motif.exchange.tables import export_csv, export_jsonl, export_parquet
from motif.registry.registry import Registry

Write = Callable[[Path, Iterable[Dossier]], int]

WRITERS: Final[dict[str, tuple[str, Write]]] = {
    "csv": (".csv", export_csv),
    "jsonl": (".jsonl", export_jsonl),
    "parquet": (".parquet", export_parquet),
    "lido": (".xml", export_lido),
}
"""Format -> its suffix, and what writes it."""


def export(
    registry: Registry, path: Path, *, form: str | None = None, include_withdrawn: bool = False
) -> int:
    """Write all entries to a file; it bears its name only once it is whole.

    Parameters
    ----------
    registry : Registry
    path : Path
    form : "csv", "jsonl", "parquet" or "lido", optional
        By the path's suffix unless told.
    include_withdrawn : bool

    Returns
    -------
    int
        How many entries were written.

    Raises
    ------
    ParameterError
        If the form is not known, or the file is there already.
    """
    write = WRITERS[form or form_of(path)][1]
    if path.exists() or path.is_symlink():
        raise ParameterError(f"{path} is there already", hint="Give another name; nothing is overwritten.")
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        count = write(draft, dossiers(registry, include_withdrawn=include_withdrawn))
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        _name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _name(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)  # refuses, also against a file that came up meanwhile
    except FileExistsError as error:
        raise ParameterError(f"{path} is there already", hint="Give another name.") from error
    except OSError:  # a memory stick knows no links
        draft.replace(path)


def form_of(path: Path) -> str:
    """Tell the form by a file's suffix; raise ``ParameterError`` if none fits."""
    for form, (suffix, _) in WRITERS.items():
        if path.suffix.lower() == suffix:
            return form
    suffixes = ", ".join(suffix for suffix, _ in WRITERS.values())
    raise ParameterError(f"{path.name}: expected one of {suffixes}", hint="Or give --format.")
