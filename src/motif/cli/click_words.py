"""What click says by itself: its sentences stand in our catalogue, and it looks them up there."""

from __future__ import annotations

import gettext
import os
from collections.abc import Sequence
from typing import Final

from motif.messages import LANGUAGES, LOCALE, N_, current_language

SENTENCES: Final = (
    N_("Usage:"),
    N_("Options"),
    N_("Positional arguments"),
    N_("Commands"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("required"),
    N_("Show this message and exit."),
    N_("Try '{command} {option}' for help."),
    N_("Error: {message}"),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("{name} {filename!r} is not writable."),
    N_("file"),
    N_("directory"),
    N_("Choose from:\n\t{choices}"),
)
"""What this version of click says that an office can meet; others stay English."""


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Mark a sentence that click has in two forms."""
    return one, many


PLURALS: Final = (
    NN_("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    NN_("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    NN_("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    NN_("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)


def speak(words: Sequence[str]) -> None:
    """Choose the language of this process, and of those that it starts, before anything is parsed.

    Parameters
    ----------
    words : sequence of str
        The command line; ``--lang`` anywhere in it counts, since what is wrong with it is told, too.
    """
    for word, behind in zip(words, [*words[1:], ""], strict=True):
        asked = behind if word == "--lang" else word.removeprefix("--lang=")
        if asked in LANGUAGES and word.startswith("--lang"):
            os.environ["MOTIF_LANG"] = asked
    os.environ["LANGUAGE"] = current_language()
    gettext.bindtextdomain("motif", os.fspath(LOCALE))
    gettext.textdomain("motif")
