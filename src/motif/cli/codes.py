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

OF_VERDICT: Final = {"clear": DONE, "review": REVIEW, "conflict": CONFLICT}

JUDGING: Final = {
    DONE: "clear: no indication found",
    REVIEW: "review: a person must look",
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
