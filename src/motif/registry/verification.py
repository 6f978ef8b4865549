"""Verify a registry that may be too damaged to be opened."""

from __future__ import annotations

import os
from collections.abc import Sequence

from motif.errors import RegistryBusyError, RegistryCorruptError, RegistryError, SchemaVersionError
from motif.messages import N_
from motif.registry.checkpoint import VerifierKey
from motif.registry.findings import Audit, Finding
from motif.registry.merkle import EMPTY_ROOT
from motif.registry.registry import Registry


def verify_registry(
    path: str | os.PathLike[str],
    *,
    known: Sequence[str] = (),
    keys: Sequence[VerifierKey] = (),
    chain: bytes | None = None,
) -> Audit:
    """Walk a registry's log, tables and originals; what cannot even be opened is a finding too.

    Parameters
    ----------
    path : path of a registry
    known : sequence of str
        Checkpoints that were kept elsewhere.
    keys : sequence of VerifierKey
        Whose signatures count; those that the log names unless told.
    chain : bytes, optional
        PEM certificates under which timestamps must be; those that the log names unless told.

    Raises
    ------
    RegistryError
        If there is no registry, or it is in use.
    """
    try:
        with Registry.open(path, create=False) as registry:
            return registry.ledger.verify(known=known, keys=keys, chain=chain)
    except RegistryBusyError:
        raise
    except (RegistryCorruptError, SchemaVersionError) as error:
        return _beyond(error)
    except RegistryError as error:
        if error.__cause__ is None:  # there is none, or it may not be read: nothing was tampered with
            raise
        return _beyond(error)


def _beyond(error: RegistryError) -> Audit:
    finding = Finding(how="damaged", what=N_("the registry"), detail=error.message)
    return Audit(findings=(finding,), notes=(), events=0, originals=0, checkpoints=0, root=EMPTY_ROOT)
