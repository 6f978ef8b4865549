"""Troubles of a PostgreSQL server, said as registry errors with a hint; no password is in any of them."""

from __future__ import annotations

from motif.errors import RegistryBusyError, RegistryCorruptError, RegistryError
from motif.messages import N_

_TRY_AGAIN = N_("Wait a little and try again; nothing that was registered is lost.")
_BUSY = {
    "55P03": N_("held by another program for too long"),
    "40001": N_("another program wrote at the same moment"),
    "40P01": N_("another program wrote at the same moment"),
    "53300": N_("the server has too many connections"),
}
_TOLD = {
    "53100": (
        N_("the server's disk is full"),
        N_("Free some space there; nothing that was registered is lost."),
    ),
    "53200": (N_("the server is out of memory"), _TRY_AGAIN),
    "25006": (N_("it cannot be written"), N_("Ask the server's administrator; perhaps this is a standby.")),
    "42501": (
        N_("this user may not do that"),
        N_("Ask the server's administrator for the right to read and write."),
    ),
    "28P01": (N_("the password is wrong, or there is none"), N_("Put it into ~/.pgpass or PGPASSWORD.")),
    "28000": (
        N_("the server refuses this user"),
        N_("Check user and database, or ask the server's administrator."),
    ),
    "3D000": (N_("the server has no such database"), N_("Check its name, or have it made: createdb NAME")),
    "57P03": (N_("the server is starting or stopping"), _TRY_AGAIN),
    "57P01": (N_("the server was stopped"), _TRY_AGAIN),
}
_DAMAGED = ("XX001", "XX002", "42P01", "42703", "23", "22")
_RESTORE = N_("Restore the registry from a backup into another database.")


def of_server(error: BaseException, where: str) -> RegistryError:
    """Return what an error of psycopg means.

    Parameters
    ----------
    error : psycopg.Error
    where : str
        What the message calls the registry.
    """
    code = getattr(error, "sqlstate", None) or _code_of_refusal(str(error))
    if code in _BUSY:
        return RegistryBusyError(N_("{where}: {what}", where=where, what=_BUSY[code]), hint=_TRY_AGAIN)
    if code in _TOLD:
        return RegistryError(N_("{where}: {what}", where=where, what=_TOLD[code][0]), hint=_TOLD[code][1])
    said = " ".join(str(error).split())[:200]
    if code.startswith(_DAMAGED):
        return RegistryCorruptError(
            N_("{where}: its tables are damaged ({said})", where=where, said=said), hint=_RESTORE
        )
    if not code or code.startswith(("08", "57")):
        hint = N_("Check that the server runs, its name and port, and the network; then try again.")
        return RegistryError(
            N_("{where}: the server cannot be reached ({said})", where=where, said=said), hint=hint
        )
    return RegistryError(
        N_("{where}: the server failed ({said})", where=where, said=said),
        hint=N_("Ask the server's administrator."),
    )


def _code_of_refusal(said: str) -> str:
    """Return the code that a refused connection had; psycopg passes on only the server's words."""
    words = {
        "password authentication failed": "28P01",
        "no password supplied": "28P01",
        "no pg_hba.conf entry": "28000",
        "role": "28000",
        "does not exist": "3D000",
        "too many": "53300",
        "remaining connection slots": "53300",
        "starting up": "57P03",
        "shutting down": "57P03",
    }
    return next((code for part, code in words.items() if part in said), "")
