"""Which file a registry is exported to, by its suffix; nothing that exists is overwritten."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final

from motif.errors import ParameterError
from motif.exchange.bagit import export_bag
from motif.exchange.flat import Dossier, dossiers
from motif.exchange.lido import export_lido
from motif.exchange.tables import export_csv, export_jsonl, export_parquet
from motif.messages import N_
from motif.registry.originals import name_once
from motif.registry.registry import Registry

Write = Callable[[Path, Iterable[Dossier]], int]

SUFFIXES: Final = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet", "lido": ".xml", "bagit": ".zip"}
"""Format -> its suffix."""


def export(
    registry: Registry, path: Path, *, form: str | None = None, include_withdrawn: bool = False
) -> int:
    """Write all entries to a file; it bears its name only once it is whole.

    Parameters
    ----------
    registry : Registry
    path : Path
    form : "csv", "jsonl", "parquet", "lido" or "bagit", optional
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
    RegistryCorruptError
        If an original that belongs into a bag is missing or was changed.
    """
    write = _writer(registry, path, form or form_of(path))
    if path.exists() or path.is_symlink():
        raise ParameterError(
            N_("{path} is there already", path=path), hint=N_("Give another name; nothing is overwritten.")
        )
    draft = path.with_name(f".motif-{secrets.token_hex(8)}.tmp")
    try:
        count = write(draft, dossiers(registry, include_withdrawn=include_withdrawn))
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        _name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _writer(registry: Registry, path: Path, form: str) -> Write:
    writers: dict[str, Write] = {
        "csv": export_csv,
        "jsonl": export_jsonl,
        "parquet": export_parquet,
        "lido": export_lido,
        "bagit": partial(export_bag, called=path, original=registry.original),
    }
    return writers[form]


def _name(draft: Path, path: Path) -> None:
    try:
        name_once(draft, path)  # refuses, also against a file that came up meanwhile
    except FileExistsError as error:
        raise ParameterError(
            N_("{path} is there already", path=path), hint=N_("Give another name.")
        ) from error


def form_of(path: Path) -> str:
    """Tell the form by a file's suffix; raise ``ParameterError`` if none fits."""
    for form, suffix in SUFFIXES.items():
        if path.suffix.lower() == suffix:
            return form
    expected = ", ".join(SUFFIXES.values())
    raise ParameterError(
        N_("{name}: expected one of {expected}", name=path.name, expected=expected),
        hint=N_("Or give --format."),
    )
