"""``motif ignore``: marks that count nowhere in a registry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import page_width, tell
from motif.cli.session import emit_result, open_registry
from motif.errors import ParameterError
from motif.messages import N_, _

if TYPE_CHECKING:
    from motif.registry.marks import Consequences

yes_option = click.option(
    "--yes", is_flag=True, help="Go on without asking; for scripts. What would weaken is listed all the same."
)


class BoxType(click.ParamType[tuple[int, ...]]):
    """Four whole numbers: left, top, width and height."""

    name = "X,Y,W,H"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Read what was typed."""
        if isinstance(value, tuple):
            return value
        numbers = [number.strip() for number in str(value).split(",")]
        if len(numbers) != 4 or not all(number.isascii() and number.isdigit() for number in numbers):
            self.fail(_("{value!r:.40} is not written X,Y,W,H").format(value=value), param, ctx)
        return tuple(map(int, numbers))


@make_command(
    "ignore",
    examples=[
        "motif ignore new-design.jpg --box 620,880,340,120 --reason 'label of the shop'",
        "motif ignore --list",
        "motif ignore --restore X-000001-3 --reason 'it is a motif after all'",
    ],
)
@click.argument("photo", type=click.Path(path_type=Path), required=False)
@click.option(
    "--box",
    type=BoxType(),
    help="Round the mark: left, top, width, height in pixels of the upright photo.",
)
@click.option("--reason", help="Why; stands in the log.")
@click.option("--by", default="", help="Who decided.")
@click.option("--list", "listed", is_flag=True, help="List the marks that are ignored.")
@click.option("--all", "restored", is_flag=True, help="With --list, also those that were taken back.")
@click.option("--restore", metavar="ID", help="Let this mark count again.")
@yes_option
@registry_option
@json_option
def ignore(
    photo: Path | None,
    box: tuple[int, ...] | None,
    reason: str | None,
    by: str,
    listed: bool,
    restored: bool,
    restore: str | None,
    yes: bool,
) -> None:
    """Let a label, logo or watermark count nowhere.

    What lies in the box on PHOTO is common matter of this registry from now on: wherever it is found again,
    also turned, larger or mirrored, it is no evidence, and the cloth around it is compared as ever. Because
    that could hide a copy, the indications that would vanish or weaken are listed first. Nothing is lost:
    --restore takes it back, and both stand in the log.
    """
    if listed or restored:
        _require(photo is None and restore is None, _("--list is given alone."))
        return _list(restored)
    if restore is not None:
        _require(photo is None and box is None, _("--restore takes an id and a reason."))
        return _restore(restore, _given(reason), by)
    if photo is None or box is None:
        raise click.UsageError(_("Give PHOTO and --box, or --list, or --restore."))
    return _ignore(photo, box, _given(reason), by, yes=yes)


def require_consent(consequences: Consequences, *, yes: bool) -> None:
    """List on stderr what would weaken, and ask whether to go on.

    Parameters
    ----------
    consequences : Consequences
    yes : bool
        Do not ask.

    Raises
    ------
    ParameterError
        Where nobody can be asked, and ``yes`` is not given.
    click.Abort
        If the answer is no.
    """
    from motif.report.mark_text import consequences_text

    tell(consequences_text(consequences, width=page_width()))
    if yes:
        return
    if not sys.stdin.isatty():
        hint = N_("Look at what is listed above. To go on, give --yes.")
        raise ParameterError(N_("nothing was changed: nobody can be asked here"), hint=hint)
    click.confirm(_("Ignore it from now on?"), abort=True, err=True)


def _ignore(photo: Path, box: tuple[int, ...], reason: str, by: str, *, yes: bool) -> None:
    from motif.cli.photo import read_named
    from motif.report.mark_text import ignored_text

    with open_registry() as registry:
        draft = registry.marks.draft(read_named(photo, long_edge_px=registry.profile.long_edge_px), box)
        consequences = registry.marks.consequences(draft)
        require_consent(consequences, yes=yes)
        mark = registry.marks.ignore(draft, reason=reason, by=by)
    emit_result(mark.to_json() | {"consequences": consequences.to_json()}, ignored_text(mark))


def _restore(mark_id: str, reason: str, by: str) -> None:
    from motif.report.mark_text import restored_text

    with open_registry() as registry:
        mark = registry.marks.restore(mark_id, reason=reason, by=by)
    emit_result(mark.to_json(), restored_text(mark))


def _list(restored: bool) -> None:
    from motif.report.mark_text import marks_text

    with open_registry() as registry:
        marks = registry.marks.list(restored=restored)
    document = {"format": 1, "marks": [mark.to_json() for mark in marks]}
    emit_result(document, marks_text(marks, width=page_width()))


def _given(reason: str | None) -> str:
    _require(bool(reason and reason.strip()), _("Say why: --reason."))
    return str(reason)


def _require(fits: bool, message: str) -> None:
    if not fits:
        raise click.UsageError(message)
