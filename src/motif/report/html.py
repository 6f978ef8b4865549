"""A report as one HTML file that needs nothing else: no script, no outside reference, pictures inside."""

from __future__ import annotations

import base64
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from motif.messages import _, current_language
from motif.report.document import document_of
from motif.report.record import Report, version_of
from motif.report.text import printable

if TYPE_CHECKING:
    import jinja2

RECORD_NAME: Final = "motif-record.json"
"""Under this name the machine record lies in the documents."""


def report_html(report: Report, language: str | None = None) -> bytes:
    """Make the HTML document of a report.

    Parameters
    ----------
    report : Report
    language : "en" or "id", optional
        The language in use by default.

    Returns
    -------
    bytes
        UTF-8; the same for the same report, language and version of motif. The machine record is in it,
        for ``verify_report``.
    """
    from markupsafe import Markup

    document = document_of(report, language or current_language())

    def uri(sha256: str) -> Any:
        return Markup("data:image/jpeg;base64," + base64.b64encode(report.pictures[sha256]).decode())

    record = base64.b64encode(report.to_bytes()).decode()
    text = (
        _environment()
        .get_template("report.html.jinja")
        .render(
            document=document,
            uri=uri,
            sizes=report.record["pictures"],
            version=version_of("motif-registry"),
            record_name=RECORD_NAME,
            record_uri=Markup("data:application/json;base64," + record),
            record_words=_("The machine record of this report (JSON)", document.language),
            style=Markup(_template("report.css").rstrip()),
        )
    )
    return text.encode("utf-8")


@cache
def _environment() -> jinja2.Environment:
    import jinja2
    from markupsafe import Markup

    from motif.report.qr import qr_svg

    def spelled(value: Any) -> Any:
        """Show what a reader could not see: controls and reordering marks."""
        return printable(value, lines=True) if type(value) is str else value

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=spelled,
        keep_trailing_newline=True,
    )
    environment.globals["kind_of"] = lambda block: type(block).__name__
    environment.globals["qr"] = lambda text: Markup(qr_svg(text))
    return environment


@cache
def _template(name: str) -> str:
    return resources.files("motif.report").joinpath("templates", name).read_text(encoding="utf-8")
