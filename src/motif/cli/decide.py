"""``motif decide``: keep what a person decided about a match or an entry."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json
from motif.messages import _

VERDICTS = ("confirm", "reject", "classic")


@make_command(
    "decide",
    examples=[
        "motif decide M-000042-7 M-000001-3 reject --by 'Bu Sri' --reason 'other main ornament'",
        "motif decide new-design.jpg M-000001-3 confirm --by 'Bu Sri' --reason 'same stamp'",
        "motif decide M-000001-3 classic --by 'Bu Sri' --reason 'parang rusak'",
    ],
)
@click.argument("words", metavar="MATCH... confirm|reject|classic", nargs=-1, required=True)
@click.option("--by", required=True, help="Who decided.")
@click.option("--reason", required=True, help="Why.")
@click.option("--part", help="The part that is classic, such as isen_latar; all of it if left out.")
@registry_option
@json_option
def command(
    words: tuple[str, ...], by: str, reason: str, part: str | None, registry: str, as_json: bool
) -> None:
    """Keep what a person decided about a match or an entry.

    A match has two sides: entries, the photo that was checked (its file, its SHA-256, or a remembered
    check's id); "A/B" does as well. confirm says one design, reject says two, classic says that the entry
    is nobody's own. Later checks obey: a rejected pair is not shown as a conflict again, a classic weighs
    as common. The newest decision counts; reject of one entry alone takes classic back.
    """
    from motif.registry.registry import Registry
    from motif.report.records import decided_text

    *targets, verdict = words
    if verdict not in VERDICTS or not targets:
        raise click.UsageError(
            _("The last word is one of {words}, after a match or an entry.").format(words=", ".join(VERDICTS))
        )
    sides = [side for target in targets for side in _sides(target)]
    with Registry.open(registry, create=False) as opened:
        made = opened.decide(*sides, verdict=verdict, by=by, reason=reason, part=part)
    if as_json:
        emit_json(made.to_json())
    else:
        emit(f"{' / '.join(filter(None, [made.a, made.b]))}: {decided_text(made)}.")


def _sides(target: str) -> list[str]:
    if Path(target).is_file():
        with Path(target).open("rb") as file:
            return [hashlib.file_digest(file, "sha256").hexdigest()]
    return [side.strip() for side in target.split("/")]
