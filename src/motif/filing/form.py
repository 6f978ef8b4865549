"""``3-isian.html``: what is typed on the portal, in its order, each value with a button that copies it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from motif.filing.dossier import MET, Dossier, FieldRow, Words
from motif.filing.values import said_in
from motif.messages import N_, _
from motif.report.phrases import date
from motif.report.text import printable

if TYPE_CHECKING:
    import jinja2

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A field as the page shows it."""

    row: FieldRow
    label: str
    value: str
    aside: str
    note: str
    hint: str


def form_html(dossier: Dossier, uploads: Sequence[tuple[str, str]]) -> bytes:
    """Make the page from which the portal's form is filled in.

    Parameters
    ----------
    dossier : Dossier
    uploads : sequence of (str, str)
        Label of a file that the portal asks for, and what lies in ``1-unggah`` for it.

    Returns
    -------
    bytes
        HTML that needs nothing else and asks for nothing: it works from a stick, and without JavaScript the
        values can still be marked. The same for the same dossier.
    """
    from markupsafe import Markup

    language = dossier.language
    script, style = (_template(name).strip() for name in ("form.js", "form.css"))
    text = (
        _environment()
        .get_template("form.html.jinja")
        .render(
            dossier=dossier,
            language=language,
            say=lambda text: _(text, language),
            groups=list(_groups(dossier)),
            account=[_line(row, dossier) for row in dossier.account_fields],
            uploads=uploads,
            made=said_in(language, date, f"{dossier.at:%Y-%m-%d}"),
            script=Markup(script),
            script_hash=_hash(script),
            style=Markup(style),
            style_hash=_hash(style),
        )
    )
    return text.encode()


WORDS: Final = (
    N_("What is typed on the portal"),
    N_("Copy"),
    N_("Copied"),
    N_("type it yourself"),
    N_("empty"),
    N_("still missing"),
    N_("not verified"),
    N_("Files to upload"),
    N_("Account on the portal"),
    N_("Its owner signs in on the portal and types what is personal; none of it is kept here."),
    N_("The form"),
    N_("Open the portal in another window, and copy value after value. Nothing is sent from this page."),
)
"""What the page says beside the fields."""


def _groups(dossier: Dossier) -> Iterator[tuple[str, list[_Line]]]:
    for group, rows in groupby(dossier.fields, lambda row: row.group):
        heading = group.said(dossier.language) if group else _("The form", dossier.language)
        yield heading, [_line(row, dossier) for row in rows]


def _line(row: FieldRow, dossier: Dossier) -> _Line:
    language, value, aside = dossier.language, row.value, ""
    if _DAY.fullmatch(value):
        year, month, day = value.split("-")
        value, aside = f"{day}-{month}-{year}", said_in(language, date, row.value)
    label = (
        row.label.id
        if language == "id" or row.label.id == row.label.en
        else f"{row.label.id} ({row.label.en})"
    )
    note = row.answer.reason.said(language) if row.answer.state != MET else ""
    hint = "" if row.note is None or _is_only_english(row.note, language) else row.note.said(language)
    return _Line(row=row, label=label, value=value, aside=aside, note=note, hint=hint)


def _is_only_english(note: Words, language: str) -> bool:
    return language == "id" and note.id == note.en


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    def spelled(value: Any) -> Any:
        """Show what a reader could not see: controls and reordering marks."""
        return printable(value, lines=True) if type(value) is str else value

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=spelled,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _template(name: str) -> str:
    return resources.files("motif.filing").joinpath("templates", name).read_text(encoding="utf-8")
