"""What an exit code means (docs/adr/0003-exit-codes.md)."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
ERROR: Final = 1
USAGE: Final = 2
REVIEW: Final = 3
CONFLICT: Final = 4
UNAVAILABLE: Final = 5
INTERRUPTED: Final = 130
READER_GONE: Final = 141

_OF_VERDICT: Final = {"clear": DONE, "review": REVIEW, "conflict": CONFLICT}

JUDGING: Final = {
    DONE: "clear: no indication found",
    REVIEW: "review: a person must look; also where the picture shows too little to compare",
    CONFLICT: "conflict: strong indication that the design is registered already",
    ERROR: "error; the message says what to do",
    USAGE: "the command was not written as expected",
    UNAVAILABLE: "not just now: server, disk or permission; nothing is known to be wrong with the registry",
}
"""Codes of a command that answers with a verdict."""

DOING: Final = {DONE: "done", ERROR: JUDGING[ERROR], USAGE: JUDGING[USAGE], UNAVAILABLE: JUDGING[UNAVAILABLE]}
"""Codes of a command that does or shows something."""

ALL: Final = JUDGING | {DONE: "clear, or done"}
"""Every code, for the group's help; Ctrl-C exits with 130."""


def of_answer(verdict: str, *, too_little: bool) -> int:
    """Return the code of a verdict; a picture that shows too little to compare is not cleared.

    Parameters
    ----------
    verdict : "clear", "review" or "conflict"
    too_little : bool
        As ``CheckResult`` and ``Evidence`` have it.

    Returns
    -------
    int

    Examples
    --------
    >>> of_answer("clear", too_little=False), of_answer("clear", too_little=True)
    (0, 3)
    """
    return REVIEW if too_little else _OF_VERDICT[verdict]
