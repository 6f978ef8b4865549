"""The group ``motif``, which imports a command when it is called, and the class of all commands."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from motif import __version__
from motif.cli import codes
from motif.cli.errors import report_error
from motif.cli.language import in_language
from motif.cli.session import DEFAULT_REGISTRY, Session
from motif.messages import LANGUAGES, _, use_language
from motif.profiles import STANDARD_1

COMMANDS = {
    "capture-check": "motif.cli.photo:capture_check",
    "normalize": "motif.cli.normalize:normalize",
    "fingerprint": "motif.cli.fingerprint:fingerprint",
    "dedupe": "motif.cli.dedupe:dedupe",
    "register": "motif.cli.register:register",
    "check": "motif.cli.check:check",
    "compare": "motif.cli.photo:compare",
    "report": "motif.cli.report:report",
    "describe": "motif.cli.photo:describe",
    "list": "motif.cli.entries:list_entries",
    "show": "motif.cli.entries:show",
    "withdraw": "motif.cli.register:withdraw",
    "add-photo": "motif.cli.register:add_photo",
    "decide": "motif.cli.check:decide",
    "ignore": "motif.cli.ignore:ignore",
    "alerts": "motif.cli.check:alerts",
    "set": "motif.cli.records:set_fields",
    "party add": "motif.cli.records:party",
    "filing new": "motif.cli.filing:new",
    "filing show": "motif.cli.filing:show",
    "filing set": "motif.cli.filing:set_values",
    "filing check": "motif.cli.filing:check",
    "filing build": "motif.cli.filing:build",
    "filing sent": "motif.cli.filing:sent",
    "filing result": "motif.cli.filing:result",
    "filing release": "motif.cli.filing:release",
    "filing withhold": "motif.cli.filing:withhold",
    "specimen add": "motif.cli.records:specimen",
    "capture add": "motif.cli.records:capture",
    "erase": "motif.cli.records:erase",
    "import": "motif.cli.exchange:import_table",
    "export": "motif.cli.exchange:export",
    "checkpoint": "motif.cli.ledger:checkpoint",
    "log": "motif.cli.ledger:log",
    "proof": "motif.cli.ledger:proof",
    "verify": "motif.cli.ledger:verify",
    "serve": "motif.cli.serve:serve",
    "registry copy": "motif.cli.registry:copy",
    "registry backup": "motif.cli.registry:backup",
    "registry restore": "motif.cli.registry:restore",
    "registry accept-rollback": "motif.cli.registry:accept_rollback",
    "registry reindex": "motif.cli.registry:reindex",
}
"""Command -> its module and its name there, in the order of ``--help``."""


_PASSWORD = re.compile(r"//[^/?#@]*:[^@]*@|^\s*postgres[^/@]*:[^@]*:[^@]*@|://.*[?&]password=", re.IGNORECASE)
"""Something like a password in an address, also in one that is not written as it should be."""


class DocumentedCommand(click.Command):
    """A command whose help is in the language in use, and ends with examples and exit codes."""

    examples: Sequence[str]
    exit_codes: Mapping[int, str]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language in use."""
        super(DocumentedCommand, in_language(self)).format_help(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence of the help, in the language in use."""
        return super(DocumentedCommand, in_language(self)).get_short_help_str(limit)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples and exit codes."""
        with formatter.section(_("Examples")):
            for line in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        with formatter.section(_("Exit codes")):
            formatter.write_dl([(str(code), meaning) for code, meaning in sorted(self.exit_codes.items())])


class MotifCommand(DocumentedCommand):
    """A command of ``motif``; its function returns the exit code, or None for 0.

    Parameters
    ----------
    examples : sequence of str
        Command lines as a user would type them.
    exit_codes : mapping of int to str
        Meanings of exit codes that differ from those in ``codes.DOING``, or are added to them.
    """

    def __init__(
        self, *args: Any, examples: Sequence[str], exit_codes: Mapping[int, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.exit_codes = {**codes.DOING, **exit_codes}
        hidden = partial(click.Option, hidden=True, expose_value=False)
        self.params += [
            hidden(["--debug"], is_flag=True, callback=_debug),
            hidden(["--lang"], type=click.Choice(LANGUAGES), is_eager=True, callback=_lang),
        ]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; advise on a file name that starts with a dash."""
        words = tuple(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            file = next((arg for arg in words if arg.startswith("-") and Path(arg).exists()), None)
            if file is None:
                raise
            advice = _("If you mean the file, write ./{name}").format(name=file)
            raise click.UsageError(f"{error.format_message()} {advice}", ctx) from error

    def invoke(self, ctx: click.Context) -> None:
        """Run the command and exit with its code."""
        ctx.exit(super().invoke(ctx) or codes.DONE)


class MotifGroup(DocumentedCommand, click.Group):
    """A group that imports a command when it is called, and lets no traceback out."""

    examples = ("motif register parang.jpg --title 'Parang Biru'", "motif check new-design.jpg")
    exit_codes = codes.ALL

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order in which an office needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command = pkgutil.resolve_name(COMMANDS[cmd_name])
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Read two words as one command's name where there is such a command."""
        both = " ".join(args[:2])
        within = [name for name in COMMANDS if name.startswith(f"{args[0]} ")]
        if within and both not in COMMANDS:
            ctx.fail(_("Say which: {names}.").format(names=", ".join(within)))
        return super().resolve_command(ctx, [both, *args[2:]] if within else args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error becomes a message and an exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:
            session = ctx.ensure_object(Session)
            ctx.exit(report_error(error, debug=session.debug, as_json=session.json))


def command(
    name: str, *, examples: Sequence[str], exit_codes: Mapping[int, str] | None = None
) -> Callable[[Callable[..., Any]], MotifCommand]:
    """Make a ``MotifCommand`` of a function."""
    return click.command(name, cls=MotifCommand, examples=examples, exit_codes=exit_codes or {})


def _debug(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    ctx.ensure_object(Session).debug |= value


def _lang(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value or isinstance(ctx.command, click.Group):
        use_language(value)


class PlaceType(click.ParamType):  # type: ignore[type-arg]  # older versions take no argument
    """A folder or an address, without a password: all users of a computer can read what others typed."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text; in an environment variable, which only its owner reads, a password may stand."""
        place = str(value)
        source = ctx and param and ctx.get_parameter_source(param.name or "")
        if source != ParameterSource.ENVIRONMENT and _has_password(place):
            message = _(
                "Others on this computer can see a password that is typed here; put it into ~/.pgpass, "
                "PGPASSWORD or MOTIF_REGISTRY instead."
            )
            self.fail(message, param, ctx)
        return place


@click.group("motif", cls=MotifGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--registry",
    type=PlaceType(),
    envvar="MOTIF_REGISTRY",
    show_envvar=True,
    default=DEFAULT_REGISTRY,
    show_default=True,
    help="Folder or database that holds the registry; may also be given after the command.",
)
@click.option(
    "--debug", is_flag=True, envvar="MOTIF_DEBUG", show_envvar=True, help="Show where an error arose."
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    is_eager=True,
    callback=_lang,
    help="Language of advice: English or Indonesian. [MOTIF_LANG; otherwise the locale's]",
)
@click.version_option(
    __version__, message=f"motif %(version)s (profile {STANDARD_1.id})", help="Show the version and leave."
)
@click.pass_context
def cli(ctx: click.Context, registry: str, debug: bool) -> None:
    """Look up batik designs before they are submitted, and register them.

    The program reports indications, with what they rest on. People decide.
    """
    ctx.obj = Session(registry=registry, debug=debug)


def _has_password(place: str) -> bool:
    return bool(_PASSWORD.search(place))
