"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from motif.cli.group import PlaceType, Session
from motif.messages import _

F = TypeVar("F", bound=Callable[..., Any])


def registry_option(function: F) -> F:
    """Add ``--registry``; left out, what was given before the command, or MOTIF_REGISTRY, counts."""
    help_text = "Folder or database that holds the registry. [MOTIF_REGISTRY; otherwise registry.motif here]"
    return click.option("--registry", type=PlaceType(), callback=_registry, help=help_text)(function)


def json_option(function: F) -> F:
    """Add ``--json``, which also turns an error into a document."""
    help_text = "Print one JSON document instead of text."
    return click.option("--json", "as_json", is_flag=True, callback=_json, help=help_text)(function)


def strict_option(function: F) -> F:
    """Add ``--strict``, which refuses a photo that should be taken again."""
    help_text = "Refuse a photo that should be taken again (see motif capture-check)."
    return click.option("--strict", is_flag=True, help=help_text)(function)


def picture_option(what: str) -> Callable[[F], F]:
    """Add ``--picture FILE``, which draws what was found; a file that exists is refused, not overwritten."""
    help_text = f"Draw {what}, into a new .png or .jpg file."
    kind = click.Path(path_type=Path, dir_okay=False)
    return click.option("--picture", type=kind, metavar="FILE", callback=_picture, help=help_text)


def report_option(function: F) -> F:
    """Add ``--report``, which names the file of a report; its ending says which form."""
    help_text = "Write a report to this file; .html, or .pdf with the extra 'pdf'."
    return click.option("--report", type=click.Path(path_type=Path), help=help_text)(function)


def photo_argument(name: str) -> Callable[[F], F]:
    """Add an argument that names a picture file."""
    return click.argument(name, type=click.Path(path_type=Path))


def _picture(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    if value is None:
        return None
    if value.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise click.BadParameter(_("expected a file that ends in .png or .jpg"))
    if value.exists():
        raise click.BadParameter(_("the file exists, and nothing is overwritten; name another"))
    return value


def _registry(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    return value or ctx.ensure_object(Session).registry


def _json(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
    ctx.ensure_object(Session).json = value
    return value
