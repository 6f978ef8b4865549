"""Import of a list of designs with their photos: rows are checked, registered, or refused with a reason.

Columns are recognised by their headings, in Indonesian or English, unless the caller assigns them.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as record_field
from pathlib import Path
from typing import Any, Final, Literal

from motif.errors import DuplicateMotifError, MotifError, ParameterError, UnreadablePhotoError
from motif.exchange.photo_folder import PhotoFolder
from motif.exchange.spreadsheet import CELL_MAX, Row, read_sheet
from motif.messages import N_
from motif.photo.limits import PhotoLimits
from motif.photo.source import read_bytes
from motif.registry.records.entry import Entry
from motif.registry.records.fields import Many, Text, join_items, split_items
from motif.registry.records.text import clean_note, clean_title
from motif.registry.records.works import Motif
from motif.registry.registry import Registry
from motif.registry.submission import Submission, withdrawn_error

IMPORT_FIELDS: Final = {
    "title": ("judul", "nama motif", "nama", "name", "judul / nama motif"),
    "photo": ("photo names", "foto", "file", "berkas", "gambar", "nama file", "nama berkas", "filename"),
    "note": ("catatan", "keterangan"),
    "key": (
        "source key",
        "key in the list it came from",
        "nomor di daftar asal",
        "nomor",
        "no",
        "kode",
        "id",
        "nomor urut",
    ),
}
"""Fields that an import reads beside those of ``Motif``, each with the headings it is recognised by.

