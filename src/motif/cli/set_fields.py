"""``motif set``: say more about a design, or about any record."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import emit, emit_json
from motif.messages import N_, _


@make_command(
    "set",
    examples=[
        "motif set M-000042-7 first_announced_date=2024-05-17 first_announced_city=Blitar isen='cecek;sawut'",
        "motif set F-000001-3 status=dicatat registration_no=000123456",
        "motif set P-000001-3 'roles=pencipta:M-000042-7; pemohon:F-000001-3' may_be_named=yes",
    ],
)
@click.argument("record_id", metavar="ID")
@click.argument("pairs", metavar="FIELD=VALUE", nargs=-1, required=True)
@registry_option
@json_option
def command(record_id: str, pairs: tuple[str, ...], registry: str, as_json: bool) -> None:
    """Say more about the design or record ID.

    ID of an entry stands for what is known of its design. Several values are written with semicolons
    between; FIELD= alone makes the field unknown again. Every version is kept. Fields: docs/records.md.
    """
    from motif.errors import ParameterError
    from motif.registry.book import CLASSES
    from motif.registry.registry import Registry
    from motif.registry.values import LETTERS, parse_record_id
    from motif.report.records import kept_text

    with Registry.open(registry, create=False) as opened:
        kind = CLASSES[LETTERS[parse_record_id(record_id)[0]]]
        typed = dict(_pair(text) for text in pairs)
        strange = sorted(typed.keys() - kind.typed_fields().keys())
        if strange:
            hint = _advice(strange[0], kind.typed_fields())
            raise ParameterError(
                N_("a {kind} has no field {strange!r:.60}", kind=kind.KIND, strange=strange[0]), hint=hint
            )
        said: dict[str, Any] = dict.fromkeys(typed) | kind.parse(dict(typed))
        kept = opened.records.amend(record_id, lambda known: replace(known, **said))
    if as_json:
        emit_json(kept.to_json())
    else:
        emit(kept_text(kept))


def _advice(typed: str, fields: Mapping[str, Mapping[str, Any]]) -> str:
    """Name the fields, first those of which the name or a label holds what was typed, or nearly is it."""
    word = typed.replace("_", " ").lower()
    near = [
        name
        for name, told in fields.items()
        if word and any(word in label.lower() for label in (name.replace("_", " "), told["en"], told["id"]))
    ] or difflib.get_close_matches(typed, fields, n=3)
    names = ", ".join(fields)
    if not near:
        return N_("Fields: {names}.", names=names)
    return N_("Perhaps {near}? Fields: {names}.", near=", ".join(near), names=names)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(_(N_("{text!r} is not written FIELD=VALUE.", text=text)))
    return name.strip().replace("-", "_"), value
