"""``motif filing``: what the portal asks, checked, in one file; and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import FILE, PATH, json_option, registry_option
from motif.cli.output import page_width, tell
from motif.cli.session import emit_result, open_registry, session, view_registry
from motif.errors import ParameterError
from motif.files import replace_file
from motif.messages import N_, _, system_reason

if TYPE_CHECKING:
    from motif.registry.records.filing import Filing

_RESULTS = ("dicatat", "terdaftar", "kurang", "diajukan", "ditolak", "ditarik", "dibatalkan")
_CHECKED = {
    codes.DONE: "nothing is missing; what cannot be told yet is left to people",
    codes.REVIEW: "something is not met, and is named first",
}

at_option = click.option(
    "--at",
    metavar="DATE",
    default="",
    help="Count terms and the age of the search as of this day, such as 2026-12-01; by default now.",
)
by_option = click.option("--by", default="", help="Who answers; kept with the answer.")


@make_command(
    "filing new",
    examples=["motif filing new M-000042-7 --route copyright", "motif filing new M-000042-7 --route design"],
)
@click.argument("entry_id", metavar="ENTRY")
@click.option(
    "--route",
    default="copyright",
    show_default=True,
    help="copyright, design or communal; of ig and merek_kolektif only the evidence is prepared.",
)
@registry_option
@json_option
def new(entry_id: str, route: str) -> None:
    """Begin to file a registered design.

    Registering here protects nobody: the office files at DJKI. A filing keeps what the route's form asks,
    and finds most of it in the registry. While it is not decided, every new entry that resembles its design
    raises an alert (motif alerts). Next: motif filing show.
    """
    from motif.filing.change import new_filing

    with open_registry() as registry:
        filing = new_filing(registry, entry_id, route)
    _emit(filing, _("Begun: {id}. Next: motif filing show {id}").format(id=filing.id))


@make_command("filing show", examples=["motif filing show F-000001-3", "motif filing show F-000001-3 --json"])
@click.argument("filing_id", metavar="ID")
@at_option
@registry_option
@json_option
def show(filing_id: str, at: str) -> None:
    """Show what the portal asks, and what is known of it.

    Each field and file is met, not met, or cannot be told yet, with the reason. The first column is what
    motif filing set takes. What is marked as not verified blocks nothing.
    """
    from motif.filing.facts import gather
    from motif.filing.terms import due_of
    from motif.filing.text import filing_json, filing_text

    moment = _moment(at)
    with view_registry() as registry:
        facts = gather(registry, filing_id, at=moment)
        due = due_of(registry, facts.filing, at=moment)
    emit_result(filing_json(facts, due), filing_text(facts, due, width=page_width()))


@make_command(
    "filing set",
    examples=[
        "motif filing set F-000001-3 jenis_permohonan=umum tanggal_diumumkan=2026-05-17",
        "motif filing set F-000001-3 pencipta.nama='Siti Aminah' pencipta.2.nama=Tini",
        "motif filing set F-000001-3 pemegang=P-000003-8 shares='P-000001-3: 60; P-000002-1: 40'",
        "motif filing set F-000001-3 ktp.seen_by='Bu Sri' contoh_ciptaan.photos='1:bidang; 2:rinci'",
        "motif filing set F-000001-3 surat_pernyataan.date=2026-12-01 surat_pernyataan.meterai=tempel",
        "motif filing set F-000001-3 surat_pernyataan.file=scan.pdf",
        "motif filing set F-000001-3 check.tanda_logo='terpenuhi: not a sign of a shop' --by 'Bu Sri'",
    ],
)
@click.argument("filing_id", metavar="ID")
@click.argument("pairs", metavar="KEY=VALUE", nargs=-1, required=True)
@by_option
@registry_option
@json_option
def set_values(filing_id: str, pairs: tuple[str, ...], by: str) -> None:
    """Answer what the portal asks.

    Each answer goes where it belongs: the title to the entry, the date first announced to what is known of
    the design, names and addresses to the people, and so is known in the next filing. KEY is the first
    column of motif filing show. Of a paper: .signers (by default all who have to), .date, .place, .meterai
    (tempel or elektronik), .number, .file (kept beside the log, can be erased). Of an identity paper only
    .seen_by and .seen_on: it is never kept. KEY= alone makes it unknown again.
    """
    from motif.cli.records import pair_of
    from motif.filing.change import set_answers

    typed = dict(pair_of(text) for text in pairs)
    with open_registry(by=by) as registry:
        filing = set_answers(registry, filing_id, typed)
    _emit(filing, _("Saved: {id}.").format(id=filing.id))


@make_command(
    "filing check",
    examples=[
        "motif filing check F-000001-3 --search",
        "motif filing check F-000001-3",
        "motif filing check F-000001-3 --cloth cloth-today.jpg",
    ],
    exit_codes=_CHECKED,
)
@click.argument("filing_id", metavar="ID")
@click.option("--search", is_flag=True, help="First check the design against all entries, and remember that.")
@click.option(
    "--cloth", type=FILE, metavar="PHOTO", help="First check the cloth under seal by a new photo of it."
)
@at_option
@registry_option
@json_option
def check(filing_id: str, search: bool, cloth: Path | None, at: str) -> int:
    """Check a filing: conditions, prior search, the route's checks.

    Each check answers met, not met, or cannot be told yet, with reason and basis; the officer decides
    (motif filing set ID check.KEY='terpenuhi: REASON'). A search that is older than 30 days, or than the
    newest entry, is to be made again. On each indication somebody decides with motif decide.
    """
    from motif.filing.change import recheck_cloth
    from motif.filing.facts import gather
    from motif.filing.prior import search_again
    from motif.filing.terms import due_of
    from motif.filing.text import checks_text, filing_json, lacking

    moment = _moment(at)
    with open_registry() if search or cloth else view_registry() as registry:
        if search:
            search_again(registry, filing_id, note=filing_id)
        if cloth is not None:
            recheck_cloth(registry, filing_id, cloth)
        facts = gather(registry, filing_id, at=moment)
        due = due_of(registry, facts.filing, at=moment)
    emit_result(filing_json(facts, due), checks_text(facts, width=page_width()))
    return codes.REVIEW if lacking(facts) else codes.DONE


@make_command(
    "filing build",
    examples=[
        "motif filing build F-000001-3",
        "motif filing build F-000001-3 --output filings/ --office 'Dinas Perindustrian' --lang id",
        "motif filing build F-000001-3 --at 2026-12-01 --templates letters/",
    ],
)
@click.argument("filing_id", metavar="ID")
@click.option(
    "--output", type=PATH, default=Path(), help="File or folder to write to; by default this folder."
)
@click.option("--office", default="", help="The office that files, as it is named in the file.")
@click.option(
    "--templates",
    type=PATH,
    help="Folder of the office's own letters: surat_pernyataan.docx and so on.",
)
@at_option
@registry_option
@json_option
def build(filing_id: str, output: Path, office: str, templates: Path | None, at: str) -> None:
    """Make one file of all that the portal asks.

    Needs the extra 'filing'. A ZIP that opens anywhere, such as M-000003-7-hak-cipta.zip: the check list,
    what is missing first; the pictures and papers to upload; the letters to be signed; a page to copy the
    form's fields from; the evidence. Names, title, dates and numbers are read again from all of it, and what
    disagrees is named. The same state and --at give the same bytes.
    """
    from motif.filing.build import build_filing

    letters = {} if templates is None else _letters(templates)
    with view_registry() as registry:
        built = build_filing(registry, filing_id, at=_moment(at), office=office, templates=letters)
    target = output / built.name if output.is_dir() else output
    try:
        replace_file(target, lambda draft: draft.write_bytes(built.data), mode=0o600)
    except OSError as error:
        values = {"path": target, "reason": system_reason(error)}
        raise ParameterError(N_("{path} cannot be written: {reason}", **values)) from error
    mismatches = [
        {"file": each.file, "what": each.what.en, "found": each.found, "expected": each.expected}
        for each in built.mismatches
    ]
    emit_result(
        {"format": 1, "file": str(target), "bytes": len(built.data), "mismatches": mismatches}, str(target)
    )
    if mismatches and not session().json:
        tell(_("{count} disagreements between its texts: see 0-periksa.pdf.").format(count=len(mismatches)))


@make_command(
    "filing sent",
    examples=[
        "motif filing sent F-000001-3 --number EC00202612345 --date 2026-12-02",
        "motif filing sent F-000001-3 --billing 820261202123 --paid 2026-12-02",
    ],
)
@click.argument("filing_id", metavar="ID")
@click.option("--number", default="", help="Of the application, as the portal gave it.")
@click.option("--date", "day", default="", help="Of the application; by default today.")
@click.option("--billing", default="", help="The billing code.")
@click.option("--paid", default="", metavar="DATE", help="When it was paid.")
@registry_option
@json_option
def sent(filing_id: str, number: str, day: str, billing: str, paid: str) -> None:
    """Note that a filing was sent, with what the portal gave."""
    from motif.filing.change import note_sent

    with open_registry() as registry:
        filing = note_sent(registry, filing_id, number=number, day=day, billing=billing, paid=paid)
    _emit(filing, _("Noted as sent: {id}.").format(id=filing.id))


@make_command(
    "filing result",
    examples=[
        "motif filing result F-000001-3 dicatat --number 000123456 --certificate surat.pdf",
        "motif filing result F-000001-3 kurang --notice 'gambar tidak jelas' --due 2027-01-10",
        "motif filing result F-000001-3 diajukan --date 2027-01-05",
    ],
)
@click.argument("filing_id", metavar="ID")
@click.argument("status", type=click.Choice(_RESULTS))
@click.option("--number", default="", help="Of the record or registration.")
@click.option("--date", "day", default="", help="Of the answer; by default today.")
@click.option("--certificate", type=FILE, help="Its file, which is kept.")
@click.option("--notice", default="", metavar="TEXT", help="What a deficiency notice says.")
@click.option("--due", default="", metavar="DATE", help="Until when it is to be answered.")
@registry_option
@json_option
def result(
    filing_id: str, status: str, number: str, day: str, certificate: Path | None, notice: str, due: str
) -> None:
    """Note what the authority answered.

    dicatat and terdaftar keep number, date and certificate. kurang keeps a notice; its term is an alert
    (motif alerts) until diajukan says that it was answered: an ignored notice counts as withdrawn.
    """
    from motif.filing.change import note_result
    from motif.registry.records.filing import Notice

    if bool(notice) != (status == "kurang"):
        raise click.UsageError(_("kurang and --notice go together."))
    received = Notice.from_json({"text": notice, "due": due or None, "received": day or _today()})
    with open_registry() as registry:
        filing = note_result(
            registry,
            filing_id,
            status,
            number=number,
            day=day,
            certificate=certificate,
            notice=received if notice else None,
        )
    _emit(filing, _("Noted: {id}.").format(id=filing.id))


@make_command(
    "filing release",
    examples=["motif filing release F-000001-3 --by 'Bu Rini' --reason 'agreed with the custodians'"],
)
@click.argument("filing_id", metavar="ID")
@click.option("--by", required=True, help="The head who agrees.")
@click.option("--reason", required=True, help="Why, and with whom it was agreed.")
@registry_option
@json_option
def release(filing_id: str, by: str, reason: str) -> None:
    """Let pictures of a sacred or secret design into the file.

    Without it no picture of such a design leaves the registry with a filing. It stays in the log for ever.
    """
    from motif.filing.change import release_pictures

    with open_registry(by=by) as registry:
        filing = release_pictures(registry, filing_id, reason=reason)
    _emit(filing, _("Released: pictures of {id}.").format(id=filing.id))


@make_command("filing withhold", examples=["motif filing withhold F-000001-3 --by 'Bu Rini'"])
@click.argument("filing_id", metavar="ID")
@click.option("--by", required=True, help="The head who takes it back.")
@registry_option
@json_option
def withhold(filing_id: str, by: str) -> None:
    """Keep pictures of a closed design in again after a release.

    From now on no picture of it is in the file. That they were released stays in the log.
    """
    from motif.filing.change import withhold_pictures

    with open_registry(by=by) as registry:
        filing = withhold_pictures(registry, filing_id)
    _emit(filing, _("Withheld: pictures of {id}.").format(id=filing.id))


def _letters(folder: Path) -> dict[str, bytes]:
    """Read the office's own letters, by their names without ending."""
    if not folder.is_dir():
        raise ParameterError(
            N_("{path} is not a folder", path=folder), hint=N_("Name the folder of letters.")
        )
    from motif.filing.routes import shipped_rules
    from motif.filing.word import LETTER_BYTES_MAX

    known = {spec.key for route in shipped_rules().routes.values() for spec in route.files if spec.signers}
    letters = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".docx" or path.name.startswith("~$"):  # Word's own, while it is open
            continue
        if path.stem.lower() not in known:
            hint = N_("Letters are: {known}.", known=", ".join(sorted(known)))
            raise ParameterError(N_("{path} is no letter of a route", path=path), hint=hint)
        try:
            with path.open("rb") as file:
                letters[path.stem.lower()] = file.read(LETTER_BYTES_MAX + 1)
        except OSError as error:
            values = {"path": path, "reason": system_reason(error)}
            raise ParameterError(N_("{path} cannot be read: {reason}", **values)) from error
    return letters


def _emit(filing: Filing, text: str) -> None:
    emit_result(filing.to_json(), text)


def _moment(day: str) -> datetime:
    """Read ``--at``: the beginning of a day in UTC; without it, now."""
    if not day:
        return datetime.now(UTC)
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        hint = N_("Write it like 2026-12-01.")
        raise ParameterError(N_("at={day!r:.40} is not a day", day=day), hint=hint) from error


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"
