"""Errors as plain messages on stderr and exit codes."""

from __future__ import annotations

import contextlib
import traceback
from typing import Any

from motif.cli import codes
from motif.cli.output import abandon_stdout, emit_json, ignore_interrupts, tell
from motif.errors import DuplicateMotifError, MotifError, RegistryUnavailableError
from motif.messages import N_, _, system_reason
from motif.report.text import error_text

BUG_HINT = N_("Run it again with --debug, and send what it prints to the developers.")


def report_error(error: BaseException, *, debug: bool = False, as_json: bool = False) -> int:
    """Report an error to the user, and choose the exit code.

    Parameters
    ----------
    error : BaseException
    debug : bool
        Show the traceback too.
    as_json : bool
        Also print ``{"error": {...}}`` to stdout.

    Returns
    -------
    int
        The exit code.
    """
    if debug:
        tell("".join(traceback.format_exception(error)).rstrip())
    if isinstance(error, KeyboardInterrupt):
        ignore_interrupts()
        tell(_("Stopped."))
        return codes.INTERRUPTED
    if isinstance(error, BrokenPipeError):
        abandon_stdout()
        return codes.READER_GONE
    description = describe_error(error)
    tell(error_text(description["message"], description["hint"]))
    if as_json:
        with contextlib.suppress(OSError):
            emit_json({"error": description})
    if isinstance(error, DuplicateMotifError):
        return codes.CONFLICT
    return codes.UNAVAILABLE if isinstance(error, RegistryUnavailableError) else codes.ERROR


def describe_error(error: BaseException) -> dict[str, Any]:
    """Return code, message and hint of any error, a ``MotifError`` or not.

    Examples
    --------
    >>> describe_error(MemoryError())["code"]
    'out-of-memory'
    >>> describe_error(ZeroDivisionError("division by zero"))["message"]
    'this should not have happened: ZeroDivisionError: division by zero'
    """
    if isinstance(error, DuplicateMotifError):
        return error.to_json() | {"entry_id": error.entry_id, "title": error.title, "score": error.score}
    if isinstance(error, MotifError):
        return error.to_json()
    if isinstance(error, MemoryError):
        return _described(
            "out-of-memory", N_("not enough memory"), N_("Close other programs, or use a smaller picture.")
        )
    if isinstance(error, OSError):
        message = system_reason(error)
        if error.filename:
            message = N_("{reason}: {file}", reason=message, file=error.filename)
        return _described("system", message, _hint(error))
    from motif.workers.limits import unexpected_error

    return unexpected_error(error).to_json() | {"hint": BUG_HINT}


def _hint(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return N_("There is no such file or folder. Check the name, or make the folder first.")
    if isinstance(error, FileExistsError):
        return N_("Nothing is overwritten. Name another file, or remove that one first.")
    return N_("Check that the disk has room and that you may write there.")


def _described(code: str, message: str, hint: str) -> dict[str, str]:
    return {"code": code, "message": message, "hint": hint}
