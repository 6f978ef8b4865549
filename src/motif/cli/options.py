"""Options and arguments that several commands share."""

from __future__ import annotations

import functools
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from motif.cli.group import PlaceType
from motif.cli.session import session
from motif.errors import ParameterError
from motif.messages import N_, _
from motif.normalize.cut import WHOLE_PHOTO, clean_cut

PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)


def _registry(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value:
        session().registry = value


def _json(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    session().json = value


def _picture(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value is None:
        return None
    if value.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise click.BadParameter(_("expected a file that ends in .png or .jpg"))
    if value.exists():
        raise click.BadParameter(_("the file exists, and nothing is overwritten; name another"))
    return value


registry_option = click.option(
    "--registry",
    type=PlaceType(),
    callback=_registry,
    expose_value=False,
    help="Folder or database that holds the registry. [MOTIF_REGISTRY; otherwise registry.motif here]",
)
"""Followed by ``open_registry``; left out, what was given before the command, or MOTIF_REGISTRY, counts."""

json_option = click.option(
    "--json",
    is_flag=True,
    callback=_json,
    expose_value=False,
    help="Print one JSON document instead of text.",
)
"""Followed by ``emit_result``; also turns an error into a document."""

reader_option = click.option(
    "--by",
    default=getpass.getuser,
    help="Who reads; the log keeps it of a design that is not open. [your name on this computer]",
)
"""Followed by ``view_registry(by=by)``."""

strict_option = click.option(
    "--strict", is_flag=True, help="Refuse a photo that should be taken again (see motif capture-check)."
)
quiet_option = click.option("--quiet", is_flag=True, help="Show no progress.")
report_option = click.option(
    "--report", type=PATH, help="Write a report to this file; .html, or .pdf with the extra 'pdf'."
)


def _corners(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    try:
        cut = clean_cut(value or "")
    except ParameterError:
        cut = ""
    if value is not None and cut in ("", WHOLE_PHOTO):
        raise click.BadParameter(_("expected four pairs, such as '120,80 2900,95 2850,2100 160,2080'"))
    return cut


def cut_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--whole`` and ``--corners``; the command gets both as its parameter ``cut``."""

    @click.option("--whole", is_flag=True, help="Take the whole photo, and cut nothing off.")
    @click.option(
        "--corners", callback=_corners, help="The cloth's four corners, in pixels of the upright photo."
    )
    @functools.wraps(command)
    def with_cut(*args: Any, whole: bool, corners: str, **others: Any) -> Any:
        if whole and corners:
            raise click.UsageError(_("--whole and --corners do not go together."))
        return command(*args, cut=WHOLE_PHOTO if whole else corners, **others)

    return with_cut


def picture_option(what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make ``--picture FILE``, which draws the result; a file that exists is refused, not overwritten."""
    help_text = f"Draw {what}, into a new .png or .jpg file."
    return click.option("--picture", type=FILE, metavar="FILE", callback=_picture, help=help_text)


def photo_argument(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make an argument that names a picture file."""
    return click.argument(name, type=PATH)


def refuse_existing(path: Path | None) -> None:
    """Raise an error if a file that is to be written exists."""
    if path is not None and path.exists():
        raise ParameterError(N_("{path} is there already", path=path), hint=N_("Give another name."))
