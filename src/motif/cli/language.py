"""The help and the messages of the commands in the language in use."""

from __future__ import annotations

import copy
import gettext
import inspect
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, TypeVar

import click

from motif.messages import LANGUAGES, LOCALE, N_, _, current_language

C = TypeVar("C", bound=click.Command)


def sentences(command: click.Command) -> Iterator[str]:
    """Yield the sentences of a command's help: paragraphs, options, exit codes."""
    yield from paragraphs(command.help)
    for option in command.params:
        if isinstance(option, click.Option) and option.help and not hasattr(option, "help_texts"):
            yield option.help
    yield from getattr(command, "exit_codes", {}).values()


def paragraphs(text: str | None) -> list[str]:
    """Split a help text into paragraphs, each on one line.

    Examples
    --------
    >>> paragraphs("List it.\\n\\n    All of\\n    it.")
    ['List it.', 'All of it.']
    """
    return [" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n") if part.strip()]


def marked_sentences(commands: Iterable[click.Command]) -> str:
    """Write Python source that marks every sentence of the help, for the extraction of messages.

    Examples
    --------
    >>> marked_sentences([click.Command("list", help="List it.")])
    "N_('List it.')\\n"
    """
    texts = set(chain.from_iterable(map(sentences, commands)))
    return "".join(f"N_({text!r})\n" for text in sorted(texts))


def in_language(command: C) -> C:
    """Return a copy of a command with its help in the language in use."""
    if current_language() == "en":
        return command
    translated = copy.copy(command)
    translated.help = "\n\n".join(map(_, paragraphs(command.help)))
    translated.params = [_translated(param) for param in command.params]
    if hasattr(translated, "exit_codes"):
        translated.exit_codes = {code: _(meaning) for code, meaning in translated.exit_codes.items()}
    return translated


def _translated(param: click.Parameter) -> click.Parameter:
    if not isinstance(param, click.Option) or not param.help:
        return param
    translated = copy.copy(param)
    translated.help = getattr(param, "help_texts", {}).get(current_language()) or _(param.help)
    return translated


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
"""The messages of this version of click that an office can meet; others stay English."""


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Mark a sentence that click has in a singular and a plural form."""
    return one, many


PLURALS: Final = (
    NN_("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    NN_("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    NN_("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    NN_("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)


def set_language(words: Sequence[str]) -> None:
    """Set the language of this process, and of those that it starts, before anything is parsed.

    Parameters
    ----------
    words : sequence of str
        The command line; ``--lang`` anywhere in it counts, since errors are reported in it, too.
    """
    for word, behind in zip(words, [*words[1:], ""], strict=True):
        language = behind if word == "--lang" else word.removeprefix("--lang=")
        if language in LANGUAGES and word.startswith("--lang"):
            os.environ["MOTIF_LANG"] = language
    os.environ["LANGUAGE"] = current_language()
    gettext.bindtextdomain("motif", os.fspath(LOCALE))
    gettext.textdomain("motif")