The key is kept with the design as ``source_key``; what identifies a row is its photo.
"""

FIELDS: Final = (*IMPORT_FIELDS, *(name for name in Motif.typed_fields() if name != "source_key"))
"""Every field that a column can be mapped to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened to a row.

    Parameters
    ----------
    row : Row
    status : "imported", "already", "updated", "refused" or "ready"
        "already": its photo is that of an entry with the same values; "updated": of one that took the row's
        values over; "ready": a dry run would register it.
    title : str
    entry_id : str
        Empty if the row has no entry.
    reason, hint : str
        Why it was refused, and what to do about it.
    differences : dict of str to (str or None, str)
        Field -> what the entry keeps, or kept before an update, and what the row says; None is unknown.
    """

    row: Row
    status: Literal["imported", "already", "updated", "refused", "ready"]
    title: str = ""
    entry_id: str = ""
    reason: str = ""
    hint: str = ""
    differences: Mapping[str, tuple[str | None, str]] = record_field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON-ready values."""
        return {
            "row": self.row.number,
            "status": self.status,
            "title": self.title,
            "entry": self.entry_id or None,
            "reason": self.reason or None,
            "hint": self.hint or None,
            "differences": {
                name: {"kept": kept, "row": new} for name, (kept, new) in self.differences.items()
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """A valid row that is to be registered.

    Parameters
    ----------
    row : Row
    title, note : str
    photos : dict of str to Path
        SHA-256 -> file; at least one.
    motif_fields : dict
        Values of fields of ``Motif``, by name.
    """

    row: Row
    title: str
    note: str
    photos: dict[str, Path]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How an import meets what the registry holds already.

    Parameters
    ----------
    jobs : int, worker processes
    allow_duplicate : bool
        Register a row even if an earlier entry shows its design, or if the entry with its very file was
        withdrawn. The file of an active entry is never registered again.
    update : bool
        Let an entry take the values over in which the row with its photo differs.
    """

    jobs: int = 1
    allow_duplicate: bool = False
    update: bool = False


def plan_import(
    path: Path,
    photos: Path,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str = "",
    sheet: str = "",
) -> Plan:
    """Read a table and check each row by itself, without a registry.

    Parameters
    ----------
    path : Path
        As for ``read_sheet``.
    photos : Path
        The folder that holds the photos; nothing outside it is read.
    columns : mapping, optional
        Field -> heading, for columns that are not recognised by their headings.
    encoding, sheet : str
        As for ``read_sheet``.

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
    headings, rows = read_sheet(path, encoding=encoding, sheet=sheet)
    mapped = map_columns(headings, columns or {})
    folder, seen = PhotoFolder(photos), dict[str, int]()
    items = tuple(_planned(row, mapped, folder, seen) for row in rows)
    unused = tuple(heading for heading in headings if heading and heading not in mapped.values())
    return Plan(columns=mapped, unused=unused, items=items)


def run_import(
    plan: Plan, registry: Registry, options: ImportOptions | None = None
) -> Generator[Outcome, None, None]:
    """Register the planned rows; run again after an interruption, it resumes where it stopped.

    A row is known by its photos: if an active entry has one of these very files, nothing is registered, and
    the row is compared with what is kept. A value that it lacks is no difference.

    Parameters
    ----------
    plan : Plan
    registry : Registry
    options : ImportOptions, optional

    Yields
    ------
    Outcome
        One for each row, in their order.
    """
    options = options or ImportOptions()
    waiting: deque[PlannedRow | Outcome] = deque()

    def submissions() -> Iterator[Submission]:
        for item in plan.items:
            settled = _settled(item, registry, options)
            waiting.append(settled)
            if isinstance(settled, PlannedRow):
                first, *others = settled.photos.values()
                yield Submission(
                    photo=first,
                    others=tuple(others),
                    title=settled.title,
                    note=settled.note,
                    known=settled.motif_fields,
                )

    for result in registry.register_many(
        submissions(), jobs=options.jobs, allow_duplicate=options.allow_duplicate
    ):
        yield from _before_next(waiting)
        item = waiting.popleft()
        assert isinstance(item, PlannedRow)
        yield _finished(item, result, registry, options)
    yield from _before_next(waiting)


def try_import(
    plan: Plan, registry: Registry | None, options: ImportOptions | None = None
) -> Iterator[Outcome]:
    """Report what ``run_import`` would do, by doing it in a copy of the registry that is thrown away.

    Parameters
    ----------
    plan : Plan
    registry : Registry or None
        None where there is no registry yet.
    options : ImportOptions, optional

    Yields
    ------
    Outcome
        One for each row, in their order.
    """
    with _empty_registry() if registry is None else registry.rehearsal() as copy:
        for outcome in run_import(plan, copy, options):
            if outcome.status == "imported":
                outcome = replace(outcome, status="ready", entry_id="")
            yield outcome


@contextmanager
def _empty_registry() -> Iterator[Registry]:
    with (
        tempfile.TemporaryDirectory(prefix="motif-") as folder,
        Registry.open(Path(folder, "registry.motif")) as registry,
    ):
        yield registry


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


def _before_next(waiting: deque[PlannedRow | Outcome]) -> Iterator[Outcome]:
    """Yield the outcomes up to the next row that is being registered."""
    while waiting and isinstance(outcome := waiting[0], Outcome):
        waiting.popleft()
        yield outcome


def _settled(item: PlannedRow | Outcome, registry: Registry, options: ImportOptions) -> PlannedRow | Outcome:
    """Return the outcome of a row that needs no registering, else the row itself."""
    if isinstance(item, Outcome):
        return item
    try:
        return _compared(item, registry, options)
    except MotifError as error:
        return _refused(item.row, error, title=item.title)


def _compared(item: PlannedRow, registry: Registry, options: ImportOptions) -> PlannedRow | Outcome:
    entries = list({entry.id: entry for sha256 in item.photos for entry in registry.holding(sha256)}.values())
    active = [entry for entry in entries if not entry.withdrawn]
    if not active:
        if not entries or options.allow_duplicate:
            return item
        raise withdrawn_error(entries[-1])
    compared = [(entry, _differences(item, entry, registry.records.motif(entry.id))) for entry in active]
    for entry, differences in compared:
        if not differences:
            return Outcome(row=item.row, status="already", title=item.title, entry_id=entry.id)
    if len(active) > 1:
        message = N_("photo belongs to several entries: {ids}", ids=", ".join(entry.id for entry in active))
        raise ParameterError(message, hint=N_("Change the one that is meant with motif set."))
    ((entry, differences),) = compared
    if options.update:
        for sha256 in _lacking(entry, item):
            registry.add_photo(entry.id, item.photos[sha256], allow_duplicate=options.allow_duplicate)
        registry.revise(entry.id, title=item.title, note=item.note or None, known=item.motif_fields)
        status: Literal["updated", "refused"] = "updated"
        reason = hint = ""
    else:
        listed = "; ".join(f"{name}: {kept!r} → {new!r}" for name, (kept, new) in differences.items())
        status, reason = "refused", N_("{id} is kept with other values: {listed}", id=entry.id, listed=listed)
        hint = N_("With --update it takes them over; the log keeps what was.")
    return Outcome(
        row=item.row,
        status=status,
        title=item.title,
        entry_id=entry.id,
        reason=reason,
        hint=hint,
        differences=differences,
    )


def _differences(item: PlannedRow, entry: Entry, motif: Motif) -> dict[str, tuple[str | None, str]]:
    """Return what a row says and an entry does not, as text: what is kept, and what the row says."""
    differences: dict[str, tuple[str | None, str]] = {}
    for name, kept, new in (("title", entry.title, item.title), ("note", entry.note, item.note)):
        if new and kept != new:
            differences[name] = (kept or None, new)
    if _lacking(entry, item):
        names = [photo.name for photo in entry.photos], [path.name for path in item.photos.values()]
        differences["photo"] = join_items(names[0]), join_items(names[1])
    for name, new in item.motif_fields.items():
        kept, kind = getattr(motif, name), Motif.typed_fields()[name]["kind"]
        if kept != new:
            differences[name] = (None if kept is None else kind.spell(kept), kind.spell(new))
    return differences


def _lacking(entry: Entry, item: PlannedRow) -> list[str]:
    """Return the SHA-256 of the photos of a row that an entry does not have."""
    there = {photo.sha256 for photo in entry.photos}
    return [sha256 for sha256 in item.photos if sha256 not in there]


def _finished(
    item: PlannedRow, result: Entry | MotifError, registry: Registry, options: ImportOptions
) -> Outcome:
    if isinstance(result, DuplicateMotifError) and result.same_file:  # somebody else was quicker
        settled = _settled(item, registry, options)
        return settled if isinstance(settled, Outcome) else _refused(item.row, result, title=item.title)
    if isinstance(result, MotifError):
        return _refused(item.row, result, title=item.title)
    return Outcome(row=item.row, status="imported", title=item.title, entry_id=result.id)


def _planned(
    row: Row, columns: Mapping[str, str], folder: PhotoFolder, seen: dict[str, int]
) -> PlannedRow | Outcome:
    cells = {field: row.cells.get(heading, "") for field, heading in columns.items()}
    try:
        for heading in ("", *columns.values()):
            if heading in row.problems:
                raise row.problems[heading]
        for name, text in cells.items():
            _require_kept(name, text)
        photos = _photos(folder, cells["photo"])
        typed = Motif.typed_fields()
        motif_fields = Motif.parse({field: text for field, text in cells.items() if field in typed})
        if cells.get("key"):
            motif_fields["source_key"] = clean_title(cells["key"], name="key")
        Motif(id="M-000001-3", **motif_fields)  # its checks; the id is a placeholder
        planned = PlannedRow(
            row=row,
            title=clean_title(cells["title"]),
            note=clean_note(cells.get("note", "")),
            photos=photos,
            motif_fields=motif_fields,
        )
        for sha256, path in photos.items():
            if sha256 in seen:
                values = {"photo": path.name, "row": seen[sha256]}
                message = N_("photo {photo!r:.80} already appears in row {row}", **values)
                raise ParameterError(message, hint=N_("Remove one of the rows."))
        seen |= dict.fromkeys(photos, row.number)
    except MotifError as error:
        return _refused(row, error, title=cells["title"][:60])
    return planned


def _require_kept(name: str, text: str) -> None:
    """Refuse a cell of which something would be lost: too long a text, and lines where one is kept."""
    if len(text) > CELL_MAX:
        values = {"name": name, "count": len(text), "longest": CELL_MAX}
        message = N_("{name} has {count} characters; expected at most {longest}", **values)
        raise ParameterError(message, hint=N_("Shorten it."))
    kind = Motif.typed_fields()[name]["kind"] if name in Motif.typed_fields() else Text(lines=name == "note")
    inner = kind.inner if isinstance(kind, Many) else kind
    if len(text.splitlines()) > 1 and not (isinstance(inner, Text) and inner.lines):
        message = N_("{name}={text!r:.60} has line breaks; expected one line", name=name, text=text)
        hint = N_("Is a quotation mark missing or one too many? Several values have semicolons between.")
        raise ParameterError(message, hint=hint)


def _photos(folder: PhotoFolder, cell: str) -> dict[str, Path]:
    """Return by SHA-256 the photos that a cell names, as a person wrote them or an export did."""
    photos = dict[str, Path]()
    for path in _paths(folder, cell):
        data, _ = read_bytes(path, PhotoLimits())  # says why, where it cannot be read
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 in photos:
            values = {"photo": path.name, "other": photos[sha256].name}
            message = N_("the row names one photo twice: {photo!r:.80} and {other!r:.80}", **values)
            raise ParameterError(message, hint=N_("Name each photo once."))
        photos[sha256] = path
    return photos


def _paths(folder: PhotoFolder, cell: str) -> list[Path]:
    try:
        return [folder.find(cell)]
    except UnreadablePhotoError:
        names = split_items(cell)
        if names == [cell]:
            raise
        return [folder.find(name) for name in names or [""]]


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
