"""Reports as files: which form a file name asks for, and reading one again."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motif.errors import MotifError, ParameterError, PhotoError, RegistryError
from motif.messages import N_, system_reason
from motif.registry.registry import Registry
from motif.registry.values import parse_record_id
from motif.report.html import report_html
from motif.report.reading import READ_MOST_BYTES, read_report
from motif.report.record import Report
from motif.report.verify import ReportAudit, verify_report

if TYPE_CHECKING:
    from motif.photo import Photo

_FORMS = (".html", ".htm", ".pdf")


def require_form(path: Path) -> Path:
    """Refuse a file name that does not say which form is wanted."""
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
    """Write a report in the form that the file's name asks for, in the language in use; all or nothing."""
    if require_form(path).suffix.lower() == ".pdf":
        from motif.report.pdf import report_pdf

        data = report_pdf(report)
    else:
        data = report_html(report)
    draft = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, os.fspath(path)) from error  # and not the draft's name
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def write_report(what: str, path: Path | None, *, photo: Path | None, registry: str) -> dict[str, Any]:
    """Write the report on an entry or a decision, or one that was made before in another form or language."""
    if Path(what).suffix.lower() in _FORMS:
        report = read_report(_bytes_of(Path(what)))
        if path is None:
            raise ParameterError(
                N_("{what!r:.80} is a report already", what=what),
                hint=N_("Say where to with --report, or use --verify."),
            )
    else:
        with Registry.open(registry, create=False) as opened:
            report = _gathered(what, opened, None if photo is None else _read_photo(photo))
        told = report.record["entry" if report.record["kind"] == "entry" else "comparison"]
        path = path or Path(f"{told['id']}.html")
    save_report(report, path)
    return {"file": os.fspath(path), "kind": report.record["kind"], "record_sha256": report.sha256()}


def _gathered(what: str, registry: Registry, photo: Photo | None) -> Report:
    if parse_record_id(what)[0] == "B":
        from motif.report.compared import comparison_report

        return comparison_report(what, registry, photo=photo)
    from motif.report.entered import entry_report

    return entry_report(what, registry)


def verify_file(path: Path, *, photo: Path | None, registry: str) -> ReportAudit:
    """Verify a report with the registry, where there is one, and the photo, given or beside the report."""
    data = _bytes_of(path)
    asked = _photo_beside(path, read_report(data)) if photo is None else _read_photo(photo)
    try:
        opened = Registry.open(registry, create=False)
    except RegistryError:
        return verify_report(data, photo=asked)
    with opened:
        return verify_report(data, registry=opened, photo=asked)


def _photo_beside(path: Path, report: Report) -> Photo | None:
    """Read the photo that was asked about, where a file of its name and content lies beside the report."""
    query = report.record.get("query")
    if query is None or not query["name"] or Path(query["name"]).name != query["name"]:
        return None
    try:
        photo = _read_photo(path.parent / query["name"])
    except PhotoError:
        return None
    return photo if photo.sha256 == query["sha256"] else None


def _read_photo(path: Path) -> Photo:
    from motif.cli.capture import read_named

    return read_named(path)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(READ_MOST_BYTES + 1)
    except OSError as error:
        raise MotifError(
            N_("{name!r} cannot be read: {reason}", name=path.name, reason=system_reason(error)),
            hint=N_("Check the file's name."),
        ) from error
