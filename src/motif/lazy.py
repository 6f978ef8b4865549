"""Names of a package that are imported when they are first used, so that ``import motif`` stays quick."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any


def lazy_names(
    package: str,
    homes: Mapping[str, Sequence[str]],
    *,
    packages: Collection[str] = (),
    unlisted: Sequence[str] = (),
) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of a package whose names are imported when they are first used.

    Parameters
    ----------
    package : str
        The package's ``__name__``.
    homes : mapping of str to sequence of str
        Module below the package -> the names that it gives.
    packages : collection of str
        Modules below the package that are names themselves.
    unlisted : sequence of str
        Modules below the package whose names are found too, without being listed.

    Returns
    -------
    callable, str -> object
        Raises ``AttributeError`` for other names, as PEP 562 [1]_ asks.

    References
    ----------
    .. [1] PEP 562, module __getattr__ and __dir__. https://peps.python.org/pep-0562/
    """
    module_of = {name: f"{package}.{module}" for module, names in homes.items() for name in names}

    def load(name: str) -> Any:
        if name in packages:
            return importlib.import_module(f"{package}.{name}")
        for module in () if name in module_of or name.startswith("_") else unlisted:
            home = importlib.import_module(f"{package}.{module}")
            if hasattr(home, name):
                return getattr(home, name)
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(module_of[name]), name)

    return load
