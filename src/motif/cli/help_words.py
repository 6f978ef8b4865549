"""The help of the commands in the language in use."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

from motif.messages import _, current_language

C = TypeVar("C", bound=click.Command)


def sentences(command: click.Command) -> Iterator[str]:
    """Yield what the help of a command says: paragraphs, options, exit codes."""
    yield from paragraphs(command.help)
    for option in command.params:
        if isinstance(option, click.Option) and option.help and not hasattr(option, "said"):
            yield option.help
    yield from getattr(command, "exit_codes", {}).values()


def paragraphs(text: str | None) -> list[str]:
    """Part a help text into paragraphs, each on one line.

    Examples
    --------
    >>> paragraphs("List it.\\n\\n    All of\\n    it.")
    ['List it.', 'All of it.']
    """
    return [" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n") if part.strip()]


def collected(commands: Iterable[click.Command]) -> str:
    """Return Python that marks every sentence of the help, for those who collect sentences.

    Examples
    --------
    >>> collected([click.Command("list", help="List it.")])
    "N_('List it.')\\n"
    """
    return "".join(
        f"N_({text!r})\n" for text in sorted({text for one in commands for text in sentences(one)})
    )


def in_language(command: C) -> C:
    """Return a command whose help is said in the language in use."""
    if current_language() == "en":
        return command
    said = copy.copy(command)
    said.help = "\n\n".join(map(_, paragraphs(command.help)))
    said.params = [_said(param) for param in command.params]
    if hasattr(said, "exit_codes"):
        said.exit_codes = {code: _(meaning) for code, meaning in said.exit_codes.items()}
    return said


def _said(param: click.Parameter) -> click.Parameter:
    if not isinstance(param, click.Option) or not param.help:
        return param
    said = copy.copy(param)
    said.help = getattr(param, "said", {}).get(current_language()) or _(param.help)
    return said
