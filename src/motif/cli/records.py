"""``motif party add`` and its like: one command for each kind of record, its options made from the fields."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from motif.cli.group import MotifCommand
from motif.cli.group import command as make_command
from motif.cli.options import json_option, registry_option
from motif.cli.output import tell
from motif.cli.session import emit_result, open_registry
from motif.messages import LANGUAGES, N_, _
from motif.registry.records.fields import Choice, Many
from motif.registry.records.people import Consent, Party, Role
from motif.registry.records.record import Record
from motif.registry.records.works import Capture, Motif, Specimen
from motif.vocabulary import terms

if TYPE_CHECKING:
    from motif.registry.registry import Registry


class FieldOption(click.Option):
    """An option with its help in each language, made of the names of fields and terms.

    Parameters
    ----------
    help_texts : mapping of language to str
    """

    def __init__(self, *args: Any, help_texts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"help": help_texts["en"]})
        self.help_texts = help_texts


def _make(record: type[Record], summary: str, examples: Sequence[str]) -> MotifCommand:
    def run(**typed: Any) -> None:
        from motif.report.record_text import saved_text

        with open_registry() as registry:
            saved = registry.records.put(_read(record, typed, registry))
        emit_result(saved.to_json(), saved_text(saved))

    run.__doc__ = summary
    options = [
        *(_PERSON_OPTIONS if record is Party else ()),
        click.option(
            "--entry",
            multiple=True,
            metavar="ID",
            help="The entry (or, for a party, also the filing) that it belongs to; may be repeated for some.",
        ),
        *(
            _option(name, metadata)
            for name, metadata in record.typed_fields().items()
            if name not in ("entry", "roles")
        ),
        registry_option,
        json_option,
    ]
    for option in reversed(options):
        option(run)
    return make_command(f"{record.KIND} add", examples=examples)(run)


def _option(name: str, metadata: Any) -> Any:
    kind = metadata["kind"]
    many = isinstance(kind, Many)
    inner = kind.inner if many else kind
    names = ", ".join(terms(inner.list)) if isinstance(inner, Choice) else ""
    labels = {"en": f"{metadata['en']} ({metadata['id']})", "id": metadata["id"]}
    texts = {language: _help(labels[language], names, many, language) for language in LANGUAGES}
    return click.option(f"--{name.replace('_', '-')}", name, multiple=many, cls=FieldOption, help_texts=texts)


def _help(label: str, names: str, many: bool, language: str) -> str:
    label = label.replace("?", "")
    sentences = [f"{label[:1].upper()}{label[1:]}."]
    if names:
        sentences.append(_("One of: {names}.", language).format(names=names))
    if many:
        sentences.append(_("May be repeated.", language))
    return " ".join(sentences)


_ROLES = ", ".join(terms("roles"))
_ROLE_HELP = N_("What the party is to --entry. One of: {names}.")
_PERSON_OPTIONS = (
    click.option(
        "--role",
        multiple=True,
        cls=FieldOption,
        help_texts={language: _(_ROLE_HELP, language).format(names=_ROLES) for language in LANGUAGES},
    ),
    click.option(
        "--nik", help="Identity number, kept as a salted hash only; - reads it from standard input."
    ),
    click.option("--consent", help="What the person agreed to; dated today."),
)


def _read(record: type[Record], typed: dict[str, Any], registry: Registry) -> Record:
    entries = tuple(typed.pop("entry"))
    texts = {name: value for name, value in typed.items() if value and name not in ("role", "nik", "consent")}
    values = record.parse(texts)
    if record is Party:
        values |= _person(typed, entries, registry)
    elif len(entries) > 1:
        raise click.UsageError(_("A {kind} belongs to one entry.").format(kind=record.KIND))
    else:
        values |= {"entry": entries[0]} if entries else {}
    return record(**values)


def _person(typed: dict[str, Any], entries: tuple[str, ...], registry: Registry) -> dict[str, Any]:
    from motif.registry.records.people import NikHasher, salt_path

    values: dict[str, Any] = {}
    if not typed.get("name"):
        raise click.UsageError(_("A party has a name: --name."))
    if bool(typed["role"]) != bool(entries):
        raise click.UsageError(_("--role says what the party is to --entry: give both."))
    if typed["role"]:
        values["roles"] = [Role(role=role, of=entry) for entry in entries for role in typed["role"]]
    if typed["consent"]:
        values["consent"] = [Consent(purpose=typed["consent"], date=date.today().isoformat())]
    if typed["nik"]:
        nik = sys.stdin.readline() if typed["nik"] == "-" else typed["nik"]
        registry_id = registry.ledger.origin.rpartition("/")[2]
        place = salt_path(registry_id)
        is_new = not place.exists()
        hasher = NikHasher.load(registry_id, needed=registry.records.nik_salt_id())
        values["nik_hash"] = hasher.hash(nik)
        if is_new:
            sentence = _("Salt {id} was made for the NIK of this registry: keep a copy of {place}.")
            tell(sentence.format(id=hasher.salt_id, place=place))
    return values


party = _make(
    Party,
    """Keep a person or a body, with its role.

    Kept beside the log, so that all of it can be erased (motif erase). Nothing tells of health or
    disability, and the NIK is kept as a salted hash only. What is left out is unknown. Names are shown to
    others only with --may-be-named yes.
    """,
    ["motif party add --name Sri --role pencipta --entry M-000042-7 --may-be-named yes"],
)
specimen = _make(
    Specimen,
    """Keep a cloth: where it is, how it was made.

    The applicant keeps the original cloth and produces it in a dispute; this says where it is.
    """,
    ["motif specimen add --entry M-000042-7 --storage 'Lemari 3' --seal A-17 --technique ciprat"],
)
capture = _make(
    Capture,
    """Keep how a photo was taken.

    The photo itself is the entry's; --sha256 names it.
    """,
    ["motif capture add --entry M-000042-7 --operator P-000001-3 --view bidang"],
)


@make_command(
    "set",
    examples=[
        "motif set M-000042-7 title='Parang Rusak'",
        "motif set M-000042-7 first_announced_date=2024-05-17 first_announced_city=Blitar isen='cecek;sawut'",
        "motif set F-000001-3 status=dicatat registration_no=000123456",
        "motif set P-000001-3 'roles=pencipta:M-000042-7; pemohon:F-000001-3' may_be_named=yes",
    ],
)
@click.argument("record_id", metavar="ID")
@click.argument("pairs", metavar="FIELD=VALUE", nargs=-1, required=True)
@registry_option
@json_option
def set_fields(record_id: str, pairs: tuple[str, ...]) -> None:
    """Say more about the design or record ID.

    ID of an entry stands for its title, its note and what is known of its design. Several values are written
    with semicolons between; FIELD= alone makes the field unknown again. Every version is kept. Fields:
    docs/records.md.
    """
    from motif.errors import ParameterError
    from motif.registry.catalogue import CLASSES
    from motif.registry.records.ids import LETTERS, parse_record_id
    from motif.report.record_text import saved_text

    with open_registry() as registry:
        kind = CLASSES[LETTERS[parse_record_id(record_id)[0]]]
        typed = dict(pair_of(text) for text in pairs)
        own = {name: typed.pop(name) for name in ("title", "note") if kind is Motif and name in typed}
        strange = min(typed.keys() - kind.typed_fields().keys(), default=None)
        if strange is not None:
            raise ParameterError(
                N_("a {kind} has no field {strange!r:.60}", kind=kind.KIND, strange=strange),
                hint=_advice(strange, kind.typed_fields()),
            )
        values: dict[str, Any] = dict.fromkeys(typed) | kind.parse(dict(typed))
        if kind is Motif:
            registry.revise(record_id, title=own.get("title"), note=own.get("note"), known=values)
            saved: Record = registry.records.motif(record_id)
        else:
            saved = registry.records.amend(record_id, lambda record: replace(record, **values))
    emit_result(saved.to_json(), saved_text(saved))


def _advice(typed: str, fields: Mapping[str, Mapping[str, Any]]) -> str:
    """Name the fields, first those whose name or label contains what was typed, or is close to it."""
    word = typed.replace("_", " ").lower()
    near = [
        name
        for name, labels in fields.items()
        if word
        and any(word in label.lower() for label in (name.replace("_", " "), labels["en"], labels["id"]))
    ] or difflib.get_close_matches(typed, fields, n=3)
    names = ", ".join(fields)
    if not near:
        return N_("Fields: {names}.", names=names)
    return N_("Perhaps {near}? Fields: {names}.", near=", ".join(near), names=names)


def pair_of(text: str) -> tuple[str, str]:
    """Read FIELD=VALUE.

    Parameters
    ----------
    text : str

    Returns
    -------
    name, value : str
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(_(N_("{text!r} is not written FIELD=VALUE.", text=text)))
    return name.strip().replace("-", "_"), value


@make_command("erase", examples=["motif erase P-000042-7 --reason 'asked for on 24 November'"])
@click.argument("record_id", metavar="ID")
@click.option("--reason", required=True, help="Stands in the log for ever: do not name the person in it.")
@registry_option
@json_option
def erase(record_id: str, reason: str) -> None:
    """Erase what is kept of a person, in all versions.

    The log keeps that there was something, when it was erased and why; nothing of what it said can be
    made out from it. Copies and backups made before are not reached: erase there too.
    """
    with open_registry() as registry:
        registry.records.erase(record_id, reason=reason)
    emit_result({"format": 1, "erased": record_id}, _("Erased: {id}.").format(id=record_id))
