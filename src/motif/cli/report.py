"""``motif report``: the sheet of one entry, a report in another form, and whether a report still holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motif.cli import codes
from motif.cli.group import command as make_command
from motif.cli.options import PATH, json_option, reader_option, registry_option, report_option
from motif.cli.photo import read_named
from motif.cli.session import emit_result, view_registry
from motif.errors import MotifError, ParameterError, PhotoError, RegistryError
from motif.files import replace_file
from motif.messages import N_, system_reason

if TYPE_CHECKING:
    from motif.photo.photo import Photo
    from motif.report.audit import ReportAudit
    from motif.report.record import Report

_FORMS = (".html", ".htm", ".pdf")


@make_command(
    "report",
    examples=[
        "motif report M-000042-7 --report turi.pdf",
        "motif report B-000001-3 --report decision.pdf",
        "motif report out.html --report out.pdf --lang id",
        "motif report --verify out.pdf",
        "motif report --verify out.pdf --photo new-design.jpg",
    ],
    exit_codes={
        codes.DONE: "written; with --verify: the report holds",
        codes.ERROR: "with --verify: the report does not hold, or that cannot be determined; or an error",
    },
)
@click.argument("what", metavar="ENTRY|DECISION|FILE")
@report_option
@click.option(
    "--verify",
    is_flag=True,
    help="Check the report FILE against the registry and the photos that it was made from.",
)
@click.option(
    "--photo",
    type=PATH,
    help="The photo that was checked, if it is neither beside the report nor registered.",
)
@reader_option
@registry_option
@json_option
def report(what: str, report: Path | None, verify: bool, photo: Path | None, by: str) -> int:
    """Write the sheet of an entry or a decision, or verify a report.

    ENTRY (M-...) and DECISION (B-..., saved by motif decide) are ids: the report is written to the file that
    --report names, or else to ID.html in this folder. FILE is an existing report: it is written again, in the
    form that --report names and in the language of --lang, or with --verify checked against the registry, the
    originals and the photo.
    """
    if verify:
        audit = verify_file(Path(what), photo=photo, by=by)
        emit_result(audit.to_json(), "\n".join(map(str, audit.parts)))
        return codes.DONE if audit.whole else codes.ERROR
    written = write_report(what, report, photo=photo, by=by)
    emit_result(written, written["file"])
    return codes.DONE


def require_form(path: Path) -> Path:
    """Return the path of a report, or raise an error if its suffix names no form."""
    if path.suffix.lower() not in _FORMS:
        raise ParameterError(
            N_("report file {name!r}; expected .html or .pdf", name=path.name),
            hint=N_("Name it out.html or out.pdf."),
        )
    if path.suffix.lower() == ".pdf":
        from motif.extras import require

        require("typst", extra="pdf")
    return path


def save_report(report: Report, path: Path) -> None:
    """Write a report in the form that its suffix names, in the language in use, whole or not at all."""
    if require_form(path).suffix.lower() == ".pdf":
        from motif.report.pdf import report_pdf

        data = report_pdf(report)
    else:
        from motif.report.html import report_html

        data = report_html(report)
    try:
        replace_file(path, lambda draft: draft.write_bytes(data), mode=0o666)
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error  # and not the draft's name


def write_report(what: str, path: Path | None, *, photo: Path | None, by: str = "") -> dict[str, Any]:
    """Write the report on an entry or a decision, or an existing one in another form or language."""
    from motif.registry.records.ids import parse_record_id
    from motif.report.gather import decision_report, entry_report
    from motif.report.reading import read_report

    if Path(what).suffix.lower() in _FORMS:
        report = read_report(_bytes_of(Path(what)))
        if path is None:
            raise ParameterError(
                N_("{what!r:.80} is a report already", what=what),
                hint=N_("Say where to with --report, or use --verify."),
            )
    else:
        with view_registry(by=by) as registry:
            query = None if photo is None else read_named(photo)
            if parse_record_id(what)[0] == "B":
                report = decision_report(what, registry, photo=query)
            else:
                report = entry_report(what, registry)
        subject = report.record["entry" if report.record["kind"] == "entry" else "decision"]
        path = path or Path(f"{subject['id']}.html")
    save_report(report, path)
    return {"file": os.fspath(path), "kind": report.record["kind"], "record_sha256": report.sha256()}


def verify_file(path: Path, *, photo: Path | None, by: str = "") -> ReportAudit:
    """Verify a report with the registry, where there is one, and the photo, given or beside the report."""
    from motif.report.audit import verify_report
    from motif.report.reading import read_report

    data = _bytes_of(path)
    query = _photo_beside(path, read_report(data)) if photo is None else read_named(photo)
    try:
        registry = view_registry(by=by)
    except RegistryError:
        return verify_report(data, photo=query)
    with registry:
        return verify_report(data, registry=registry, photo=query)


def _photo_beside(path: Path, report: Report) -> Photo | None:
    """Read the photo that was checked, where a file of its name and content lies beside the report."""
    query = report.record.get("query")
    if query is None or not query["name"] or Path(query["name"]).name != query["name"]:
        return None
    try:
        photo = read_named(path.parent / query["name"])
    except PhotoError:
        return None
    return photo if photo.sha256 == query["sha256"] else None


def _bytes_of(path: Path) -> bytes:
    from motif.report.reading import READ_MOST_BYTES

    try:
        with path.open("rb") as file:
            return file.read(READ_MOST_BYTES + 1)
    except OSError as error:
        raise MotifError(
            N_("{name!r} cannot be read: {reason}", name=path.name, reason=system_reason(error)),
            hint=N_("Check the file's name."),
        ) from error
