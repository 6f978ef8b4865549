"""Commands, their help and docs/cli.md say the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from motif.cli.docs import page
from motif.cli.group import COMMANDS, MotifCommand, cli
from motif.messages import use_language

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "cli.md"
README = ROOT / "README.md"
TYPED = re.compile(r"^(?:    |\$ )(motif .*)$", re.MULTILINE)
FORBIDDEN = re.compile(r"patent|paten\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Undo what an example that is parsed says of the language."""
    yield
    use_language(None)


def command_of(name: str) -> MotifCommand:
    command = cli.get_command(click.Context(cli), name)
    assert isinstance(command, MotifCommand)
    return command


def test_docs_cli_md_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/cli.md is stale: run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_and_its_options_too(name: str) -> None:
    command = command_of(name)
    assert command.name == name
    assert command.help
    assert not [
        param
        for param in command.params
        if isinstance(param, click.Option) and not param.hidden and not param.help
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_an_example_and_each_example_parses(name: str) -> None:
    command = command_of(name)
    assert command.examples
    for example in command.examples:
        words = shlex.split(example.partition(">")[0])
        typed = ["motif", *name.split()]
        assert words[: len(typed)] == typed
        command.make_context(name, words[len(typed) :]).close()


@pytest.mark.parametrize("name", COMMANDS)
def test_command_names_its_exit_codes(name: str) -> None:
    text = command_of(name).get_help(click.Context(command_of(name), info_name=f"motif {name}"))
    assert "Exit codes:" in text
    assert {0, 1, 2} <= set(command_of(name).exit_codes)


@pytest.mark.parametrize("name", COMMANDS)
def test_short_help_fits_the_list_of_commands(name: str) -> None:
    assert not command_of(name).get_short_help_str(62).endswith("...")


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"fingerprint"}))
def test_commands_that_report_speak_json(name: str) -> None:
    assert "--json" in [opt for param in command_of(name).params for opt in param.opts]


def test_no_text_speaks_of_patents() -> None:
    assert not FORBIDDEN.findall(page())


@pytest.mark.parametrize("line", TYPED.findall(README.read_text(encoding="utf-8")))
def test_command_lines_in_the_readme_parse(line: str) -> None:
    typed = line.partition(">")[0].partition("|")[0].replace("...", "photo.jpg")
    args = shlex.split(typed, comments=True)[1:]
    if not {"--help", "--version"} & {*args}:
        name, _, rest = cli.resolve_command(click.Context(cli), args)
        command_of(name or "").make_context(name, rest).close()
