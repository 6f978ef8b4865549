"""Import an optional dependency, or say which extra brings it."""

from __future__ import annotations

import importlib
from types import ModuleType

from motif.errors import MissingExtraError
from motif.messages import N_


def require(module: str, *, extra: str) -> ModuleType:
    """Import ``module`` or raise an error that names the extra to install.

    A failure *inside* an installed dependency is passed on as it is: hiding it behind
    "please install" would send people the wrong way.

    Parameters
    ----------
    module : str
        Dotted name, such as ``"pillow_heif"``.
    extra : str
        The extra of this package that brings it, such as ``"heif"``.

    Returns
    -------
    module

    Raises
    ------
    MissingExtraError
        If the module itself is not installed.

    Examples
    --------
    >>> require("math", extra="none").sqrt(4)
    2.0
    >>> require("no_such_module", extra="heif")
    Traceback (most recent call last):
    motif.errors.MissingExtraError: no_such_module is not installed; it comes with the extra 'heif'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.split(".")[0]:
            raise
        message = N_(
            "{module} is not installed; it comes with the extra {extra!r}", module=module, extra=extra
        )
        raise MissingExtraError(
            message, hint=N_("Install it: pip install 'motif-registry[{extra}]'", extra=extra)
        ) from error
