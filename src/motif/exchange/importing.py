"""Import of a list of designs with their photos: rows are checked, registered, or refused with a reason.

Columns are recognised by their headings, in Indonesian or English, unless the caller assigns them.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal

from motif.errors import MotifError, ParameterError, UnreadablePhotoError
from motif.exchange.spreadsheet import CELL_MAX, Row, read_sheet
from motif.messages import N_
from motif.photo.photo import read_photo
from motif.registry.records.entry import Entry
from motif.registry.records.text import clean_note, clean_title
from motif.registry.records.works import Motif
from motif.registry.registry import Registry
from motif.registry.submission import Submission, file_sha256

IMPORT_FIELDS: Final = {
    "title": ("judul", "nama motif", "nama", "name", "judul / nama motif"),
    "photo": ("foto", "file", "berkas", "gambar", "nama file", "nama berkas", "filename"),
    "note": ("catatan", "keterangan"),
    "key": ("nomor", "no", "kode", "id", "nomor urut"),
}
"""Fields that an import reads beside those of ``Motif``, each with the headings it is recognised by."""

FIELDS: Final = (*IMPORT_FIELDS, *(name for name in Motif.typed_fields() if name != "source_key"))
"""Every field that a column can be mapped to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened to a row.

    Parameters
    ----------
    row : Row
    status : "imported", "already", "refused" or "ready"
        "already": its key or photo was registered before; "ready": a dry run found no problem.
    title : str
    entry_id : str
        Empty if the row has no entry.
    reason, hint : str
        Why it was refused, and what to do about it.
    """

    row: Row
    status: Literal["imported", "already", "refused", "ready"]
    title: str = ""
    entry_id: str = ""
    reason: str = ""
    hint: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON-ready values."""
        return {
            "row": self.row.number,
            "status": self.status,
            "title": self.title,
            "entry": self.entry_id or None,
            "reason": self.reason or None,
            "hint": self.hint or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A valid row that is to be registered.

    Parameters
    ----------
    row : Row
    title, note : str
    photo : Path
    sha256 : str
        Of the photo's file.
    motif_fields : dict
        Values of fields of ``Motif``, by name.
    """

    row: Row
    title: str
    note: str
    photo: Path
    sha256: str
    motif_fields: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import will do.

    Parameters
    ----------
    columns : dict
        Field -> heading.
    unused : tuple of str
        Headings that belong to no field.
    items : tuple of PlannedRow or Outcome
        In the order of the rows; an outcome is a refused row.
    """

    columns: dict[str, str]
    unused: tuple[str, ...]
    items: tuple[PlannedRow | Outcome, ...]


def plan_import(path: Path, photos: Path, *, columns: Mapping[str, str] | None = None) -> Plan:
    """Read a table and check each row by itself, without a registry.

    Parameters
    ----------
    path : Path
        ``.csv`` or ``.xlsx``.
    photos : Path
        The folder that holds the photos; nothing outside it is read.
    columns : mapping, optional
        Field -> heading, for columns that are not recognised by their headings.

    Returns
    -------
    Plan

    Raises
    ------
    UnreadablePhotoError
        If ``photos`` is not a folder, or the table cannot be opened.
    ParameterError
        If the table is malformed or too large, or its columns cannot be assigned.
    """
    if not photos.is_dir():
        raise UnreadablePhotoError(
            N_("{photos} is not a folder", photos=photos), hint=N_("Give their folder with --photos.")
        )
    headings, rows = read_sheet(path)
    mapped = map_columns(headings, columns or {})
    seen: dict[str, int] = {}
    items = tuple(_planned(row, mapped, photos.resolve(), seen) for row in rows)
    unused = tuple(heading for heading in headings if heading and heading not in mapped.values())
    return Plan(columns=mapped, unused=unused, items=items)


def run_import(
    plan: Plan, registry: Registry, *, jobs: int = 1, allow_duplicate: bool = False
) -> Generator[Outcome, None, None]:
    """Register the planned rows; run again after an interruption, it resumes where it stopped.

    Parameters
    ----------
    plan : Plan
    registry : Registry
    jobs : int, worker processes
    allow_duplicate : bool
        Register a row even if an earlier entry shows its design.

    Yields
    ------
    Outcome
        One for each row, in their order.
    """
    entry_ids = _entry_ids_by_key(registry)
    waiting: list[PlannedRow | Outcome] = []

    def submissions() -> Iterator[Submission]:
        for item in plan.items:
            settled = _settled(item, registry, entry_ids)
            waiting.append(settled)
            if isinstance(settled, PlannedRow):
                yield Submission(photo=settled.photo, title=settled.title, note=settled.note)

    for result in registry.register_many(submissions(), jobs=jobs, allow_duplicate=allow_duplicate):
        yield from _before_next(waiting)
        item = waiting.pop(0)
        assert isinstance(item, PlannedRow)
        yield _finished(item, result, registry)
    yield from _before_next(waiting)


def try_import(plan: Plan, registry: Registry | None) -> Iterator[Outcome]:
    """Report what ``run_import`` would do; photos are decoded, and nothing is changed.

    Whether two designs of the list resemble each other shows only when they are registered.

    Parameters
    ----------
    plan : Plan
    registry : Registry or None
        None where there is no registry yet.

    Yields
    ------
    Outcome
        One for each row, in their order.
    """
    entry_ids = {} if registry is None else _entry_ids_by_key(registry)
    for item in plan.items:
        settled = item if registry is None else _settled(item, registry, entry_ids)
        if isinstance(settled, PlannedRow):
            try:
                read_photo(settled.photo)
                settled = Outcome(row=settled.row, status="ready", title=settled.title)
            except MotifError as error:
                settled = _refused(settled.row, error, title=settled.title)
        yield settled


def map_columns(headings: Sequence[str], explicit: Mapping[str, str]) -> dict[str, str]:
    """Assign columns to fields.

    Parameters
    ----------
    headings : sequence of str
    explicit : mapping of field to heading
        Assignments of the caller, which take precedence over the headings.

    Returns
    -------
    dict
        Field -> heading; always with "title" and "photo".

    Raises
    ------
    ParameterError
        If a field or column does not exist, or no column holds the title or the photo.

    Examples
    --------
    >>> map_columns(["Judul", "Foto", "Isen-isen"], {})
    {'title': 'Judul', 'photo': 'Foto', 'isen': 'Isen-isen'}
    """
    names = ", ".join(headings)
    for field, heading in explicit.items():
        if field not in FIELDS:
            raise ParameterError(
                N_("there is no field {field!r:.60}", field=field),
                hint=N_("Fields: {names}.", names=", ".join(FIELDS)),
            )
        if heading not in headings:
            hint = N_("Columns: {names}.", names=names)
            raise ParameterError(N_("there is no column {heading!r:.60}", heading=heading), hint=hint)
    plain = {_plain(heading): heading for heading in reversed(headings) if heading not in explicit.values()}
    mapped = {}
    for field in FIELDS:
        recognised = (plain[label] for label in _labels(field) if label in plain)
        if column := explicit.get(field) or next(recognised, None):
            mapped[field] = column
    for field in ("title", "photo"):
        if field not in mapped:
            hint = N_("Say which one does: --map {field}=COLUMN. Columns: {names}.", field=field, names=names)
            raise ParameterError(N_("no column is recognised as the {field}", field=field), hint=hint)
    return mapped


def _entry_ids_by_key(registry: Registry) -> dict[str, str]:
    return {motif.source_key: str(motif.id) for motif in registry.records.list(Motif) if motif.source_key}


def _before_next(waiting: list[PlannedRow | Outcome]) -> Iterator[Outcome]:
    """Yield the outcomes up to the next row that is being registered."""
    while waiting and isinstance(outcome := waiting[0], Outcome):
        del waiting[0]
        yield outcome


def _settled(
    item: PlannedRow | Outcome, registry: Registry, entry_ids: Mapping[str, str]
) -> PlannedRow | Outcome:
    """Return the outcome of a row whose key or photo is already registered, else the row itself."""
    if isinstance(item, Outcome):
        return item
    by_key = entry_ids.get(item.motif_fields.get("source_key") or "")
    if by_key:
        return Outcome(row=item.row, status="already", title=item.title, entry_id=by_key)
    for entry in registry.holding(item.sha256):
        _complete(entry.id, item, registry)
        return Outcome(row=item.row, status="already", title=item.title, entry_id=entry.id)
    return item


def _finished(item: PlannedRow, result: Entry | MotifError, registry: Registry) -> Outcome:
    if isinstance(result, MotifError):
        return _refused(item.row, result, title=item.title)
    try:
        _complete(result.id, item, registry)
    except MotifError as error:
        return _refused(item.row, error, title=item.title)
    return Outcome(row=item.row, status="imported", title=item.title, entry_id=result.id)


def _complete(entry_id: str, item: PlannedRow, registry: Registry) -> None:
    """Store the row's fields of the motif, unless a person has filled in some since."""
    if item.motif_fields and _is_blank(registry.records.motif(entry_id)):
        registry.records.amend(
            entry_id, lambda motif: replace(motif, **item.motif_fields) if _is_blank(motif) else motif
        )


def _is_blank(motif: Motif) -> bool:
    return all(getattr(motif, field.name) is None for field in fields(motif) if field.name != "id")


def _planned(
    row: Row, columns: Mapping[str, str], photos: Path, seen: dict[str, int]
) -> PlannedRow | Outcome:
    cells = {field: row.cells.get(heading, "") for field, heading in columns.items()}
    try:
        name, text = max(cells.items(), key=lambda cell: len(cell[1]))
        if len(text) > CELL_MAX:
            message = N_(
                "{name} has {count} characters; expected at most {longest}",
                name=name,
                count=len(text),
                longest=CELL_MAX,
            )
            raise ParameterError(message, hint=N_("Shorten it."))
        photo = photo_within(photos, cells["photo"])
        sha256 = file_sha256(photo)
        if not sha256:
            message = N_("photo {photo!r:.80} is not in the folder", photo=cells["photo"])
            raise UnreadablePhotoError(message, hint=N_("Put it there, or correct its name in the list."))
        typed = Motif.typed_fields()
        motif_fields = Motif.parse({field: text for field, text in cells.items() if field in typed})
        names = {sha256: N_("photo {photo!r:.80}", photo=cells["photo"])}
        if cells.get("key"):
            key = motif_fields["source_key"] = clean_title(cells["key"], name="key")
            names[f"key {key}"] = N_("key {key!r:.60}", key=key)
        Motif(id="M-000001-3", **motif_fields)  # its checks; the id is a placeholder
        planned = PlannedRow(
            row=row,
            title=clean_title(cells["title"]),
            note=clean_note(cells.get("note", "")),
            photo=photo,
            sha256=sha256,
            motif_fields=motif_fields,
        )
        for name, what in names.items():
            if name in seen:
                message = N_("{what} already appears in row {row}", what=what, row=seen[name])
                raise ParameterError(message, hint=N_("Remove one of the rows."))
        seen.update(dict.fromkeys(names, row.number))
    except MotifError as error:
        return _refused(row, error, title=cells["title"][:60])
    return planned


def photo_within(folder: Path, name: str) -> Path:
    """Return the path of a photo in a folder.

    Parameters
    ----------
    folder : Path
        Resolved.
    name : str
        Relative, with ``/`` or ``\\`` between its parts; not trusted.

    Returns
    -------
    Path
        Within the folder, whatever links it contains.

    Raises
    ------
    ParameterError
        If the name leads out of the folder, directly or through a link.
    """
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".")]
    if not parts:
        raise ParameterError(N_("the row names no photo"), hint=N_("Give the photo's file name."))
    outside = name[:1] in ("/", "\\") or ".." in parts or ":" in parts[0] or "\0" in name
    path = folder.joinpath(*parts) if not outside else folder
    try:
        outside = outside or not path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError, ValueError):
        outside = True
    if outside:
        hint = N_("Give a name within the folder with the photos.")
        raise ParameterError(N_("photo {name!r:.80} leads out of the folder", name=name), hint=hint)
    return path


def _refused(row: Row, error: MotifError, *, title: str) -> Outcome:
    return Outcome(row=row, status="refused", title=title, reason=error.message, hint=error.hint)


def _labels(field: str) -> list[str]:
    """Return the headings by which a field is recognised."""
    if field in IMPORT_FIELDS:
        names = IMPORT_FIELDS[field]
    else:
        metadata = Motif.typed_fields()[field]
        names = (metadata["en"], metadata["id"])
    return [_plain(name) for name in (field, *names)]


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", heading.lower()).strip()
