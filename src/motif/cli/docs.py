"""The page docs/cli.md, made from the commands themselves: ``python -m motif.cli.docs > docs/cli.md``.

With ``--sentences`` it prints the sentences of their help, marked for ``make messages``.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Iterable, Mapping

import click

from motif.cli import codes
from motif.cli.group import MotifCommand, cli
from motif.cli.language import marked_sentences

INTRODUCTION = """# Command line

<!-- Made by `make docs` from the commands' own help; edit src/motif/cli/ instead. -->

Results go to standard output, remarks and errors to standard error. With `--json` a command prints one
JSON document; an error is then `{"error": {"code", "message", "hint"}}`. A file name that starts with a
dash is written `./-name.jpg`."""


def all_commands() -> list[MotifCommand]:
    """Return every command, in the order of ``motif --help``."""
    with click.Context(cli, info_name="motif") as context:
        commands = [cli.get_command(context, name) for name in cli.list_commands(context)]
    return [command for command in commands if isinstance(command, MotifCommand)]


def page() -> str:
    """Return the page as Markdown.

    Examples
    --------
    >>> page().splitlines()[0]
    '# Command line'
    """
    parts = [INTRODUCTION, _synopsis(cli, "motif"), _help(cli), _options(cli), _exit_codes(codes.ALL)]
    for command in all_commands():
        parts += [f"## motif {command.name}", _synopsis(command, f"motif {command.name}"), _help(command)]
        parts += [_options(command), "Examples:", _fenced(command.examples), _exit_codes(command.exit_codes)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _synopsis(command: click.Command, name: str) -> str:
    arguments = [
        (param.metavar or str(param.name).upper()) + ("..." if param.nargs == -1 else "")
        for param in command.params
        if isinstance(param, click.Argument)
    ]
    if isinstance(command, click.Group):
        arguments = ["COMMAND ..."]
    return _fenced([" ".join([name, "[OPTIONS]", *arguments])])


def _help(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "")


def _options(command: click.Command) -> str:
    options = [param for param in command.params if isinstance(param, click.Option) and not param.hidden]
    lines = (
        f"- `{', '.join(option.opts)}{_value(option)}`: {option.help}{_notes(option)}" for option in options
    )
    return "\n".join(
        textwrap.fill(line, 120, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for line in lines
    )


def _notes(option: click.Option) -> str:
    notes = ["required"] if option.required else []
    notes += [f"environment: {option.envvar}"] if option.envvar else []
    notes += [f"default: {option.default}"] if option.show_default else []
    return f" [{'; '.join(notes)}]" if notes else ""


def _value(option: click.Option) -> str:
    return "" if option.is_flag else f" {option.type.name.split()[0].upper()}"


def _exit_codes(meanings: Mapping[int, str]) -> str:
    rows = [f"| {code} | {meaning} |" for code, meaning in sorted(meanings.items())]
    return "\n".join(["| exit code | meaning |", "|---|---|", *rows])


def _fenced(lines: Iterable[str]) -> str:
    return "\n".join(["```console", *lines, "```"])


if __name__ == "__main__":
    sys.stdout.write(marked_sentences([cli, *all_commands()]) if "--sentences" in sys.argv else page())
