"""Import a list of designs with their photos: look at each row, register it, and say what was refused."""

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

Status = Literal["imported", "already", "refused", "ready"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a row.

    Parameters
    ----------
    row : Row
    status : "imported", "already", "refused" or "ready"
        "already": an earlier run, or somebody else, registered it; "ready": a dry run found nothing
        against it.
    title : str
    entry_id : str
        Empty if there is none.
    reason, hint : str
        Why it was refused, and what to do.
    """

    row: Row
    status: Status
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
class Planned:
    """A row that nothing speaks against yet."""

    row: Row
    title: str
    note: str
    photo: Path
    sha256: str
    known: dict[str, Any]
    """Fields of ``Motif``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import will do.

    Parameters
    ----------
    columns : dict
        Field -> heading.
    unused : tuple of str
        Headings that no field takes.
    items : tuple of Planned or Outcome
        In the order of the rows; what is an outcome already is refused.
    """

    columns: dict[str, str]
    unused: tuple[str, ...]
    items: tuple[Planned | Outcome, ...]


def plan_import(path: Path, photos: Path, *, columns: Mapping[str, str] | None = None) -> Plan:
    """Read a table and look at each row by itself, without a registry.

    Parameters
    ----------
    path : Path
        ``.csv`` or ``.xlsx``.
    photos : Path
        The folder that holds the photos; nothing outside it is read.
    columns : mapping, optional
        Field -> heading, where the headings do not say it themselves.
    """
    if not photos.is_dir():
        raise UnreadablePhotoError(
            N_("{photos} is no folder", photos=photos), hint=N_("Name their folder: --photos.")
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
    """Register what is planned; may be run again after it was cut off, and goes on where it was.

    Parameters
    ----------
    plan : Plan
    registry : Registry
    jobs : int, worker processes
    allow_duplicate : bool
        Register also where an earlier entry is judged "conflict".

    Yields
    ------
    Outcome
        One for each row, in their order.
    """
    known_keys = {one.source_key: str(one.id) for one in registry.records.list(Motif) if one.source_key}
    waiting: list[Planned | Outcome] = []

    def submissions() -> Iterator[Submission]:
        for item in plan.items:
            settled = _settled(item, registry, known_keys)
            waiting.append(settled)
            if isinstance(settled, Planned):
                yield Submission(photo=settled.photo, title=settled.title, note=settled.note)

    for made in registry.register_many(submissions(), jobs=jobs, allow_duplicate=allow_duplicate):
        yield from _before_next(waiting)
        item = waiting.pop(0)
        assert isinstance(item, Planned)
        yield _finished(item, made, registry)
    yield from _before_next(waiting)


def try_import(plan: Plan, registry: Registry | None) -> Iterator[Outcome]:
    """Say what ``run_import`` would do, as far as that can be said without doing it; photos are decoded.

    Whether a design resembles another one of the list shows only when both are registered.
    """
    known_keys: dict[str, str] = {}
    if registry is not None:
        known_keys = {one.source_key: str(one.id) for one in registry.records.list(Motif) if one.source_key}
    for item in plan.items:
        settled = item if registry is None else _settled(item, registry, known_keys)
        if isinstance(settled, Planned):
            try:
                read_photo(settled.photo)
                settled = Outcome(row=settled.row, status="ready", title=settled.title)
            except MotifError as error:
                settled = _refused(settled.row, error, title=settled.title)
        yield settled


def _before_next(waiting: list[Planned | Outcome]) -> Iterator[Outcome]:
    """Yield the rows that were settled without registering, up to the next that was not."""
    while waiting and isinstance(waiting[0], Outcome):
        settled = waiting.pop(0)
        assert isinstance(settled, Outcome)
        yield settled


def _settled(item: Planned | Outcome, registry: Registry, known_keys: Mapping[str, str]) -> Planned | Outcome:
    """Settle a row whose key or file is registered already."""
    if isinstance(item, Outcome):
        return item
    by_key = known_keys.get(item.known.get("source_key") or "")
    if by_key:
        return Outcome(row=item.row, status="already", title=item.title, entry_id=by_key)
    for entry in registry.holding(item.sha256):
        _complete(entry.id, item, registry)
        return Outcome(row=item.row, status="already", title=item.title, entry_id=entry.id)
    return item


def _finished(item: Planned, made: Entry | MotifError, registry: Registry) -> Outcome:
    if isinstance(made, MotifError):
        return _refused(item.row, made, title=item.title)
    try:
        _complete(made.id, item, registry)
    except MotifError as error:
        return _refused(item.row, error, title=item.title)
    return Outcome(row=item.row, status="imported", title=item.title, entry_id=made.id)


def _complete(entry_id: str, item: Planned, registry: Registry) -> None:
    """Keep what the row says of the design, unless somebody has said more since."""
    if item.known and _untold(registry.records.motif(entry_id)):
        registry.records.amend(
            entry_id, lambda known: replace(known, **item.known) if _untold(known) else known
        )


def _untold(known: Motif) -> bool:
    return all(getattr(known, one.name) is None for one in fields(known) if one.name != "id")


def _planned(row: Row, columns: Mapping[str, str], photos: Path, seen: dict[str, int]) -> Planned | Outcome:
    cells = {field: row.cells.get(heading, "") for field, heading in columns.items()}
    title = cells["title"][:60]
    try:
        longest = max(cells, key=lambda field: len(cells[field]))
        if len(cells[longest]) > CELL_MAX:
            message = N_(
                "{name} has {count} characters; expected at most {longest}",
                name=longest,
                count=len(cells[longest]),
                longest=CELL_MAX,
            )
            raise ParameterError(message, hint=N_("Shorten it."))
        photo = photo_within(photos, cells["photo"])
        sha256 = file_sha256(photo) or ""
        if not sha256:
            message = N_("photo {photo!r:.80} is not in the folder", photo=cells["photo"])
            raise UnreadablePhotoError(message, hint=N_("Put it there, or mend its name in the list."))
        known = Motif.parse({field: text for field, text in cells.items() if field in Motif.typed_fields()})
        if cells.get("key"):
            known["source_key"] = clean_title(cells["key"], name="key")
        Motif(id="M-000001-3", **known)
        made = Planned(
            row=row,
            title=clean_title(cells["title"]),
            note=clean_note(cells.get("note", "")),
            photo=photo,
            sha256=sha256,
            known=known,
        )
        names = {sha256: N_("photo {photo!r:.80}", photo=cells["photo"])}
        if cells.get("key"):
            names[f"key {known['source_key']}"] = N_("key {key!r:.60}", key=known["source_key"])
        _refuse_twice(names, row, seen)
    except MotifError as error:
        return _refused(row, error, title=title)
    return made


def photo_within(folder: Path, name: str) -> Path:
    """Return the path of a photo in a folder; nothing outside it is ever named.

    Raises
    ------
    ParameterError
        If the name leads out of the folder, also by a link.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
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


def _refuse_twice(names: dict[str, str], row: Row, seen: dict[str, int]) -> None:
    for name, what in names.items():
        if name in seen:
            message = N_("{what} stands in row {row} already", what=what, row=seen[name])
            raise ParameterError(message, hint=N_("Take one of the rows out."))
    seen.update(dict.fromkeys(names, row.number))


def _refused(row: Row, error: MotifError, *, title: str) -> Outcome:
    return Outcome(row=row, status="refused", title=title, reason=error.message, hint=error.hint)


OWN: Final = {
    "title": ("judul", "nama motif", "nama", "name", "judul / nama motif"),
    "photo": ("foto", "file", "berkas", "gambar", "nama file", "nama berkas", "filename"),
    "note": ("catatan", "keterangan"),
    "key": ("nomor", "no", "kode", "id", "nomor urut"),
}
"""What an import reads beside the fields of ``Motif``, and the headings that stand for it."""

FIELDS: Final = (*OWN, *(name for name in Motif.typed_fields() if name != "source_key"))
"""Every field that a column can be mapped to."""


def map_columns(headings: Sequence[str], told: Mapping[str, str]) -> dict[str, str]:
    """Return field -> heading.

    Parameters
    ----------
    headings : sequence of str
    told : mapping of field to heading
        What the caller says; counts before what the headings say.

    Raises
    ------
    ParameterError
        If a field or column is not there, or no column holds title or photo.

    Examples
    --------
    >>> map_columns(["Judul", "Foto", "Isen-isen"], {})
    {'title': 'Judul', 'photo': 'Foto', 'isen': 'Isen-isen'}
    """
    for field, heading in told.items():
        if field not in FIELDS:
            raise ParameterError(
                N_("there is no field {field!r:.60}", field=field),
                hint=N_("Fields: {names}.", names=", ".join(FIELDS)),
            )
        if heading not in headings:
            hint = N_("Columns: {names}.", names=", ".join(headings))
            raise ParameterError(N_("there is no column {heading!r:.60}", heading=heading), hint=hint)
    found: dict[str, str] = {}
    plain = {_plain(heading): heading for heading in reversed(headings) if heading not in told.values()}
    for field in FIELDS:
        known = [plain[name] for name in _names(field) if name in plain]
        column = told.get(field) or next(iter(known), None)
        if column:
            found[field] = column
    for field in ("title", "photo"):
        if field not in found:
            hint = N_(
                "Say which one does: --map {field}=COLUMN. Columns: {names}.",
                field=field,
                names=", ".join(headings),
            )
            raise ParameterError(N_("no column is known to hold the {field}", field=field), hint=hint)
    return found


def _names(field: str) -> list[str]:
    if field in OWN:
        return [_plain(name) for name in (field, *OWN[field])]
    metadata = Motif.typed_fields()[field]
    return [_plain(name) for name in (field, metadata["en"], metadata["id"])]


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", heading.lower()).strip()
